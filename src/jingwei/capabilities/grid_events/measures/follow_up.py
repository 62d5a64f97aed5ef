"""What is to be looked at again after the closing: each figure is a count, and the matters behind it are the list.

A phone call comes last: it goes to whoever was late, silent or dissatisfied, and to a sample of the others. How long
is silent, and how many are sampled, the city decides (its numbers `grid_event.…`).
"""

from collections.abc import Mapping

from jingwei.capabilities.grid_events.facts import ANSWERED, EVENTS, FIGURES, RECHECKED, SELF_MADE
from jingwei.kernel.measures.predicates import (
    AllOf,
    AnyOf,
    Before,
    Did,
    Drawn,
    Is,
    Not,
    NotNull,
    Predicate,
    Said,
    Setting,
)
from jingwei.kernel.values.words import Text

_VOICE, _HONESTY = FIGURES.about("voice"), FIGURES.about("honesty")
_SILENT_HOURS = Setting("grid_event.silent")
_CALLED_BACK = Setting("grid_event.called_back")
_RECHECKED = Setting("grid_event.rechecked")
_CLOSED = AllOf((EVENTS, Not(Is("type_version", "1")), Is("state", "closed")))  # the first version knows neither act
_ANSWERED_BY_LINK = Did(("answer",))
_LATE = AllOf((NotNull("due_at"), Before("due_at", "closed_at")))
_DISSATISFIED = AllOf((_ANSWERED_BY_LINK, Said(ANSWERED, "grade", ("2", "1"))))
_UNSOLVED = AllOf((_ANSWERED_BY_LINK, Said(ANSWERED, "resolved", ("false",))))
_SILENT = AllOf((Not(_ANSWERED_BY_LINK), Before("closed_at", hours=_SILENT_HOURS)))

CALLED_FIRST: Mapping[str, Predicate] = {
    "dissatisfied": AnyOf((_DISSATISFIED, _UNSOLVED)),
    "late": _LATE,
    "silent": _SILENT,
}
"""Why somebody is called back before the sample is, the most pressing reason first."""

TO_CALL_BACK = _VOICE.count(
    "to_call_back",
    Text("待电话回访", "To be called back"),
    of=AllOf((_CLOSED, Is("reachable", True), Not(Did(("call_back",))))),
    that=AnyOf((*CALLED_FIRST.values(), Drawn("call_back", _CALLED_BACK))),
    basis="回访：先消息后电话；仅限有诉求人的事件",
)
"""Closed events whose reporter can be reached and has not been called: late, dissatisfied, silent or drawn."""

TO_RECHECK = _HONESTY.count(
    "to_recheck",
    Text("待复核的自报自结", "Reported and closed by one unit, to be re-checked"),
    of=AllOf((_CLOSED, SELF_MADE, Not(Did(RECHECKED)))),
    that=Drawn("recheck", _RECHECKED),
    basis="自报自结抽样复核，由他人进行",
)
"""Of the closed events that one unit reported and closed itself, those drawn for a look by somebody else."""

FOLLOW_UP = (TO_CALL_BACK, TO_RECHECK)
