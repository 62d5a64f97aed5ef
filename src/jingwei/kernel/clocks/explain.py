"""A deadline that explains itself: one line for each thing that happened to the clock."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.clocks.counting import to_local
from jingwei.kernel.clocks.segments import ClockState, Segment, step
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
    """One line a segment. Raises as `fold`."""
    lines, state = [], ClockState()
    named = f"{calendar.name} {calendar.version}".strip()
    for segment in segments:
        before, state = state, step(state, segment, calendar)
        lines.append(Line(segment.at, _what(segment, before, calendar), segment.basis, named, state.due_at))
    unknown = _unknown_year(state, calendar)
    return [*lines, unknown] if unknown else lines


def _what(segment: Segment, before: ClockState, calendar: WorkCalendar) -> Text:
    words = segment.limit.words() if segment.limit else Text("", "")
    match segment.kind:
        case "start":
            return Text(f"开始计时，时限 {words.zh}", f"Started with a limit of {words.en}")
        case "given":
            return Text("采用来源系统给定的期限", "The source system states the due time")
        case "pause":
            return Text("暂停计时", "Paused")
        case "resume":
            paused = before.paused_at or segment.at
            days = (to_local(segment.at, calendar).date() - to_local(paused, calendar).date()).days
            return Text(f"恢复计时，暂停跨 {days} 天", f"Resumed after a pause over {days} days")
        case "extend":
            return Text(f"延期 {words.zh}", f"Extended by {words.en}")
        case "restart":
            return Text("重新打开，继续计时", "Reopened; goes on as if never stopped")
        case "stop":
            late = before.due_at is not None and segment.at > before.due_at
            verdict = Text("逾期", "late") if late else Text("按期", "in time")
            if before.due_at is None:
                return Text("停止计时", "Stopped")
            return Text(f"停止计时，{verdict.zh}", f"Stopped, {verdict.en}")


def _unknown_year(state: ClockState, calendar: WorkCalendar) -> Line | None:
    """A line that says so when the due moment lies in a year whose holidays nobody has entered."""
    if state.due_at is None or not calendar.exceptions or calendar.knows(to_local(state.due_at, calendar).year):
        return None
    year = to_local(state.due_at, calendar).year
    what = Text(
        f"{year} 年的节假日尚未录入，暂按星期推算", f"The holidays of {year} are not entered yet; weekdays are assumed"
    )
    return Line(state.due_at, what, "", calendar.name, state.due_at)
