"""What of figures may be shown to everybody: nothing that tells of fewer than five events or eight addresses.

Counts are rounded to fives, so that the difference of two of them says nothing either; they speak of periods that do
not overlap and of the areas of one level. Where exactly one area's count is held back, the smallest other one is too:
the rest of a sum would tell it.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping

from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.predicates import AllOf, Before, Is, IsNull, Not, NotNull, Predicate
from jingwei.kernel.measures.registry import register, telling
from jingwei.kernel.values.words import Text

LEAST_EVENTS = 5
LEAST_ADDRESSES = 8
WEEK, PERIOD = datetime.timedelta(days=7), datetime.timedelta(days=28)
_FIRST = datetime.date(2001, 1, 1)  # a Monday: periods are counted from it

_COUNTED = (Is("duplicate", False), Is("placed", True))


def _closed(key: str, title: Text, span: datetime.timedelta) -> Measure:
    hours = int(span.total_seconds() // 3600)
    lately: Predicate = AllOf((NotNull("closed_at"), Not(Before("closed_at", hours=hours))))
    return register(
        Measure(
            key=key,
            title=title,
            unit="count",
            topic="intake",
            denominator=AllOf(_COUNTED),
            numerator=lately,
            null_rule="count_as_no",
            basis="对外公布：四周一期，各期不重叠，小数不公布",
        )
    )


OPEN = register(
    Measure(
        key="public.open",
        title=Text("正在办理", "Being handled"),
        unit="count",
        topic="intake",
        denominator=AllOf(_COUNTED),
        numerator=IsNull("closed_at"),
        null_rule="count_as_no",
        basis="对外公布：期末时点，小数不公布",
    )
)
telling(OPEN, Text("期末还有{}件正在办理。", "At the end of it {} were still being handled."))
CLOSED = _closed("public.closed", Text("本期办结", "Closed in the period"), PERIOD)
telling(CLOSED, Text("上一期四周里办结{}件。", "In the last period of four weeks {} matters were closed."))
CLOSED_IN_A_WEEK = _closed("public.closed_in_a_week", Text("本周办结", "Closed in the week"), WEEK)


def period_end(today: datetime.date, span: datetime.timedelta) -> datetime.date:
    """The Monday on which the last whole period of that length ended, at its beginning."""
    return _FIRST + (today - _FIRST) // span * span


def published(number: int) -> int | None:
    """The count as everybody may know it: to the nearest five, None for fewer than five."""
    return None if number < LEAST_EVENTS else (number + 2) // 5 * 5


def published_by_area(
    counts: Mapping[str, int], parents: Mapping[str, str], barred: Collection[str] = ()
) -> dict[str, int | None]:
    """The same of every area of `parents` (area: the one above); `barred` have too few addresses, whatever happens
    there. None where nothing may be said."""
    told = {area: None if area in barred else published(counts.get(area, 0)) for area in parents}
    groups: dict[str, list[str]] = {}
    for area, above in parents.items():
        groups.setdefault(above, []).append(area)
    together = [*groups.values(), list(parents)]
    while any([_completed(group, counts, told) for group in together]):
        pass  # what was held back for one sum may be alone in another
    return told


def _completed(group: Iterable[str], counts: Mapping[str, int], told: dict[str, int | None]) -> bool:
    """Holds back a second one where one alone is held back; whether it did."""
    hidden = [area for area in group if told[area] is None]
    shown = sorted((counts.get(area, 0), area) for area in group if told[area] is not None)
    alone = len(hidden) == 1 and bool(shown)
    if alone:
        told[shown[0][1]] = None
    return alone
