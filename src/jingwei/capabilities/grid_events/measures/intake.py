"""Figures of intake and dispatching."""

from jingwei.capabilities.grid_events.facts import BASIS, DISPATCHED, DONE_AT_ONCE, EVENTS, FIGURES, FILED
from jingwei.kernel.measures.predicates import AllOf, AnyOf, Did, Due, Is, Not, past
from jingwei.kernel.values.words import Text

_INTAKE = FIGURES.about("intake")
_DECIDED = AllOf((EVENTS, AnyOf((Did((*FILED, *DONE_AT_ONCE, "decline")), past(Due("accept"))))))
_TO_DISPATCH = AllOf((EVENTS, AnyOf((Did(DISPATCHED), past(Due("dispatch"))))))
_MISDIRECTED = Did(("uphold", "order_unit", "recall", "send_back"))

SHARE_FILED = _INTAKE.share("share_filed", Text("立案率", "Share filed"), of=_DECIDED, that=Did(FILED))
"""Of the events decided on at intake, or overdue there, those filed."""

SHARE_FIXED_ON_THE_SPOT = _INTAKE.share(
    "share_fixed_on_the_spot", Text("自办率", "Share fixed on the spot"), of=_DECIDED, that=Did(("fix",))
)
"""Of the same events, those that a grid worker put right at once."""

SHARE_DECLINED = _INTAKE.share(
    "share_declined", Text("不予受理率", "Share declined"), of=EVENTS, that=Is("state", "void")
)
"""Of all events, those the city does not take on."""

SHARE_DISPATCHED_RIGHT = _INTAKE.share(
    "share_dispatched_right",
    Text("派遣准确率", "Share dispatched to the right unit"),
    of=_TO_DISPATCH,
    that=AllOf((Did(DISPATCHED), Not(_MISDIRECTED))),
)
"""Of the events dispatched, or overdue there, those that stayed with the unit first chosen."""

SHARE_DISPUTED = _INTAKE.share(
    "share_disputed", Text("管辖异议率", "Share disputed"), of=_TO_DISPATCH, that=Did(("dispute", "send_back"))
)
"""Of the same events, those whose jurisdiction was disputed."""

SHARE_PLACED = _INTAKE.share(
    "share_placed",
    Text("定位到网格的比例", "Share located in a cell or area"),
    of=EVENTS,
    that=Is("placed", True),
    basis="GB/T 30428.1—2013（事件须落到单元网格）",
)
"""Of all events, those whose place is known."""

SHARE_DUPLICATE = _INTAKE.share(
    "share_duplicate",
    Text("重复件比例", "Share of duplicates"),
    of=EVENTS,
    that=AnyOf((Is("duplicate", True), Is("state", "merged"))),
    basis=BASIS,
)
"""Of all events, those that name another as their original or were merged into it."""

INTAKE = (
    SHARE_FILED,
    SHARE_FIXED_ON_THE_SPOT,
    SHARE_DECLINED,
    SHARE_DISPATCHED_RIGHT,
    SHARE_DISPUTED,
    SHARE_PLACED,
    SHARE_DUPLICATE,
)
