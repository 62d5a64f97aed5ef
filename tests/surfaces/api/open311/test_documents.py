"""Every document of other cities parses with the client's reader, and ours have the same shape."""

from pathlib import Path
from typing import Any

import pytest

from tests.city import City
from tests.surfaces.api.open311.client import Unreadable, read
from tests.surfaces.api.open311.conftest import Connect

DOCUMENTS = Path(__file__).parent / "documents"
MALFORMED = "sf_403.xml"
FOUND = sorted(one.name for one in DOCUMENTS.iterdir() if one.suffix in (".xml", ".json"))
KINDS = ("xml", "json")


def document(name: str) -> Any:
    return read((DOCUMENTS / name).read_bytes(), name.rpartition(".")[2])


def shapes(rows: list[dict[str, Any]]) -> set[str]:
    """The names in any of the rows: what is null may be left out in JSON."""
    return {name for row in rows for name in row}


@pytest.mark.parametrize("name", [one for one in FOUND if one != MALFORMED])
def test_each_document_is_read(name: str) -> None:
    found = document(name)
    assert found or name == "sf_service_requests_empty.xml"
    if name.endswith("requests.json") or "request" in name and "post" not in name and "token" not in name:
        for row in found:
            assert {"service_request_id", "status", "service_code"} <= row.keys() or {"code", "description"} == set(row)


def test_there_are_all_of_them_and_the_malformed_one_is_refused() -> None:
    assert len(FOUND) == 15
    with pytest.raises(Unreadable):
        document(MALFORMED)


@pytest.mark.parametrize("kind", KINDS)
def test_services_have_the_shape_of_other_cities(connect: Connect, kind: str) -> None:
    ours = connect(kind).services()
    assert shapes(ours) == shapes(document("sf_services.xml")) == shapes(document("chicago_services.json"))
    assert shapes(document("giessen_services.xml")) <= shapes(ours)
    by_code = {one["service_code"]: one for one in ours}
    assert set(by_code) == {"PARK-1", "ROAD-1", "ROAD-2"}, "what residents may choose, and nothing else"
    pothole = by_code["ROAD-1"]
    assert (pothole["service_name"], pothole["group"], pothole["type"]) == ("Pothole", "Roads", "realtime")
    assert pothole["metadata"] == (True if kind == "json" else "true")


@pytest.mark.parametrize("kind", KINDS)
def test_a_definition_has_the_shape_of_san_franciscos(connect: Connect, kind: str) -> None:
    ours, theirs = connect(kind).definition("ROAD-1"), document("sf_service_definition.xml")
    assert ours.keys() == theirs.keys() and ours["service_code"] == "ROAD-1"
    listed = next(one for one in ours["attributes"] if one["datatype"] == "singlevaluelist")
    assert listed.keys() == theirs["attributes"][0].keys()
    assert listed["values"][0].keys() == theirs["attributes"][0]["values"][0].keys()
    assert [int(one["order"]) for one in ours["attributes"]] == list(range(1, len(ours["attributes"]) + 1))


@pytest.mark.parametrize("kind", KINDS)
def test_requests_have_the_shape_of_other_cities(city: City, connect: Connect, kind: str) -> None:
    city.report(cell="T1-01")
    client = connect(kind, "intake")
    ours = client.requests()
    for name in ("sf_service_requests.xml", "toronto_requests.xml", "sf_get_service_request.xml"):
        assert shapes(ours) == shapes(document(name)), name
    for name in ("chicago_requests.json", "cologne_requests.json"):
        assert shapes(document(name)) <= shapes(ours), name
    assert client.request(ours[0]["service_request_id"]) == ours
    assert client.requests(end_date="2001-01-01T00:00:00Z") == document("sf_service_requests_empty.xml") == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_sent_is_answered_in_the_shape_of_san_franciscos(connect: Connect, kind: str) -> None:
    client = connect(kind, "intake")
    (ours,) = client.report(service_code="ROAD-1", lat="36.05", long="117.3", description="坑")
    (theirs,) = document("sf_post_service_request.xml")
    assert ours.keys() == theirs.keys() and ours["account_id"] is None
    (missing,) = client.request("not-an-id")
    (of_theirs,) = document("sf_get_service_request_not_found.xml")
    assert missing.keys() == of_theirs.keys() and int(missing["code"]) == 404


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_key_is_refused_in_the_specifications_form(connect: Connect, kind: str) -> None:
    client = connect(kind)
    client.api_key = "xyz"
    (error,) = client.report(service_code="ROAD-1", lat="36.05", long="117.3")
    assert client.said[-1][0] == 403 and int(error["code"]) == 403 and "key" in error["description"]
