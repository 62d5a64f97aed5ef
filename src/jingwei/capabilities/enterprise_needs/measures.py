"""The figures of enterprise needs: how many of which kind, how many are served, and what the enterprises say of it."""

from jingwei.capabilities.enterprise_needs.acts.fields import GOOD, NATURES, RATINGS
from jingwei.capabilities.enterprise_needs.facts import FIGURES, NEEDS, RATED, SERVED, STANDING, of_nature
from jingwei.kernel.measures.predicates import AllOf, AnyOf, Did, Due, First, Is, NotNull, Said, in_time, past
from jingwei.kernel.measures.registry import headline
from jingwei.kernel.values.words import Text

_INTAKE, _PACE, _VOICE = FIGURES.about("intake"), FIGURES.about("pace"), FIGURES.about("voice")

MEASURES = (
    _INTAKE.count("collected", Text("收集需求数", "Needs collected"), of=NEEDS, that=NEEDS),
    *(
        _INTAKE.count(
            nature, Text(f"{title.zh}数", f"{title.en.capitalize()} needs"), of=STANDING, that=of_nature(nature)
        )
        for nature, title in NATURES
    ),
    FIGURES.share(
        "share_served",
        Text("供给覆盖率", "Share served"),
        of=STANDING,
        that=Did(("serve",)),
        basis="有已落实措施的需求 ÷ 需求",
    ),
    headline(
        _PACE.share(
            "share_served_in_time",
            Text("按期服务率", "Share served in time"),
            of=AllOf((STANDING, AnyOf((past(Due("serve")), Did(("serve",)))))),
            that=in_time(First(("serve",)), Due("serve")),
            null_rule="count_as_no",
            basis="落实清单的期限；到期未服务的计入分母",
        )
    ),
    _VOICE.share(
        "share_rated", Text("评价回收率", "Share rated"), of=SERVED, that=Did(("rate",)), basis="不评价不等于满意"
    ),
    headline(
        _VOICE.share(
            "share_satisfied",
            Text("满意率（含基本满意）", "Share satisfied, fairly satisfied included"),
            of=RATED,
            that=Said(("rate",), "rating", GOOD),
        )
    ),
    *(
        _VOICE.count(
            f"rated_{rating}",
            Text(f"评为“{title.zh}”的件数", f"Rated “{title.en}”"),
            of=RATED,
            that=Said(("rate",), "rating", (rating,)),
        )
        for rating, title in RATINGS
    ),
    FIGURES.count("carried_over", Text("结转数", "Carried over"), of=NEEDS, that=Is("state", "carried_over")),
    FIGURES.share(
        "share_ever_carried_over",
        Text("曾结转的比例", "Share ever carried over"),
        of=AllOf((STANDING, NotNull(First(("rate",))))),
        that=Did(("carry_over",)),
    ),
    FIGURES.open_overdue(Text("逾期需求（清单）", "Overdue needs (the list)")),
)
