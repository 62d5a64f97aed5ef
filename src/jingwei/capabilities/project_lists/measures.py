"""The figures of projects: how far they are and how late; a score is of the project, never of a person."""

from jingwei.capabilities.project_lists.facts import FIGURES, PROJECTS, UNDER_WAY
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.predicates import (
    AllOf,
    AnyOf,
    Did,
    Due,
    First,
    Is,
    IsNull,
    NotNull,
    Said,
    Stopped,
    in_time,
    past,
)
from jingwei.kernel.measures.registry import headline
from jingwei.kernel.values.words import Text

_PACE, _HONESTY = FIGURES.about("pace"), FIGURES.about("honesty")

_DECIDED = ("score", "decide_objection")


def _from(low: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(low, 101))


def _progress(low: int) -> Measure:
    return FIGURES.share(
        f"share_{low}_percent_done",
        Text(f"进度达到 {low}% 的比例", f"Share {low} % done or more"),
        of=UNDER_WAY,
        that=Said(("self_report",), "percent", _from(low)),
        null_rule="count_as_no",
    )


MEASURES = (
    FIGURES.count("under_way", Text("推进中的项目数", "Projects under way"), of=PROJECTS, that=UNDER_WAY),
    *(_progress(low) for low in (25, 50, 75, 100)),
    FIGURES.open_overdue(Text("逾期项目（清单）", "Overdue projects (the list)")),
    _PACE.count(
        "delivery_overdue",
        Text("过完成日期未办结数", "Open beyond their day"),
        of=AllOf((PROJECTS, IsNull("closed_at"))),
        that=past(Due("deliver")),
    ),
    headline(
        _PACE.share(
            "share_delivered_in_time",
            Text("按期完成率", "Share completed in time"),
            of=AllOf((PROJECTS, NotNull(Due("deliver")), AnyOf((past(Due("deliver")), Is("state", "closed"))))),
            that=in_time(First(("close",)), Due("deliver")),
            null_rule="count_as_no",
            basis="到期未办结的计入分母",
        )
    ),
    headline(
        _PACE.share(
            "share_reported_in_time",
            Text("按月自报率", "Share that reported in time"),
            of=AllOf((PROJECTS, AnyOf((past(Due("report")), NotNull(Stopped("report")))))),
            that=in_time(Stopped("report"), Due("report")),
            null_rule="count_as_no",
            basis="最近一期自报；到期未报的计入分母",
        )
    ),
    _HONESTY.share(
        "share_verified",
        Text("核验率", "Share of reports verified"),
        of=AllOf((PROJECTS, Did(("self_report",)))),
        that=Did(("pass_verify",)),
    ),
    _HONESTY.share(
        "share_not_as_reported",
        Text("核验不符率", "Share not as reported"),
        of=AllOf((PROJECTS, Did(("self_report",)))),
        that=Did(("fail_verify",)),
    ),
    FIGURES.share(
        "share_adjusted",
        Text("调整率", "Share changed"),
        of=AllOf((PROJECTS, Did(("assign",)))),
        that=Did(("approve_change",)),
    ),
    FIGURES.share(
        "share_80_or_more",
        Text("对照指标 80 分以上的比例", "Share with 80 or more against their indicator"),
        of=AllOf((PROJECTS, Did(_DECIDED))),
        that=Said(_DECIDED, "result", _from(80)),
    ),
    FIGURES.share(
        "share_objected",
        Text("评分异议率", "Share of scores objected to"),
        of=AllOf((PROJECTS, Did(("score",)))),
        that=Did(("object",)),
    ),
)
