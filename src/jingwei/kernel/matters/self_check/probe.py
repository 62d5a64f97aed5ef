"""Opens the self-check of each day, sees whether every mark of its clock reached an inbox, and says how it stands."""

import datetime
import uuid
from dataclasses import dataclass

from jingwei.kernel.clocks.counting import Counting, Limit
from jingwei.kernel.clocks.ladder import STANDARD
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import calendar_of, new_clock, put_segments, segments_of
from jingwei.kernel.clocks.segments import Segment
from jingwei.kernel.commands.actor import by_grant, system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.commands import Act
from jingwei.kernel.matters.models import Detail, Matter
from jingwei.kernel.matters.self_check.matter_type import CHECK, SELF_CHECK
from jingwei.kernel.outbox.marks import mark_read
from jingwei.kernel.outbox.models import Message, Notice
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, rules_of
from jingwei.kernel.values.canonical import digest
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.ids import public_number, uuid7
from jingwei.kernel.values.words import Text

TERM = Limit(Counting.CONTINUOUS, 10, "minute")
"""So that its last mark, at 150 %, comes a quarter of an hour after it was opened."""

PATIENCE = datetime.timedelta(minutes=30)
"""By then every level must have been told: twice the time of the last mark."""

_PROBE = system("self-check", CHECK, "matter.read")
_CLOCK = SELF_CHECK.clocks[0].key


@dataclass(frozen=True, kw_only=True)
class OpenSelfCheck(Command):
    """自检: the self-check of one day; its id follows from the day, so that there is one only."""

    matter_id: uuid.UUID


@handles(OpenSelfCheck, grant=CHECK)
def open_self_check(work: Work, command: OpenSelfCheck) -> Result:
    """A matter at the root of the tree whose clock runs along the standard ladder. Raises Invalid without areas."""
    root = places_of(work.scope).root
    if root is None:
        raise Invalid(Text("本市还没有区划，不能自检。", "The city has no areas yet and cannot be checked."))
    matter = Matter(
        id=command.matter_id,
        type=SELF_CHECK.key,
        type_version=SELF_CHECK.version,
        number=public_number(command.matter_id),
        state=SELF_CHECK.initial,
        category=SELF_CHECK.key,
        area_lft=root.lft,
        channel="system",
        confidentiality=SELF_CHECK.confidentiality,
        opened_at=work.now,
    )
    work.open(matter)
    work.authorise(CHECK, by_grant(work.actor, CHECK))
    calendar = calendar_of(rules_of(work.scope), CITY_CALENDAR, work.scope.today)
    clock = new_clock(work, matter, _CLOCK, Segment("start", work.now, TERM), calendar)
    clock.ladder = [list(rung) for rung in STANDARD]
    put_segments(clock, segments_of(clock), calendar, fires=True)
    matter.due_at = clock.due_at
    work.insert(matter, Detail(matter=matter, fields={}, words=""))
    work.record(matter, "matter.self_check_opened", {"happened": work.now})
    return {"matter": str(matter.pk)}


def id_of(day: datetime.date) -> uuid.UUID:
    """The id of a day's self-check: found by key, however many matters there are."""
    began = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    return uuid7(int(began.timestamp()) * 1000, digest(b"self_check", day.isoformat().encode()))


def keep_self_check(now: datetime.datetime) -> None:
    """One look of the worker: opens today's, or ends it once it arrived or its time is over. Two to five statements."""
    with reading(_PROBE, now) as scope:
        if places_of(scope).root is None:
            return
        key = id_of(scope.today)
        matter = Matter.objects.filter(pk=key).first()
        verdict = _verdict(matter, now) if matter is not None and matter.closed_at is None else ""
    if matter is None:
        execute(_PROBE, OpenSelfCheck(matter_id=key), f"self-check:{key}", now=now)
    elif verdict:
        execute(_PROBE, Act(matter_id=key, action=verdict, fields={}, grant=CHECK), f"{verdict}:{key}", now=now)
        if verdict == "arrive":  # whom it was for need not read what went well
            mark_read(list(Notice.objects.filter(stream=key).values_list("post", flat=True)), now, key)


def _verdict(matter: Matter, now: datetime.datetime) -> str:
    """What can be said of a check under way: `arrive`, `miss`, or nothing yet."""
    if now > matter.opened_at + PATIENCE:
        return "miss"
    if Clock.objects.filter(stream_id=matter.pk, key=_CLOCK, fires_at__isnull=False).exists():
        return ""
    told = set(Message.objects.filter(stream=matter.pk, topic="matter.clock_rang").values_list("pk", flat=True))
    arrived = set(Notice.objects.filter(stream=matter.pk).values_list("message_id", flat=True))
    return "arrive" if told and told <= arrived else ""


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """How the chain of reminders stands. `state`: arrived, waiting, missed or silent (nobody opened a check)."""

    ok: bool
    state: str
    opened_at: datetime.datetime | None


def self_check_of(scope: Scope) -> SelfCheck:
    """Today's check, and before it has an outcome yesterday's. Silence is an alarm. One statement."""
    today = scope.today
    keys = [id_of(today), id_of(today - datetime.timedelta(days=1))]
    found = {matter.pk: matter for matter in Matter.objects.filter(pk__in=keys)}
    latest, before = found.get(keys[0]), found.get(keys[1])
    if latest is not None and latest.closed_at is None and scope.now <= latest.opened_at + PATIENCE:
        return SelfCheck(before is None or before.state == "arrived", "waiting", latest.opened_at)
    if latest is None and before is not None and scope.now <= before.opened_at + datetime.timedelta(days=1) + PATIENCE:
        latest = before
    if latest is None:
        return SelfCheck(False, "silent", None)
    state = latest.state if latest.closed_at is not None else "missed"
    return SelfCheck(state == "arrived", state, latest.opened_at)


@dataclass(frozen=True, slots=True)
class DayChecked:
    """The outcome of one day. `state` as in SelfCheck; a silent day has no number."""

    day: datetime.date
    state: str
    number: str


def days_checked(scope: Scope, days: int) -> tuple[DayChecked, ...]:
    """The last days, the newest first, from the first that was checked at all. One statement."""
    today = scope.today
    ids = {today - datetime.timedelta(days=back): id_of(today - datetime.timedelta(days=back)) for back in range(days)}
    found = {matter.pk: matter for matter in Matter.objects.filter(pk__in=ids.values())}
    told = [(day, found.get(key)) for day, key in ids.items()]
    while told and told[-1][1] is None:
        told.pop()
    return tuple(DayChecked(day, one.state if one else "silent", one.number if one else "") for day, one in told)
