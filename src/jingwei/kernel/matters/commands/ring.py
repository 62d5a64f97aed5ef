"""Ring: a clock has fallen due; the matter's people are told, and the record says that they were."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import may_act
from jingwei.kernel.values.canonical import moment_text
from jingwei.kernel.values.errors import Refusal
from jingwei.kernel.values.words import Text

GRANT = "clock.ring"
TIMER = system("timer", GRANT, "matter.read")
LEASE = datetime.timedelta(minutes=1)

_CLAIM = """UPDATE clocks_clock SET fires_at = %(until)s WHERE id IN (
SELECT id FROM clocks_clock WHERE fires_at <= %(now)s ORDER BY fires_at LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING id"""


@dataclass(frozen=True, kw_only=True)
class RingClock(Command):
    """到时提醒: the clock with this key has reached this due moment."""

    matter_id: uuid.UUID
    key: str
    due_at: datetime.datetime


@handles(RingClock, grant=GRANT)
def ring_clock(work: Work, command: RingClock) -> Result:
    """Tells holder, unit and supervisors, once for each due moment; a clock that was stopped or moved stays silent."""
    matter = work.lock(Matter, command.matter_id)
    clocks: Sequence[Clock] = [clock for clock in work.parts(Clock, matter) if clock.key == command.key]
    work.authorise(GRANT, may_act(work.actor, matter, GRANT))
    still = [clock for clock in clocks if clock.status == "running" and clock.due_at == command.due_at]
    work.require(None if still else Text("计时已变，不再提醒。", "The clock has moved on; nobody is told."))
    still[0].fires_at = None
    work.save(still[0], "fires_at")
    work.record(matter, "matter.clock_rang", {"clock": command.key, "due": command.due_at, "happened": work.now})
    body = {
        "number": matter.number,
        "type": matter.type,
        "action": "overdue",
        "tells": ["holder", "unit", "matter.supervise"],
    }
    work.publish("matter.clock_rang", matter, body)
    return {"matter": str(matter.pk)}


def ring_due(now: datetime.datetime, most: int = 100) -> int:
    """Claims the clocks that have fallen due and rings each; gives how many rang."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "until": now + LEASE, "most": most})
        claimed = [row[0] for row in cursor.fetchall()]
    rang = 0
    for clock in Clock.objects.filter(pk__in=claimed):
        if clock.due_at is None:
            continue
        command = RingClock(matter_id=clock.stream_id, key=clock.key, due_at=clock.due_at)
        try:
            execute(TIMER, command, f"ring:{clock.pk}:{moment_text(clock.due_at)}")
            rang += 1
        except Refusal:
            silence(clock.pk, now)
    return rang


def silence(clock: uuid.UUID, now: datetime.datetime) -> None:
    """A clock that has nothing to tell (stopped meanwhile) is not claimed again; its bookkeeping is untracked."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE clocks_clock SET fires_at = NULL WHERE id = %s AND (status <> 'running' OR due_at <= %s)",
            [clock, now],
        )
