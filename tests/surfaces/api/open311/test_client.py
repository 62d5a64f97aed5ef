"""The client of `client.py` reports and reads in both formats; then what is refused, and what nobody is told."""

import io
import json
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from arro3.io import read_parquet
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.models import Detail, Matter, Party
from jingwei.kernel.reads.models import Read
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.sealing import revealed
from jingwei.surfaces.api.open311.requests import Telling
from tests.city import FOUNDER, SINCE, City
from tests.surfaces.api.conftest import partner_of
from tests.surfaces.api.open311.client import Client, read
from tests.surfaces.api.open311.conftest import BASE, Connect

KINDS = ("xml", "json")
HERE = {"lat": "36.05", "long": "117.3"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_partner_reports_and_reads(city: City, connect: Connect, kind: str) -> None:
    client = connect(kind, "intake")
    code = client.services()[1]["service_code"]
    assert code == "ROAD-1"
    asked = {one["code"]: one for one in client.definition(code)["attributes"]}
    assert {"place_note", "request"} <= asked.keys()
    (taken,) = client.report(
        {"place_note": "桥下", "request": asked["request"]["values"][0]["key"]},
        service_code=code,
        **HERE,
        address_string="东一路 7 号",
        description="路面有坑\r\n很深",
        media_url="https://example.com/a.jpg",
        first_name="小",
        last_name="王",
        phone="13800000000",
        email="w@example.com",
        device_id="tt222111",
        account_id="123456",
    )
    matter = Matter.objects.get(number=taken["service_request_id"])
    detail, party = Detail.objects.get(matter=matter), revealed(Party.objects.get(matter=matter))
    assert (matter.channel, matter.area and matter.area.code) == ("open311", "T1-01")
    assert detail.fields["text"] == "路面有坑\n很深\nmedia_url: https://example.com/a.jpg"
    assert (detail.fields["address"], detail.fields["place_note"]) == ("东一路 7 号", "桥下")
    assert party.contact == {"name": "小 王", "phone": "13800000000", "email": "w@example.com"}
    assert "tt222111" not in str(detail.fields) and "due by" in taken["service_notice"]

    (shown,) = client.request(taken["service_request_id"])
    assert (shown["status"], shown["service_code"], shown["address"]) == ("open", "ROAD-1", "东一路 7 号")
    assert (float(shown["lat"]), float(shown["long"])) == (36.05, 117.3)
    assert shown["agency_responsible"] == "Roads department" and shown["status_notes"] == "Reported"
    assert shown["description"] is None and shown["requested_datetime"].endswith("+08:00")
    assert client.requests(service_request_id=taken["service_request_id"]) == [shown]
    city.bring_to(matter, "closed")
    (shown,) = client.request(taken["service_request_id"])
    assert (shown["status"], shown["status_notes"]) == ("closed", "Closed")


@pytest.mark.parametrize("kind", KINDS)
def test_somebody_without_a_key_reports_and_follows_the_own_request(connect: Connect, kind: str) -> None:
    client = connect(kind)
    (taken,) = client.report(service_code="ROAD-1", **HERE, address_string="东一路 7 号", description="坑")
    known = taken["service_request_id"]
    (shown,) = client.request(known)
    assert (shown["service_request_id"], shown["status"], shown["address"]) == (known, "open", "East cell 1")
    assert shown["lat"] is None and shown["description"] is None
    assert client.requests(service_request_id=f"{known},0000-0000-0000") == [shown]
    code = taken["service_notice"].rpartition(" ")[2].rstrip(".")
    matter = Matter.objects.get()
    followed = Browser().post("/follow/", {"number": matter.number, "code": code})
    assert matter.number in followed.content.decode()
    assert code not in known
    for other in (matter.number, known[:-1] + ("0" if known[-1] != "0" else "1"), f"{matter.number}-{code}"):
        (error,) = client.request(other)
        assert int(error["code"]) == 404, other
    (error,) = client.requests()
    assert client.said[-1][0] == 403 and "api_key" in error["description"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("post", ["", "intake"])
def test_a_request_sent_again_is_the_same_and_is_found_by_its_key(connect: Connect, kind: str, post: str) -> None:
    client, key = connect(kind, post), uuid.uuid4().hex
    send = client.send
    client.send = lambda method, url, body, headers: send(method, url, body, {**headers, "Idempotency-Key": key})
    first, again = (client.report(service_code="ROAD-1", **HERE, description="坑") for _ in range(2))
    assert first == again and Matter.objects.count() == 1
    (found,) = client.token(key)
    assert found == {"service_request_id": first[0]["service_request_id"], "token": key}
    (error,) = client.token("x" * 32)
    assert int(error["code"]) == 404


def test_requests_are_filtered_and_paged(city: City, connect: Connect) -> None:
    made = [city.report(cell="T1-01") for _ in range(3)]
    city.bring_to(made[0], "closed")
    client = connect("json", "intake")

    def numbers(**filters: str) -> list[str]:
        return [one["service_request_id"] for one in client.requests(**filters)]

    every = numbers()
    assert set(every) == {one.number for one in made}
    assert numbers(status="closed") == [made[0].number] and len(numbers(status="open")) == 2
    assert len(numbers(status="open,closed")) == 3
    assert numbers(service_code="PARK-1") == [] and len(numbers(service_code="PARK-1,ROAD-1")) == 3
    assert [*numbers(page_size="2"), *numbers(page_size="2", page="2")] == every
    assert numbers(service_request_id=made[1].number, status="closed") == [made[1].number], "named ones override"
    asked = {"start_date": made[0].opened_at.isoformat(), "end_date": "2999-01-01T00:00:00Z"}
    (error,) = client.requests(**asked)
    assert int(error["code"]) == 400 and error["description"].startswith("end_date")
    assert len(numbers(start_date=made[0].opened_at.isoformat())) == 3
    plus = made[0].opened_at.isoformat().replace("+00:00", " 00:00")
    assert len(numbers(start_date=plus)) == 3, "a plus that became a blank"


def test_a_list_takes_as_many_statements_however_long_it_is(city: City) -> None:
    header, counts = {"Authorization": f"Bearer {partner_of('intake').secret}"}, []
    for _ in range(3):
        for _ in range(4):
            city.report(cell="T1-01")
        with CaptureQueriesContext(connection) as queries:
            assert Browser().get(f"{BASE}/requests.json", headers=header).status_code == 200
        counts.append(len([one for one in queries.captured_queries if "SAVEPOINT" not in one["sql"]]))
    assert counts[1] == counts[2] <= 8, counts


def test_a_page_names_the_next_without_the_key(city: City, connect: Connect) -> None:
    for _ in range(2):
        city.report(cell="T1-01")
    secret = partner_of("intake").secret
    answer = Browser().get(f"{BASE}/requests.json?page_size=1&api_key={secret}&status=open")
    link = answer["Link"]
    assert secret not in link and link.endswith('; rel="next"')
    assert parse_qs(urlsplit(link[1:].partition(">")[0]).query) == {
        "page_size": ["1"],
        "status": ["open"],
        "page": ["2"],
    }
    header = {"Authorization": f"Bearer {secret}"}
    assert Browser().get(f"{BASE}/requests.json?page_size=1&page=2", headers=header).status_code == 200


@pytest.mark.parametrize("kind", ["xml", "json", "csv", "parquet"])
def test_everything_as_one_file(city: City, kind: str) -> None:
    matter = city.report(cell="T1-01")
    there = city.report(cell="T2-01")
    header = {"Authorization": f"Bearer {partner_of('grid-east').secret}", "Accept-Language": "en"}
    answer = Browser().get(f"{BASE}/bulk/requests.{kind}", headers=header)
    assert answer.status_code == 200 and (kind == "parquet" or matter.number in answer.content.decode())
    assert there.number.encode() not in answer.content
    if kind == "parquet":
        table = read_parquet(io.BytesIO(answer.content)).read_all()
        assert table.column("service_request_id").to_pylist() == [matter.number]
        assert tuple(table.column_names) == Telling.BULK
    elif kind == "csv":
        assert answer.content.decode().splitlines()[0].startswith("service_request_id,requested_datetime,updated_")
    else:
        (row,) = read(answer.content, kind)
        assert row["status_description"] == "open" and row["service_name"] == "Pothole"
    assert Read.objects.filter(matter=matter.pk, what="export").count() == 1
    assert Browser().get(f"{BASE}/bulk/requests.{kind}").status_code == 403


@pytest.mark.parametrize(
    ("changed", "status", "place"),
    [
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "NOPE"}, 404, "service_code"),
        ({"service_code": "ROAD-3"}, 404, "service_code"),
        ({"lat": "", "long": ""}, 400, "lat"),
        ({"lat": ""}, 400, "lat"),
        ({"lat": "91"}, 400, "lat"),
        ({"lat": "117.3", "long": "36.05"}, 400, "lat"),
        ({"lat": "37"}, 400, "lat"),
        ({"address_id": "T9"}, 400, "address_id"),
        ({"attribute[nope]": "1"}, 400, "attribute[nope]"),
        ({"attribute[request]": "nope"}, 400, "request"),
        ({"attribute": "1"}, 400, "attribute"),
        ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
        ({"phone": "1\0"}, 400, "phone"),
        ({"description": "x" * 4001}, 400, "text"),
        ({"jurisdiction_id": "sfgov.org"}, 404, "jurisdiction_id"),
    ],
)
def test_what_cannot_be_taken_is_named(connect: Connect, changed: dict[str, str], status: int, place: str) -> None:
    client = connect("json", "intake")
    (error,) = client.report(**{"service_code": "ROAD-1", **HERE, "description": "坑", **changed})
    assert (client.said[-1][0], error["code"]) == (status, status), error
    assert error["description"].startswith(f"{place}:"), error
    assert not Matter.objects.exists()


@pytest.mark.parametrize(
    ("besides", "area"), [({"address_string": "一路一号"}, None), ({"address_id": "T1-01"}, "T1-01")]
)
def test_a_point_outside_the_city_is_taken_with_an_address(
    connect: Connect, besides: dict[str, str], area: str | None
) -> None:
    client = connect("json", "intake")
    (error,) = client.report(service_code="ROAD-1", lat="37", long="117.3", description="坑")
    assert "117.3" in error["description"] and "37" in error["description"] and "WGS-84" in error["description"]
    client.report(service_code="ROAD-1", lat="37", long="117.3", description="坑", **besides)
    assert client.said[-1][0] == 200
    matter = Matter.objects.select_related("area").get()
    assert (matter.area.code if matter.area else None) == area


def test_other_ways_to_ask_are_refused(connect: Connect) -> None:
    browser = Browser()
    assert browser.post(f"{BASE}/requests.json", "{}", content_type="application/json").status_code == 400
    twice = "service_code=ROAD-1&service_code=PARK-1"
    form = "application/x-www-form-urlencoded"
    assert browser.post(f"{BASE}/requests.json", twice, content_type=form).status_code == 400
    assert browser.post(f"{BASE}/requests.json", "a" * 70_000, content_type=form).status_code == 400
    assert browser.get(f"{BASE}/services.html").status_code == 404
    answer = browser.delete(f"{BASE}/requests.xml")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")
    assert browser.head(f"{BASE}/services.xml").status_code == 200


def test_the_language_and_the_jurisdiction_are_the_askers(connect: Connect) -> None:
    client = connect("json", language="zh-CN")
    assert {one["service_name"] for one in client.services()} >= {"路面坑洞"}
    assert connect("json").requests(jurisdiction_id="testserver")[0]["code"] == 403, "known, but the list needs a key"


def test_discovery_names_the_endpoint_that_answers(connect: Connect) -> None:
    for kind in KINDS:
        found = read(Browser(headers={"Accept-Language": "en"}).get(f"/api/open311/discovery.{kind}").content, kind)
        assert found.keys() == {"changeset", "contact", "key_service", "endpoints"}
        first = found["endpoints"][0]
        assert first.keys() == {"specification", "url", "changeset", "type", "formats"}
        assert first["formats"] == ["text/xml", "application/json"]
        assert urlsplit(first["url"]).path == BASE


def test_a_key_reads_no_more_than_its_post_and_each_reading_is_noted(city: City, connect: Connect) -> None:
    matter = city.report(cell="T1-01")
    west, east = connect("json", "grid-west"), connect("json", "grid-east")
    assert west.requests() == [] and west.request(matter.number)[0]["code"] == 404
    assert not Read.objects.exists()
    assert len(east.requests()) == 1 and east.request(matter.number)
    assert Read.objects.filter(matter=matter.pk, what="api").count() == 2


def test_what_is_somebodys_own_affair_has_no_address(city: City, connect: Connect) -> None:
    own = {"zh": "求助", "en": "Help", "urgency": "U2", "parent": "ROAD", "open": True, "check": "reporter"}
    execute(FOUNDER, SetValue(parameter="category", subject="ROAD-8", from_on=SINCE, content=own, basis="x"), "8")
    client = connect("json", "intake")
    client.report(service_code="ROAD-8", **HERE, address_string="东一路 7 号")
    (shown,) = client.requests()
    assert (shown["address"], shown["lat"], shown["long"]) == ("East cell 1", None, None)


def test_no_answer_says_who_reported_or_in_what_words(city: City, connect: Connect) -> None:
    client: Client = connect("json", "supervisor")
    secrets = {"description": "独特的话", "first_name": "欧阳", "phone": "13877776666", "email": "only@example.com"}
    client.report(service_code="ROAD-1", **HERE, **secrets)
    client.requests()
    client.request(Matter.objects.get().number)
    said = json.dumps([body.decode() for _, body in client.said], ensure_ascii=False)
    assert not [one for one in secrets.values() if one in said]
