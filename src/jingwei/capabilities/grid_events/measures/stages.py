"""Mean times of the stages. What has begun and not ended counts with the time that has passed, so that what lies
unattended makes the mean longer."""

from jingwei.capabilities.grid_events.facts import (
    BASIS,
    CLOSED,
    DISPATCHED,
    EVENTS,
    FED_BACK,
    FILED,
    PASSED,
    STATED_BY_A_SOURCE,
    TAKEN_ON,
)
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.predicates import AllOf, First, Is, Moment, Not, NotNull, Predicate, Span
from jingwei.kernel.measures.registry import register, telling
from jingwei.kernel.values.words import Text

_OWN = AllOf((EVENTS, TAKEN_ON, Not(STATED_BY_A_SOURCE)))


def _stage(key: str, title: Text, since: Moment, until: Moment, of: Predicate = _OWN) -> Measure:
    return register(
        Measure(
            key=f"grid_event.mean_{key}",
            title=title,
            unit="mean_seconds",
            topic="pace",
            denominator=AllOf((of, NotNull(since))),
            numerator=Span(since, until),
            null_rule="count_until_now",
            basis=f"{BASIS}：平均处置时间",
        )
    )


STAGES = (
    _stage("to_file", Text("平均受理立案用时", "Mean time to file"), "opened_at", First(FILED)),
    _stage("to_dispatch", Text("平均派遣用时", "Mean time to dispatch"), First(FILED), First(DISPATCHED)),
    _stage("to_sign", Text("平均签收用时", "Mean time to sign"), First(DISPATCHED), First(("sign",))),
    _stage(
        "to_contact",
        Text("平均首次联系用时", "Mean time to the first contact"),
        First(DISPATCHED),
        First(("contact",)),
        of=AllOf((_OWN, Is("reachable", True))),
    ),
    _stage("to_handle", Text("平均处置用时", "Mean time to handle"), First(("sign",)), First(FED_BACK)),
    _stage("to_check", Text("平均核查用时", "Mean time to check"), First(FED_BACK), First(PASSED)),
    telling(
        _stage("to_close", Text("平均办结用时", "Mean time to close"), "opened_at", First(CLOSED)),
        Text("从上报到办结，平均用时{}。", "From the report to the closing it takes {} on average."),
    ),
)
"""Each stage runs from the first act that begins it to the first act that ends it."""
