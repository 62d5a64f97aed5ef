"""The cells in force as the rows of a sheet, to be changed and sent back; read as they are they change nothing."""

from collections import defaultdict
from collections.abc import Iterator

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.places.commands.naming import PlainName
from jingwei.kernel.places.models import CellCard, PlaceName
from jingwei.kernel.places.sheets.cells import COLUMNS
from jingwei.kernel.places.snapshot import Place, places_of

_SIDES = {"odd": "单", "even": "双", "": ""}
_COLUMN = {"estate": "estates", "village": "villages", "road": "roads"}


def headings(language: str) -> list[str]:
    """The heads of the columns in a language, in their order; the reader knows them."""
    return [words[-1 if language == "en" else 0] for words in COLUMNS.values()]


def rows(scope: Scope, within: Place) -> Iterator[list[str | int | None]]:
    """Each cell in force inside an area, in the order of the headings. Two statements beside those of the places."""
    places = places_of(scope)
    cells = {one.id: one for one in places.in_force if places.is_cell(one) and within.code in one.lineage}
    cards = CellCard.objects.in_bulk(cells.keys())
    known: dict[object, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    columns = ("area_id", "kind", "name", "low", "high", "side")
    standing = PlaceName.objects.filter(area__in=cells, origin="sheet", until_on=None).order_by("pk")
    for area, kind, *rest in standing.values_list(*columns):
        name = PlainName(**dict(zip(columns[1:], (kind, *rest), strict=True)))
        known[area]["house_numbers" if name.low is not None else _COLUMN[kind]].append(name_written(name))
    for cell in sorted(cells.values(), key=lambda one: one.lft):
        card, names = cards.get(cell.id), known[cell.id]
        told = [card.worker, card.phone, card.households] if card else ["", "", None]
        parent = places.by_id[cell.parent].code if cell.parent else ""
        listed = ["；".join(names[column]) for column in ("estates", "villages", "roads", "house_numbers")]
        yield [cell.code, cell.name.zh, cell.name.en, parent, *told, *listed]


def name_written(name: PlainName) -> str:
    """A name as a sheet has it: 阳光花园, 人民路 1-99 单, 东街 100-, 建设路 20."""
    if name.low is None:
        return name.name
    span = f"{name.low}" if name.high == name.low else f"{name.low}-{name.high if name.high is not None else ''}"
    return f"{name.name} {span} {_SIDES[name.side]}".strip()
