"""The ways a matter of the practice city goes, as lists of declared acts: the one place to change with the type."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doing:
    """One act: which, by whom, when, and what is written down.

    When is a share of the time from report to closing; 0 is right after the act before, and what is above 1 is days
    after the closing.
    """

    action: str
    who: str
    at: float
    writes: str = ""  # a key of what `plan.Writing` knows; "reason:…" for the reason alone


_TAKEN_UP = (Doing("verify", "intake", 0), Doing("file", "verifier", 0, "finding"))
_GIVEN = (
    Doing("dispatch", "dispatcher", 0, "unit"),
    Doing("sign", "handler", 0),
    Doing("contact", "handler", 0, "contact"),
    Doing("start", "handler", 0),
)
_DONE = (Doing("feed_back", "handler", 0.92, "result"), Doing("pass_check", "checker", 1.0, "finding"))
_SIGNED = (Doing("sign", "handler", 0), Doing("start", "handler", 0))
_AGAIN = (Doing("dispatch", "dispatcher", 0.65, "unit"), *_SIGNED)

WAYS: Mapping[str, tuple[Doing, ...]] = {
    "plain": (*_TAKEN_UP, *_GIVEN, *_DONE),
    "answered": (*_TAKEN_UP, *_GIVEN, *_DONE, Doing("call_back", "intake", 1.4, "opinion")),
    "at_once": (Doing("answer_at_once", "intake", 1.0, "answer"),),
    "declined": (Doing("decline", "intake", 1.0, "declined"),),
    "recalled": (
        *_TAKEN_UP,
        Doing("dispatch", "dispatcher", 0, "wrong_unit"),
        Doing("recall", "dispatcher", 0, "reason:派错单位，撤回重派。"),
        Doing("dispatch", "dispatcher", 0, "unit"),
        *_SIGNED,
        *_DONE,
    ),
    "sent_back": (
        *_TAKEN_UP,
        Doing("dispatch", "dispatcher", 0, "wrong_unit"),
        Doing("dispute", "wrong_handler", 0, "dispute"),
        Doing("uphold", "dispatcher", 0, "upheld"),
        *_SIGNED,
        *_DONE,
    ),
    "kept": (
        *_TAKEN_UP,
        Doing("dispatch", "dispatcher", 0, "unit"),
        Doing("dispute", "handler", 0, "dispute_in_vain"),
        Doing("overrule", "dispatcher", 0, "reason:按职责清单属于你单位，请按时限办理。"),
        *_SIGNED,
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
        Doing("ask_hang_up", "handler", 0, "reason:需列入下一批维修计划，先设警示。"),
        Doing("grant_hang_up", "supervisor", 0),
        Doing("take_up", "handler", 0.8),
        *_DONE,
    ),
    "extended": (
        *_TAKEN_UP,
        *_GIVEN,
        Doing("ask_extension", "handler", 0.4, "longer"),
        Doing("grant_extension", "supervisor", 0.45),
        *_DONE,
    ),
    "reopened": (
        *_TAKEN_UP,
        *_GIVEN,
        Doing("feed_back", "handler", 0.5, "result"),
        Doing("pass_check", "checker", 0.55, "finding"),
        Doing("reopen_found", "supervisor", 0.6, "found_again"),
        *_AGAIN,
        *_DONE,
    ),
    "disagreed": (
        *_TAKEN_UP,
        *_GIVEN,
        Doing("feed_back", "handler", 0.5, "result"),
        Doing("pass_check", "checker", 0.55, "finding"),
        Doing("reopen", "intake", 0, "reason:反映人不同意结案：问题没有解决。"),
        *_AGAIN,
        *_DONE,
    ),
    "urged": (
        *_TAKEN_UP,
        *_GIVEN,
        Doing("supervise", "supervisor", 0.75, "reason:时限将到，请抓紧办理并说明情况。"),
        *_DONE,
    ),
    "self_made": (
        Doing("file", "verifier", 0, "finding"),
        *_GIVEN,
        *_DONE,
        Doing("recheck", "city_checker", 2, "finding"),
    ),
    "fixed": (Doing("fix", "reporter", 1.0, "result"),),
    "merged": (Doing("merge", "intake", 1.0),),
    "repeated": (Doing("decline", "intake", 1.0, "declined"),),
}
"""By the kind of way. A report that repeats another is merged into it, or declined where that one is closed."""

APPEAL = (
    Doing("appeal", "handler", 1.5, "reason:等待权属确认耗时，责任不在本单位，申请免责。"),
    Doing("review_appeal", "supervisor", 2, "reviewed"),
    Doing("decide_appeal", "head", 2, "decided"),
)
"""What may follow where a matter was closed late."""

VERSION = 2
"""Of the type, by whose acts the city goes."""

BY_CLASS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "file": ("verify", {"phone": "file_by_phone", "none": "file_unverified"}),
    "feed_back": ("check", {"picture": "feed_back_shown"}),
    "pass_check": ("check", {"picture": "pass_by_picture", "reporter": "pass_by_reporter"}),
}
"""Acts that the type has in several forms: what the class says in this column chooses among them."""

WITH_PICTURES = {"feed_back_shown": ("before", "after")}
"""Acts that ask for files, by the rules that they are given under."""

WITHOUT_A_VISIT = ("phone", "none")
"""Ways of verifying in which nobody is sent."""

BY_INTAKE = ("file_by_phone", "file_unverified")
"""Forms that the intake clerk does where another would."""

UNTAKEN = ("decline", "merge")
"""Acts by which a matter ends without having been taken on by itself."""

CLOSING = (*UNTAKEN, "pass_check", "pass_by_picture", "pass_by_reporter", "fix", "answer_at_once")
REOPENING = ("reopen", "reopen_found")
PROMPT = ("dispute",)
"""Acts that may be done only while the time to sign for it runs, which it does at night too."""

IN_TIME = ("ask_extension", "grant_extension")
"""Acts that may be done only before the matter is due."""

BY_HANDLER = ("sign", "contact", "start", "take_up")
"""Acts by which a post of a unit shows that it has the matter."""

BEING_HANDLED = (*BY_HANDLER, "grant_extension")
"""Acts after which a unit has the matter in hand."""

PAUSING = ("grant_hang_up",)

RESULTS = (
    "已派人到场处理完毕，现场恢复正常。",
    "经现场核实情况属实，已清理并安排每日巡查。",
    "已联系责任单位整改到位，拍照留存。",
    "已更换损坏部件，恢复使用。",
    "已当面向反映人说明情况，对方表示认可。",
    "已劝导整改，后续加强巡查频次。",
)
DECLINED = {
    "ground": "not_ours",
    "route": "请向产权单位或者有管辖权的机关反映；如有新情况，欢迎再次来电。",
}
OPINIONS = (("5", True), ("5", True), ("4", True), ("4", True), ("4", True), ("3", True), ("2", False), ("1", False))
"""Grade, and whether the reporter says that it is solved."""

ANSWERS = (
    "已按现行规定当面解释办理条件和材料，并发送了办事指南。",
    "感谢您的建议，已转主管部门研究，采纳情况将在网站公布。",
    "已告知受理窗口、时间和所需材料，可以网上预约。",
)
REQUESTS: Mapping[str, tuple[str, ...]] = {
    "1002": ("consult",),
    "1006": ("consult",),
    "1007": ("consult", "help"),
    "1008": ("suggestion", "praise"),
    "10": ("help",),
    "09": ("help", "complaint"),
    "12": ("report",),
    "": ("complaint", "complaint", "help"),
}
"""What callers want, by the class, else by its major class, else."""

AT_ONCE = ("consult", "suggestion", "praise")
"""Requests that are answered and closed by whoever takes them in."""

FINDINGS = (
    "现场核实，情况属实。",
    "经电话核实，情况属实，符合立案条件。",
    "现场查看与反映一致。",
    "到场复查，问题已解决，符合结案条件。",
)
