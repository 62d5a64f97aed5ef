"""Points: read from text without error, refused out of range, measured, and carried between datums and back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingwei.kernel.values.coordinates import E7, Datum, Point, from_wgs84, metres_between, parse_degrees, to_wgs84
from jingwei.kernel.values.errors import Invalid

lons, lats = st.integers(-180 * E7, 180 * E7), st.integers(-90 * E7, 90 * E7)
points = st.builds(Point, lons, lats)
chinese = st.builds(Point, st.integers(735 * E7 // 10, 1350 * E7 // 10), st.integers(18 * E7, 53 * E7))


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [
        ("-71.0587", "42.3594", (-710_587_000, 423_594_000)),
        ("\N{MINUS SIGN}71.0587", " +42.3594 ", (-710_587_000, 423_594_000)),
        ("180", "-90.", (1_800_000_000, -900_000_000)),
        ("0.00000005", "0.00000015", (0, 2)),  # half to even
        ("0.000000050000000000000000000001", "-0.00000005", (1, 0)),
        ("121.5315418592150000", "31.175303983645", (1_215_315_419, 311_753_040)),
    ],
)
def test_texts_are_read_exactly(lon: str, lat: str, expected: tuple[int, int]) -> None:
    assert parse_degrees(lon, lat) == Point(*expected)


@given(points)
def test_what_is_written_is_read_back(point: Point) -> None:
    lon, lat = (f"{Decimal(units) / E7:.7f}" for units in (point.lon_e7, point.lat_e7))
    assert parse_degrees(lon, lat) == point


@pytest.mark.parametrize(
    "text", ["", " ", "x", "NaN", "Infinity", "1e2", "1_0", "1,5", "１２", "0x1", "--1", ".5", "1" * 400, "42°21′"]
)
def test_what_is_no_decimal_is_refused_with_its_place_and_remedy(text: str) -> None:
    for place, pair in (("lon", (text, "0")), ("lat", ("0", text))):
        with pytest.raises(Invalid) as refusal:
            parse_degrees(*pair)
        assert refusal.value.place == place
        assert "-71.0587" in refusal.value.reason.zh and "-71.0587" in refusal.value.reason.en


@pytest.mark.parametrize(
    ("lon", "lat", "place"),
    [("180.0000001", "0", "lon"), ("-999", "0", "lon"), ("0", "90.0000001", "lat"), ("42", "-91", "lat")],
)
def test_points_off_the_earth_are_refused(lon: str, lat: str, place: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_degrees(lon, lat)
    assert refusal.value.place == place
    assert "swapped" in refusal.value.reason.en


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        ((0, 0), (0, 90 * E7), 10_007_557.2),  # a quarter of the mean meridian
        ((-180 * E7, 0), (180 * E7, 0), 0),
        ((0, 0), (180 * E7, 0), 20_015_114.4),
        ((1_164_073_000, 399_042_000), (1_214_737_000, 312_304_000), 1_067_311),  # Beijing to Shanghai
    ],
)
def test_distances(one: tuple[int, int], other: tuple[int, int], metres: float) -> None:
    assert metres_between(Point(*one), Point(*other)) == pytest.approx(metres, rel=1e-3, abs=0.01)


@given(points, points)
def test_a_distance_is_the_same_both_ways_and_nought_only_at_home(one: Point, other: Point) -> None:
    assert metres_between(one, other) == metres_between(other, one) <= 20_015_115
    assert metres_between(one, one) == 0


# Published pairs: the tests of eviltransform (Shanghai, Shenzhen, Beijing), and the examples in the README of
# coordtransform (116.404, 39.915, also for the step to BD-09).
GCJ02 = [
    (("121.5272106", "31.1774276"), ("121.531541859215", "31.17530398364597")),
    (("113.912316", "22.543847"), ("113.9171764808363", "22.540796131694766")),
    (("116.377817", "39.911954"), ("116.38404722455657", "39.91334545536069")),
    (("116.404", "39.915"), ("116.41024449916938", "39.91640428150164")),
]
BD09_OF_GCJ02 = [(("116.404", "39.915"), ("116.41036949371029", "39.92133699351021"))]


@pytest.mark.parametrize(("wgs84", "gcj02"), GCJ02)
def test_known_points_of_gcj02(wgs84: tuple[str, str], gcj02: tuple[str, str]) -> None:
    there, here = parse_degrees(*gcj02), parse_degrees(*wgs84)
    assert metres_between(from_wgs84(here, Datum.GCJ02), there) < 0.02
    assert metres_between(to_wgs84(there, Datum.GCJ02), here) < 0.02


@pytest.mark.parametrize(("gcj02", "bd09"), BD09_OF_GCJ02)
def test_known_points_of_bd09(gcj02: tuple[str, str], bd09: tuple[str, str]) -> None:
    here = to_wgs84(parse_degrees(*gcj02), Datum.GCJ02)
    assert metres_between(from_wgs84(here, Datum.BD09), parse_degrees(*bd09)) < 0.05
    assert metres_between(to_wgs84(parse_degrees(*bd09), Datum.BD09), here) < 0.05


@pytest.mark.parametrize("datum", Datum)
@given(point=chinese)
def test_every_datum_goes_there_and_back(datum: Datum, point: Point) -> None:
    shown = from_wgs84(point, datum)
    assert metres_between(to_wgs84(shown, datum), point) < 0.1
    moved = metres_between(shown, point)
    assert moved == 0 if datum in (Datum.WGS84, Datum.CGCS2000) else 10 < moved < 3_000


@pytest.mark.parametrize("datum", Datum)
def test_boston_is_never_shifted(datum: Datum) -> None:
    boston = parse_degrees("-71.0587", "42.3594")
    assert from_wgs84(boston, datum) == boston == to_wgs84(boston, datum)
