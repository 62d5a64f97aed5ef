"""A deadline that explains itself: one line for each thing that happened to the clock."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.clocks.counting import Counting, counted, rolled, unrolled
from jingwei.kernel.clocks.segments import Beside, ClockState, Segment, gaps, step
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, slots=True)
class Line:
    """What happened when, on what basis, and the due moment after it."""

    at: datetime.datetime
    what: Text
    basis: str
    calendar: str  # name and version
    due_at: datetime.datetime | None


def explain(segments: Sequence[Segment], calendar: WorkCalendar) -> list[Line]:
    """One line a segment and each limit it passed over, then one for each year without holidays. Raises as `fold`."""
    lines, state = [], ClockState()
    named = f"{calendar.name} {calendar.version}".strip()
    for segment in segments:
        before, state = state, step(state, segment, calendar)
        lines.append(Line(segment.at, _what(segment, before, state, calendar), segment.basis, named, state.due_at))
        lines += [_passed_over(segment.at, one, calendar, named) for one in segment.beside]
    missing = gaps(segments, calendar)
    return [*lines, *(Line(segments[-1].at, gap.reason, "", named, state.due_at) for gap in missing)]


def _what(segment: Segment, before: ClockState, state: ClockState, calendar: WorkCalendar) -> Text:
    words = segment.limit.words() if segment.limit else Text("", "")
    match segment.kind:
        case "start":
            return Text(f"开始计时，时限 {words.zh}", f"Started with a limit of {words.en}")
        case "given":
            return Text("期限是直接写明的", "The due time was stated")
        case "carried":
            return _carried_over(segment, before, calendar)
        case "pause":
            left = _length(before.counting, segment.at, before.end or segment.at, calendar)
            return _bounded(Text(f"暂停计时，尚余 {left.zh}", f"Paused with {left.en} left"), state, calendar)
        case "resume":
            until = min(segment.at, before.held_until or segment.at)
            held = _length(before.counting, before.paused_at or segment.at, until, calendar)
            return Text(f"恢复计时，扣除暂停 {held.zh}", f"Resumed; the pause of {held.en} does not count")
        case "extend":
            return Text(f"延期 {words.zh}", f"Extended by {words.en}")
        case "restart":
            return Text("重新打开，继续计时", "Reopened; goes on as if never stopped")
        case "renew":
            return _renewed(segment, before, words)
        case "stop":
            verdict = Text("逾期", "late") if state.late else Text("按期", "in time")
            return Text(f"停止计时，{verdict.zh}", f"Stopped, {verdict.en}")


def _carried_over(segment: Segment, before: ClockState, calendar: WorkCalendar) -> Text:
    counting = before.limit.counting if before.limit else before.counting
    used = _said(counting, segment.elapsed or datetime.timedelta())
    day = segment.at.astimezone(calendar.zone).date()
    return Text(
        f"由“{segment.basis}”转入：截至 {day} 已用 {used.zh}",
        f"Carried over from {segment.basis}: {used.en} used until {day}",
    )


def _renewed(segment: Segment, before: ClockState, words: Text) -> Text:
    """A new term, or the same one under the limit of the condition that the matter was filed under."""
    if before.last_at == segment.at and before.stopped_at is None:
        return Text(f"按情形改用时限 {words.zh}，起算不变", f"Limit of the condition: {words.en}, from the same moment")
    return Text(f"重新起算，时限 {words.zh}", f"Begun anew with a limit of {words.en}")


def _passed_over(at: datetime.datetime, one: Beside, calendar: WorkCalendar, named: str) -> Line:
    """A limit that was set as well and ends later: which, on what basis, and when it would have ended."""
    words = one.limit.words()
    what = Text(
        f"另有时限 {words.zh}，到期较晚，不采用",
        f"A limit of {words.en} is set as well; it ends later and does not apply",
    )
    return Line(at, what, one.basis, named, rolled(unrolled(at, one.limit, calendar), one.limit.counting, calendar))


def _bounded(paused: Text, state: ClockState, calendar: WorkCalendar) -> Text:
    """The words for a pause, with the day on which it ends by itself where the limit bounds it."""
    if state.held_until is None:
        return paused
    day = state.held_until.astimezone(calendar.zone).date()
    return Text(
        f"{paused.zh}；最迟暂停至 {day}，此后自行恢复计时", f"{paused.en}; runs on by itself from {day} at the latest"
    )


def _length(counting: Counting, since: datetime.datetime, until: datetime.datetime, calendar: WorkCalendar) -> Text:
    """What the counting counts between two moments, as people say it."""
    return _said(counting, counted(counting, since, until, calendar))


def _said(counting: Counting, passed: datetime.timedelta) -> Text:
    if counting in (Counting.CONTINUOUS, Counting.WORKING_HOUR):
        hours, minutes = divmod(passed // datetime.timedelta(minutes=1), 60)
        work = Text("（工作时）", " of working time") if counting is Counting.WORKING_HOUR else Text("", "")
        return Text(f"{hours} 小时 {minutes} 分{work.zh}", f"{hours} h {minutes} min{work.en}")
    kind = Text("个工作日", "working day") if counting is Counting.WORKING_DAY else Text("天", "day")
    return Text(f"{passed.days} {kind.zh}", f"{passed.days} {kind.en}{'' if passed.days == 1 else 's'}")
