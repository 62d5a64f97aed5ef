"""The figures of instructions: signed for and answered in time, and done again; by unit and place, never by person."""

from jingwei.capabilities.instructions.facts import ANSWERED, FIGURES, INSTRUCTIONS, WITH_A_UNIT
from jingwei.kernel.measures.predicates import AllOf, AnyOf, Did, Due, First, in_time, past
from jingwei.kernel.measures.registry import headline
from jingwei.kernel.values.words import Text

_INTAKE, _PACE = FIGURES.about("intake"), FIGURES.about("pace")

MEASURES = (
    _INTAKE.count("issued", Text("下达指令数", "Instructions issued"), of=INSTRUCTIONS, that=INSTRUCTIONS),
    headline(
        _PACE.share(
            "share_signed_in_time",
            Text("按期签收率", "Share signed for in time"),
            of=AllOf((WITH_A_UNIT, AnyOf((past(Due("sign")), Did(("sign",)))))),
            that=in_time(First(("sign",)), Due("sign")),
            null_rule="count_as_no",
            basis="签收时限；到期未签收的计入分母",
        )
    ),
    headline(
        _PACE.share(
            "share_answered_in_time",
            Text("按期反馈率", "Share answered in time"),
            of=AllOf((WITH_A_UNIT, AnyOf((past(Due("handle")), Did(("answer",)))))),
            that=in_time(First(("answer",)), Due("handle")),
            null_rule="count_as_no",
            basis="办理时限；到期未反馈的计入分母，重办另有时限",
        )
    ),
    FIGURES.share(
        "share_sent_back",
        Text("退回重办率", "Share to be done again"),
        of=ANSWERED,
        that=Did(("send_back",)),
        basis="退回重办过的指令 ÷ 反馈过的指令",
    ),
    FIGURES.count(
        "refused", Text("不属本单位而退回数", "Sent back as another unit's"), of=INSTRUCTIONS, that=Did(("refuse",))
    ),
    FIGURES.open_overdue(Text("逾期指令（清单）", "Overdue instructions (the list)")),
)
