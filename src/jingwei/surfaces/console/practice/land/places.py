"""Names and codes for the ground: counties, towns, communities and cells that read like those of a real city."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from jingwei.kernel.values.words import Text
from jingwei.surfaces.console.practice.land.ground import Ground, Piece
from jingwei.surfaces.console.practice.land.mesh import Mesh, Spot, middle
from jingwei.surfaces.console.practice.words import Words

ROOT = "990100000000"
"""GB/T 2260 has no province 99: below it no code is a real place's."""

TOO_MANY = 500
"""Households that a cell should not pass (domain paper 2.1: 300 to 500)."""

_COUNTY_CODES = ("990102", "990103", "990121", "990122")


@dataclass(frozen=True, slots=True)
class Road:
    """A road with the house numbers that lie in a cell."""

    name: Text
    low: int
    high: int


@dataclass(slots=True)
class Area:
    """One area of the tree."""

    code: str
    level: str
    parent: str
    name: Text
    urban: bool


@dataclass(slots=True)
class Cell(Area):
    """A cell with its outline (1e-5 degree from the city's middle) and what the city's sheet says of it."""

    ring: list[Spot] = field(default_factory=list)
    worker: Text = Text("", "")  # noqa: RUF009  # frozen
    phone: str = ""
    households: int = 0
    estates: list[Text] = field(default_factory=list)
    villages: list[Text] = field(default_factory=list)
    roads: list[Road] = field(default_factory=list)

    @property
    def town(self) -> str:
        """The code of its town."""
        return self.code[:9] + "000"

    @property
    def county(self) -> str:
        """The code of its county."""
        return self.code[:6] + "000000"


@dataclass(frozen=True, slots=True)
class Places:
    """All areas, parents first, and the cells among them."""

    areas: list[Area]
    cells: list[Cell]

    def named(self, code: str) -> Text:
        """The name of an area."""
        return next(area.name for area in self.areas if area.code == code)

    def of_level(self, level: str) -> list[Area]:
        """The areas of one level in the order of the tree."""
        return [area for area in self.areas if area.level == level]


def name_places(ground: Ground, words: Words, chance: random.Random) -> Places:
    """Gives every piece of the ground its code and its names; the same ground and chance give the same."""
    return _Naming(ground.mesh, words, chance).city(ground.city)


class _Naming:
    def __init__(self, mesh: Mesh, words: Words, chance: random.Random) -> None:
        self._mesh, self._words, self._chance = mesh, words, chance
        self._areas: list[Area] = []
        self._cells: list[Cell] = []
        self._towns = words.each_once("town")
        self._estates = words.each_once("estate", "estate_kind")
        self._roads = words.each_once("road", "road_kind")
        self._numbered: dict[str, int] = {}  # the next house number of each road

    def city(self, city: Piece) -> Places:
        self._areas.append(Area(ROOT, "city", "", Text("经纬市", "Jingwei City"), True))
        names = {True: iter(self._words.all("county_urban")), False: iter(self._words.all("county_rural"))}
        for code, county in zip(_COUNTY_CODES, city.parts, strict=True):
            self._areas.append(Area(f"{code}000000", "county", ROOT, next(names[county.urban]), county.urban))
            self._county(code, county)
        return Places(self._areas, self._cells)

    def _county(self, code: str, county: Piece) -> None:
        numbers = {"街道": 1, "镇": 100, "乡": 200}
        for place, town in enumerate(self._ordered(county.parts)):
            kind = "街道" if town.urban else "镇" if place % 3 else "乡"
            kind_en = {"街道": "Subdistrict", "镇": "Town", "乡": "Township"}[kind]
            name = self._town()
            known = f"{code}{numbers[kind]:03}"
            numbers[kind] += 1
            title = Text(f"{name.zh}{kind}", f"{name.en} {kind_en}")
            self._areas.append(Area(f"{known}000", "town", f"{code}000000", title, town.urban))
            self._town_parts(known, town)

    def _town(self) -> Text:
        """The names of the list first; a large city has East, West … ones besides."""
        following = next(self._towns, None)
        if following is None:
            sides = (Text("东", "East "), Text("西", "West "), Text("南", "South "), Text("北", "North "))
            more = [Text(side.zh + one.zh, side.en + one.en) for side in sides for one in self._words.all("town")]
            self._chance.shuffle(more)
            self._towns = iter(more)
            following = next(self._towns)
        return following

    def _town_parts(self, code: str, town: Piece) -> None:
        names = self._community_names(town.urban)
        first = 1 if town.urban else 200
        for number, community in enumerate(self._ordered(town.parts), first):
            known = f"{code}{number:03}"
            name = next(names)
            self._areas.append(Area(known, "community", f"{code}000", name, community.urban))
            for place, cell in enumerate(self._ordered(community.parts), 1):
                self._cell(f"{known}{place:03}", name, cell)

    def _community_names(self, urban: bool) -> Iterator[Text]:
        if urban:
            for name in self._words.each_once("community"):
                yield Text(f"{name.zh}社区", f"{name.en} Community")
        for name in self._words.each_once("surname", "village", joint=""):
            yield Text(f"{name.zh}村", f"{name.en} Village")

    def _cell(self, code: str, community: Text, piece: Piece) -> None:
        number = int(code[-3:])
        name = Text(f"{community.zh}第{number}网格", f"{community.en}, cell {number}")
        cell = Cell(code, "cell", code[:12], name, piece.urban, ring=self._mesh.ring(piece.face))
        cell.worker, cell.phone = self._words.person(), self._words.phone()
        cell.households = self._chance.randint(230, 480) if piece.urban else self._chance.randint(90, 320)
        if piece.urban:
            cell.estates = [self._estate() for _ in range(self._chance.randint(1, 3))]
        else:
            hamlets = self._words.all("hamlet")
            cell.villages = self._chance.sample(hamlets, self._chance.randint(1, 3))
        cell.roads = self._cell_roads(piece.urban)
        self._areas.append(cell)
        self._cells.append(cell)

    def _estate(self) -> Text:
        if self._chance.random() < 0.12:
            works = self._words.one("works")
            return Text(f"{works.zh}家属院", f"{works.en} Housing")
        following = next(self._estates, None)
        if following is None:
            self._estates = self._words.each_once("estate", "estate_kind")
            following = next(self._estates)
        phase = self._chance.choice(("", "", "", "一期", "二期"))
        return Text(following.zh + phase, following.en + {"": "", "一期": " I", "二期": " II"}[phase])

    def _cell_roads(self, urban: bool) -> list[Road]:
        found = []
        for _ in range(self._chance.randint(2, 4) if urban else 1):
            following = next(self._roads, None) if urban else self._country_road()
            if following is None:
                self._roads = self._words.each_once("road", "road_kind")
                following = next(self._roads)
            begins = self._chance.randrange(1, 200)
            found.append(self._section(following, begins, self._chance.randrange(20, 120)))
        if urban and self._chance.random() < 0.3:
            found.append(self._section(self._words.one("lane"), 1, self._chance.randrange(20, 60)))
        return found

    def _section(self, name: Text, begins: int, numbers: int) -> Road:
        """A road's next house numbers: where it leaves one cell it goes on in another, and no number comes twice."""
        low = self._numbered.get(name.zh, begins)
        self._numbered[name.zh] = low + numbers
        return Road(name, low, low + numbers - 1)

    def _country_road(self) -> Text:
        name = self._words.one("road")
        return Text(f"{name.zh}路", f"{name.en} Road")

    def _ordered(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Numbered from north to south in bands, in each from west to east, as single grids are."""

        def place(piece: Piece) -> tuple[int, float]:
            x, y = middle(self._mesh.ring(piece.face)) if not piece.parts else self._middle(piece)
            return -round(y / 3000), x

        return sorted(pieces, key=place)

    def _middle(self, piece: Piece) -> tuple[float, float]:
        """The middle of a piece that has been divided, from those of its cells."""
        spots = [middle(self._mesh.ring(cell.face)) for cell in _cells_of(piece)]
        return sum(x for x, _ in spots) / len(spots), sum(y for _, y in spots) / len(spots)


def _cells_of(piece: Piece) -> Iterator[Piece]:
    if not piece.parts:
        yield piece
    for part in piece.parts:
        yield from _cells_of(part)
