"""System, security and audit administrators are three people (GB/T 22239-2019, level 3: 三员分立)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from jingwei.kernel.commands.actor import Duty
from jingwei.kernel.values.words import Text

OFFICES: Mapping[str, Text] = {
    "system.operate": Text("系统管理员", "system administrator"),
    "agencies.edit": Text("安全管理员", "security administrator"),
    "reads.audit": Text("审计管理员", "audit administrator"),
}
"""The grant that makes a post one of the three offices: who runs the machine, who gives grants, who watches both."""

READS = frozenset({"matter.read", "file.original", "matter.print"})
"""What shows matters to people; no office carries it, so none of the three reads matters by it."""


class Named(NamedTuple):
    """A post by its title, and the grants it has."""

    title: Text
    grants: Iterable[str]


def office_of(grants: Iterable[str]) -> str | None:
    """The office that a post with these grants is, by its grant; None for every other post."""
    return next((office for office in OFFICES if office in set(grants)), None)


def post_problem(grants: Iterable[str]) -> Text | None:
    """Why one post cannot have these grants together."""
    had = set(grants)
    offices = [title for office, title in OFFICES.items() if office in had]
    if len(offices) > 1:
        return _two(offices[0], offices[1])
    if offices and had & READS:
        title = offices[0]
        return Text(
            f"{title.zh}的岗位不能同时查看事项；请另设岗位。",
            f"The post of a {title.en} may not read matters as well: make another post for that.",
        )
    return None


def person_problem(posts: Sequence[Named]) -> Text | None:
    """Why one person cannot hold these posts at the same time."""
    held = [(office, post.title) for post in posts if (office := office_of(post.grants))]
    for office, title in held[1:]:
        first, post = held[0]
        if office != first:
            why = _two(OFFICES[first], OFFICES[office])
            return Text(f"{why.zh}（{post.zh}、{title.zh}）", f"{why.en} ({post.en}; {title.en})")
    return None


def _two(one: Text, other: Text) -> Text:
    return Text(
        f"{one.zh}与{other.zh}须由不同的人担任，以便互相监督；请改由另一人担任。",
        f"The {one.en} and the {other.en} must be two people, so that each can be checked: appoint somebody else.",
    )


def apart(duties: Iterable[Duty]) -> tuple[Duty, ...]:
    """The duties, own posts first, without those of a second office: standing in joins no two offices in one hand."""
    kept: list[Duty] = []
    mine: str | None = None
    for duty in duties:
        office = office_of(duty.grants)
        if office is None or mine in (None, office):
            mine = mine or office
            kept.append(duty)
    return tuple(kept)
