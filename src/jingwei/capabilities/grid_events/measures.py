"""The figures of grid events that the records bear out, each with numerator, denominator and basis."""

from jingwei.capabilities.grid_events.matter_type import GRID_EVENT
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.predicates import AllOf, Before, Did, Is, IsNull, Not, NotNull
from jingwei.kernel.measures.registry import register
from jingwei.kernel.values.words import Text

_EVENTS = Is("type", GRID_EVENT.key)
_OPEN = IsNull("closed_at")
_IN_TIME = AllOf((NotNull("closed_at"), Not(Before("due_at", "closed_at"))))
_BASIS = "GB/T 30428.4—2016（绩效评价）；CJJ/T 106—2010"

SHARE_CLOSED_IN_TIME = register(
    Measure(
        key="grid_event.share_closed_in_time",
        title=Text("按期结案率", "Share closed in time"),
        unit="share",
        denominator=AllOf((_EVENTS, NotNull("due_at"), Before("due_at"))),
        numerator=_IN_TIME,
        null_rule="count_as_no",
        basis=f"{_BASIS}：应结案数含逾期未结的",
    )
)
"""Of the events due by the moment asked for, those closed in time; overdue open ones count against it."""

SHARE_OF_CLOSED_IN_TIME = register(
    Measure(
        key="grid_event.share_of_closed_in_time",
        title=Text("已结案件中的按期率", "Share in time among the closed"),
        unit="share",
        denominator=AllOf((_EVENTS, NotNull("closed_at"))),
        numerator=Not(Before("due_at", "closed_at")),
        null_rule="leave_out",
        basis=_BASIS,
    )
)
"""Of the closed events, those closed by their due moment; events without one are unknown."""

OPEN_OVERDUE = register(
    Measure(
        key="grid_event.open_overdue",
        title=Text("逾期未结数", "Open and overdue"),
        unit="count",
        denominator=AllOf((_EVENTS, _OPEN)),
        numerator=Before("due_at"),
        null_rule="count_as_no",
        basis=_BASIS,
    )
)
"""Of the open events, how many are past their due moment; events without one are unknown."""

SHARE_REOPENED = register(
    Measure(
        key="grid_event.share_reopened",
        title=Text("返工率", "Share reopened"),
        unit="share",
        denominator=AllOf((_EVENTS, Did(("pass_check", "close_stated")))),
        numerator=Did(("reopen", "reopen_stated")),
        null_rule="leave_out",
        basis=_BASIS,
    )
)
"""Of the events that were ever closed, those opened again afterwards."""

SHARE_DECLINED = register(
    Measure(
        key="grid_event.share_declined",
        title=Text("不予受理率", "Share declined"),
        unit="share",
        denominator=_EVENTS,
        numerator=Is("state", "void"),
        null_rule="leave_out",
        basis=_BASIS,
    )
)
"""Of all events, those the city does not take on."""

SHARE_PLACED = register(
    Measure(
        key="grid_event.share_placed",
        title=Text("定位到网格的比例", "Share located in a cell or area"),
        unit="share",
        denominator=_EVENTS,
        numerator=Is("placed", True),
        null_rule="leave_out",
        basis="GB/T 30428.1—2013（事件须落到单元网格）",
    )
)
"""Of all events, those whose place is known."""

SHARE_DUPLICATE = register(
    Measure(
        key="grid_event.share_duplicate",
        title=Text("重复件比例", "Share of duplicates"),
        unit="share",
        denominator=_EVENTS,
        numerator=Is("duplicate", True),
        null_rule="leave_out",
        basis=_BASIS,
    )
)
"""Of all events, those that name another as their original."""

MEASURES = (
    SHARE_CLOSED_IN_TIME,
    SHARE_OF_CLOSED_IN_TIME,
    OPEN_OVERDUE,
    SHARE_REOPENED,
    SHARE_DECLINED,
    SHARE_PLACED,
    SHARE_DUPLICATE,
)
