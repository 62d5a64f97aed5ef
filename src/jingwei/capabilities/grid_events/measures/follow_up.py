"""What is to be looked at again after the closing: each figure is a count, and the matters behind it are the list.

A phone call comes last: it goes to whoever was late, silent or dissatisfied, and to a sample of the others.
"""

from jingwei.capabilities.grid_events.facts import ANSWERED, EVENTS, RECHECKED, SELF_MADE
from jingwei.capabilities.grid_events.measures.declaring import count
from jingwei.kernel.measures.predicates import AllOf, AnyOf, Before, Did, Drawn, Is, Not, NotNull, Said
from jingwei.kernel.values.words import Text

_SILENT_HOURS = 48
_CALLED_BACK_OF_A_HUNDRED = 5
_RECHECKED_OF_A_HUNDRED = 20
_CLOSED = AllOf((EVENTS, Is("state", "closed")))
_ANSWERED_BY_LINK = Did(("answer",))
_LATE = AllOf((NotNull("due_at"), Before("due_at", "closed_at")))
_DISSATISFIED = AllOf((_ANSWERED_BY_LINK, Said(ANSWERED, "grade", ("2", "1"))))
_UNSOLVED = AllOf((_ANSWERED_BY_LINK, Said(ANSWERED, "resolved", ("false",))))
_SILENT = AllOf((Not(_ANSWERED_BY_LINK), Before("closed_at", hours=_SILENT_HOURS)))

TO_CALL_BACK = count(
    "to_call_back",
    Text("待电话回访", "To be called back"),
    of=AllOf((_CLOSED, Is("reachable", True), Not(Did(("call_back",))))),
    that=AnyOf((_LATE, _DISSATISFIED, _UNSOLVED, _SILENT, Drawn("call_back", _CALLED_BACK_OF_A_HUNDRED))),
    basis="回访：先消息后电话；仅限有诉求人的事件",
)
"""Closed events whose reporter can be reached and has not been called: late, dissatisfied, silent or drawn."""

TO_RECHECK = count(
    "to_recheck",
    Text("待复核的自报自结", "Reported and closed by one unit, to be re-checked"),
    of=AllOf((_CLOSED, SELF_MADE, Not(Did(RECHECKED)))),
    that=Drawn("recheck", _RECHECKED_OF_A_HUNDRED),
    basis="自报自结抽样复核，由他人进行",
)
"""Of the closed events that one unit reported and closed itself, those drawn for a look by somebody else."""

FOLLOW_UP = (TO_CALL_BACK, TO_RECHECK)
