"""Give a limit: the due moment that another system states."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import add_segment, calendar_of, new_clock
from jingwei.kernel.clocks.segments import Segment
from jingwei.kernel.commands.registry import Bulk, Command, Result, handles_prepared
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.limits import due_of
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import may_act
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, Rules, rules_of
from jingwei.kernel.values.words import Text

GRANT = "matter.give_limit"


@dataclass(frozen=True, kw_only=True)
class GiveLimit(Command):
    """给定时限: the moment a matter is due by, as its source states it; kept even where it lies before the opening."""

    matter_id: uuid.UUID
    due_at: datetime.datetime
    basis: str
    claimed: str = ""


def prepare(scope: Scope, commands: Sequence[GiveLimit]) -> list[Rules]:
    """The rulebook, for the calendar the clock is explained in."""
    return [rules_of(scope)] * len(commands)


@handles_prepared(
    GiveLimit,
    grant=GRANT,
    prepare=prepare,
    bulk=Bulk(head=Matter, touches=lambda command: (command.matter_id,), parts=(Clock,)),
)
def give_limit(work: Work, command: GiveLimit, rules: Rules) -> Result:
    """The clock that measures the due moment takes the stated one; it fires only if it fired before."""
    matter = work.lock(Matter, command.matter_id)
    clocks = {clock.key: clock for clock in work.parts(Clock, matter)}
    work.authorise(GRANT, may_act(work.actor, matter, GRANT))
    matter_type = type_of(matter.type, matter.type_version)
    key = matter_type.due_clock
    work.require(_no_clock_problem(key))
    calendar = calendar_of(rules, CITY_CALENDAR, rules.day_of(matter.opened_at))
    segment = Segment("given", matter.opened_at, due=command.due_at, basis=command.basis)
    clock = clocks.get(key)
    if clock is None:
        clock = new_clock(work, matter, key, segment, calendar, fires=not work.actor.history)
        if matter.closed_at is not None:  # said only after the end: the clock does not run on
            add_segment(work, clock, Segment("stop", matter.closed_at), calendar, fires=False)
    else:
        add_segment(work, clock, segment, calendar, fires=bool(clock.fires_at or clock.rang_at))
    matter.due_at = due_of(matter_type, {**clocks, key: clock}.values(), calendar)
    work.save(matter, "due_at")
    facts = {"clock": key, "due": command.due_at, "happened": matter.opened_at}
    work.record(matter, "matter.limit_given", {**facts, "claimed": command.claimed} if command.claimed else facts)
    return {"matter": str(matter.pk)}


def _no_clock_problem(key: str) -> Text | None:
    return None if key else Text("此类事项没有期限计时。", "Matters of this type have no clock for a due time.")
