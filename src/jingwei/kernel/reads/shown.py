"""Who read a matter: for whom it concerns by unit, purpose and day; for the audit with names and what is withheld.

An access log that is shown can itself leak: that a matter was laid beside a report of somebody else tells of that
report, and that an inquiry looked at it tells of the inquiry. Such lines come later, by rules of the rulebook.
"""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from jingwei.kernel.agencies.models import ApiKey, Person, Post
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.actor import NOBODY
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.reads.models import Read
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.grants import title_of
from jingwei.kernel.values.words import Text

WITHHELD: Mapping[str, int] = MappingProxyType({"alike": 30, "audit": 180})
"""Days for which readings are withheld where the rulebook (parameter `withheld`) says nothing else: until the other
report has been dealt with, and until an audit is over."""

DAYS = 10
"""Days with readings on one page."""

LINES = 50
"""Lines on one page of the audit."""

HOW: Mapping[str, Text] = {
    "page": Text("打开事项页面", "opened its page"),
    "list": Text("在清单中看到", "saw it in a list"),
    "search": Text("在搜索结果中看到", "saw it among results of a search"),
    "export": Text("导出到表格", "took it out in a table"),
    "api": Text("由对接系统读取", "read by a connected system"),
    "print": Text("打印文书", "printed a paper"),
    "file": Text("打开文件", "opened a file"),
    "alike": Text("与另一上报对照", "compared it with another report"),
    "audit": Text("核对阅看记录", "audited who read it"),
    "own": Text("查找本人的事项", "found as one's own matter"),
    "subject": Text("本人查看阅看记录", "whom it concerns looked at the readings"),
}
_UNKNOWN = Text("已撤销的单位", "A unit that is no more")
_SUBJECT, _OWN = Text("本人", "Whom it concerns"), Text("了解谁看过", "to know who read it")
_BY_PROOF = {
    "own.phone": Text("凭发到电话的验证码", "by a code sent to the telephone"),
    "own.counter": Text("凭服务窗口的凭证", "by a slip from the counter"),
}
_UNIT = "unit/"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one unit read of a matter on one day, for one purpose, in one way, and how often."""

    unit: Text
    purpose: Text
    how: Text
    times: int


@dataclass(frozen=True, slots=True)
class Day:
    """The readings of one day of the city."""

    day: datetime.date
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Readings:
    """A page of days, the latest first; `following`: the day before which the next page begins."""

    days: tuple[Day, ...]
    following: datetime.date | None
    withheld: int  # lines that are not shown now; for the log, not for whom it concerns


def readings_of(scope: Scope, matter: uuid.UUID, zone: ZoneInfo, before: datetime.date | None) -> Readings:
    """Who read the matter, as far as whom it concerns may know today. At most four statements."""
    every = Read.objects.filter(matter=matter).exclude(what="subject")
    held = withheld_now(scope)
    withheld = every.filter(held).count()
    lines = every.exclude(held)
    if before is not None:
        lines = lines.filter(at__lt=_morning(before, zone))
    found = lines.annotate(day=TruncDate("at", tzinfo=zone)).order_by("-day")
    days = list(found.values_list("day", flat=True).distinct()[: DAYS + 1])
    shown = days[:DAYS]
    if not shown:
        return Readings((), None, withheld)
    following = shown[-1] if len(days) > DAYS else None
    return Readings(_days(scope, lines.filter(at__gte=_morning(shown[-1], zone)), zone), following, withheld)


def _morning(day: datetime.date, zone: ZoneInfo) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, zone)


def _days(scope: Scope, lines: QuerySet[Read], zone: ZoneInfo) -> tuple[Day, ...]:
    dated = lines.annotate(day=TruncDate("at", tzinfo=zone))
    groups = list(dated.values_list("day", "post", "purpose", "what").annotate(times=Count("pk")))
    units = _units(scope, {post for _, post, *_ in groups})
    found: dict[datetime.date, dict[tuple[Text, str, str], int]] = {}
    for day, post, purpose, what, times in groups:
        of_day, key = found.setdefault(day, {}), (units.get(post, _UNKNOWN), purpose, what)
        of_day[key] = of_day.get(key, 0) + times
    return tuple(
        Day(day, tuple(_reading(*key, times) for key, times in sorted(of_day.items(), key=_order)))
        for day, of_day in sorted(found.items(), reverse=True)
    )


def _order(item: tuple[tuple[Text, str, str], int]) -> tuple[str, str, str]:
    (unit, purpose, what), _ = item
    return unit.en, purpose, what


def _reading(unit: Text, purpose: str, what: str, times: int) -> Reading:
    return Reading(unit, _BY_PROOF.get(purpose) or title_of(purpose), HOW.get(what, Text(what, what)), times)


def _units(scope: Scope, posts: set[uuid.UUID]) -> dict[uuid.UUID, Text]:
    """The unit of each post, of those that ended too."""
    bodies = agencies_of(scope).unit_by_id
    held = Post.objects.filter(pk__in=posts).values_list("pk", "unit_id")
    return {NOBODY: _SUBJECT, **{post: bodies[unit].name for post, unit in held if unit in bodies}}


def rules_in_force(scope: Scope) -> dict[str, int]:
    """Days by what they withhold: a kind of showing, a purpose, or a unit."""
    said = rules_of(scope).all_of("withheld", scope.today)
    return {**WITHHELD, **{subject: int(dated.content["days"]) for subject, dated in said.items()}}


def withheld_now(scope: Scope) -> Q:
    """The lines that whom they concern may not see yet, as a condition on `Read`."""
    condition = Q(pk__in=[])
    for subject, days in rules_in_force(scope).items():
        if subject.startswith(_UNIT):
            which = Q(post__in=Post.objects.filter(unit__code=subject.removeprefix(_UNIT)).values("pk"))
        else:
            which = Q(what=subject) | Q(purpose=subject)
        condition |= which & Q(at__gt=scope.now - datetime.timedelta(days=days))
    return condition


@dataclass(frozen=True, slots=True)
class Line:
    """One line for the audit: with the name of the reader."""

    id: int
    at: datetime.datetime
    reader: str
    post: Text
    unit: Text
    purpose: Text
    how: Text
    withheld: bool  # whom it concerns does not see it now
    kept_back: int  # of a showing to whom it concerns: how many lines it left out


def lines_of(scope: Scope, matter: uuid.UUID, below: int | None) -> tuple[tuple[Line, ...], int | None]:
    """A matter's lines with names, the latest first, below a line's number; and below which the next page begins.

    At most five statements.
    """
    every = Read.objects.filter(matter=matter).order_by("-pk")
    found = list((every.filter(pk__lt=below) if below is not None else every)[: LINES + 1])
    rows = found[:LINES]
    keys = [row.pk for row in rows]
    held = set(Read.objects.filter(withheld_now(scope), pk__in=keys).values_list("pk", flat=True))
    readers = {row.reader for row in rows if row.post != NOBODY}
    names = dict(Person.objects.filter(pk__in=readers).values_list("pk", "name"))
    if readers - names.keys():
        names |= dict(ApiKey.objects.filter(pk__in=readers).values_list("pk", "name"))
    units, titles = _units(scope, {row.post for row in rows}), agencies_of(scope).post_titles
    lines = tuple(_line(row, names, titles, units, row.pk in held) for row in rows)
    return lines, rows[-1].pk if len(found) > LINES else None


def _line(
    row: Read,
    names: Mapping[uuid.UUID, str],
    titles: Mapping[uuid.UUID, Text],
    units: Mapping[uuid.UUID, Text],
    withheld: bool,
) -> Line:
    nothing = Text("", "")
    left_out = row.purpose.partition("withheld:")[2]
    return Line(
        row.pk,
        row.at,
        names.get(row.reader, ""),
        titles.get(row.post, nothing),
        units.get(row.post, _UNKNOWN),
        _BY_PROOF.get(row.purpose) or (_OWN if row.what == "subject" else title_of(row.purpose)),
        HOW.get(row.what, Text(row.what, row.what)),
        withheld,
        int(left_out) if left_out else 0,
    )
