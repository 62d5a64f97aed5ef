"""Where something is: by its point, by the area somebody named, or by its address, in that order."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.places.addresses.matching import Matched, match
from jingwei.kernel.places.snapshot import Place, Places
from jingwei.kernel.values.coordinates import Point

ADDRESS_FIELD = "address"
"""The declared field in which every type that has one keeps where somebody says it is."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a place."""

    point: Point | None
    area: str  # code
    address: str
    on: datetime.date
    by_hand: bool = False  # a clerk chose the area


@dataclass(frozen=True, slots=True)
class Located:
    """The area found, and how: by_point, by_hand, by_address, by_alias, by_area or none."""

    place: Place | None
    how: str
    matched: Matched = Matched()

    @property
    def facts(self) -> dict[str, Any]:
        """What the ledger keeps of it: never a word of the address."""
        best = self.matched.best if self.how in ("by_address", "by_alias") else None
        if best is None:
            return {"located": self.how}
        return {"located": self.how, "score": best.score, "signs": sorted({one.key for one in best.reasons})}


def locate_all(said: Sequence[Said], places: Places) -> list[Located]:
    """One answer for each, all points at once; an address is read only where there is no point and no chosen cell."""
    cells = places.locate_many([one.point for one in said], [one.on for one in said])
    return [_located(one, cell, places) for one, cell in zip(said, cells, strict=True)]


def _located(said: Said, cell: Place | None, places: Places) -> Located:
    if cell is not None:
        return Located(cell, "by_point")
    named = places.by_code.get(said.area) if said.area else None
    if named is not None and said.by_hand:
        return Located(named, "by_hand")
    matched = match_address(said.address, said.on, places) if said.point is None else Matched()
    best = matched.best
    found = places.by_code[best.code] if best else None
    if best and found and (named is None or named.code in found.lineage):
        return Located(found, "by_alias" if best.alias else "by_address", matched)
    return Located(named, "by_area", matched) if named else Located(None, "none", matched)


def match_address(address: str, on: datetime.date, places: Places) -> Matched:
    """The cells an address may mean on that day; nothing where no cell is known by a name."""
    if not address or not places.gazetteer:
        return Matched()
    found = match(address, on, places.gazetteer, places.area_names, places.lineages)
    there = tuple(one for one in found.proposals if places.by_code[one.code].on(on))
    return Matched(found.code if there and there[0].code == found.code else "", there)
