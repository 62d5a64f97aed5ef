"""What comes in, goes out and stays, of every type."""

from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.predicates import AllOf, Is, IsNull, NotNull, Predicate
from jingwei.kernel.measures.registry import register
from jingwei.kernel.values.words import Text

_BASIS = "运行监测：事项流量"


def _count(key: str, title: Text, that: Predicate) -> Measure:
    return register(
        Measure(
            key=f"matter.{key}",
            title=title,
            unit="count",
            topic="intake",
            denominator=NotNull("opened_at"),
            numerator=that,
            null_rule="count_as_no",
            basis=_BASIS,
        )
    )


REPORTED = _count("reported", Text("受理数", "Reported"), NotNull("opened_at"))
"""How many were reported."""

CLOSED = _count("closed", Text("办结数", "Closed"), NotNull("closed_at"))
"""How many are closed."""

STILL_OPEN = _count("still_open", Text("未结数", "Open"), IsNull("closed_at"))
"""How many are not closed."""

URGED = _count("urged", Text("催办未复数", "Urged without an answer"), AllOf((IsNull("closed_at"), Is("urged", True))))
"""How many are open and were urged without an answer so far."""

SUPERVISED = _count(
    "supervised",
    Text("督办未复数", "Supervised without an answer"),
    AllOf((IsNull("closed_at"), Is("supervised", True))),
)
"""How many are open and supervised without an answer so far."""
