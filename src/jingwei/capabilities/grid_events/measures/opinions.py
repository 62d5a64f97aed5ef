"""The three rates of a hotline, response, solution and satisfaction, and how many answered at all."""

from jingwei.capabilities.grid_events.acts.fields import GRADES
from jingwei.capabilities.grid_events.facts import ANSWERED, EVENTS, FIGURES
from jingwei.kernel.measures.predicates import (
    AllOf,
    AnyOf,
    Before,
    Did,
    Due,
    First,
    Is,
    Not,
    NotNull,
    Said,
    Stopped,
    in_time,
    past,
)
from jingwei.kernel.measures.registry import headline, telling
from jingwei.kernel.values.words import Text

_PACE, _VOICE = FIGURES.about("pace"), FIGURES.about("voice")
_BASIS = "国办发〔2020〕53号；GB/T 33358—2016"
_REACHABLE = Is("reachable", True)
_SIGNED_LATE = AllOf((NotNull(Stopped("sign")), Before(Due("sign"), Stopped("sign"))))
_ASKED = AllOf((EVENTS, Did(ANSWERED)))

SHARE_RESPONDED = _PACE.share(
    "share_responded",
    Text("响应率", "Share responded to in time"),
    of=AllOf((EVENTS, _REACHABLE, AnyOf((NotNull(Stopped("contact")), past(Due("contact")))))),
    that=AllOf((in_time(First(("contact",)), Due("contact")), Not(_SIGNED_LATE))),
    null_rule="count_as_no",
    basis=f"{_BASIS}：签收超时即响应不合格",
)
"""Of the events whose reporter was to be contacted by then, those signed for and contacted in time."""

telling(
    SHARE_RESPONDED,
    Text(
        "可以联系的诉求人中，{}在规定时间内接到了回应。", "Of the people who can be reached, {} were contacted in time."
    ),
)

SHARE_RESOLVED = _VOICE.share(
    "share_resolved",
    Text("解决率", "Share solved"),
    of=_ASKED,
    that=Said(ANSWERED, "resolved", ("true",)),
    basis=_BASIS,
)
"""Of the reporters who said whether it was solved, those who said so; the last answer counts."""

telling(
    SHARE_RESOLVED,
    Text("作答的居民中，{}说事情解决了。", "Of the people who answered, {} said that it was solved."),
)

SHARE_SATISFIED = headline(
    _VOICE.share(
        "share_satisfied",
        Text("满意率（含基本满意）", "Share satisfied, fairly satisfied included"),
        of=_ASKED,
        that=Said(ANSWERED, "grade", ("5", "4", "3")),
        basis=_BASIS,
    )
)
"""Of the reporters who gave a grade, those at least fairly satisfied; the last answer counts."""

telling(
    SHARE_SATISFIED,
    Text("作答的居民中，{}满意或者基本满意。", "Of the people who answered, {} were at least fairly satisfied."),
)

SHARE_CLEARLY_SATISFIED = _VOICE.share(
    "share_clearly_satisfied",
    Text("满意率（不含基本满意）", "Share clearly satisfied"),
    of=_ASKED,
    that=Said(ANSWERED, "grade", ("5", "4")),
    basis=_BASIS,
)
"""The same for the two best grades alone."""

SHARE_ANSWERED = _VOICE.share(
    "share_answered",
    Text("评价回收率", "Share that answered"),
    of=AllOf((EVENTS, _REACHABLE, Is("state", "closed"))),
    that=Did(ANSWERED),
    basis=_BASIS,
)
"""Of the closed events whose reporter can be reached, those with an answer: silence is no satisfaction."""

telling(
    SHARE_ANSWERED,
    Text(
        "办结后可以联系的居民中，{}作了评价；不作答不算满意。",
        "Of the people who can be reached after the closing, {} answered at all; silence counts as nothing.",
    ),
)

COUNTS_OF_GRADES = tuple(
    _VOICE.count(
        f"graded_{grade}",
        Text(f"评为“{title.zh}”的件数", f"Graded “{title.en}”"),
        of=_ASKED,
        that=Said(ANSWERED, "grade", (grade,)),
        basis=_BASIS,
    )
    for grade, title in GRADES
)
"""How many gave each grade."""

OPINIONS = (
    SHARE_RESPONDED,
    SHARE_RESOLVED,
    SHARE_SATISFIED,
    SHARE_CLEARLY_SATISFIED,
    SHARE_ANSWERED,
    *COUNTS_OF_GRADES,
)
