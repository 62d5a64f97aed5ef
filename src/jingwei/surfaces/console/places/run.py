"""Console commands on the areas of a city: count, locate, check, take in a sheet of cells, redraw."""

import argparse
import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jingwei.surfaces.console.answer import Answer, Faults, Misuse
from jingwei.surfaces.console.process import become, enter_city

if TYPE_CHECKING:
    from jingwei.kernel.places.checking.faults import Fault, Thresholds

_DATUMS = ("WGS84", "CGCS2000", "GCJ02", "BD09")
_THRESHOLDS = {
    "least_m2": "a smaller gap or overlap is rounding",
    "sliver_m2": "a smaller gap or overlap is a sliver",
    "cell_m2": "a smaller cell is too small",
    "cell_km2": "a larger cell is too large",
    "households": "a cell with more is too large",
    "snap_m": "a corner this near to another border belongs on it",
    "outside_share": "how much of an area may lie outside its parent",
    "same_share": "two areas that share more are one, entered twice",
}


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """`places show | locate | check | cells | boundaries | redraw`."""
    parts = commands.add_parser("places", help="the areas of a city").add_subparsers(required=True)
    shown = parts.add_parser("show", parents=[shared], help="count the areas of each level")
    shown.set_defaults(run=show_places)
    located = parts.add_parser("locate", parents=[shared], help="find the cell of a point, or of an address")
    located.add_argument("longitude", nargs="?", default="", help="in degrees, east is positive")
    located.add_argument("latitude", nargs="?", default="", help="in degrees, north is positive")
    located.add_argument("--address", default="", help="instead of a point")
    located.add_argument("--on", default="", help="the day whose boundaries count (today)")
    located.add_argument("--datum", default="WGS84", choices=_DATUMS, help="of the point's degrees (WGS84)")
    located.set_defaults(run=locate)
    checked = parts.add_parser("check", parents=[shared], help="gaps, overlaps, slivers, invalid rings and the like")
    checked.add_argument("--pack", type=Path, help="check the layers of a pack")
    checked.add_argument("--layer", type=Path, action="append", default=[], help="check a GeoJSON file (repeatable)")
    checked.add_argument("--code", default="", help="the property with the code of an area (code)")
    checked.add_argument("--datum", default="WGS84", choices=_DATUMS, help="of the degrees in --layer (WGS84)")
    for name, words in _THRESHOLDS.items():
        checked.add_argument(f"--{name.replace('_', '-')}", type=float, dest=name, help=words)
    checked.set_defaults(run=check)
    cells = parts.add_parser("cells", parents=[shared], help="take in a sheet of cells (.xlsx or .csv)")
    cells.add_argument("file", type=Path, help="code, name, parent, worker, phone, streets and the like")
    cells.add_argument("--level", default="", help="the level of the cells, in a city that has none yet")
    cells.add_argument("--from", dest="from_on", default="", help="from which day on (today)")
    cells.add_argument("--dry-run", action="store_true", help="list every problem; change nothing")
    cells.set_defaults(run=enter_cells)
    drawn = parts.add_parser("boundaries", parents=[shared], help="first boundaries for cells that have none")
    drawn.add_argument("file", type=Path, help="boundaries: a GeoJSON file")
    drawn.add_argument("--from", dest="from_on", default="", help="from which day on (today)")
    drawn.add_argument("--code", default="code", help="the property with the code of a cell")
    drawn.add_argument("--datum", default="WGS84", choices=_DATUMS, help="of the file's degrees (WGS84)")
    drawn.set_defaults(run=enter_boundaries)
    redrawn = parts.add_parser("redraw", parents=[shared], help="new boundaries for a level from a day on")
    redrawn.add_argument("file", type=Path, help="boundaries: a GeoJSON file")
    redrawn.add_argument("--level", required=True, help="whose areas are drawn anew")
    redrawn.add_argument("--from", dest="from_on", required=True, help="from which day on")
    redrawn.add_argument("--basis", required=True, help="the decision it rests on")
    redrawn.add_argument("--code", default="code", help="the property with the code of an area")
    redrawn.add_argument("--datum", default="WGS84", choices=_DATUMS, help="of the file's degrees (WGS84)")
    redrawn.add_argument("--dry-run", action="store_true", help="say what it would do; change nothing")
    redrawn.set_defaults(run=redraw)


def show_places(given: argparse.Namespace, answer: Answer) -> None:
    """Levels with the number of their areas in force, and how many cells have a boundary."""
    places = _places(given.city)
    levels = Counter(place.level for place in places.in_force)
    answer.give({"levels": dict(levels), "cells_with_boundary": places.located_cells})
    for level, count in levels.items():
        answer.say(f"{level:16} {count}")
    answer.say(f"cells with a boundary: {places.located_cells}")


def _places(city: str) -> Any:
    enter_city(city)
    from jingwei.kernel.commands.actor import system
    from jingwei.kernel.commands.scope import reading
    from jingwei.kernel.places.snapshot import places_of

    with reading(system("console")) as scope:
        return places_of(scope)


def _day(text: str, option: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Misuse(f"{option}: {error}") from error


def locate(given: argparse.Namespace, answer: Answer) -> None:
    """The cell of a point or an address, with the areas above it; for an address its score and the reasons."""
    named = _day(given.on, "--on")
    if bool(given.address) == bool(given.longitude and given.latitude):
        raise Misuse("give LONGITUDE and LATITUDE, or --address")
    places = _places(given.city)
    on = named or places.today
    place = _by_address(places, given.address, on, answer) if given.address else _by_point(places, given, on)
    document = {"cell": place.code if place else None, "lineage": list(place.lineage) if place else []}
    answer.give(document if not given.address else {**document, "proposals": _proposals(places, given.address, on)})
    answer.say(" < ".join(place.lineage) if place else "no cell is found")
    if place is None:
        raise Faults("no cell holds this point" if not given.address else "the address is not clear enough")


def _by_point(places: Any, given: argparse.Namespace, on: datetime.date) -> Any:
    from jingwei.kernel.values.coordinates import Datum, parse_degrees, to_wgs84
    from jingwei.kernel.values.errors import Refusal

    try:
        point = to_wgs84(parse_degrees(given.longitude, given.latitude), Datum(given.datum))
    except Refusal as refusal:
        raise Misuse(refusal.reason.en) from refusal
    return places.locate(point, on)


def _by_address(places: Any, address: str, on: datetime.date, answer: Answer) -> Any:
    from jingwei.kernel.places.finding import match_address

    found = match_address(address, on, places)
    for one in found.proposals:
        answer.say(f"{one.score:4} {one.code}: {'; '.join(reason.words.en for reason in one.reasons)}")
    return places.by_code[found.code] if found.code else None


def _proposals(places: Any, address: str, on: datetime.date) -> list[dict[str, Any]]:
    from jingwei.kernel.places.finding import match_address

    return [
        {"cell": one.code, "score": one.score, "reasons": [reason.words.en for reason in one.reasons]}
        for one in match_address(address, on, places).proposals
    ]


def check(given: argparse.Namespace, answer: Answer) -> None:
    """Every fault of layers, of a pack or of a city, with its size and place; exit 1 where something is wrong."""
    if given.layer or given.pack:
        become("")
    else:
        enter_city(given.city)
    from jingwei.kernel.places.checking.faults import Thresholds

    chosen = {name: getattr(given, name) for name in _THRESHOLDS if getattr(given, name) is not None}
    try:
        thresholds = Thresholds(**chosen)
    except ValueError as error:
        raise Misuse(str(error)) from error
    found = list(_found(given, thresholds, answer))
    answer.give({"faults": [_row(one) for one in found], "counts": _counts(found)})
    for one in found:
        answer.say(_line(one))
    wrong = sum(not one.note for one in found)
    answer.say(f"{wrong} faults, {len(found) - wrong} notes")
    if wrong:
        raise Faults(f"{wrong} faults in the grid")


def _found(given: argparse.Namespace, thresholds: "Thresholds", answer: Answer) -> Iterable["Fault"]:
    from jingwei.kernel.places.checking.layers import box_of, check_file
    from jingwei.kernel.places.geojson import read_layer
    from jingwei.kernel.values.coordinates import Datum
    from jingwei.surfaces.console.places.plans import levels_of_city, levels_of_pack

    if given.pack:
        return levels_of_pack(given.pack, thresholds)
    if not given.layer:
        return levels_of_city(thresholds)
    found: list[Fault] = []
    first = None
    for path in given.layer:
        layer = read_layer(path, name=path.name, city=first, datum=Datum(given.datum))
        first = first or box_of([layer])  # a second file that lies wholly elsewhere has its axes or datum wrong
        if given.code and layer.features and not any(given.code in one.properties for one in layer.features):
            there = ", ".join(layer.features[0].properties) or "none"
            raise Misuse(f"{path.name}: no feature has the property {given.code!r} of --code; there are: {there}")
        found += check_file(layer, thresholds, given.code or "code")
    return found


def _counts(found: Sequence["Fault"]) -> dict[str, dict[str, float]]:
    counts: dict[str, dict[str, float]] = {}
    for one in found:
        mine = counts.setdefault(one.kind, {"count": 0, "m2": 0.0, "slivers": 0})
        mine["count"] += 1
        mine["m2"] = round(mine["m2"] + one.size_m2, 2)
        mine["slivers"] += one.sliver
    return counts


def _row(one: "Fault") -> dict[str, Any]:
    from jingwei.kernel.places.checking.faults import KINDS

    kind = KINDS[one.kind]
    return {
        "kind": one.kind,
        "note": one.note,
        "cells": list(one.cells),
        "m2": round(one.size_m2, 2),
        "m": round(one.size_m, 3) if one.size_m is not None else None,
        "sliver": one.sliver,
        "count": one.count,
        "lon": round(one.lon, 7) if one.lon is not None else None,
        "lat": round(one.lat, 7) if one.lat is not None else None,
        "title": kind.title.en,
        "remedy": kind.remedy.en,
        "detail": one.detail.en if one.detail else None,
    }


def _line(one: "Fault") -> str:
    row = _row(one)
    where = f"{row['lon']}, {row['lat']}" if row["lon"] is not None else ""
    size = f"{row['m2']} m2" if row["m2"] else f"{row['m']} m off, {row['count']} corners" if row["m"] else ""
    head = f"{'note' if one.note else 'FAULT'} {one.kind}{' (sliver)' if one.sliver else ''}"
    parts = [head, " / ".join(one.cells), size, where, row["detail"] or "", row["remedy"]]
    return " | ".join(part for part in parts if part)


def enter_cells(given: argparse.Namespace, answer: Answer) -> None:
    """New cells begin, known ones get new names; every problem is listed before anything changes."""
    named = _day(given.from_on, "--from")
    enter_city(given.city)
    from jingwei.kernel.commands.actor import system
    from jingwei.kernel.commands.scope import reading
    from jingwei.kernel.places.sheets.plan import plan_sheet
    from jingwei.kernel.places.sheets.table import read_table
    from jingwei.kernel.values.errors import Invalid

    file: Path = given.file
    try:
        with reading(system("console", "places.edit")) as scope:
            on = named or scope.today
            plan = plan_sheet(scope, read_table(file, file.name), on, file.name, level=given.level)
    except Invalid as refusal:
        raise Misuse(f"--level: {refusal.reason.en}") from refusal
    _refuse_problems(plan.problems, file, answer)
    new, changed = plan.count("new"), plan.count("changed")
    answer.give({"cells": len(plan.rows), "new": new, "changed": 0 if given.dry_run else new + changed})
    answer.say(f"{len(plan.rows)} cells, {new} of them new, {changed} known otherwise until now")
    if not given.dry_run:
        _carry_out([command for _, command in plan.commands], f"cells:{given.file.name}:{on}", answer)


def _refuse_problems(problems: Sequence[Any], file: Path, answer: Answer) -> None:
    rows = [
        {
            "file": one.file,
            "sheet": one.sheet,
            "row": one.row,
            "column": one.column,
            "what": one.text.en,
            "what_zh": one.text.zh,
            "remedy": one.remedy.en,
        }
        for one in problems
    ]
    if not rows:
        return
    answer.give({"problems": rows})
    for row in rows:
        place = f"{row['file']} [{row['sheet']}] row {row['row']}, column {row['column']}"
        answer.say(f"{place}: {row['what']} {row['remedy']} | {row['what_zh']}")
    raise Faults(f"{len(rows)} problems in {file}; nothing was changed")


def _carry_out(commands: Sequence[Any], key: str, answer: Answer) -> None:
    from jingwei.kernel.commands.actor import system
    from jingwei.kernel.commands.execute import execute
    from jingwei.kernel.values.errors import Refusal
    from jingwei.kernel.values.ids import new_id

    actor, run = system("console", "places.edit"), new_id()
    for number, command in enumerate(commands):
        try:
            result = execute(actor, command, f"{key.encode('ascii', 'replace').decode()[:120]}:{run}:{number}")
        except Refusal as refusal:
            raise Faults(f"{refusal.place}: {refusal.reason.en}\n{refusal.reason.zh}") from refusal
        answer.say(", ".join(f"{name}: {value}" for name, value in result.items()))


def enter_boundaries(given: argparse.Namespace, answer: Answer) -> None:
    """Each area of a file becomes the boundary of the cell with its code; each is an act of its own."""
    named = _day(given.from_on, "--from")
    places = _places(given.city)
    on = named or places.today
    from jingwei.kernel.values.coordinates import Datum
    from jingwei.surfaces.console.places.plans import Drawing, plan_boundaries

    commands = plan_boundaries(places, Drawing(given.file, given.code, Datum(given.datum)), on)
    _carry_out(commands, f"boundaries:{on}", answer)
    answer.give({"boundaries": len(commands)})


def redraw(given: argparse.Namespace, answer: Answer) -> None:
    """Compares a layer with the level as it stands, says what goes on, ends and begins, and does it from the day on."""
    named = _day(given.from_on, "--from")
    if not given.basis.strip():
        raise Misuse("--basis is empty: name the decision that the redraw rests on")
    places = _places(given.city)
    on = named or places.today
    from jingwei.kernel.values.coordinates import Datum
    from jingwei.kernel.values.errors import Refusal
    from jingwei.surfaces.console.places.plans import Drawing, plan_layer

    try:
        drawing = Drawing(given.file, given.code, Datum(given.datum))
        command = plan_layer(places, drawing, given.level, (on, given.basis))
    except Refusal as refusal:
        raise Faults(f"{refusal.place}: {refusal.reason.en}\n{refusal.reason.zh}") from refusal
    document = {"ends": len(command.ends), "begins": len(command.adds), "redrawn": len(command.redraws)}
    answer.give({**document, "from": str(on), "done": not given.dry_run})
    answer.say(", ".join(f"{name}: {value}" for name, value in document.items()))
    if not given.dry_run:
        _carry_out([command], f"redraw:{given.level}:{on}", answer)
