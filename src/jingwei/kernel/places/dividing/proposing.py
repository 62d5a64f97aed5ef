"""A balanced division of an area as a proposal: what it would be, how it compares with the present one, and the act."""

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import networkx as nx
import numpy as np
import shapely

from jingwei.kernel.places.checking.coverage import Cells
from jingwei.kernel.places.commands.redraw import NewArea, RedrawAreas, Redrawn
from jingwei.kernel.places.dividing.balancing import Areas, Loads, anew, from_present
from jingwei.kernel.places.dividing.corners import neighbours_with_corners
from jingwei.kernel.places.dividing.cutting import free_codes, shape_of
from jingwei.kernel.places.dividing.pieces import GRID, Pieces, pieces_of
from jingwei.kernel.places.dividing.spread import Spread, spread_of
from jingwei.kernel.places.snapshot import Place, Places
from jingwei.kernel.values.coordinates import Point
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

MOST = 60
"""Cells of one proposal: some twenty seconds of work; a larger area is divided part by part."""

EVEN = 0.1  # of the mean: a division whose cells are all this near to it is even; of several the one that moves least
SOURCE = "division"


@dataclass(frozen=True, slots=True)
class Carried:
    """What cells carry: so much at points, so much of a cell as a whole (spread over its land)."""

    points: Sequence[tuple[Point, float]] = ()
    whole: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """The new cells of one area above cells. `areas` says of each piece which cell it belongs to: the place in the
    sorted codes of the present cells, or behind them for cells that begin; with `wanted` it tells all, since the same
    cells give the same pieces."""

    above: str
    wanted: int
    areas: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NewCell:
    """One cell of the proposal. `code` is "" for one that begins: it gets one when the act is planned."""

    above: str
    code: str
    shape: shapely.Geometry  # degrees
    changed: bool
    load: float
    m2: float


@dataclass(frozen=True, slots=True)
class Quality:
    """One division in figures."""

    spread: Spread | None
    roundness: float
    """Mean of 4π · area / border² (Polsby and Popper 1991): 1 is a circle, a square is 0.79."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the division would be."""

    parts: tuple[Part, ...]
    cells: tuple[NewCell, ...]
    ends: tuple[str, ...]  # codes of cells that nothing goes on as
    before: Quality
    after: Quality
    now: Mapping[str, float]  # what each present cell carries, by code
    moved: float  # of the load: what would lie in another cell than now

    @property
    def better(self) -> bool:
        """Whether it is more even than the present one."""
        now, then = self.before.spread, self.after.spread
        return now is not None and then is not None and then.variation < now.variation and then.farthest < now.farthest


def propose(places: Places, place: Place, carried: Carried, count: int) -> Proposal:
    """So many cells, each inside the area right above it now, in one piece, and with as even a load as is found.

    Where several areas hold the cells, the number is shared out among them by their load, one each at least. The same
    cells and loads give the same proposal. Raises Invalid where there is nothing to divide, or too much.
    """
    held = cells_by_area(places, place)
    now = sum(len(cells) for cells in held.values())
    _check(held, now, count)
    cut = {above: pieces_of(cells, len(cells)) for above, cells in held.items()}
    loads = {above: loads_of(pieces, carried) for above, pieces in cut.items()}
    if not any(one.sum() for one in loads.values()):
        raise Invalid(_NO_LOAD, place="by")
    wanted = _shares({above: float(one.sum()) for above, one in loads.items()}, count)
    parts = []
    for above, cells in held.items():
        if wanted[above] > len(cells):
            cut[above] = pieces_of(cells, wanted[above])
        pieces = cut[above]
        mine = loads_of(pieces, carried)
        part = _part(above, pieces, mine if mine.sum() else pieces.m2, wanted[above])  # else by land
        if part.wanted < wanted[above]:  # fewer pieces than cells asked for: cut as it will be from the parts kept
            cut[above] = pieces_of(cells, part.wanted)
        parts.append(part)
    return _proposal(held, carried, parts, cut)


def cells_by_area(places: Places, place: Place) -> dict[str, dict[str, bytes]]:
    """The cells within an area that have a boundary today, by the code of the area right above them; in tree order."""
    found: dict[str, dict[str, bytes]] = {}
    drawn = {one.code: one.wkb for one in places.shapes_on(places.today)}
    for one in sorted(places.in_force, key=lambda each: each.lft):
        if places.is_cell(one) and place.code in one.lineage[1:] and one.code in drawn:
            found.setdefault(one.lineage[1], {})[one.code] = drawn[one.code]
    return found


def loads_of(pieces: Pieces, carried: Carried) -> Loads:
    """What each piece carries."""
    loads = pieces.spread(carried.whole)
    if carried.points:
        at = pieces.at([point for point, _ in carried.points])
        np.add.at(loads, at[at >= 0], np.array([load for _, load in carried.points])[at >= 0])
    return loads


def _check(held: Mapping[str, Mapping[str, bytes]], now: int, count: int) -> None:
    if now == 0:
        raise Invalid(_NOTHING, place="count")
    if max(now, count) > MOST:
        raise Invalid(
            Text(
                f"一次最多算 {MOST} 个网格；请选下一级区域。",
                f"At most {MOST} cells at once: take an area below this one.",
            ),
            place="count",
        )
    if count < len(held):
        raise Invalid(
            Text(f"至少要 {len(held)} 个网格：每个上级一个。", f"At least {len(held)} cells: one for each area above."),
            place="count",
        )


def _shares(loads: Mapping[str, float], count: int) -> dict[str, int]:
    """The number shared out by load: each next cell goes where one would carry most."""
    shares = dict.fromkeys(loads, 1)
    for _ in range(count - len(shares)):
        shares[max(loads, key=lambda above: loads[above] / shares[above])] += 1
    return shares


def _part(above: str, pieces: Pieces, loads: Loads, wanted: int) -> Part:
    """The best division found of one area: even ones before uneven ones, and of even ones what moves least."""
    wanted = min(wanted, len(pieces.owner))
    found = [anew(pieces, loads, wanted)]
    if wanted == len(pieces.codes):
        found.append(from_present(pieces, loads))
    named = [_named(pieces, areas) for areas in found]
    best = min(named, key=lambda areas: _rank(pieces, loads, areas))
    return Part(above, wanted, tuple(best.tolist()))


def _rank(pieces: Pieces, loads: Loads, areas: Areas) -> tuple[float, float]:
    spread = spread_of(_sums(areas, loads))
    if spread is None:
        return 0.0, float(pieces.m2[areas != pieces.owner].sum())
    even = spread.farthest <= EVEN
    return (0.0, float(loads[areas != pieces.owner].sum())) if even else (spread.variation, 0.0)


def _named(pieces: Pieces, areas: Areas) -> Areas:
    """The same division, its areas numbered as the present cells that they have most land in common with; those that
    have none left begin anew."""
    graph: nx.Graph[tuple[str, int]] = nx.Graph()
    common: dict[tuple[int, int], float] = {}
    for area, owner, m2 in zip(areas.tolist(), pieces.owner.tolist(), pieces.m2.tolist(), strict=True):
        common[area, owner] = common.get((area, owner), 0.0) + m2
    for (area, owner), m2 in sorted(common.items()):
        graph.add_edge(("new", area), ("now", owner), weight=m2)
    names: dict[int, int] = {}
    for pair in nx.max_weight_matching(graph, maxcardinality=True):
        ends = dict(pair)
        names[ends["new"]] = ends["now"]
    fresh = len(pieces.codes)
    for area in np.unique(areas).tolist():
        if area not in names:
            names[area] = fresh
            fresh += 1
    return np.array([names[area] for area in areas.tolist()], dtype=np.int64)


def proposal_of(places: Places, place: Place, carried: Carried, parts: Sequence[Part]) -> Proposal:
    """The proposal that was kept as its parts, with its figures as they are now. Raises Invalid where cells changed."""
    held = cells_by_area(places, place)
    if {one.above for one in parts} != set(held):
        raise Invalid(_CHANGED)
    return _proposal(held, carried, parts, {one.above: pieces_of(held[one.above], one.wanted) for one in parts})


def _proposal(
    held: Mapping[str, Mapping[str, bytes]], carried: Carried, parts: Sequence[Part], cut: Mapping[str, Pieces]
) -> Proposal:
    """The proposal with its figures; `cut` are the pieces of each area. Raises Invalid where they are not those that
    the parts share out."""
    cells: list[NewCell] = []
    ends: list[str] = []
    present: dict[str, float] = {}
    moved = 0.0
    for part in parts:
        pieces = cut[part.above]
        if len(part.areas) != len(pieces.owner):
            raise Invalid(_CHANGED)
        areas, loads = np.array(part.areas, dtype=np.int64), loads_of(pieces, carried)
        cells += _cells(part.above, pieces, areas, loads, held[part.above])
        ends += [code for at, code in enumerate(pieces.codes) if at not in set(part.areas)]
        now = np.bincount(pieces.owner, weights=loads, minlength=len(pieces.codes))
        present |= dict(zip(pieces.codes, now.tolist(), strict=True))
        moved += float(loads[areas != pieces.owner].sum())
    drawn = {code: wkb for of_area in held.values() for code, wkb in of_area.items()}
    return Proposal(
        parts=tuple(parts),
        cells=tuple(cells),
        ends=tuple(ends),
        before=_quality(list(present.values()), [shapely.from_wkb(drawn[code]) for code in present]),
        after=_quality([one.load for one in cells], [one.shape for one in cells]),
        now=present,
        moved=moved,
    )


def _cells(above: str, pieces: Pieces, areas: Areas, loads: Loads, present: Mapping[str, bytes]) -> list[NewCell]:
    found = []
    for area in sorted(set(areas.tolist())):
        mine = areas == area
        code = pieces.codes[area] if area < len(pieces.codes) else ""
        changed = not code or not np.array_equal(mine, pieces.owner == area)
        shape = _joined(pieces.shapes[mine].tolist()) if changed else shapely.from_wkb(present[code])
        found.append(NewCell(above, code, shape, changed, float(loads[mine].sum()), float(pieces.m2[mine].sum())))
    return found


def _joined(shapes: Sequence[shapely.Geometry]) -> shapely.Geometry:
    """Pieces as one shape, without the corners that only the lattice made in the middle of a straight border."""
    return shapely.union_all(list(shapes), grid_size=GRID)


def _sums(areas: Areas, loads: Loads) -> list[float]:
    return [float(loads[areas == area].sum()) for area in np.unique(areas)]


def _quality(loads: Sequence[float], shapes: Sequence[shapely.Geometry]) -> Quality:
    flat = Cells.of([""] * len(shapes), [shapely.to_wkb(one) for one in shapes]).shapes
    around = shapely.length(flat)
    return Quality(spread_of(loads), float((4 * math.pi * shapely.area(flat) / around**2).mean()))


def plan_division(places: Places, place: Place, proposal: Proposal, from_on: datetime.date, basis: str) -> RedrawAreas:
    """The act: cells go on within their new borders, others begin under new codes, the rest end; neighbours take over
    new corners. Raises Invalid where nothing changes."""
    changed = [one for one in proposal.cells if one.changed]
    if not changed:
        raise Invalid(_NO_CHANGE)
    begin: list[NewArea] = []
    used: dict[str, int] = {}
    for one in changed:
        if not one.code:
            like = next(cell for cell in places.children(one.above) if places.is_cell(cell))
            used[one.above] = used.get(one.above, 0) + 1
            code = free_codes(places, like, used[one.above])[-1]
            above = places.by_code[one.above].name
            begin.append(
                NewArea(
                    code=code,
                    level=like.level,
                    parent=one.above,
                    name=(f"{above.zh} {code[-3:]}", f"{above.en} {code[-3:]}"),
                    shape=shape_of(one.shape, SOURCE),
                )
            )
    gone = {*proposal.ends, *(one.code for one in changed)}
    others = {one.code: shapely.from_wkb(one.wkb) for one in places.shapes_on(from_on) if one.code not in gone}
    redraws = tuple(Redrawn(code=one.code, shape=shape_of(one.shape, SOURCE)) for one in changed if one.code)
    beside = neighbours_with_corners([one.shape for one in changed], others, SOURCE)
    return RedrawAreas(from_on=from_on, basis=basis, ends=proposal.ends, adds=tuple(begin), redraws=(*redraws, *beside))


_NOTHING = Text("这个区域下没有有边界的网格。", "There is no cell with a boundary in this area.")
_NO_LOAD = Text("没有可以均衡的数据。", "There is no load to balance.")
_CHANGED = Text("网格已经变了；请重新生成方案。", "The cells have changed: make the proposal anew.")
_NO_CHANGE = Text("这个方案没有改动任何网格。", "The proposal changes no cell.")
