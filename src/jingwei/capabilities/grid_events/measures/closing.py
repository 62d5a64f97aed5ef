"""Figures of handling and closing. What is open and overdue stands in every divisor; what is deferred is shown both
ways, left in and taken out (按期结案数 / (应结案数 − 缓办数))."""

from jingwei.capabilities.grid_events.facts import (
    BASIS,
    DEFERRED,
    DISPATCHED,
    DONE_AT_ONCE,
    EVENTS,
    EXEMPT,
    FAILED,
    FED_BACK,
    FIGURES,
    OPEN,
    SHOULD_BE_CLOSED,
    STATED_BY_A_SOURCE,
    TAKEN_ON,
)
from jingwei.kernel.measures.predicates import AllOf, AnyOf, Before, Did, Last, Not, NotNull, in_time
from jingwei.kernel.measures.registry import headline, telling
from jingwei.kernel.values.words import Text

_PACE, _WORK = FIGURES.about("pace"), FIGURES.about("work")
_LESS_DEFERRED = AllOf((SHOULD_BE_CLOSED, Not(DEFERRED)))
_FORMULA = f"{BASIS}：应结案数含逾期未结的"
_FORMULA_LESS = f"{_FORMULA}，减缓办数"
_IN_TIME = in_time("closed_at", "due_at")
_HANDLED = in_time(Last((*FED_BACK, *DONE_AT_ONCE)), "due_at")
_SHOULD_BE_HANDLED = AllOf((SHOULD_BE_CLOSED, Not(STATED_BY_A_SOURCE)))
_DISPATCHED = AllOf((EVENTS, Did(DISPATCHED)))

SHARE_HANDLED_IN_TIME = headline(
    _PACE.share(
        "share_handled_in_time",
        Text("按期处置率", "Share handled in time"),
        of=_SHOULD_BE_HANDLED,
        that=_HANDLED,
        null_rule="count_as_no",
        basis=_FORMULA,
    )
)
"""Of the events due, those whose last feedback came in time; what another system closed says nothing of feedback."""

SHARE_HANDLED_IN_TIME_LESS_DEFERRED = _PACE.share(
    "share_handled_in_time_less_deferred",
    Text("按期处置率（扣除挂账）", "Share handled in time, deferred left out"),
    of=AllOf((_SHOULD_BE_HANDLED, Not(DEFERRED))),
    that=_HANDLED,
    null_rule="count_as_no",
    basis=_FORMULA_LESS,
)
"""The same without the events that stand deferred."""

SHARE_CLOSED = _PACE.share(
    "share_closed", Text("结案率", "Share closed"), of=SHOULD_BE_CLOSED, that=NotNull("closed_at"), basis=_FORMULA
)
"""Of the events due, those closed, in time or late."""

SHARE_CLOSED_LESS_DEFERRED = _PACE.share(
    "share_closed_less_deferred",
    Text("结案率（扣除挂账）", "Share closed, deferred left out"),
    of=_LESS_DEFERRED,
    that=NotNull("closed_at"),
    basis=_FORMULA_LESS,
)
"""The same without the events that stand deferred."""

SHARE_CLOSED_IN_TIME = headline(
    _PACE.share(
        "share_closed_in_time",
        Text("按期结案率", "Share closed in time"),
        of=SHOULD_BE_CLOSED,
        that=_IN_TIME,
        null_rule="count_as_no",
        basis=_FORMULA,
    )
)
"""Of the events due by the moment asked for, those closed in time; overdue open ones count against it."""

telling(
    SHARE_CLOSED_IN_TIME,
    Text("到了期限的事中，{}按期办结。", "Of the matters that fell due, {} were closed in time."),
)

SHARE_CLOSED_IN_TIME_LESS_DEFERRED = _PACE.share(
    "share_closed_in_time_less_deferred",
    Text("按期结案率（扣除挂账）", "Share closed in time, deferred left out"),
    of=_LESS_DEFERRED,
    that=_IN_TIME,
    null_rule="count_as_no",
    basis=_FORMULA_LESS,
)
"""The same without the events that stand deferred."""

SHARE_CLOSED_IN_TIME_OR_EXEMPT = _PACE.share(
    "share_closed_in_time_or_exempt",
    Text("按期结案率（申诉免责计入）", "Share closed in time or exempt"),
    of=SHOULD_BE_CLOSED,
    that=AnyOf((_IN_TIME, EXEMPT)),
    null_rule="count_as_no",
    basis=_FORMULA,
)
"""The same with those late events counted whose overdue mark was excused on appeal; the raw figure stands beside it."""

SHARE_OF_CLOSED_IN_TIME = _PACE.share(
    "share_of_closed_in_time",
    Text("已结案件中的按期率", "Share in time among the closed"),
    of=AllOf((EVENTS, TAKEN_ON, NotNull("closed_at"))),
    that=Not(Before("due_at", "closed_at")),
)
"""Of the events taken on and closed, those closed by their due moment; events without one are unknown."""

OPEN_OVERDUE = _PACE.count(
    "open_overdue",
    Text("逾期未结数", "Open and overdue"),
    of=AllOf((EVENTS, OPEN, Not(DEFERRED))),
    that=Before("due_at"),
)
"""Of the open events that are not deferred, how many are past their due moment; events without one are unknown."""

SHARE_REWORKED = _WORK.share(
    "share_reworked", Text("返工率", "Share to be done again"), of=AllOf((EVENTS, Did(FED_BACK))), that=Did(FAILED)
)
"""Of the events whose result was reported, those that failed a check."""

telling(
    SHARE_REWORKED,
    Text(
        "报告办好的事中，{}经核查没有办好，重新办理。",
        "Of what was reported as done, {} failed a check and had to be done again.",
    ),
)

REWORKED_THREE_TIMES = _WORK.count(
    "reworked_three_times",
    Text("三次以上返工数", "Done again three times or more"),
    of=AllOf((EVENTS, Did(FED_BACK))),
    that=Did(FAILED, times=3),
)
"""How many failed three checks or more."""

SHARE_EXTENDED = _PACE.share(
    "share_extended", Text("延期率", "Share extended"), of=_DISPATCHED, that=Did(("grant_extension",))
)
"""Of the events dispatched, those whose time was extended."""

SHARE_DEFERRED = _PACE.share(
    "share_deferred", Text("挂账率", "Share deferred"), of=_DISPATCHED, that=Did(("grant_hang_up", "hang_up"))
)
"""Of the events dispatched, those that were ever deferred."""

CLOSING = (
    SHARE_HANDLED_IN_TIME,
    SHARE_HANDLED_IN_TIME_LESS_DEFERRED,
    SHARE_CLOSED,
    SHARE_CLOSED_LESS_DEFERRED,
    SHARE_CLOSED_IN_TIME,
    SHARE_CLOSED_IN_TIME_LESS_DEFERRED,
    SHARE_CLOSED_IN_TIME_OR_EXEMPT,
    SHARE_OF_CLOSED_IN_TIME,
    OPEN_OVERDUE,
    SHARE_REWORKED,
    REWORKED_THREE_TIMES,
    SHARE_EXTENDED,
    SHARE_DEFERRED,
)
