"""Which limit a clock begins with: that of its class under its condition, and those of what its fields say of it.

Where more than one is set, the term that ends first applies, and the segment keeps the others: the clock explains why.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.clocks.counting import Limit, rolled, unrolled
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import stands_still
from jingwei.kernel.clocks.segments import Beside, Segment
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.rulebook.snapshot import LimitFound, Rules

CONDITION = "condition"
"""The field of a matter that its limits may hang on besides the category, where its type declares it."""


def limits_of(
    rules: Rules,
    matter: Matter,
    matter_type: MatterType,
    fields: Mapping[str, Any],
    clock: str,
    on: datetime.date | None = None,
) -> list[LimitFound]:
    """Every limit the rulebook sets for this clock of the matter, on the day it was opened (or `on` another); the
    class's first."""
    on, condition = on or rules.day_of(matter.opened_at), str(fields.get(CONDITION, ""))
    named = [f"{field.key}={fields[field.key]}" for field in matter_type.fields if field.limits and field.key in fields]
    found = [rules.limit(matter.category, condition, clock, on), *(rules.limit_named(one, clock, on) for one in named)]
    return [one for one in found if one is not None]


def end_of(limit: Limit, at: datetime.datetime, calendar: WorkCalendar) -> datetime.datetime:
    """When a term that begins at this moment ends: of several limits the one that ends first applies."""
    return rolled(unrolled(at, limit, calendar), limit.counting, calendar)


def beginning(
    kind: Literal["start", "renew"], at: datetime.datetime, found: list[LimitFound], calendar: WorkCalendar
) -> Segment | None:
    """The segment that begins a term under the earliest of these limits; None where nobody set one."""
    read = [(Limit.from_content(one.content), one.basis) for one in found]
    if not read:
        return None
    first, *others = sorted(read, key=lambda one: end_of(one[0], at, calendar))
    return Segment(kind, at, first[0], basis=first[1], beside=tuple(Beside(*one) for one in others))


def due_of(matter_type: MatterType, clocks: Iterable[Clock], calendar: WorkCalendar) -> datetime.datetime | None:
    """When a matter with these clocks falls due: the earliest of those that measure it and run, else the one that
    stopped last. One that stands still gives no moment: it falls due only after somebody lets it run on."""
    measuring = [clock for clock in clocks if clock.key in matter_type.due_clocks and clock.due_at]
    going_on = [clock for clock in measuring if clock.status != "stopped"]
    if going_on:
        return min((one.due_at for one in going_on if one.due_at and not stands_still(one, calendar)), default=None)
    ended = [(clock.stopped_at, clock.due_at) for clock in measuring if clock.stopped_at and clock.due_at]
    return max(ended)[1] if ended else None
