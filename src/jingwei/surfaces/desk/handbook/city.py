"""What this city adds to a declaration: how long its limits are, and which posts hold its grants."""

from collections.abc import Iterator

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.grants import title_of
from jingwei.kernel.values.words import Text
from jingwei.kit.handbook.content import grants_of
from jingwei.kit.handbook.parts import Lines, Section, Table, joined
from jingwei.surfaces.desk.rules.values import counted, limit_title, limit_words, limited_types

_NAMED = 5
"""So many posts are named; of the others the number is told."""


def in_this_city(scope: Scope, one: MatterType) -> tuple[Section, ...]:
    """The posts with the grants of the type, and the limits of its clocks today."""
    return _posts(scope, one), _limits(scope, one)


def _posts(scope: Scope, one: MatterType) -> Section:
    heads = (Text("权限", "Grant"), Text("岗位数", "Posts"), Text("哪些岗位", "Which posts"))
    rows = []
    for grant in grants_of(one):
        titles = [post.title for post in agencies_of(scope).posts.values() if grant in post.grants]
        count = Text(str(len(titles)), str(len(titles)))
        rows.append(((title_of(grant),), (count,), (_named(titles),)))
    return Section(key="posts", title=Text("本市的岗位", "Posts of this city"), table=Table(heads, tuple(rows)))


def _named(titles: list[Text]) -> Text:
    if not titles:
        return Text("没有岗位有这项权限", "no post holds it")
    different = list(dict.fromkeys(titles))
    named = joined(different[:_NAMED], en="; ")
    if len(different) <= _NAMED:
        return named
    return Text(f"{named.zh} 等", f"{named.en}; …")


def _limits(scope: Scope, one: MatterType) -> Section:
    heads = (Text("时限", "Limit"), Text("多长", "Length"), Text("依据", "Legal basis"))
    lead = Text(
        "类别没有单独规定的，用上级类别的。没有列出的不计时。",
        "A class without a limit of its own has that of the class above. What is not listed is not counted.",
    )
    table = Table(heads, tuple(_of_clocks(scope, one)))
    return Section(key="limits", title=Text("本市的时限", "Limits of this city"), lead=lead, table=table)


def _of_clocks(scope: Scope, one: MatterType) -> Iterator[tuple[Lines, ...]]:
    titles = counted(one)
    for subject, dated in sorted(rules_of(scope).all_of("limit", scope.today).items()):
        title = titles.get(subject.rpartition("/")[2])
        if title and one in limited_types(scope, subject.partition("/")[0]):
            named, length = limit_title(scope, subject, title), limit_words(dated)
            yield (named,), (length,), (Text(dated.basis, dated.basis),)
