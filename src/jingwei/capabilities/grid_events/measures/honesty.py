"""Figures to be read beside the rates: each names a way of making a rate look better than the work."""

from jingwei.capabilities.grid_events.facts import CLOSED, EVENTS, FIGURES, RECHECKED, REOPENED, SELF_MADE
from jingwei.kernel.measures.predicates import AllOf, Did, Extended
from jingwei.kernel.measures.registry import telling
from jingwei.kernel.values.words import Text

_HONESTY = FIGURES.about("honesty")
_EVER_CLOSED = AllOf((EVENTS, Did(CLOSED)))
_BASIS = "指标防作弊：与各率并列公布"

SHARE_REOPENED = _HONESTY.share(
    "share_reopened", Text("重新打开率", "Share reopened"), of=_EVER_CLOSED, that=Did(REOPENED), basis=_BASIS
)
"""Of the events that were ever closed, those opened again afterwards."""

telling(
    SHARE_REOPENED,
    Text("办结的事中，{}后来重新打开。", "Of the matters that were closed, {} were opened again later."),
)

SHARE_SPLIT = _HONESTY.share(
    "share_split", Text("拆分率", "Share split"), of=EVENTS, that=Did(("split",)), basis=_BASIS
)
"""Of all events, those split into several."""

SHARE_RECLASSIFIED = _HONESTY.share(
    "share_reclassified",
    Text("改类率", "Share put into another class"),
    of=EVENTS,
    that=Did(("reclassify", "reclassify_filed")),
    basis=_BASIS,
)
"""Of all events, those whose class was changed: with the class the limit changes."""

SHARE_EXTENDED_LATE = _HONESTY.share(
    "share_extended_late",
    Text("临期延期率", "Share of extensions at the last moment"),
    of=AllOf((EVENTS, Extended("handle"))),
    that=Extended("handle", hours_before=24),
    basis=f"{_BASIS}：到期前 24 小时内才批准延期的",
)
"""Of the events whose time was extended, those where that was granted within the last 24 hours of it."""

SHARE_SELF_MADE = _HONESTY.share(
    "share_self_made",
    Text("自报自结率", "Share reported and closed by one unit"),
    of=_EVER_CLOSED,
    that=SELF_MADE,
    basis=_BASIS,
)
"""Of the events ever closed, those that one unit reported and itself fixed or closed."""

SHARE_SELF_MADE_RECHECKED = _HONESTY.share(
    "share_self_made_rechecked",
    Text("自报自结复核率", "Share of those re-checked by others"),
    of=AllOf((_EVER_CLOSED, SELF_MADE)),
    that=Did(RECHECKED),
    basis=_BASIS,
)
"""Of these, those that somebody else looked at again."""

HONESTY = (
    SHARE_REOPENED,
    SHARE_SPLIT,
    SHARE_RECLASSIFIED,
    SHARE_EXTENDED_LATE,
    SHARE_SELF_MADE,
    SHARE_SELF_MADE_RECHECKED,
)
