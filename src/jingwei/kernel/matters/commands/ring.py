"""Ring: a clock has reached a mark of its ladder; the people of that level are told, and the record says so."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from jingwei.kernel.clocks.ladder import following, passed
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import calendar_of, marks_of
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.bulk import Keyed, Outcome, execute_many
from jingwei.kernel.commands.registry import Bulk, Command, Result, handles_prepared
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.commands.tasks import CLOCK, asked_of
from jingwei.kernel.matters.models import Matter, Task
from jingwei.kernel.matters.policies import may_act
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, Rules, rules_of
from jingwei.kernel.values.canonical import moment_text
from jingwei.kernel.values.errors import Conflict, Invalid
from jingwei.kernel.values.words import Text

GRANT = "clock.ring"
TIMER = system("timer", GRANT, "matter.read")
LEASE = datetime.timedelta(minutes=1)

LATE = datetime.timedelta(minutes=5)
"""A mark rung later than this after its moment is recorded as rung late: the worker was away."""

_CLAIM = """UPDATE clocks_clock SET fires_at = %(until)s WHERE id IN (
SELECT id FROM clocks_clock WHERE fires_at <= %(now)s ORDER BY fires_at LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING id, fires_at"""
_REARM = "UPDATE clocks_clock SET fires_at = %s WHERE id = %s AND fires_at = %s"


@dataclass(frozen=True, kw_only=True)
class RingClock(Command):
    """到时提醒: the clock with this key has reached a mark at this moment."""

    matter_id: uuid.UUID
    key: str
    at: datetime.datetime


def prepare(scope: Scope, commands: Sequence[RingClock]) -> list[Rules]:
    """The rulebook, for the calendar the marks are worked out in."""
    return [rules_of(scope)] * len(commands)


@handles_prepared(
    RingClock,
    grant=GRANT,
    prepare=prepare,
    bulk=Bulk(head=Matter, touches=lambda command: (command.matter_id,), parts=(Clock,)),
)
def ring_clock(work: Work, command: RingClock, rules: Rules) -> Result:
    """Rings the highest mark that has come since the clock last rang: what lies below it no longer matters.

    A clock that was stopped, paused or moved meanwhile stays silent (Invalid).
    """
    matter = work.lock(Matter, command.matter_id)
    clock = next((one for one in work.parts(Clock, matter) if one.key == command.key), None)
    work.authorise(GRANT, may_act(work.actor, matter, GRANT))
    found = marks_of(clock, calendar_of(rules, CITY_CALENDAR, rules.day_of(matter.opened_at))) if clock else []
    reached = passed(found, clock.rang_at, work.now) if clock else []
    if clock is None or not reached:
        raise Invalid(_MOVED_ON, place="key")
    top = reached[-1]
    clock.rang_at = work.now
    clock.fires_at = following(found, clock.rang_at)
    work.save(clock, "fires_at", "rang_at")
    late = work.now - top.at >= LATE
    facts = {"clock": clock.key, "mark": top.percent, "level": top.level, "due": clock.due_at, "happened": work.now}
    facts |= {"passed_over": [mark.percent for mark in reached[:-1]]} if len(reached) > 1 else {}
    facts |= {"late_minutes": (work.now - top.at) // datetime.timedelta(minutes=1)} if late else {}
    work.record(matter, "matter.clock_rang", facts)
    body = {
        "number": matter.number,
        "type": matter.type,
        "clock": clock.key,
        "mark": top.percent,
        "late": late,
    }
    task = _task_of(work, matter, clock)
    body |= {"task": task.role, "tells": _tells_of(task, top.level)} if task else {"tells": _levels(0, top.level)}
    work.publish("matter.clock_rang", matter, body)
    return {"matter": str(matter.pk), "mark": top.percent}


def _task_of(work: Work, matter: Matter, clock: Clock) -> Task | None:
    if not clock.key.startswith(CLOCK):
        return None
    return next((one for one in work.parts(Task, matter) if one.clock == clock.key), None)


def _levels(lowest: int, highest: int) -> list[str]:
    return [f"level-{level}" for level in range(lowest, highest + 1)]


def _tells_of(task: Task, level: int) -> list[str]:
    """Of a task: whom it is asked of, then the head of that unit and whoever asked, then who supervises the place."""
    heads = [f"heads:{task.unit_id}", f"post:{task.asked_by}"] if level else []
    return [asked_of(task), *heads, *_levels(2, level)]


_MOVED_ON = Text("计时已变，不再提醒。", "The clock has moved on; nobody is told.")


def ring_due(now: datetime.datetime, most: int = 200) -> int:
    """Claims the clocks that have reached a mark and rings them together; gives how many rang."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "until": now + LEASE, "most": most})
        claimed = dict(cursor.fetchall())
    clocks = list(Clock.objects.filter(pk__in=claimed).order_by("stream_id"))
    orders = [
        Keyed(f"ring:{clock.pk}:{moment_text(now)}", RingClock(matter_id=clock.stream_id, key=clock.key, at=now))
        for clock in clocks
    ]
    outcomes = _rung_together(orders, now)
    for clock, outcome in zip(clocks, outcomes, strict=True):
        if isinstance(outcome.refusal, Invalid):
            _rearm(clock, claimed[clock.pk])
    return sum(outcome.result is not None for outcome in outcomes)


def _rung_together(orders: Sequence[Keyed], now: datetime.datetime) -> list[Outcome]:
    """All in one transaction; one by one where a matter is being worked on, so that it holds up no other."""
    try:
        return execute_many(TIMER, orders, now=now) if orders else []
    except Conflict:
        return [_alone(order, now) for order in orders]


def _alone(order: Keyed, now: datetime.datetime) -> Outcome:
    try:
        return execute_many(TIMER, [order], now=now)[0]
    except Conflict as conflict:
        return Outcome(order.key, refusal=conflict)  # claimed again when its lease ends


def _rearm(clock: Clock, leased_until: datetime.datetime) -> None:
    """A clock with nothing to tell yet (its calendar or its segments changed) waits for its next mark."""
    with reading(TIMER) as scope:
        head = Matter.objects.filter(pk=clock.stream_id).first()
        on = scope.day_of(head.opened_at) if head else scope.today
        next_at = following(marks_of(clock, calendar_of(rules_of(scope), CITY_CALENDAR, on)), clock.rang_at)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_REARM, [next_at, clock.pk, leased_until])


def unrung(now: datetime.datetime) -> int:
    """How many clocks passed a mark more than `LATE` ago and no worker rang it (one statement, from their index)."""
    return Clock.objects.filter(fires_at__lt=now - LATE).count()
