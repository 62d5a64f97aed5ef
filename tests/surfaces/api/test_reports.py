"""Reports through the interface: the way it works, then every refusal with its status, reason and place."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jingwei.kernel.commands import sql as writes
from jingwei.kernel.matters.models import Detail, Matter, Party
from jingwei.kernel.sealing import revealed
from jingwei.kernel.values.canonical import digest
from jingwei.kernel.values.ids import read_code
from tests.city import City
from tests.surfaces.api.conftest import REPORT, Partner, partner_of


def test_a_partner_reports_and_looks_the_matter_up(partner: Partner) -> None:
    answer = partner.post({**REPORT, "title": "坑", "address": "东一路", "channel": "hotline"})
    assert answer.status_code == 201
    taken = json.loads(answer.content)
    matter = Matter.objects.get(pk=taken["matter"])
    assert (matter.number, matter.area and matter.area.code, matter.channel) == (taken["number"], "T1-01", "hotline")
    assert matter.unit is not None and matter.unit.code == "ROADS"
    assert taken["due"] is not None and taken["follow_code"] is None
    detail = Detail.objects.get(matter=matter)
    assert detail.fields == {"title": "坑", "text": "路面有一个大坑", "address": "东一路"}
    assert (detail.lon_e7, detail.lat_e7) == (1173000000, 360500000)

    shown = json.loads(partner.get(f"reports/{taken['number'].lower()}").content)
    assert shown["state"] == "reported" and shown["state_title"] == {"zh": "已上报", "en": "Reported"}
    assert (shown["area"], shown["unit"], shown["closed_at"]) == ("T1-01", "ROADS", None)


def test_the_public_reports_and_gets_a_code_to_follow_by(stranger: Partner) -> None:
    answer = stranger.post({**REPORT, "contact": {"name": "王某", "phone": "13800000000"}})
    assert answer.status_code == 201
    taken = json.loads(answer.content)
    party = Party.objects.get(matter=taken["matter"])
    assert bytes(party.follow or b"") == digest(read_code(taken["follow_code"]).encode())
    assert revealed(party).contact == {"name": "王某", "phone": "13800000000"}
    assert Matter.objects.get(pk=taken["matter"]).channel == "api"


@pytest.mark.parametrize("who", ["partner", "stranger"])
def test_a_repeat_is_answered_with_the_same_bytes(who: str, partner: Partner, stranger: Partner) -> None:
    asker = partner if who == "partner" else stranger
    first, second = (asker.post(REPORT, "a-key-of-twenty-letters") for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert list(Matter.objects.values_list("number", flat=True)) == [json.loads(first.content)["number"]]


def test_two_partners_may_use_the_same_request_key(partner: Partner) -> None:
    other = partner_of("dispatcher")
    answers = {asker.post(REPORT, "one").content for asker in (partner, other)}
    assert len(answers) == 2


def test_a_report_with_a_key_takes_few_statements(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    partner.post(REPORT)  # reads the slow data
    written: list[Any] = []  # in one pipeline, which Django does not see
    send = writes.send

    def counted(statements: Sequence[Any]) -> None:
        written.extend(statements)
        send(statements)

    monkeypatch.setattr(writes, "send", counted)
    with CaptureQueriesContext(connection) as queries:
        assert partner.post({**REPORT, "contact": {"phone": "1"}}).status_code == 201
    asked = [query["sql"] for query in queries.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(asked) + len(written) <= 12, [*asked, *written]


@pytest.mark.parametrize(
    ("key", "place"), [("", "Idempotency-Key"), ("x" * 201, "Idempotency-Key"), ("schlüssel", "Idempotency-Key")]
)
def test_a_missing_or_strange_request_key_is_refused(partner: Partner, key: str, place: str) -> None:
    answer = partner.post(REPORT, key)
    assert answer.status_code == 422
    assert json.loads(answer.content)["place"] == place


def test_a_request_key_of_another_body_is_refused(partner: Partner) -> None:
    partner.post(REPORT, "k")
    answer = partner.post({**REPORT, "text": "别的"}, "k")
    assert (answer.status_code, json.loads(answer.content)["place"]) == (422, "Idempotency-Key")


def test_the_public_may_not_use_short_request_keys_or_name_a_channel(stranger: Partner) -> None:
    assert json.loads(stranger.post(REPORT, "short").content)["place"] == "Idempotency-Key"
    assert json.loads(stranger.post({**REPORT, "channel": "hotline"}).content)["place"] == "channel"


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"category": None}, "category"),
        ({"category": "ROAD"}, "category"),
        ({"category": "NOPE"}, "category"),
        ({"category": 7}, "category"),
        ({"text": "x" * 4001}, "text"),
        ({"text": "\u0000"}, "text"),
        ({"title": "\ud800"}, ""),
        ({"longitude": "east"}, "longitude"),
        ({"longitude": 181}, "longitude"),
        ({"longitude": "36.05", "latitude": 89.9}, "longitude"),
        ({"latitude": "NaN"}, "latitude"),
        ({"latitude": 1e300}, "latitude"),
        ({"latitude": None}, "latitude"),
        ({"latitude": True}, "latitude"),
        ({"area": "nowhere", "longitude": None, "latitude": None}, "area"),
        ({"contact": {"name": 1}}, "contact.name"),
        ({"contact": {"age": "1"}}, "contact.age"),
        ({"contact": {"phone": "1\u0000"}}, "contact.phone"),
        ({"channel": "Hot Line"}, "channel"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(partner: Partner, changed: dict[str, Any], place: str) -> None:
    answer = partner.post({**REPORT, **changed})
    problem = json.loads(answer.content)
    assert (answer.status_code, problem["status"], problem["place"]) == (422, 422, place)
    assert problem["reason"]
    assert not Matter.objects.exists()


def test_a_point_outside_the_city_is_named_and_taken_with_an_address(partner: Partner) -> None:
    """As the portal says of it: check the place, or write the address."""
    outside = {**REPORT, "longitude": "-71.0587", "latitude": 42.25}
    reason = json.loads(partner.post(outside).content)["reason"]
    assert "-71.0587" in reason and "42.25" in reason and "WGS-84" in reason
    assert partner.post({**outside, "address": "一路一号"}).status_code == 201
    assert partner.post({**outside, "area": "T1-01"}).status_code == 201
    assert [one.area.code if one.area else None for one in Matter.objects.order_by("opened_at")] == [None, "T1-01"]


def test_reasons_come_in_the_language_of_the_asker(partner: Partner) -> None:
    body = {**REPORT, "surprise": 1}
    english = json.loads(partner.post(body).content)["reason"]
    partner.language = "zh-hans"
    chinese = json.loads(partner.post(body).content)["reason"]
    assert english.isascii() and chinese == "没有这一项；请查看接口文档。"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"  \n", 400),
        (b"{", 400),
        (b'{"category": "ROAD-1", "category": "ROAD-2"}', 400),
        (b'{"category": "ROAD-1", "contact": {"name": "a", "name": "b"}}', 400),
        (b'{"category": NaN}', 400),
        (b'{"category": "\xff"}', 400),
        (b"[" * 60_000, 400),
        (b"[]", 422),
        (b"null", 422),
        (b'{"category": "' + b"a" * 65_536 + b'"}', 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(partner: Partner, body: bytes, status: int) -> None:
    answer = partner.post(body)
    assert (answer.status_code, json.loads(answer.content)["status"]) == (status, status)
    assert not Matter.objects.exists()


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"])
def test_another_content_type_is_refused(partner: Partner, content_type: str) -> None:
    assert partner.post(REPORT, **{"Content-Type": content_type}).status_code == 415


def test_json_with_a_character_set_is_taken(partner: Partner) -> None:
    assert partner.post(REPORT, **{"Content-Type": "application/json; charset=utf-8"}).status_code == 201


def test_an_unknown_key_is_refused(city: City) -> None:
    for secret in ("wrong", "x" * 5000):
        answer = Partner(secret).post(REPORT)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_a_key_whose_post_may_not_report_is_refused(city: City) -> None:
    assert partner_of("auditor").post(REPORT).status_code == 403


def test_a_post_reports_only_in_its_area(city: City) -> None:
    east = partner_of("grid-east")
    assert east.post(REPORT).status_code == 201
    assert east.post({**REPORT, "longitude": "117.1"}).status_code == 403


def test_what_is_out_of_scope_looks_like_what_is_not_there(city: City) -> None:
    west = partner_of("grid-west")
    there = city.report(cell="T1-01")
    answers = [west.get(f"reports/{number}") for number in (there.number, "0000-0000-0000", "x", "%00")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert json.loads(partner_of("grid-east").get(f"reports/{there.number}").content)["matter"] == str(there.pk)


def test_looking_up_needs_a_key(city: City, stranger: Partner) -> None:
    assert stranger.get(f"reports/{city.report().number}").status_code == 401


def test_a_key_has_its_rate(city: City) -> None:
    slow = partner_of("intake", per_minute=2)
    answers = [slow.post(REPORT) for _ in range(4)]
    assert answers[0].status_code == 201 and answers[-1].status_code == 429
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert partner_of("intake").post(REPORT).status_code == 201


def test_the_public_has_a_stricter_rate_by_address(stranger: Partner) -> None:
    statuses = [stranger.post(REPORT).status_code for _ in range(12)]
    assert statuses[:5] == [201] * 5 and statuses[-1] == 429


def test_other_methods_are_refused(partner: Partner) -> None:
    answer = partner.client.delete("/api/v1/reports", headers={"Authorization": f"Bearer {partner.secret}"})
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")
    assert json.loads(answer.content)["status"] == 405
