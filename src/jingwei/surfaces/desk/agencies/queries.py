"""What the pages of units, posts and people show."""

import datetime
import uuid
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from jingwei.kernel.agencies.commands.known import EDIT
from jingwei.kernel.agencies.duty import in_force
from jingwei.kernel.agencies.models import Holding, Invitation, Person, Post, Terms, Unit
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.commands.posts.hand_over import open_of_posts, open_without_post
from jingwei.kernel.matters.policies import in_reach
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.grants import title_of
from jingwei.kernel.values.words import Text
from jingwei.surfaces.desk.agencies.history import By, Span, by_whom, grants_of, within


@dataclass(frozen=True, slots=True)
class PostLine:
    """One post: who holds it, how many open matters it has; an alarm where it has some and nobody holds it."""

    code: str
    title: Text
    area: Text
    holders: tuple[tuple[str, str], ...]  # login, name
    open: int

    @property
    def forsaken(self) -> bool:
        """Open matters, and nobody there."""
        return self.open > 0 and not self.holders


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit with its living posts, and how deep it stands in the tree."""

    code: str
    name: Text
    depth: int
    posts: tuple[PostLine, ...]
    open: int  # matters of the unit that no post holds


@dataclass(frozen=True, slots=True)
class HoldingLine:
    """That somebody holds or held a post."""

    id: uuid.UUID
    login: str
    name: str
    post: str
    title: Text
    from_at: datetime.datetime
    until_at: datetime.datetime | None
    now: bool
    by: By
    grants: tuple[Text, ...] = ()  # on the day that was asked for


@dataclass(frozen=True, slots=True)
class TermsLine:
    """Which area and grants a post had, when, and who gave them."""

    area: Text
    grants: tuple[Text, ...]
    from_at: datetime.datetime
    until_at: datetime.datetime | None
    by: By


def living_units(day: Span | None) -> QuerySet[Unit]:
    """The units that have not ended, or that had not on a day."""
    return Unit.objects.filter(_there(day)).order_by("code")


def living_posts(day: Span | None) -> QuerySet[Post]:
    """The posts that have not ended, or that were there on a day: since their first terms."""
    known = Post.objects.filter(terms__from_at__lt=day[1]).distinct() if day else Post.objects.all()
    return known.filter(_there(day)).select_related("area").order_by("code")


def _there(day: Span | None) -> Q:
    return Q(ended_at=None) | Q(ended_at__gt=day[0]) if day else Q(ended_at=None)


def units_of(scope: Scope, words: str = "", day: Span | None = None) -> tuple[UnitLine, ...]:
    """The living units in tree order with their living posts; matters are counted within the reader's reach. `words`:
    only units, posts and holders that have them in name or code. `day`: as it was then, without matters.

    Five statements, however many units; three for a day.
    """
    units = list(living_units(day))
    held: dict[uuid.UUID, list[tuple[str, str]]] = {}
    when = within(day) if day else in_force(scope.now)
    for one in Holding.objects.filter(when).select_related("person__account").order_by("person__name"):
        held.setdefault(one.post_id, []).append((_login(one.person), one.person.name))
    seen = in_reach(scope.actor, EDIT)
    by_post, unheld = ({}, {}) if day else (open_of_posts(seen), open_without_post(seen))
    posts: dict[uuid.UUID, list[PostLine]] = {}
    for post in living_posts(day):
        area = Text(post.area.name_zh, post.area.name_en)
        holders, count = tuple(held.get(post.pk, ())), by_post.get(post.pk, 0)
        line = PostLine(post.code, Text(post.title_zh, post.title_en), area, holders, count)
        posts.setdefault(post.unit_id, []).append(line)
    lines = (
        UnitLine(
            unit.code,
            Text(unit.name_zh, unit.name_en),
            depth,
            tuple(posts.get(unit.pk, ())),
            unheld.get(unit.pk, 0),
        )
        for unit, depth in _in_order(units)
    )
    return tuple(found for line in lines if (found := _matching(line, words.casefold().split())))


def _matching(unit: UnitLine, words: list[str]) -> UnitLine | None:
    """The unit where it has all the words, else with those of its posts that have them; None where none does."""

    def has(*texts: str) -> bool:
        said = " ".join(texts).casefold()
        return all(one in said for one in words)

    name = (unit.code, unit.name.zh, unit.name.en)
    if has(*name):
        return unit
    posts = tuple(
        one
        for one in unit.posts
        if has(*name, one.code, one.title.zh, one.title.en, *(said for holder in one.holders for said in holder))
    )
    return replace(unit, posts=posts) if posts else None


def _in_order(units: list[Unit]) -> list[tuple[Unit, int]]:
    living = {unit.pk for unit in units}
    below: dict[uuid.UUID | None, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent_id if unit.parent_id in living else None, []).append(unit)
    found: list[tuple[Unit, int]] = []
    waiting = [(unit, 0) for unit in reversed(below.get(None, []))]
    while waiting:
        unit, depth = waiting.pop()
        found.append((unit, depth))
        waiting += [(one, depth + 1) for one in reversed(below.get(unit.pk, []))]
    return found


def _login(person: Person) -> str:
    return person.account.username if person.account else ""


def found_post(code: str) -> Post:
    """The post with this code, ended or not. Raises Denied as not found."""
    post = Post.objects.filter(code=code.replace("\0", "")).select_related("area", "unit").first()
    if post is None:
        raise not_found()
    return post


def found_person(login: str) -> Person:
    """The person with this login, gone or not. Raises Denied as not found."""
    person = Person.objects.filter(account__username=login.replace("\0", "")).select_related("account").first()
    if person is None:
        raise not_found()
    return person


def invited(invitation: uuid.UUID) -> uuid.UUID:
    """The person whom an invitation is for. Raises Denied as not found."""
    found = Invitation.objects.filter(pk=invitation).first()
    if found is None:
        raise not_found()
    return found.person_id


def holdings_of(
    scope: Scope, *, post: Post | None = None, person: Person | None = None, day: Span | None = None
) -> tuple[HoldingLine, ...]:
    """Who held the post, or what the person held, and who gave it, the newest first; with `day` on that day, and with
    which grants. Three statements, four for a day."""
    query = Holding.objects.select_related("person__account", "post").order_by("-from_at")
    query = query.filter(post=post) if post else query.filter(person=person)
    found = list(query.filter(within(day)) if day else query)
    posts = {one.post_id for one in found}
    by, grants = by_whom(posts), grants_of(posts, day) if day else {}
    return tuple(
        HoldingLine(
            one.pk,
            _login(one.person),
            one.person.name,
            one.post.code,
            Text(one.post.title_zh, one.post.title_en),
            one.from_at,
            one.until_at,
            one.until_at is None or one.until_at > scope.now,
            by.get(f"agencies_holding:{one.pk}", By(None, None)),
            grants.get(one.post_id, ()),
        )
        for one in found
    )


def terms_of(post: Post, day: Span | None = None) -> tuple[TermsLine, ...]:
    """What the post served and might do, and who gave it, the newest first; with `day` then. Three statements."""
    known, by = Terms.objects.filter(post=post), by_whom([post.pk])
    return tuple(
        TermsLine(
            Text(one.area.name_zh, one.area.name_en),
            tuple(title_of(grant) for grant in one.grants),
            one.from_at,
            one.until_at,
            by.get(f"agencies_terms:{one.pk}", By(None, None)),
        )
        for one in (known.filter(within(day)) if day else known).select_related("area").order_by("-from_at")
    )
