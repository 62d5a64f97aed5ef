"""The grid's pages: an area with what lies below it, its faults, what it is known by, and who serves it."""

import itertools
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.handover import open_by_number
from jingwei.kernel.places.checking.faults import KINDS, Fault
from jingwei.kernel.places.checking.survey import survey_of
from jingwei.kernel.places.models import CellCard, PlaceName
from jingwei.kernel.places.snapshot import Place, Places, places_of
from jingwei.kernel.values.coordinates import E7, Point
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.maps.panel import Flag, Mark, Panel, panel_of, shades
from jingwei.kit.maps.sheets import sheet_of
from jingwei.surfaces.desk.outlines import Outline, outline_of

MOST_FAULTS = 100
MOST_REMINDERS = 20
"""Reminders of all kinds that are marked on the map beside what is wrong; where there are more, one kind at a time."""
_KINDS = {"estate": Text("小区", "Estate"), "village": Text("村", "Village"), "road": Text("道路", "Road")}
_SIDES = {"odd": Text("单号", "odd"), "even": Text("双号", "even"), "": Text("", "")}


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area in the list of those below another."""

    code: str
    name: Text
    cells: int
    km2: float | None
    households: int | None
    posts: int  # that serve it, or a part of it
    open_matters: int  # in the reader's scope
    faults: int


@dataclass(frozen=True, slots=True)
class FaultRow:
    """One fault as the page tells it."""

    title: Text
    remedy: Text
    note: bool
    cells: tuple[tuple[str, Text], ...]
    size: str
    place: str
    detail: Text | None
    flag: Flag | None  # its mark on the map


@dataclass(frozen=True, slots=True)
class NameRow:
    """One name of a cell."""

    kind: Text
    name: str
    numbers: Text
    learnt: bool


@dataclass(frozen=True, slots=True)
class GridPage:
    """One area, whole."""

    place: Place
    above: tuple[Place, ...]  # outermost first
    km2: float | None
    below: tuple[AreaRow, ...]
    open_matters: int
    kinds: tuple[tuple[str, Text, int], ...]  # kinds of fault below, with their number
    faults: tuple[FaultRow, ...]
    more_faults: int
    notes: tuple[FaultRow, ...]  # what may be as it is
    more_notes: int
    card: CellCard | None
    posts: tuple[Text, ...]
    names: tuple[NameRow, ...]
    outline: Outline | None
    panel: Panel | None  # of the areas below


def grid_page(scope: Scope, code: str, kind: str) -> GridPage:
    """An area by its code, "" for the whole city; of its faults one kind, "" for all. Raises Denied as not found."""
    places = places_of(scope)
    place = places.by_code.get(code) if code else places.root
    if place is None:
        raise not_found()
    survey = survey_of(scope)
    inside = {one.code for one in places.in_force if place.code in one.lineage}
    faults = [one for one in survey.faults if inside.intersection(one.cells)]
    chosen = [one for one in faults if kind in ("", one.kind)]
    wrong, notes = [one for one in chosen if not one.note], [one for one in chosen if one.note]
    counts = open_by_number(scope, place)
    below = places.children(place.code)
    rows = _rows(scope, below, faults, counts) if below else ()
    panel = _panel(scope, place, below[0].level, rows) if below else None
    listed = [*wrong[:MOST_FAULTS], *notes[:MOST_FAULTS]]
    marked = listed if kind or len(notes) <= MOST_REMINDERS else wrong
    told = _fault_rows(places, listed, panel, marked)
    flags = tuple(one.flag for one in told if one.flag is not None)
    return GridPage(
        place=place,
        above=tuple(places.by_code[one] for one in reversed(place.lineage[1:])),
        km2=survey.km2.get(place.code),
        below=rows,
        open_matters=sum(counts.values()),
        kinds=tuple((key, one.title, n) for key, one in KINDS.items() if (n := sum(f.kind == key for f in faults))),
        faults=tuple(one for one in told if not one.note),
        more_faults=max(0, len(wrong) - MOST_FAULTS),
        notes=tuple(one for one in told if one.note),
        more_notes=max(0, len(notes) - MOST_FAULTS),
        card=None if below else CellCard.objects.filter(area=place.id).first(),
        posts=_posts(scope, place),
        names=() if below else _names(scope, place.id),
        outline=outline_of(scope, place.id, None),
        panel=replace(panel, flags=flags) if panel else None,
    )


def _panel(scope: Scope, place: Place, level: str, rows: Sequence[AreaRow]) -> Panel | None:
    """The areas below by their open matters; None where none has a shape."""
    sheet = sheet_of(scope, level, place.code)
    if sheet is None:
        return None
    shade, keys = shades({row.code: row.open_matters for row in rows})
    marks = [
        Mark(row.code, row.name, shade[row.code], _open(row.open_matters), reverse("desk:grid_area", args=[row.code]))
        for row in rows
    ]
    return panel_of(Text(f"{place.name.zh}：未结事项", f"{place.name.en}: open matters"), sheet, marks, keys)


def _open(count: int) -> Text:
    return Text(f"未结 {count} 件", f"{count} open")


def _rows(scope: Scope, below: Sequence[Place], faults: Sequence[Fault], counts: dict[int, int]) -> tuple[AreaRow, ...]:
    places, survey, posts = places_of(scope), survey_of(scope), agencies_of(scope).posts.values()
    cells = [one for one in places.in_force if places.is_cell(one)]
    codes = {one.code: one for one in cells}
    cards = CellCard.objects.exclude(households=None).values_list("area__code", "households")
    households = {code: count for code, count in cards if code in codes and count is not None}

    def within(place: Place, numbers: Iterable[int]) -> int:
        return sum(place.lft <= number <= place.rgt for number in numbers)

    def faulty(place: Place) -> int:
        return sum(any(place.code in places.by_code[code].lineage for code in one.cells) for one in faults)

    rows = []
    for place in below:
        told = [count for code, count in households.items() if place.code in codes[code].lineage]
        rows.append(
            AreaRow(
                place.code,
                place.name,
                within(place, (one.lft for one in cells)),
                survey.km2.get(place.code),
                sum(told) if told else None,
                within(place, (post.area[0] for post in posts)),
                sum(count for lft, count in counts.items() if place.lft <= lft <= place.rgt),
                faulty(place),
            )
        )
    return tuple(rows)


def _area(size_m2: float) -> str:
    return f"{size_m2 / 1e6:,.2f} km²" if size_m2 >= 1e6 else f"{size_m2:,.0f} m²"


def _fault_rows(
    places: Places, faults: Sequence[Fault], panel: Panel | None, marked: Sequence[Fault]
) -> list[FaultRow]:
    """Each fault in words; the marked ones that lie on the map have a mark there, numbered in the order of the list."""
    rows: list[FaultRow] = []
    numbers = itertools.count(1)
    for one in faults:
        row, at = _fault_row(places, one), _on_sheet(one, panel) if one in marked else None
        if at is not None:
            number, said = next(numbers), KINDS[one.kind].title
            words = Text(f"{number}：{said.zh} {row.size}".strip(), f"{number}: {said.en} {row.size}".strip())
            row = replace(row, flag=Flag(number, at, words, grave=not one.note))
        rows.append(row)
    return rows


def _on_sheet(one: Fault, panel: Panel | None) -> tuple[int, int] | None:
    """Where it lies on the drawing, None beside it or where nothing tells."""
    if one.lon is None or one.lat is None or panel is None or panel.frame is None:
        return None
    x, y = panel.frame.place(Point(round(one.lon * E7), round(one.lat * E7)))
    return (x, y) if 0 <= x <= panel.frame.width and 0 <= y <= panel.frame.height else None


def _fault_row(places: Places, one: Fault) -> FaultRow:
    kind = KINDS[one.kind]
    size = _area(one.size_m2) if one.size_m2 >= 1 else f"{one.size_m:.2f} m" if one.size_m else ""
    place = f"{one.lat:.5f}, {one.lon:.5f}" if one.lat is not None and one.lon is not None else ""
    cells = tuple((code, places.by_code[code].name) for code in one.cells if code in places.by_code)
    return FaultRow(kind.title, kind.remedy, one.note, cells, size, place, one.detail, None)


def _posts(scope: Scope, place: Place) -> tuple[Text, ...]:
    """The posts that serve exactly this area."""
    serving = [post for post in agencies_of(scope).posts.values() if post.area == (place.lft, place.rgt)]
    return tuple(post.title for post in serving)


def _names(scope: Scope, area: uuid.UUID) -> tuple[NameRow, ...]:
    today = scope.today
    rows = PlaceName.objects.filter(area=area, from_on__lte=today).order_by("kind", "name", "low")
    return tuple(
        NameRow(_KINDS[one.kind], one.name, _numbers(one), one.origin == "alias")
        for one in rows
        if one.until_on is None or one.until_on > today
    )


def _numbers(one: PlaceName) -> Text:
    if one.low is None and one.high is None and not one.side:
        return Text("", "")
    span = f"{one.low or 1}–{'' if one.high is None else one.high}"
    side = _SIDES[one.side]
    return Text(f"{span} 号 {side.zh}".strip(), f"{span} {side.en}".strip())
