"""The grid as a drawing: true to the boundaries, small, the same for everybody, and not sent twice."""

import gzip
import json
import re
from http import HTTPStatus

import numpy as np
import pytest
import shapely
from django.test import Client

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.places.snapshot import Drawn, Place, Places, places_of
from jingwei.kernel.values.coordinates import E7, Point
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text
from jingwei.kit.maps import sheets
from jingwei.kit.maps.sheets import Sheet, sheet_of
from tests.city import City


def _polygons(path: str) -> list[shapely.Polygon]:
    """What a browser makes of a path."""
    found: list[shapely.Polygon] = []
    for part in path.split("M")[1:]:
        steps = np.array([int(one) for one in re.findall(r"-?\d+", part)]).reshape(-1, 2)
        found.append(shapely.Polygon(np.cumsum(steps, axis=0)))
    return found


def _sheet() -> Sheet:
    with reading(public()) as scope:
        sheet = sheet_of(scope, places_of(scope).innermost)
    assert sheet is not None
    return sheet


def test_a_point_lies_in_the_same_cell_as_in_the_grid(city: City) -> None:
    sheet = _sheet()
    with reading(public()) as scope:
        places = places_of(scope)
    shapes = {one.code: _polygons(one.path) for one in sheet.areas}
    assert set(shapes) == {one.code for one in places.shapes_on(places.today)}
    for drawn in places.shapes_on(places.today):
        inside = shapely.point_on_surface(shapely.from_wkb(drawn.wkb))
        point = Point(round(inside.x * E7), round(inside.y * E7))
        on_sheet = shapely.Point(sheet.frame.place(point))
        assert [code for code, parts in shapes.items() if any(one.contains(on_sheet) for one in parts)] == [drawn.code]


def test_a_level_above_is_made_of_its_cells(city: City) -> None:
    with reading(public()) as scope:
        places = places_of(scope)
        cells, above = sheet_of(scope, places.innermost), sheet_of(scope, places.by_code["T1"].level)
        part = sheet_of(scope, places.innermost, "T1")
        assert sheet_of(scope, "no-such-level") is None
    assert cells and above and part
    assert {one.code for one in part.areas} < {one.code for one in cells.areas}
    assert len(above.areas) < len(cells.areas)


def test_the_shapes_are_sent_once_compressed_and_alike_to_everybody(city: City) -> None:
    client = Client(headers={"accept-encoding": "gzip"})
    answer = client.get("/shapes/")
    assert answer.status_code == HTTPStatus.OK and answer.headers["Content-Encoding"] == "gzip"
    document = json.loads(gzip.decompress(answer.content))
    assert {row[0] for row in document["areas"]} == {one.code for one in _sheet().areas}
    (above,) = document["above"]
    assert above[0][:2] == ["东区", "East District"] and sum(count for _, _, count in above) == len(document["areas"])
    again = client.get("/shapes/", headers={"if-none-match": answer.headers["ETag"]})
    assert again.status_code == HTTPStatus.NOT_MODIFIED and not again.content
    plain = Client().get("/shapes/")
    assert "Content-Encoding" not in plain.headers and plain.json() == document


def test_very_many_cells_stay_within_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """900 cells with 40 corners each, ragged along common borders, on a budget of 25 kB."""
    side = 30
    monkeypatch.setattr(sheets, "HEAVIEST", 25_000)
    chance = np.random.default_rng(7)
    corners = {
        (x, y): (x / 500 + 117 + chance.uniform(-4e-4, 4e-4), y / 500 + 37 + chance.uniform(-4e-4, 4e-4))
        for x in range(side + 1)
        for y in range(side + 1)
    }

    def line(one: tuple[int, int], other: tuple[int, int]) -> list[tuple[float, float]]:
        first, last = min(one, other), max(one, other)
        ragged = np.random.default_rng(hash((first, last)) % 2**32).normal(0, 5e-5, (9, 2))
        steps = np.linspace(corners[first], corners[last], 11)[1:-1] + ragged
        found = [corners[first], *map(tuple, steps)]
        return found if first == one else [corners[last], *reversed(found[1:])]

    root = Place(new_id(), "R", "city", Text("城", "City"), None, 0, 10**6, ("R",))
    places, shapes = [root], []
    for x in range(side):
        for y in range(side):
            ring = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)]
            edge = [point for one, other in zip(ring, ring[1:], strict=False) for point in line(one, other)]
            code, number = f"C{x:02}{y:02}", 1 + x * side + y
            name = Text(f"第{number}网格", f"Cell {number}")
            places.append(Place(new_id(), code, "cell", name, root.id, number, number, (code, "R")))
            shapes.append(Drawn(code, root.from_on, None, shapely.to_wkb(shapely.Polygon(edge))))
    held = sheets.Held(Places(places, shapes, [], root.from_on), (-1, 0))
    sheet = sheets._sheet(held, "cell", "")
    assert sheet and len(sheet.areas) == side * side
    assert len(sheet.packed) <= 25_000
