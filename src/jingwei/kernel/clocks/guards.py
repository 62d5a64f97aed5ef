"""What may not be done to a clock although it could be counted: extensions and pauses beyond what its limit allows."""

import datetime
from collections.abc import Sequence

from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.clocks.counting import Limit, rolled, unrolled
from jingwei.kernel.clocks.segments import ClockState, Segment, fold
from jingwei.kernel.values.words import Text


def segment_problem(segments: Sequence[Segment], added: Segment, calendar: WorkCalendar) -> Text | None:
    """Why the next segment goes beyond what the clock's own limit allows; None where it does not. Raises as `fold`."""
    if added.kind == "extend" and added.limit is not None:
        return _extension_problem(fold(segments, calendar), added, added.limit, calendar)
    if added.kind == "pause":
        return _pause_problem(fold(segments, calendar))
    return None


def _extension_problem(state: ClockState, added: Segment, extension: Limit, calendar: WorkCalendar) -> Text | None:
    """As often as the limit says (once), before the term has run out, and all together never longer than it was."""
    if state.late_at(added.at):
        return Text("已经逾期，不能再延期。", "It is overdue already and can no longer be extended.")
    if state.limit is None or state.due_at is None:
        return None  # the source stated a moment: there is no term to measure the extension by
    most = state.limit.extensions
    if len(state.extended) >= most:
        times = "once" if most == 1 else f"{most} times"
        no = Text("这个时限不准延期。", "This limit may not be extended.")
        return Text(f"已延期 {most} 次，不能再延。", f"It has been extended {times} already.") if most else no
    if _laid(state.due_at, (*state.extended, extension), calendar) > _laid(state.due_at, (state.limit,), calendar):
        words = state.limit.words()
        return Text(f"延期合计不得超过原时限 {words.zh}。", f"Extensions may not exceed the limit itself: {words.en}.")
    return None


def _laid(since: datetime.datetime, limits: Sequence[Limit], calendar: WorkCalendar) -> datetime.datetime:
    """The end of terms laid one after the other: so that terms of different countings can be compared."""
    end = since
    for limit in limits:
        end = rolled(unrolled(end, limit, calendar), limit.counting, calendar)
    return end


def _pause_problem(state: ClockState) -> Text | None:
    most = state.limit.hold_days if state.limit else 0
    if not most or state.held_days < most:
        return None
    return Text(
        f"暂停合计已满 {most} 天，不能再暂停。", f"It has been paused for the {most} days that its limit allows."
    )
