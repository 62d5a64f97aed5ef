"""The cell of a point or of an address, or the cells that it may be, as residents read them."""

from collections.abc import Mapping
from dataclasses import dataclass

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.places.finding import match_address
from jingwei.kernel.places.snapshot import Place, Places, places_of
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.kit.intake import read_point

LONGEST_ADDRESS = 300


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as residents read it: its name, the area it lies in, and why it is meant."""

    code: str
    name: Text
    above: Text
    why: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of the place: by the device's position or by the address; the cell meant, else those it may be."""

    by: str = ""  # point | address | "" where neither was said
    cell: Cell | None = None
    others: tuple[Cell, ...] = ()


def cell_of(places: Places, place: Place, why: tuple[Text, ...] = ()) -> Cell:
    """A cell with the name of the area above it."""
    above = places.by_id[place.parent].name if place.parent else place.name
    return Cell(place.code, place.name, above, why)


def found_at(scope: Scope, values: Mapping[str, str]) -> Found:
    """By the point where one was given, else by the address. No statement; a wrong point counts as none."""
    places = places_of(scope)
    try:
        point = read_point(values)
    except Invalid:
        point = None
    if point is not None:
        place = places.locate(point)
        return Found("point", cell_of(places, place) if place else None)
    return found_by_address(scope, values.get("address", ""))


def found_by_address(scope: Scope, address: str) -> Found:
    """The cell that an address means today, or up to five that it may mean."""
    said = address.strip()[:LONGEST_ADDRESS]
    if not said:
        return Found()
    places = places_of(scope)
    matched = match_address(said, scope.today, places)
    cells = [
        cell_of(places, places.by_code[one.code], tuple(reason.words for reason in one.reasons))
        for one in matched.proposals
    ]
    if matched.code:
        return Found("address", cells[0])
    return Found("address", None, tuple(cells))
