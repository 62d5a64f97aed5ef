"""Acts through the interface: everything that a type declares, under the same guards as at the desk."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.models import Matter, Step, Task
from jingwei.kernel.matters.types import all_types, type_of
from jingwei.kernel.reads.models import Read
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kit.acts.orders import fields_of
from tests.city import FOUNDER, SINCE, City, add_post
from tests.surfaces.api.conftest import Partner, partner_of

FOUND = {"finding": "属实"}


def send(partner: Partner, number: str, key: str | None = None, **body: Any) -> HttpResponse:
    """POST of one act under a new request key, or the one given."""
    return partner.client.post(  # type: ignore[return-value]  # no streaming here
        f"/api/v1/reports/{number}/acts",
        json.dumps(body),
        content_type="application/json",
        headers={
            "Authorization": f"Bearer {partner.secret}",
            "Accept-Language": "en",
            "Idempotency-Key": key or uuid4().hex,
        },
    )


def offered(partner: Partner, number: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(partner.get(f"reports/{number}/acts").content)
    return said


def keys(acts: list[Mapping[str, Any]]) -> set[str]:
    return {one["key"] for one in acts}


def test_a_matter_goes_its_way_by_keys_of_the_posts_alone(city: City) -> None:
    intake, dispatcher, handler = (partner_of(one) for one in ("intake", "dispatcher", "handler-roads"))
    number = json.loads(
        intake.post({"category": "ROAD-1", "text": "坑", "longitude": "117.3", "latitude": "36.05"}).content
    )["number"]
    first = offered(intake, number)
    assert first["state"] == "reported" and first["version"] == 1
    assert "file" in keys(first["acts"]) and "dispatch" not in keys(first["acts"])
    done = send(intake, number, act="file", fields=FOUND, version=first["version"])
    assert done.status_code == 200, done.content
    assert json.loads(done.content) == {"number": number, "state": "filed", "version": 2, "task": None}
    done = send(dispatcher, number, act="dispatch", fields={"unit": "ROADS"})
    assert json.loads(done.content)["state"] == "dispatched", done.content
    assert Matter.objects.get().unit is not None
    assert send(handler, number, act="sign").status_code == 200
    assert [one.action for one in Step.objects.order_by("seq")] == ["file", "dispatch", "sign"]
    assert {one.actor.partition(":")[0] for one in Step.objects.all()} == {"key"}


def test_what_is_offered_is_what_the_desk_offers_and_why_not_the_rest(city: City) -> None:
    matter = city.bring_to(city.report(cell="T1-01"), "dispatched")
    handler = offered(partner_of("handler-roads"), matter.number)
    declared = {one.key for one in type_of("grid_event").offered("dispatched")}
    assert (keys(handler["acts"]) & declared) | keys(handler["barred"]) == declared
    assert not keys(handler["acts"]) & keys(handler["barred"])
    assert all(one["reason"]["en"] and one["reason"]["zh"] for one in handler["barred"])
    assert Read.objects.filter(matter=matter.pk, what="api").count() == 1


def test_an_act_sent_again_is_done_once_and_answered_with_the_same_bytes(city: City) -> None:
    intake, matter = partner_of("intake"), city.report(cell="T1-01")
    first, again = (send(intake, matter.number, "one-key", act="file", fields=FOUND) for _ in range(2))
    assert first.status_code == again.status_code == 200 and first.content == again.content
    assert Step.objects.filter(action="file").count() == 1
    assert send(intake, matter.number, "one-key", act="void").status_code == 422


def test_a_matter_that_has_moved_on_is_left_as_it_is(city: City) -> None:
    intake, matter = partner_of("intake"), city.report(cell="T1-01")
    assert send(intake, matter.number, act="file", fields=FOUND, version=1).status_code == 200
    answer = send(intake, matter.number, act="file", fields=FOUND, version=1)
    assert answer.status_code in (409, 422)
    assert Step.objects.count() == 1


def test_tasks_are_asked_and_answered(city: City) -> None:
    centre, roads, parks = (partner_of(one) for one in ("supervisor", "handler-roads", "handler-parks"))
    matter = city.bring_to(city.report(cell="T1-01"), "processing")
    assert "ask.assist" in keys(offered(centre, matter.number)["acts"])
    assert "ask.consult" in keys(offered(roads, matter.number)["acts"])
    done = send(centre, matter.number, act="ask.assist", fields={"to_unit": "PARKS", "asked": "请移树"})
    assert done.status_code == 200, done.content
    task = json.loads(done.content)["task"]
    assert task == str(Task.objects.get().pk) and json.loads(done.content)["state"] is None
    accept = f"answer.assist.accepted.{task}"
    assert accept in keys(offered(parks, matter.number)["acts"])
    assert send(parks, matter.number, act=accept).status_code == 200
    assert send(parks, matter.number, act=f"answer.assist.done.{task}", fields={"answer": "已移"}).status_code == 200
    assert Task.objects.get().state == "done"


def test_matters_are_linked_and_merged_by_their_numbers(city: City) -> None:
    add_post(city, "joiner", "HOTLINE", "T", "intake", ("matter.read", "matter.accept", "matter.link"))
    intake = partner_of("joiner")
    one, other = city.report(cell="T1-01"), city.report(cell="T1-01")
    linked = send(intake, one.number, act="link", fields={"other": other.number, "kind": "related_to"})
    assert linked.status_code == 200, linked.content
    merge = next(act.key for act in type_of("grid_event").actions if act.kind == "merge")
    merged = send(intake, one.number, act=merge, fields={"other": other.number})
    assert merged.status_code == 200, merged.content
    assert Matter.objects.get(pk=one.pk).state == "merged"


@pytest.mark.parametrize(
    ("body", "status", "place"),
    [
        ({"act": "nope"}, 422, "action"),
        ({"act": "file", "fields": {"nope": "1"}}, 422, "fields.nope"),
        ({"act": "dispatch", "fields": {"unit": "ROADS"}}, 403, ""),
        ({"act": "dispatch", "fields": {"unit": "NOPE"}}, 422, "unit"),
        ({"act": "file", "files": [{"rule": "nope", "file": "0" * 36}]}, 422, "files.nope"),
        ({"act": "link", "fields": {"other": "x", "kind": "related_to"}}, 422, "other"),
        ({"act": ""}, 422, "act"),
        ({}, 422, "act"),
        ({"act": "file", "version": 0}, 422, "version"),
        ({"act": "file", "surprise": 1}, 422, "surprise"),
        ({"act": "answer.assist.done.x"}, 403, ""),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_place(
    city: City, body: dict[str, Any], status: int, place: str
) -> None:
    matter = city.report(cell="T1-01")
    answer = send(partner_of("intake"), matter.number, **body)
    said = json.loads(answer.content)
    assert (answer.status_code, said["status"], said["place"]) == (status, status, place), said
    assert not Step.objects.exists()


def test_out_of_reach_is_as_absent_as_what_never_was(city: City) -> None:
    west, matter = partner_of("grid-west"), city.report(cell="T1-01")
    answers = [send(west, number, act="file") for number in (matter.number, "0000-0000-0000")]
    answers += [west.get(f"reports/{number}/acts") for number in (matter.number, "0000-0000-0000")]
    assert {one.status_code for one in answers} == {404} and len({one.content for one in answers}) == 1
    assert Partner().get(f"reports/{matter.number}/acts").status_code == 401


def test_what_asks_for_a_second_factor_is_for_persons(city: City) -> None:
    held = type_of("grid_event").action("file")
    assert held is not None
    rule = {"second_factor": [held.grant], "idle": 30, "lock": 5}
    execute(FOUNDER, SetValue(parameter="sign_in", subject="desk", from_on=SINCE, content=rule, basis="x"), "rule")
    intake, matter = partner_of("intake"), city.report(cell="T1-01")
    answer = send(intake, matter.number, act="file", fields=FOUND)
    assert answer.status_code == 403 and "second factor" in json.loads(answer.content)["reason"]
    assert "file" in keys(offered(intake, matter.number)["barred"])


def test_the_description_has_every_act_of_every_type_with_its_fields(stranger: Partner, partner: Partner) -> None:
    known = json.loads(stranger.get("openapi.json").content)["components"]["schemas"]
    named = {one["$ref"].rpartition("/")[2] for one in known["ActBody"]["anyOf"]}
    for one in all_types():
        for action in one.actions:
            schema = known.get(f"act.{one.key}.{action.key}")
            assert (schema is not None) is action.offered
            if schema is None:
                continue
            assert f"act.{one.key}.{action.key}" in named and schema["properties"]["act"] == {"const": action.key}
            fields = {field.key for field in fields_of(one, action.key)}
            assert schema["properties"]["fields"]["properties"].keys() == fields
    declared = json.loads(partner.get("acts").content)
    assert {"dispatch", "ask.assist"} <= {one["key"] for one in declared if one["type"] == "grid_event"}


_values = st.text(max_size=12) | st.integers() | st.booleans() | st.sampled_from(["ROADS", "ROAD-1", "\0", "0" * 36])
_acts = [(one.key, action.key) for one in all_types() for action in one.actions]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=st.sampled_from([*_acts, ("grid_event", "ask.assist"), ("", "link"), ("", "answer.x.y.z")]), data=st.data()
)
def test_any_act_with_any_values_is_done_or_refused(city: City, chosen: tuple[str, str], data: Any) -> None:
    key, act = chosen
    names = [field.key for field in fields_of(type_of(key), act)] if key else ["other", "kind"]
    fields = data.draw(st.dictionaries(st.sampled_from([*names, "nope"]), _values, max_size=5))
    partner = partner_of(data.draw(st.sampled_from(["supervisor", "handler-roads", "checker"])))
    matter = city.report(cell="T1-01")
    answer = send(partner, matter.number, act=act, fields=fields)
    assert answer.status_code in (200, 403, 404, 409, 422), answer.content
    said = json.loads(answer.content)
    assert answer.status_code == 200 or said["reason"]
