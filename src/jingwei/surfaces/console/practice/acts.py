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
_AGAIN = (
    Doing("dispatch", "dispatcher", 0.65, "unit"),
    Doing("sign", "handler", 0),
    Doing("start", "handler", 0),
)
_LONGER_IN_COMING = "reason:需列入下一批维修计划，先设警示。"

_FIRST: Mapping[str, tuple[Doing, ...]] = {
    "plain": (*_TAKEN_UP, *_GIVEN, *_DONE),
    "declined": (Doing("decline", "intake", 1.0, "reason:不属于本市受理范围，已告知应走的渠道。"),),
    "sent_back": (
        *_TAKEN_UP,
        Doing("dispatch", "dispatcher", 0, "wrong_unit"),
        Doing("send_back", "wrong_handler", 0, "reason:不在本单位管辖范围，建议派给权属单位。"),
        Doing("dispatch", "dispatcher", 0, "unit"),
        Doing("sign", "handler", 0),
        Doing("start", "handler", 0),
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
        Doing("hang_up", "handler", 0, _LONGER_IN_COMING),
        Doing("take_up", "handler", 0.8),
        *_DONE,
    ),
    "reopened": (
        *_TAKEN_UP,
        *_GIVEN,
        Doing("feed_back", "handler", 0.5, "result"),
        Doing("pass_check", "checker", 0.55, "finding"),
        Doing("reopen", "supervisor", 0.6, "reason:回访时市民表示问题又出现，重新办理。"),
        *_AGAIN,
        *_DONE,
    ),
    "urged": (
        *_TAKEN_UP,
        *_GIVEN,
        Doing("supervise", "supervisor", 0.75, "reason:时限将到，请抓紧办理并说明情况。"),
        *_DONE,
    ),
    "self_made": (Doing("file", "verifier", 0, "finding"), *_GIVEN, *_DONE),
    "duplicate": (Doing("decline", "intake", 1.0, "reason:与先前一件反映同一问题，并入该件办理，结果一并告知。"),),
}

_WITHOUT_CONTACT: Mapping[str, tuple[Doing, ...]] = {
    way: tuple(doing for doing in doings if doing.action != "contact") for way, doings in _FIRST.items()
}

_SECOND: Mapping[str, tuple[Doing, ...]] = {
    **_FIRST,
    "declined": (Doing("decline", "intake", 1.0, "declined"),),
    "sent_back": (
        *_TAKEN_UP,
        Doing("dispatch", "dispatcher", 0, "wrong_unit"),
        Doing("dispute", "wrong_handler", 0, "dispute"),
        Doing("uphold", "dispatcher", 0, "upheld"),
        Doing("sign", "handler", 0),
        Doing("start", "handler", 0),
        *_DONE,
    ),
    "deferred": (
        *_TAKEN_UP,
        *_GIVEN,
        Doing("ask_hang_up", "handler", 0, _LONGER_IN_COMING),
        Doing("grant_hang_up", "supervisor", 0),
        Doing("take_up", "handler", 0.8),
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
    "answered": (*_FIRST["plain"], Doing("call_back", "intake", 1.4, "opinion")),
    "extended": (
        *_TAKEN_UP,
        *_GIVEN,
        Doing("ask_extension", "handler", 0.4, "longer"),
        Doing("grant_extension", "supervisor", 0.45),
        *_DONE,
    ),
    "fixed": (Doing("fix", "reporter", 1.0, "result"),),
    "duplicate": (Doing("decline", "intake", 1.0, "declined"),),
}

WAYS: Mapping[int, Mapping[str, tuple[Doing, ...]]] = {1: _WITHOUT_CONTACT, 2: _SECOND}
"""By the version of the type, then by the kind of way."""

VERSION = 2
"""Of the type, by whose acts the city goes."""

BY_CLASS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "file": ("verify", {"phone": "file_by_phone", "none": "file_unverified"}),
    "feed_back": ("check", {"picture": "feed_back_shown"}),
    "pass_check": ("check", {"picture": "pass_by_picture", "reporter": "pass_by_reporter"}),
}
"""Acts that the second version has in several forms: what the class says in this column chooses among them."""

WITH_PICTURES = {"feed_back_shown": ("before", "after")}
"""Acts that ask for files, by the rules that they are given under."""

WITHOUT_A_VISIT = ("phone", "none")
"""Ways of verifying in which nobody is sent: the second version refuses it."""

BY_INTAKE = ("file_by_phone", "file_unverified")
"""Forms that the intake clerk does where another would."""

CLOSING = ("pass_check", "decline", "pass_by_picture", "pass_by_reporter", "fix")
REOPENING = ("reopen", "reopen_found")
PROMPT = ("dispute",)
"""Acts that may be done only while the time to sign for it runs, which it does at night too."""

IN_TIME = ("ask_extension", "grant_extension")
"""Acts that may be done only before the matter is due."""

BEING_HANDLED = ("sign", "contact", "start", "take_up", "grant_extension")
"""Acts after which a unit has the matter in hand."""

PAUSING = ("hang_up", "grant_hang_up")

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

FINDINGS = (
    "现场核实，情况属实。",
    "经电话核实，情况属实，符合立案条件。",
    "现场查看与反映一致。",
    "到场复查，问题已解决，符合结案条件。",
)
