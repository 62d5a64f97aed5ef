"""What the parts of an area have to do, and how evenly it lies on their cells: the page of whoever redraws them."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.workload import REDRAWS, Work, by_cell, last_report, spots
from jingwei.kernel.places.checking.faults import Thresholds
from jingwei.kernel.places.checking.survey import survey_of
from jingwei.kernel.places.dividing.spread import Spread, spread_of
from jingwei.kernel.places.models import CellCard
from jingwei.kernel.places.snapshot import Place, Places, places_of
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.maps.panel import Mark, Panel, panel_of, shades
from jingwei.kit.maps.sheets import sheet_of
from jingwei.kit.parts.table import Cell, Column, Table, table_of

BY: Mapping[str, Text] = {
    "reports": Text("近 12 个月上报", "Reports of twelve months"),
    "households": Text("户数", "Households"),
}
"""What a division may be balanced by."""

BUSY = 2.0  # times the mean of the cells in the reader's reach: so much work is for two
_COLUMNS = (
    Column("name", Text("名称", "Name"), fixed=True),
    Column("code", Text("代码", "Code")),
    Column("cells", Text("网格数", "Cells"), numeric=True),
    Column("reported", Text("近 12 个月上报", "Reports a year"), numeric=True),
    Column("households", Text("户数", "Households"), numeric=True),
    Column("open", Text("未结", "Open"), numeric=True),
    Column("each", Text("每格与平均之比", "Cell to mean"), numeric=True),
    Column("farthest", Text("格间最大偏差", "Furthest off"), numeric=True),
    Column("notes", Text("提醒", "Notes"), sorts=False),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """One area with what its cells have to do."""

    place: Place
    cells: int
    work: Work
    households: int | None
    each: float | None  # the load of a cell in it, in means of all cells
    spread: Spread | None
    notes: tuple[Text, ...]
    address: str


@dataclass(frozen=True, slots=True)
class LoadPage:
    """An area and its parts."""

    place: Place
    above: tuple[Place, ...]  # outermost first
    by: str
    facts: tuple[tuple[Text, str], ...]  # over all cells in it
    until: datetime.datetime  # the end of the twelve months
    nowhere: int  # reports that lie in none of the cells
    rows: tuple[Loaded, ...]
    panel: Panel | None


def load_page(scope: Scope, code: str, by: str) -> LoadPage:
    """An area by its code, "" for the whole city, with the areas right below. Raises Denied as not found."""
    places = places_of(scope)
    place = places.by_code.get(code) if code else places.root
    if place is None or not place.on(places.today):
        raise not_found()
    grid = _grid_of(scope, by)
    rows = tuple(_row(grid, one) for one in places.children(place.code) if grid.cells_in(one))
    mine = grid.cells_in(place)
    return LoadPage(
        place=place,
        above=tuple(places.by_code[one] for one in reversed(place.lineage[1:])),
        by=by,
        facts=facts_of(len(mine), spread_of([grid.loads[code] for code in mine])),
        until=last_report(scope),
        nowhere=grid.work[""].reported if "" in grid.work and place is places.root else 0,
        rows=rows,
        panel=_panel(scope, place, rows, by),
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """The cells in force within the reader's reach with what they have to do; by their codes."""

    places: Places
    work: Mapping[str, Work]
    households: Mapping[str, int]
    km2: Mapping[str, float]
    loads: Mapping[str, float]
    whole: Spread | None  # over all of them

    def cells_in(self, place: Place) -> list[str]:
        return [code for code in self.loads if place.code in self.places.lineages[code]]


def _grid_of(scope: Scope, by: str) -> _Grid:
    places = places_of(scope)
    assert places.root is not None  # noqa: S101  # asked for a place of the city, so it has a root
    work, households = by_cell(spots(scope, places.root)), households_of(scope)
    reach = [duty.area for duty in scope.actor.duties if REDRAWS in duty.grants]
    inside = [one for one in places.in_force if any(low <= one.lft <= high for low, high in reach)]
    cells = [one.code for one in inside if places.is_cell(one)]
    loads = {code: load_of(code, by, work, households) for code in cells}
    return _Grid(places, work, households, survey_of(scope).km2, loads, spread_of(list(loads.values())))


def facts_of(cells: int, spread: Spread | None) -> tuple[tuple[Text, str], ...]:
    """How even a division is, in words and figures."""
    return (
        (Text("网格数", "Cells"), f"{cells}"),
        (Text("每格平均", "Mean of a cell"), f"{spread.mean:,.1f}" if spread else "—"),
        (Text("离平均最远的网格", "The cell furthest from the mean"), percent(spread.farthest) if spread else "—"),
        (Text("变异系数", "Coefficient of variation"), f"{spread.variation:.2f}" if spread else "—"),
    )


def percent(share: float) -> str:
    """A share of the mean."""
    return f"{share * 100:.0f} %"


def households_of(scope: Scope) -> dict[str, int]:
    """The households of the cells in force that say how many there are, by code. One statement."""
    by_id = places_of(scope).by_id
    cards = CellCard.objects.exclude(households=None).values_list("area_id", "households")
    return {by_id[area].code: count for area, count in cards if count is not None and by_id[area].on(scope.today)}


def load_of(code: str, by: str, work: Mapping[str, Work], households: Mapping[str, int]) -> float:
    """What one cell weighs."""
    return float(households.get(code, 0) if by == "households" else work.get(code, Work()).reported)


def _row(grid: _Grid, place: Place) -> Loaded:
    mine = grid.cells_in(place)
    told = [grid.households[code] for code in mine if code in grid.households]
    own = spread_of([grid.loads[code] for code in mine])
    done = [grid.work[code] for code in mine if code in grid.work]
    return Loaded(
        place=place,
        cells=len(mine),
        work=Work(sum(one.reported for one in done), sum(one.open for one in done)),
        households=sum(told) if told else None,
        each=own.mean / grid.whole.mean if own and grid.whole else None,
        spread=own if own and own.cells > 1 else None,
        notes=tuple(_notes(grid, mine)),
        address=reverse("desk:split" if grid.places.is_cell(place) else "desk:redraw_area", args=[place.code]),
    )


def _notes(grid: _Grid, codes: Sequence[str]) -> list[Text]:
    """How many of some cells are too large, by what."""
    given = Thresholds()
    mean = sum(one.reported for code, one in grid.work.items() if code) / max(1, len(grid.loads))
    crowded = [code for code in codes if grid.households.get(code, 0) > given.households]
    busy = [code for code in codes if mean and grid.work.get(code, Work()).reported > BUSY * mean]
    wide = [code for code in codes if grid.km2.get(code, 0) > given.cell_km2]
    words = (
        (crowded, f"超过 {given.households} 户", f"above {given.households} households"),
        (busy, f"上报超过辖区平均的 {BUSY:g} 倍", f"reports above {BUSY:g} times the mean of all"),
        (wide, f"超过 {given.cell_km2:g} 平方公里", f"above {given.cell_km2:g} km²"),
    )
    if len(codes) == 1:
        return [Text(zh, en) for found, zh, en in words if found]
    return [Text(f"{zh}：{len(found)} 个网格", f"{en}: {len(found)} cells") for found, zh, en in words if found]


def _panel(scope: Scope, place: Place, rows: Sequence[Loaded], by: str) -> Panel | None:
    """The parts by their load."""
    sheet = sheet_of(scope, rows[0].place.level, place.code) if rows else None
    if sheet is None:
        return None
    counts = {one.place.code: _weight(one, by) for one in rows}
    shade, keys = shades(counts)
    marks = [Mark(one.place.code, one.place.name, shade[one.place.code], _words(one, by), one.address) for one in rows]
    title = Text(f"{place.name.zh}：{BY[by].zh}", f"{place.name.en}: {BY[by].en}")
    return panel_of(title, sheet, marks, keys)


def _weight(one: Loaded, by: str) -> int:
    return (one.households or 0) if by == "households" else one.work.reported


def _words(one: Loaded, by: str) -> Text:
    weight = _weight(one, by)
    words = Text(f"{weight} 户", f"{weight} households") if by == "households" else Text(f"{weight} 件", f"{weight}")
    notes = [words, *one.notes]
    return Text("，".join(each.zh for each in notes), ", ".join(each.en for each in notes))


def loads_table(rows: Sequence[Loaded], asked: QueryDict) -> Table:
    """The parts as a table, in the order and with the columns asked for."""
    return table_of(
        _COLUMNS,
        [
            {
                "name": Cell(words=one.place.name, address=one.address, order=one.place.name.zh),
                "code": Cell(text=one.place.code, order=one.place.code),
                "cells": Cell(number=one.cells, order=one.cells),
                "reported": Cell(number=one.work.reported, order=one.work.reported),
                "households": Cell(number=one.households, order=one.households),
                "open": Cell(number=one.work.open, order=one.work.open),
                "each": _share(one.each),
                "farthest": _share(one.spread.farthest if one.spread else None),
                "notes": Cell(marks=one.notes),
            }
            for one in rows
        ],
        asked,
    )


def _share(value: float | None) -> Cell:
    """A share of the mean, in hundredths."""
    return Cell() if value is None else Cell(text=percent(value), order=value)
