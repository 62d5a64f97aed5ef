"""What the record says of a grid event, in the words that its figures and lists share."""

from jingwei.kernel.measures.figures import Figures
from jingwei.kernel.measures.predicates import (
    AllOf,
    AnyOf,
    Did,
    Due,
    Is,
    IsNull,
    Not,
    Said,
    SameUnit,
    past,
)

BASIS = "GB/T 30428.4—2016（绩效评价）；CJJ/T 106—2010"
FIGURES = Figures("grid_event", BASIS)

FILED = ("file", "file_by_phone", "file_unverified", "dispatch_first")
DISPATCHED = ("dispatch", "dispatch_first")
FED_BACK = ("feed_back", "feed_back_shown")
FAILED = ("fail_check", "fail_again")
PASSED = ("pass_check", "pass_by_picture", "pass_undrawn", "pass_by_reporter", "confirm")
DONE_AT_ONCE = ("fix", "answer_at_once")
STATED = "close_stated"
CLOSED = (*PASSED, *DONE_AT_ONCE, STATED)
REOPENED = ("reopen", "reopen_found", "reopen_stated")
ANSWERED = ("answer", "call_back")
RECHECKED = ("recheck", "reopen_found")

EVENTS = Is("type", "grid_event")
OPEN = IsNull("closed_at")
TAKEN_ON = Not(AnyOf((Is("state", "void"), Is("state", "merged"))))
DEFERRED = Is("state", "hung_up")
STATED_BY_A_SOURCE = Did((STATED,))
SELF_MADE = SameUnit(("report",), (*FED_BACK, *PASSED, "fix"))
"""Reported by one unit, and fixed or closed by the same."""

EXEMPT = AllOf((Did(("decide_appeal",)), Said(("decide_appeal",), "verdict", ("exempt",))))
"""The overdue mark was appealed against and excused; the mark itself stays."""

SHOULD_BE_CLOSED = AllOf((EVENTS, TAKEN_ON, AnyOf((past("due_at"), AllOf((DEFERRED, past(Due("handle"))))))))
"""应结案: taken on, and due by the moment asked for; so what is open and overdue stands in the divisor. What is
deferred has no due moment while its clock stands still; it is in by the one that the clock had when it was halted."""
