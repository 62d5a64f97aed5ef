"""The ways a matter of the practice city goes, as lists of declared acts: the one place to change with the type."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doing:
    """One act: which, by whom, when (as a share of the time from report to closing), and what is written down."""

    action: str
    who: str
    at: float
    writes: str = ""  # finding, unit, result, planned; "reason:…" for the reason


VERSION = 1
"""Of the grid event whose acts these are."""

_TAKEN_UP = (Doing("verify", "intake", 0.02), Doing("file", "verifier", 0.08, "finding"))
_GIVEN = (
    Doing("dispatch", "dispatcher", 0.12, "unit"),
    Doing("sign", "handler", 0.17),
    Doing("start", "handler", 0.22),
)
_DONE = (Doing("feed_back", "handler", 0.92, "result"), Doing("pass_check", "checker", 1.0, "finding"))

WAYS: Mapping[str, tuple[Doing, ...]] = {
    "plain": (*_TAKEN_UP, *_GIVEN, *_DONE),
    "declined": (Doing("decline", "intake", 1.0, "reason:不属于本市受理范围，已告知应走的渠道。"),),
    "sent_back": (
        *_TAKEN_UP,
        Doing("dispatch", "dispatcher", 0.12, "wrong_unit"),
        Doing("send_back", "wrong_handler", 0.16, "reason:不在本单位管辖范围，建议派给权属单位。"),
        Doing("dispatch", "dispatcher", 0.2, "unit"),
        Doing("sign", "handler", 0.25),
        Doing("start", "handler", 0.3),
        *_DONE,
    ),
    "reworked": (
        *_TAKEN_UP,
        *_GIVEN,
        Doing("feed_back", "handler", 0.6, "result"),
        Doing("fail_check", "checker", 0.7, "reason:现场复查仍有残留，请返工。"),
        *_DONE,
    ),
    "deferred": (
        *_TAKEN_UP,
        *_GIVEN,
        Doing("hang_up", "handler", 0.3, "reason:需列入下一批维修计划，先设警示。"),
        Doing("take_up", "handler", 0.8),
        *_DONE,
    ),
    "reopened": (
        *_TAKEN_UP,
        *_GIVEN,
        Doing("feed_back", "handler", 0.5, "result"),
        Doing("pass_check", "checker", 0.55, "finding"),
        Doing("reopen", "supervisor", 0.6, "reason:回访时市民表示问题又出现，重新办理。"),
        Doing("dispatch", "dispatcher", 0.65, "unit"),
        Doing("sign", "handler", 0.7),
        Doing("start", "handler", 0.72),
        *_DONE,
    ),
    "urged": (
        *_TAKEN_UP,
        *_GIVEN,
        Doing("supervise", "supervisor", 0.75, "reason:时限将到，请抓紧办理并说明情况。"),
        *_DONE,
    ),
    "self_made": (
        Doing("file", "verifier", 0.05, "finding"),
        *_GIVEN,
        *_DONE,
    ),
    "duplicate": (Doing("decline", "intake", 1.0, "reason:与先前一件反映同一问题，并入该件办理，结果一并告知。"),),
}
"""By the kind of way."""

RESULTS = (
    "已派人到场处理完毕，现场恢复正常。",
    "经现场核实情况属实，已清理并安排每日巡查。",
    "已联系责任单位整改到位，拍照留存。",
    "已更换损坏部件，恢复使用。",
    "已当面向反映人说明情况，对方表示认可。",
    "已劝导整改，后续加强巡查频次。",
)
FINDINGS = (
    "现场核实，情况属实。",
    "经电话核实，情况属实，符合立案条件。",
    "现场查看与反映一致。",
    "到场复查，问题已解决，符合结案条件。",
)
