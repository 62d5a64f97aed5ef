"""The figures of hazards: what is open beyond its day stands in every divisor; by place and class, never by person."""

from jingwei.capabilities.hazards.facts import FIGURES, HAZARDS, HUNG_UP, LIFE_AT_RISK, MAJOR, SECURED
from jingwei.kernel.measures.predicates import (
    AllOf,
    AnyOf,
    Before,
    Did,
    Due,
    First,
    Is,
    IsNull,
    Last,
    Not,
    NotNull,
    Stopped,
    in_time,
    past,
)
from jingwei.kernel.measures.registry import headline, telling
from jingwei.kernel.values.words import Text

_INTAKE, _PACE, _HONESTY = FIGURES.about("intake"), FIGURES.about("pace"), FIGURES.about("honesty")

_CANCELLED = Is("state", "cancelled")
_RECHECK_HOURS = 30 * 24
_RECHECKED = Did(("recheck", "reopen"))
_TO_BE_RECTIFIED = AllOf((HAZARDS, AnyOf((past(Due("rectify")), Did(("apply",))))))

MEASURES = (
    telling(
        _INTAKE.count("found", Text("隐患数", "Hazards"), of=HAZARDS, that=HAZARDS),
        Text("累计发现公共安全隐患{}处。", "{} hazards to public safety have been found so far."),
    ),
    _INTAKE.count("major", Text("重大隐患数", "Major hazards"), of=HAZARDS, that=MAJOR),
    FIGURES.count("major_rectified", Text("整改重大隐患数", "Major hazards rectified"), of=MAJOR, that=_CANCELLED),
    telling(
        FIGURES.share(
            "share_rectified",
            Text("整改率", "Share rectified"),
            of=AllOf((HAZARDS, Not(Is("state", "dismissed")))),
            that=_CANCELLED,
        ),
        Text("成立的隐患中，{}已经整改销号。", "Of the hazards that were confirmed, {} have been put right."),
    ),
    headline(
        _PACE.share(
            "share_rectified_in_time",
            Text("按期整改率", "Share rectified in time"),
            of=_TO_BE_RECTIFIED,
            that=in_time(Last(("apply",)), Due("rectify")),
            null_rule="count_as_no",
            basis="方案批准的期限；到期未申请验收的计入分母",
        )
    ),
    FIGURES.open_overdue(Text("逾期隐患（清单）", "Overdue hazards (the list)")),
    _PACE.count(
        "rectifying_overdue",
        Text("整改逾期数", "Being rectified beyond their day"),
        of=AllOf((HAZARDS, IsNull("closed_at"))),
        that=AllOf((past(Due("rectify")), IsNull(Stopped("rectify")))),
    ),
    headline(
        _PACE.share(
            "share_verified_in_time",
            Text("按期验收率", "Share verified in time"),
            of=AllOf((HAZARDS, AnyOf((past(Due("verify")), NotNull(Stopped("verify")))))),
            that=in_time(Stopped("verify"), Due("verify")),
            null_rule="count_as_no",
            basis="申请后十日内验收（湖北规定，自然日）",
        )
    ),
    FIGURES.share(
        "share_failed",
        Text("验收不通过率", "Share not verified"),
        of=AllOf((HAZARDS, Did(("apply",)))),
        that=Did(("fail_check",)),
    ),
    FIGURES.share(
        "share_secured",
        Text("危及生命的先采取措施率", "Share secured where life was at risk"),
        of=LIFE_AT_RISK,
        that=Did(SECURED),
    ),
    FIGURES.share("share_hung", Text("重大隐患挂牌率", "Share of major hazards hung up"), of=MAJOR, that=Did(HUNG_UP)),
    FIGURES.count("accidents", Text("演变为事故数", "Became accidents"), of=HAZARDS, that=Is("state", "accident")),
    _HONESTY.count(
        "to_recheck",
        Text("待三十日复查", "To be looked at again"),
        of=AllOf((HAZARDS, _CANCELLED)),
        that=Not(_RECHECKED),
    ),
    _HONESTY.count(
        "recheck_overdue",
        Text("复查逾期", "Second look overdue"),
        of=AllOf((HAZARDS, _CANCELLED, Not(_RECHECKED))),
        that=Before("closed_at", hours=_RECHECK_HOURS),
    ),
    _HONESTY.share(
        "share_reopened",
        Text("反复率", "Share found again"),
        of=AllOf((HAZARDS, NotNull(First(("cancel", "delist"))))),
        that=Did(("reopen",)),
    ),
)
