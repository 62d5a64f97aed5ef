"""What is asked of a collection: box, days, filter, page; and which of its features are meant."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.http import QueryDict

from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.surfaces.api.features.collections import Collection, Feature
from jingwei.surfaces.api.features.cql2 import Test, test_of

USUAL, MOST = 100, 1000
"""Features of one page: without a limit, and at most."""

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
KNOWN = ("f", "bbox", "bbox-crs", "datetime", "filter", "filter-lang", "filter-crs", "limit", "after")
_ONLY: Mapping[str, Sequence[str]] = {"filter-lang": ("cql2-text",), "filter-crs": (CRS84,), "bbox-crs": (CRS84,)}
_NOT_A_BOX = Text(
    "须为“西,南,东,北”四个以度为单位的数。", "These must be four numbers of degrees: west,south,east,north."
)
_NOT_A_DAY = Text(
    "须为日期、时间，或以 / 分开的起止（开放的一端写 ..）。",
    "This must be a day, a moment, or two of them with / between (.. for an open end).",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which features, and which page of them."""

    box: shapely.Geometry | None
    days: tuple[datetime.date | None, datetime.date | None] | None
    test: Test | None
    limit: int
    after: str

    def day(self, today: datetime.date) -> datetime.date:
        """As they are on which day: the last that is asked of, and never one that is still to come."""
        last = self.days[1] if self.days else None
        return min(last or today, today)


def check_names(asked: QueryDict, known: Sequence[str], forms: Sequence[str] = ("json",)) -> None:
    """Unknown parameters are refused (Part 1, /req/core/query-param-unknown), and forms other than these. Raises
    Invalid."""
    for name, values in asked.lists():
        if name not in known:
            reason = Text(f"没有这个参数；有：{', '.join(known)}。", f"There is no such parameter: {', '.join(known)}.")
            raise Invalid(reason, place=name[:40])
        if len(values) > 1:
            raise Invalid(Text("重复出现。", "It stands there twice."), place=name)
        only = forms if name == "f" else _ONLY.get(name, (values[0],))
        if values[0] not in ("", *only):
            raise Invalid(Text(f"只有 {'、'.join(only)}。", f"There is {' or '.join(only)} alone."), place=name)


def wanted_of(asked: QueryDict, collection: Collection) -> Wanted:
    """The parameters of the address. Raises Invalid."""
    check_names(asked, KNOWN)
    box, days, text = (asked.get(name, "")[:2000] for name in ("bbox", "datetime", "filter"))
    return Wanted(
        _box(box) if box else None,
        _days(days) if days else None,
        test_of(text, collection.queryables) if text else None,
        _limit(asked.get("limit", "")),
        asked.get("after", "")[:80],
    )


def matching(features: Sequence[Feature], wanted: Wanted) -> list[Feature]:
    """The features that are meant, in the order of the collection."""
    found = [one for one in features if _in_days(one, wanted) and (wanted.test is None or wanted.test(one.properties))]
    if wanted.box is None or not found:
        return found
    shapes = np.array([one.shape for one in found], dtype=object)
    return [one for one, meets in zip(found, shapely.intersects(shapes, wanted.box).tolist(), strict=True) if meets]


def page_of(found: Sequence[Feature], wanted: Wanted) -> tuple[Sequence[Feature], str]:
    """One page, and the id after which the next begins; "" where it is the last. An unknown id begins at the first."""
    start = next((place + 1 for place, one in enumerate(found) if one.id == wanted.after), 0) if wanted.after else 0
    page = found[start : start + wanted.limit]
    return page, page[-1].id if start + wanted.limit < len(found) else ""


def _in_days(one: Feature, wanted: Wanted) -> bool:
    if wanted.days is None:
        return True
    first, last = wanted.days
    return (last is None or one.since <= last) and (first is None or one.until is None or first < one.until)


def _limit(text: str) -> int:
    if not text:
        return USUAL
    if not (text.isascii() and text.isdigit()) or int(text[:9]) < 1:
        raise Invalid(Text("须为大于 0 的整数。", "This must be a whole number above 0."), place="limit")
    return min(int(text[:9]), MOST)


def _box(text: str) -> shapely.Geometry:
    """Two corners; heights (six numbers) are left out of account. A box across 180° has its west in the east."""
    try:
        numbers = [float(one) for one in text.split(",")]
    except ValueError as error:
        raise Invalid(_NOT_A_BOX, place="bbox") from error
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(abs(one) <= 180 for one in numbers) or numbers[1] > numbers[3]:
        raise Invalid(_NOT_A_BOX, place="bbox")
    west, south, east, north = numbers
    if west <= east:
        return shapely.box(west, south, east, north)
    return shapely.union(shapely.box(west, south, 180, north), shapely.box(-180, south, east, north))


def _days(text: str) -> tuple[datetime.date | None, datetime.date | None]:
    ends = text.split("/")
    if len(ends) > 2 or all(one in ("", "..") for one in ends):
        raise Invalid(_NOT_A_DAY, place="datetime")
    days = [_day(one) for one in ends]
    return days[0], days[-1]


def _day(text: str) -> datetime.date | None:
    if text in ("", ".."):
        return None
    try:
        return datetime.datetime.fromisoformat(text).date()
    except ValueError as error:
        raise Invalid(_NOT_A_DAY, place="datetime") from error
