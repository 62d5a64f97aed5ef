"""The measures that every city has, of matters of all types."""

from jingwei.kernel.measures.declared import Before, IsNull, Measure
from jingwei.kernel.measures.registry import register
from jingwei.kernel.values.words import Text

OPEN_OVERDUE = register(
    Measure(
        key="matter.open_overdue",
        title=Text("逾期未结事项数", "Open and overdue matters"),
        unit="count",
        denominator=IsNull("closed_at"),
        numerator=Before("due_at"),
        null_rule="count_as_no",
        basis="运行监测：各类事项的办结时限",
    )
)
"""Of the open matters, how many are past their due moment; matters without one are unknown."""
