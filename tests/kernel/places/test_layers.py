"""Boundary layers: what is read, what is repaired, and that every bad file is told of, in full and in time."""

import gzip
import json
import socket
import string
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from jingwei.kernel.places.geojson import Limits, read_layer
from jingwei.kernel.places.layer_wording import NOTES, PROBLEMS

SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
OCTAGON = [[0, 0], [1, 0], [2, 0], [2, 1], [2, 2], [1, 2], [0, 2], [0, 0]]
BOSTON = (-71.2, 42.2, -70.9, 42.4)
SMALL = Limits(unpacked_bytes=4_000, depth=9, features=3, vertices_each=12, vertices=20)


def feature(coordinates: object, kind: str = "Polygon") -> dict[str, Any]:
    return {"type": "Feature", "properties": {"code": "A"}, "geometry": {"type": kind, "coordinates": coordinates}}


def written(*features: object, **members: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **members}).encode()


def ring(*positions: object) -> bytes:
    return written(feature([list(positions)]))


def star(edges: int) -> list[list[float]]:
    points = np.random.default_rng(7).random((edges, 2)).tolist()
    return [*points, points[0]]


def comb(edges: int) -> list[list[float]]:
    """A valid polygon of slanting teeth, each inside the box of every other."""
    starts = np.arange(edges // 2) * 2e-6
    ends = np.column_stack([starts, -starts])
    teeth = np.stack([ends, ends + 1], axis=1)
    teeth[1::2] = teeth[1::2, ::-1]
    points = [*teeth.reshape(-1, 2).tolist(), [-1, -2]]
    return [*points, points[0]]


SQUARES = [feature([SQUARE])] * 2
RING_AT = "features[0].geometry.coordinates[0]"
BAD: list[tuple[str, str, bytes]] = [
    ("gzip_broken", "", gzip.compress(written(*SQUARES))[:-3]),
    ("gzip_broken", "", gzip.compress(written(*SQUARES))[:-9] + b"\0" * 9),
    ("gzip_broken", "", b"\x1f\x8bno gzip at all"),
    ("too_large", "", b" " * 4_001),
    ("too_large", "", gzip.compress(b" " * 50_000_000)),
    ("not_utf8", "byte 9", '{"type":"大田"}'.encode("gb18030")),
    ("not_utf8", "byte 0", written(*SQUARES).decode().encode("utf-16")),
    ("too_many_values", "", b"[" + b"[]," * 600),
    ("too_many_values", "", b"[" * 700),
    ("too_deep", "", b"[" * 10 + b"]" * 10),
    ("too_deep", "", b'{"a":"]]]]\\"]]]",' + b'"b":{' * 9 + b"}" * 10),
    ("not_json", "line 1, column 1", b""),
    ("not_json", "line 2, column 2", b'{"type":\n "Feat'),
    ("not_json", "line 1, column 12", b'{"a": [1, 2}'),
    ("not_collection", "", b"null"),
    ("not_collection", "", b"[1]"),
    ("not_collection", "", json.dumps(feature([SQUARE])).encode()),
    ("not_collection", "", b'{"type": "FeatureCollection", "features": {}}'),
    ("no_features", "", written()),
    ("too_many_features", "", written(*[feature([])] * 4)),
    ("too_many_vertices", "features[2]", written(*[feature([OCTAGON])] * 3)),
    ("too_many_vertices_here", "features[0]", ring(*[[0, 0]] * 13)),
    ("not_feature", "features[0]", written(None)),
    ("not_feature", "features[0]", written({"type": "Polygon", "coordinates": [SQUARE]})),
    ("not_feature", "features[0]", written({**feature([SQUARE]), "properties": None})),
    ("not_areal", "features[0].geometry", written({**feature([SQUARE]), "geometry": None})),
    ("not_areal", "features[0].geometry", written(feature([0, 0], "Point"))),
    ("not_areal", "features[0].geometry", written(feature([], "GeometryCollection"))),
    ("not_areal", "features[0].geometry", written({**feature([]), "geometry": {"type": ["Polygon"]}})),
    ("not_positions", "features[0].geometry.coordinates", written(feature(None))),
    ("not_positions", "features[0].geometry.coordinates[0]", written(feature([7]))),
    ("not_positions", "features[0].geometry.coordinates[0][0]", written(feature([[0, 0]]))),
    ("not_positions", "features[0].geometry.coordinates[1]", written(feature([[SQUARE], 7], "MultiPolygon"))),
    ("not_positions", f"{RING_AT}[0]", written(feature([[SQUARE]]))),
    ("not_positions", f"{RING_AT}[0]", written(feature([[[[0, 0], [1, 1]]]]))),
    ("wrong_dimension", f"{RING_AT}[1]", ring([0, 0], [1], [1, 1], [0, 0])),
    ("wrong_dimension", f"{RING_AT}[1]", ring([0, 0], [1, 2, 3, 4], [1, 1], [0, 0])),
    ("not_number", f"{RING_AT}[1]", ring([0, 0], ["1", "0"], [1, 1], [0, 0])),
    ("not_number", f"{RING_AT}[2]", ring([0, 0], [1, 0], [1, None], [0, 0])),
    ("not_number", f"{RING_AT}[2]", ring([0, 0], [1, 0], [1, True], [0, 0])),
    ("not_finite", f"{RING_AT}[1]", ring([0, 0], [1, float("nan")], [1, 1], [0, 0])),
    ("not_finite", f"{RING_AT}[0]", ring([0, 0], [1, 1], [1, 0], [0, 0]).replace(b"[0, 0]", b"[1e999, 0]")),
    ("not_finite", RING_AT, ring([0, 0], [10**400, 1], [1, 0], [0, 0])),
    ("out_of_range", f"{RING_AT}[1]", ring([0, 0], [1e308, 1], [1, 0], [0, 0])),
    ("out_of_range", f"{RING_AT}[0]", ring([500_000, 4_000_000], [1, 1], [1, 0], [500_000, 4_000_000])),
    ("swapped", f"{RING_AT}[0]", ring([31, 121], [32, 121], [32, 122], [31, 121])),
    ("short_ring", RING_AT, ring([0, 0], [1, 0], [0, 0])),
    ("short_ring", RING_AT, ring()),
    ("open_ring", RING_AT, ring([0, 0], [1, 0], [1, 1], [0, 1])),
    ("no_area", "features[0].geometry", written(feature([]))),
    ("no_area", "features[0].geometry", ring([0, 0], [1, 1], [2, 2], [0, 0])),
    ("no_area", "features[0].geometry", ring([1, 1], [1, 1], [1, 1], [1, 1])),
]
ELSEWHERE = {"unreadable", "tangled", "outside_city", "layer_swapped"}  # have a test of their own below


@pytest.mark.parametrize(("code", "place", "raw"), BAD)
def test_a_bad_file_is_refused_with_its_place_and_remedy(code: str, place: str, raw: bytes) -> None:
    layer = read_layer(raw, SMALL, name="cells.geojson")
    assert [(problem.code, problem.place) for problem in layer.problems] == [(code, place)]
    for words in (layer.problems[0].text, layer.problems[0].remedy):
        assert words.zh.endswith("。") and words.en.endswith(".")
        assert "{" not in words.zh + words.en
    assert layer.problems[0].file == "cells.geojson"


def test_the_table_of_bad_files_reaches_every_declared_problem() -> None:
    assert {code for code, _, _ in BAD} | ELSEWHERE == set(PROBLEMS)


@pytest.mark.parametrize("wording", [*(text for pair in PROBLEMS.values() for text in pair), *NOTES.values()])
def test_both_languages_fill_the_same_values(wording: Any) -> None:
    fields = [
        sorted(name for _, name, _, _ in string.Formatter().parse(words) if name) for words in (wording.zh, wording.en)
    ]
    assert fields[0] == fields[1]


def test_a_number_of_thousands_of_digits_is_a_problem() -> None:
    layer = read_layer(b'{"type": ' + b"9" * 5_000 + b"}")
    assert [problem.code for problem in layer.problems] == ["not_json"]


def test_every_problem_of_a_file_is_listed_and_sound_features_are_read() -> None:
    holes = [SQUARE, [[0, 0], [1, 0]], [["1", 0], [0, 0], [1, 1], [0, 0]]]
    layer = read_layer(written(feature([SQUARE]), None, feature(holes), feature([[[200, 0]]]), feature([SQUARE])))
    assert [(problem.code, problem.place) for problem in layer.problems] == [
        ("not_feature", "features[1]"),
        ("short_ring", "features[2].geometry.coordinates[1]"),
        ("not_number", "features[2].geometry.coordinates[2][0]"),
        ("out_of_range", "features[3].geometry.coordinates[0][0]"),
    ]
    assert [item.index for item in layer.features] == [0, 4]


def test_a_sound_layer_is_read_as_it_is(tmp_path: Path) -> None:
    hole = [[0.25, 0.25], [0.5, 0.25], [0.5, 0.5], [0.25, 0.25]]
    island = [[[3, 3, 9.5], [4, 3, 9.5], [4, 4, 9.5], [3, 3, 9.5]]]
    raw = written(feature([SQUARE, hole]), feature([[SQUARE], island], "MultiPolygon"))
    packed, plain = tmp_path / "cells.geojson.gz", tmp_path / "cells.geojson"
    packed.write_bytes(gzip.compress(raw))
    plain.write_bytes(b"\xef\xbb\xbf" + raw)
    layer = read_layer(packed)
    assert (layer.problems, layer.notes) == ((), ())
    assert layer == read_layer(plain)
    first, second = (item.polygons for item in layer.features)
    assert shapely.from_wkb(first.wkb).equals(shapely.Polygon(SQUARE, [hole]))
    assert (first.box, first.vertices) == ((0.0, 0.0, 1.0, 1.0), 9)
    assert (second.box, second.vertices) == ((0.0, 0.0, 4.0, 4.0), 9)
    assert not shapely.from_wkb(second.wkb).has_z
    assert layer.features[0].properties == {"code": "A"}


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    layer = read_layer(tmp_path / "none.geojson")
    assert [(problem.code, problem.file) for problem in layer.problems] == [("unreadable", "none.geojson")]


def test_every_cut_of_a_packed_file_is_told(tmp_path: Path) -> None:
    packed = gzip.compress(written(*SQUARES))
    for length in range(2, len(packed)):
        assert [problem.code for problem in read_layer(packed[:length]).problems] == ["gzip_broken"]


def test_a_crs_member_is_noted_and_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a layer was read over the network")

    monkeypatch.setattr(socket, "socket", refuse)
    link = {"type": "link", "properties": {"href": "http://169.254.169.254/", "type": "proj4"}}
    layer = read_layer(written(feature([SQUARE]), crs=link))
    assert [note.code for note in layer.notes] == ["crs_ignored"]
    assert len(layer.features) == 1 and not layer.problems


def square(west: float, south: float, size: float) -> list[list[float]]:
    return [[west + x * size, south + y * size] for x, y in SQUARE]


ZIGZAG = [[n / 10_000, 0.001 if n % 2 else -0.001] for n in range(10_001)]
REPAIRED: dict[str, tuple[list[Any], float]] = {
    "bow-tie": ([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]], 0.5),
    "ring crossing itself 10,000 times": ([[*ZIGZAG, [1, 0], [0, 0], ZIGZAG[0]]], 0.0005),
    "hole outside shell": ([SQUARE, square(2, 2, 1)], 2),
    "duplicate holes": ([SQUARE, square(0.25, 0.25, 0.5), square(0.25, 0.25, 0.5)], 0.75),
    "nested holes": ([SQUARE, square(0.1, 0.1, 0.8), square(0.25, 0.25, 0.5)], 0.36),
    "spike": ([[[0, 0], [1, 0], [1, 5], [1, 0], [1, 1], [0, 1], [0, 0]]], 1),
    "hole over the edge": ([SQUARE, square(0.5, 0, 1)], 0.5),
}


@pytest.mark.parametrize("name", REPAIRED)
def test_a_ring_that_can_be_repaired_is_and_the_note_says_so(name: str) -> None:
    coordinates, area = REPAIRED[name]
    layer = read_layer(written(feature(coordinates)))
    assert not layer.problems
    assert [(note.code, note.place) for note in layer.notes] == [("repaired", "features[0].geometry")]
    repaired = shapely.from_wkb(layer.features[0].polygons.wkb)
    assert repaired.is_valid and repaired.geom_type == "MultiPolygon"
    assert repaired.area == pytest.approx(area, rel=1e-3)


def test_the_note_of_a_repair_gives_the_area_before_and_after() -> None:
    note = read_layer(written(feature([SQUARE, square(2, 2, 1)]))).notes[0]
    assert "from 0.000000 to 24720." in note.text.en and "24720." in note.text.zh


@pytest.mark.parametrize("shape", [star(1_000), star(20_000), comb(20_000)], ids=["star", "great star", "comb"])
def test_a_tangle_is_refused_before_geometry_is_asked(shape: list[list[float]]) -> None:
    started = time.process_time()
    layer = read_layer(ring(*shape))
    assert [(problem.code, problem.place) for problem in layer.problems] == [("tangled", "features[0].geometry")]
    assert time.process_time() - started < 20  # without the guard it takes minutes


def test_parts_that_overlap_become_one() -> None:
    layer = read_layer(written(feature([[square(0, 0, 1)], [square(0.5, 0, 1)], [square(5, 5, 1)]], "MultiPolygon")))
    assert [note.code for note in layer.notes] == ["repaired"]
    assert shapely.from_wkb(layer.features[0].polygons.wkb).area == pytest.approx(2.5)


def test_a_union_of_thousands_of_torn_pieces_is_refused() -> None:
    parts = [[[*ZIGZAG, [1, 0], [0, 0], ZIGZAG[0]]], [square(0, 0, 0.0001)]]
    assert [problem.code for problem in read_layer(written(feature(parts, "MultiPolygon"))).problems] == ["tangled"]


def test_a_long_detailed_coast_is_no_tangle() -> None:
    turn = np.linspace(0, 2 * np.pi, 40_000, endpoint=False)
    reach = 1 + 0.02 * np.sin(900 * turn)
    points = np.column_stack([reach * np.cos(turn), reach * np.sin(turn)]).tolist()
    layer = read_layer(ring(*points, points[0]))
    assert not layer.problems and len(layer.features) == 1


@pytest.mark.parametrize(
    ("corner", "code"),
    [((-71.1, 42.3), None), ((42.3, -71.1), "layer_swapped"), ((116.3, 39.9), "outside_city")],
)
def test_a_layer_outside_the_city_is_told_with_a_hint_at_swapped_axes(
    corner: tuple[float, float], code: str | None
) -> None:
    layer = read_layer(written(feature([square(*corner, 0.01)])), city=BOSTON)
    assert [problem.code for problem in layer.problems] == ([code] if code else [])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=20,
)
near_misses: dict[str, st.SearchStrategy[bytes]] = {
    "bytes": st.binary(max_size=200),
    "packed": st.binary(max_size=200).map(gzip.compress),
    "json": json_values.map(lambda value: json.dumps(value).encode()),
    "coordinates": st.builds(
        lambda value, kind: written(feature(value, kind)), json_values, st.sampled_from(["Polygon", "MultiPolygon"])
    ),
    "rings": st.lists(st.lists(st.integers(-3, 3), min_size=2, max_size=2), min_size=3, max_size=12).map(
        lambda points: ring(*points, points[0])
    ),
}


@pytest.mark.parametrize("kind", near_misses)
def test_no_content_raises_and_none_passes_in_silence(kind: str) -> None:
    @settings(max_examples=100)
    @given(near_misses[kind])
    def check(raw: bytes) -> None:
        layer = read_layer(raw)
        assert layer.problems or layer.features
        assert all(shapely.from_wkb(item.polygons.wkb).is_valid for item in layer.features)
        assert layer == read_layer(raw)

    check()


@pytest.mark.parametrize(
    "text",
    [b'"\\"' * 3_000_000, b'"' * 9_000_000, b"[" * 9_000_000, b"[" + b'"],\\\\",' * 1_000_000],
    ids=["escapes", "quotes", "brackets", "strings"],
)
def test_text_made_to_exhaust_the_reader_is_answered_at_once(text: bytes) -> None:
    started = time.process_time()
    assert [problem.code for problem in read_layer(text).problems] in (["not_json"], ["too_many_values"])
    assert time.process_time() - started < 20  # without the guard it takes minutes
