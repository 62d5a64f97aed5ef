"""When residents and grid workers report what, where, and in which words."""

import datetime
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from jingwei.kernel.values.coordinates import Point
from jingwei.surfaces.console.practice.acts import REQUESTS
from jingwei.surfaces.console.practice.land.ground import EAST, NORTH
from jingwei.surfaces.console.practice.land.mesh import Spot, inside, middle
from jingwei.surfaces.console.practice.land.places import Cell, Places
from jingwei.surfaces.console.practice.words import MARK, PHONE, Words, rows

Outlines = Mapping[str, Sequence[Spot]]

_STORM, _MOST_OF_STORM = 160, 0.2
"""So many reports come in on the last two days at least, but no more than this share of all for that."""
_STORM_DAYS = 2
RAIN = ("0303", "0303", "0401", "0705")
"""Classes of a storm, standing water twice as often as fallen trees and blocked sewers."""

_BY_RAIN, _FLOODED = 0.3, 2
"""Of those two days' reports so many are of these classes, from so many communities."""

_HOURS = (2, 1, 1, 1, 1, 3, 8, 22, 40, 52, 54, 46, 26, 24, 40, 48, 46, 40, 34, 32, 28, 20, 12, 5)
_WEEKDAYS = (11, 11, 10, 10, 10, 8, 7)
_CHANNELS = (("patrol", 48), ("hotline", 28), ("miniapp", 14), ("portal", 5), ("counter", 3), ("transfer", 2))
_NOBODY_CALLS = ("patrol", "transfer")
_OF_RESIDENTS = ("09", "10", "12")  # disputes, requests and clues are not found on a round
_AGO = ("快十天了", "好几天", "三天了", "一个星期", "这几天", "半个月", "一直", "这阵子", "前天起")
_SPOTS = (
    "门口",
    "北门",
    "南门",
    "东门附近",
    "对面",
    "路口",
    "公交站旁",
    "停车场",
    "楼下",
    "围墙外",
    "小广场",
    "菜店旁",
)
_OPENINGS = {
    "hotline": ("来电人反映：", "市民来电：", "来电人称，"),
    "miniapp": ("", "", "您好，", "反映一下，", "麻烦看看，"),
    "portal": ("您好，", "我是附近居民，", ""),
    "patrol": ("巡查发现：", "日常巡查，", "走访途中发现，"),
    "counter": ("来访人反映：",),
    "transfer": ("上级转来：",),
}
_ENDINGS = {
    "hotline": ("，希望尽快处理。", "，请相关部门核实处理并回复。", "，要求解决。"),
    "miniapp": ("，请尽快处理", "，谢谢！", "，急！", "。希望有人管管。", "，已经影响出行了。"),
    "portal": ("，请派人来看看，谢谢。", "，盼复。", "。"),
    "patrol": ("，请派单处置。", "，已现场拍照。", "。"),
    "counter": ("，请协调解决。",),
    "transfer": ("，请按期办理并反馈。",),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One report as it comes in; `opened` is local time without a zone."""

    opened: datetime.datetime
    category: str
    cell: Cell
    point: Point
    channel: str
    title: str
    text: str
    address: str
    contact: tuple[str, str] | None  # name and telephone
    request: str  # what the caller wants; empty where nobody called


class Residents:
    """Draws reports; the same chance draws the same."""

    def __init__(
        self,
        folder: Path,
        ground: tuple[Places, Outlines],
        words: Words,
        chance: random.Random,
        until: datetime.date,
    ) -> None:
        """Reports lie within the outlines given; those of the two days before `until` tell of a storm."""
        places, self._outlines = ground
        self._until = until
        self._chance, self._places, self._words = chance, places, words
        self._texts: dict[str, list[str]] = {}
        for row in rows(folder / "texts.csv"):
            self._texts.setdefault(row["category"], []).append(row["text"])
        arrivals = rows(folder / "arrivals.csv")
        self._classes = [row["category"] for row in arrivals]
        self._weights = {month: list(accumulate(_weight(row, month) for row in arrivals)) for month in range(1, 13)}
        self._cell_weights = list(accumulate(1.6 if cell.urban else 0.7 for cell in places.cells))
        self._names = {area.code: area.name.zh for area in places.areas}
        struck = flooded(places)
        self._flooded = [cell for cell in places.cells if cell.parent in struck]

    def moments(self, number: int, first: datetime.date) -> list[datetime.datetime]:
        """When so many reports come in: by day of the week and hour of the day, a little more each month.

        A year of few reports ends with two stormy days, so that there is something to be done when it is over.
        """
        days = [first + datetime.timedelta(days=place) for place in range((self._until - first).days)]
        weights = [_WEEKDAYS[day.weekday()] * (1 + place / len(days) / 4) for place, day in enumerate(days)]
        storm = min(_MOST_OF_STORM, _STORM / max(1, number))
        rest, last = sum(weights[:-_STORM_DAYS]), sum(weights[-_STORM_DAYS:])
        more = max(1.0, storm * rest / (1 - storm) / last)
        weights[-_STORM_DAYS:] = [weight * more for weight in weights[-_STORM_DAYS:]]
        drawn = self._chance.choices(days, weights, k=number)
        hours = self._chance.choices(range(24), _HOURS, k=number)
        moments = (
            datetime.datetime.combine(day, datetime.time(hour, self._chance.randrange(60), self._chance.randrange(60)))
            for day, hour in zip(drawn, hours, strict=True)
        )
        return sorted(moments)

    def told(self, opened: datetime.datetime) -> Told:
        """The report that comes in at this moment."""
        if (self._until - opened.date()).days <= _STORM_DAYS and self._chance.random() < _BY_RAIN:
            cell = self._chance.choice(self._flooded)
            return self.told_of(opened, self._chance.choice(RAIN), cell, self._spot(self._outlines[cell.code]))
        category = self._chance.choices(self._classes, cum_weights=self._weights[opened.month])[0]
        cell = self._chance.choices(self._places.cells, cum_weights=self._cell_weights)[0]
        return self.told_of(opened, category, cell, self._spot(self._outlines[cell.code]))

    def told_of(self, opened: datetime.datetime, category: str, cell: Cell, point: Point) -> Told:
        """A report of this class at this place."""
        chance = self._chance
        channel = chance.choices([name for name, _ in _CHANNELS], [weight for _, weight in _CHANNELS])[0]
        if channel == "patrol" and category[:2] in _OF_RESIDENTS:
            channel = "hotline"
        address = self._address(cell)
        template, ago = chance.choice(self._texts[category]), chance.choice(_AGO)
        sentence = template.format(at=address, ago=ago)
        text = chance.choice(_OPENINGS[channel]) + sentence + chance.choice(_ENDINGS[channel])
        title = template.replace("住在{at}，", "").replace("在{at}", "").format(at="", ago=ago).split("，")[0]
        whole = f"{self._names[cell.county]}{self._names[cell.town]}{address}"
        contact, request = self._contact(channel), self._request(category, channel)
        return Told(opened, category, cell, point, channel, title, text, whole, contact, request)

    def near(self, point: Point) -> Point:
        """A point within some thirty metres."""
        reach = 2000  # 1e-7 degree: about 20 m
        return Point(
            point.lon_e7 + self._chance.randint(-reach, reach), point.lat_e7 + self._chance.randint(-reach, reach)
        )

    def _address(self, cell: Cell) -> str:
        road = self._chance.choice(cell.roads)
        number = f"{road.name.zh}{self._chance.randint(road.low, road.high)}号"
        known = cell.estates or cell.villages
        name = self._chance.choice(known).zh
        spot = self._chance.choice(_SPOTS)
        return self._chance.choice((f"{number}{spot}", f"{number}{name}{spot}", f"{name}{spot}", f"{name}{spot}"))

    def _request(self, category: str, channel: str) -> str:
        if channel in _NOBODY_CALLS:
            return ""
        known = (REQUESTS[code] for code in (category, category[:2], "") if code in REQUESTS)
        return self._chance.choice(next(known))

    def _contact(self, channel: str) -> tuple[str, str] | None:
        if channel in _NOBODY_CALLS or self._chance.random() < 0.15:
            return None
        title = self._chance.choice(("先生", "女士"))
        return f"{self._words.one('surname').zh}{title}{MARK}", PHONE.format(self._chance.randrange(10_000))

    def _spot(self, ring: Sequence[Spot]) -> Point:
        """A point well within a ring."""
        xs, ys = [x for x, _ in ring], [y for _, y in ring]
        x0, y0 = middle(ring)
        for _ in range(20):
            x = self._chance.uniform(min(xs), max(xs))
            y = self._chance.uniform(min(ys), max(ys))
            x, y = x + (x0 - x) * 0.1, y + (y0 - y) * 0.1
            if inside(ring, (x, y)):
                break
        else:
            x, y = x0, y0
        return Point(round((EAST + x) * 100), round((NORTH + y) * 100))


def flooded(places: Places) -> list[str]:
    """Planted: the urban communities that the storm strikes, far from each other."""
    urban = sorted({cell.parent for cell in places.cells if cell.urban})
    return [urban[len(urban) * (2 * place + 1) // (2 * _FLOODED)] for place in range(_FLOODED)]


def _weight(row: Mapping[str, str], month: int) -> float:
    """A class's weight in a month; `months` are shares of a year in hundredths, all the same where there are none."""
    share = float(row["months"].split()[month - 1]) / 100 * 12 if row["months"] else 1.0
    return float(row["weight"]) * share
