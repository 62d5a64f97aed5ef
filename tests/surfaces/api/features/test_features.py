"""OGC API Features as a client meets it: links lead on, boxes and filters choose, matters are counts alone."""

import datetime
import json
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import shapely
from django.http import HttpResponse
from django.test import Client
from shapely.geometry import shape

from jingwei.kernel.commands.execute import execute
from jingwei.kit.publishing import figures
from tests.city import FOUNDER, SINCE, City
from tests.kernel.places.test_redraw import BEFORE, LATER, split

BASE = "/api/features/"
SHOWN = {"code", "level", "name_zh", "name_en", "parent", "from_on"}


@pytest.fixture
def asker(city: City) -> Client:
    """Somebody, from an address of its own."""
    number = uuid4().int
    address = f"10.{number % 250}.{number // 250 % 250}.{number // 62500 % 250}"
    return Client(REMOTE_ADDR=address, headers={"Accept-Language": "en"})


def ask(asker: Client, path: str, **asked: str) -> HttpResponse:
    return asker.get(f"{BASE}{path}", asked)  # type: ignore[return-value]  # no streaming here


def told(asker: Client, path: str, **asked: str) -> Any:
    answer = ask(asker, path, **asked)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def codes(asker: Client, collection: str = "cells", **asked: str) -> list[str]:
    return [one["id"] for one in told(asker, f"collections/{collection}/items", **asked)["features"]]


def test_every_link_of_every_answer_leads_on(asker: Client) -> None:
    waiting, seen, kinds = [BASE], set[str](), dict[str, str]()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = asker.get(address)
        assert answer.status_code == 200, address
        if answer["Content-Type"].startswith("text/html"):
            continue  # what the same document shows to people
        said = json.loads(answer.content)
        links = [*said.get("links", []), *(one for part in said.get("collections", []) for one in part["links"])]
        assert all({"rel", "href", "type", "title"} == one.keys() for one in links)
        for one in links:
            parts = urlsplit(one["href"])
            waiting.append(f"{parts.path}?{parts.query}" if parts.query else parts.path)
            kinds[waiting[-1]] = one["type"]
        assert kinds.get(address, answer["Content-Type"]) == answer["Content-Type"]
    assert {f"{BASE}collections/{one}/items" for one in ("cells", "areas", "matters")} <= seen


PAGES = ("", "collections", "collections/cells")


@pytest.mark.parametrize("path", PAGES)
def test_a_browser_gets_a_page_of_the_same(asker: Client, path: str) -> None:
    """What leads on in the document leads on from the page; each is kept apart from the other on the way."""
    said = told(asker, path)
    page = asker.get(BASE + path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page["Content-Type"] == "text/html; charset=utf-8" and "Accept" in page["Vary"]
    assert "Accept" in ask(asker, path)["Vary"] and "Cache-Control" not in page
    links = [*said["links"], *(one for part in said.get("collections", []) for one in part["links"])]
    shown = unescape(page.content.decode())
    for one in links:
        assert f'href="{one["href"]}"' in shown or one["rel"] in ("alternate", "self"), one
    (other,) = [one["href"] for one in said["links"] if one["rel"] == "alternate"]
    assert asker.get(other).content.startswith(b"<!doctype html>")
    assert json.loads(asker.get(f"{BASE}{path}?f=json", headers={"Accept": "text/html"}).content) == said
    assert asker.get(f"{BASE}{path}?f=xml").status_code == 400


def test_it_says_which_standards_it_keeps(asker: Client) -> None:
    said = told(asker, "conformance")["conformsTo"]
    for one in ("core", "geojson", "oas30"):
        assert f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{one}" in said
    assert "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2" in said


def test_cells_are_the_grid_in_geojson(city: City, asker: Client) -> None:
    answer = ask(asker, "collections/cells/items")
    assert answer["Content-Type"] == "application/geo+json"
    said = json.loads(answer.content)
    assert said["type"] == "FeatureCollection" and said["numberMatched"] == said["numberReturned"] == 4
    cell = said["features"][0]
    assert (cell["type"], cell["id"], cell["properties"].keys()) == ("Feature", "T1-01", SHOWN)
    assert shape(cell["geometry"]).bounds == (117.2, 36.0, 117.4, 36.1)
    one = told(asker, "collections/cells/items/T1-01")
    assert one["properties"] == cell["properties"] and one["geometry"] == cell["geometry"]
    assert ask(asker, "collections/cells/items/T9").status_code == 404


def test_areas_above_are_the_union_of_their_cells(asker: Client) -> None:
    found = {one["id"]: one for one in told(asker, "collections/areas/items")["features"]}
    assert list(found) == ["T", "T1", "T2"]
    assert shape(found["T1"]["geometry"]).equals(shapely.box(117.2, 36.0, 117.4, 36.2))
    assert found["T1"]["properties"]["parent"] == "T"
    extent = told(asker, "collections/areas")["extent"]["spatial"]["bbox"]
    assert extent == [[117.0, 36.0, 117.4, 36.2]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"bbox": "117.3,36.05,117.35,36.06"}, ["T1-01"]),
        ({"bbox": "117.3,36.05,117.3,36.15"}, ["T1-01", "T1-02"]),
        ({"bbox": "117.3,36.05,0,117.35,36.06,100"}, ["T1-01"]),
        ({"bbox": "100,20,101,21"}, []),
        ({"bbox": "117.25,36.01,-170,36.02"}, ["T1-01"]),
        ({"filter": "parent = 'T2'"}, ["T2-01", "T2-02"]),
        ({"filter": "parent = 'T2' AND NOT code = 'T2-01'", "filter-lang": "cql2-text"}, ["T2-02"]),
        ({"filter": "parent = 'T2'", "bbox": "117.0,36.0,117.4,36.05"}, ["T2-01"]),
        ({"datetime": "2026-01-01T00:00:00Z"}, ["T1-01", "T1-02", "T2-01", "T2-02"]),
        ({"datetime": "../1700-01-01"}, []),
        ({"datetime": "2026-01-01/.."}, ["T1-01", "T1-02", "T2-01", "T2-02"]),
        ({"limit": "2"}, ["T1-01", "T1-02"]),
        ({"limit": "2", "after": "T1-02"}, ["T2-01", "T2-02"]),
    ],
)
def test_what_is_asked_for_is_found(asker: Client, asked: dict[str, str], found: list[str]) -> None:
    assert codes(asker, **asked) == found


def test_pages_lead_through_everything_once(asker: Client) -> None:
    seen, address = [], f"{BASE}collections/cells/items?limit=3&filter=level%20%3D%20%27cell%27"
    while address:
        said = json.loads(asker.get(address).content)
        seen += [one["id"] for one in said["features"]]
        following = [urlsplit(one["href"]) for one in said["links"] if one["rel"] == "next"]
        address = f"{following[0].path}?{following[0].query}" if following else ""
    assert seen == ["T1-01", "T1-02", "T2-01", "T2-02"]


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "a,b,c,d"}, "bbox"),
        ({"bbox": "nan,1,2,3"}, "bbox"),
        ({"bbox": "1,9,2,3"}, "bbox"),
        ({"datetime": "yesterday"}, "datetime"),
        ({"datetime": "../.."}, "datetime"),
        ({"filter": "nope = 1"}, "filter"),
        ({"filter": "level = 'cell'", "filter-lang": "cql2-json"}, "filter-lang"),
        ({"f": "html"}, "f"),
        ({"surprise": "1"}, "surprise"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(asker: Client, asked: dict[str, str], place: str) -> None:
    answer = ask(asker, "collections/cells/items", **asked)
    said = json.loads(answer.content)
    assert answer.status_code == 400 and said["code"] == "Bad Request" and said["description"].startswith(f"{place}:")


def test_other_addresses_and_methods_are_refused(asker: Client) -> None:
    assert ask(asker, "collections/people/items").status_code == 404
    assert ask(asker, "collections", surprise="1").status_code == 400
    assert asker.post(f"{BASE}collections").status_code == 405
    assert asker.head(f"{BASE}collections").status_code == 200


def test_queryables_are_the_properties_and_no_others(asker: Client) -> None:
    for collection in ("cells", "areas", "matters"):
        answer = ask(asker, f"collections/{collection}/queryables")
        schema = json.loads(answer.content)
        assert answer["Content-Type"] == "application/schema+json" and schema["additionalProperties"] is False
        first = told(asker, f"collections/{collection}/items", limit="1")["features"][0]
        assert first["properties"].keys() == schema["properties"].keys()


def test_the_description_names_every_address(asker: Client) -> None:
    said = told(asker, "api")
    assert said["openapi"] == "3.0.3" and len(said["paths"]) == 8
    asked = {one["name"] for one in said["paths"]["/collections/{collectionId}/items"]["get"]["parameters"]}
    assert {"bbox", "limit", "datetime", "filter", "filter-lang"} <= asked


def test_matters_are_counts_under_the_rule_of_small_counts(
    city: City, asker: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = city.report(cell="T1-01")
    counts = {"T1": 23, "T2": 3}
    monkeypatch.setattr(figures, "_counted", lambda *_: counts)
    said = told(asker, "collections/matters/items")
    found = {one["id"]: one["properties"] for one in said["features"]}
    assert found.keys() == {"T1", "T2"}
    assert found["T2"]["open"] is None, "three are not told"
    assert found["T1"]["open"] in (None, 20, 25), "told to fives, or hidden with its only neighbour"
    assert matter.number not in json.dumps(said) and matter.category not in json.dumps(said)
    assert found["T1"].keys() == SHOWN | {"open", "closed", "since", "until"}
    assert codes(asker, "matters", filter="open IS NULL OR open >= 20") == ["T1", "T2"]


def test_the_borders_of_a_day_are_those_in_force_then(asker: Client) -> None:
    """A cell that ended is there on the days when it was, and what a redraw still to come will make is not."""
    execute(FOUNDER, split(), "s")
    execute(FOUNDER, replace(split(LATER), ends=("T1-02",), adds=()), "to come")
    halves = ["T1-02", "T1-03", "T1-04", "T2-01", "T2-02"]
    assert codes(asker) == codes(asker, datetime=f"{BEFORE}/..") == halves
    assert codes(asker, datetime=str(LATER)) == halves[1:], "of today's, those that are still there"
    before = told(asker, "collections/cells/items", datetime=f"{BEFORE}T12:00:00Z")["features"]
    assert [one["id"] for one in before] == ["T1-01", "T1-02", "T2-01", "T2-02"]
    assert shape(before[0]["geometry"]).bounds == (117.2, 36.0, 117.4, 36.1)
    assert codes(asker, "areas", datetime=str(BEFORE)) == ["T", "T1", "T2"]
    assert codes(asker, datetime=f"../{SINCE - datetime.timedelta(days=1)}") == []
