"""Categories, areas and the schema."""

import json

import msgspec

from jingwei.surfaces.api.bodies import AreaShown, CategoryShown, ReportShown, ReportTaken
from tests.surfaces.api.conftest import REPORT, Partner


def test_residents_see_the_categories_they_may_choose(stranger: Partner, partner: Partner) -> None:
    public = {one["code"] for one in json.loads(stranger.get("categories").content)}
    known = {one["code"]: one for one in json.loads(partner.get("categories").content)}
    assert set(known) - public == {"ROAD-3"}
    assert known["ROAD-1"] == {
        "code": "ROAD-1",
        "parent": "ROAD",
        "title": {"zh": "路面坑洞", "en": "Pothole"},
        "urgency": "U2",
        "leaf": True,
        "type": "",
    }


def test_areas_come_from_the_city_down(stranger: Partner) -> None:
    areas = json.loads(stranger.get("areas").content)
    assert areas[0] == {"code": "T", "parent": None, "level": "city", "name": {"zh": "试城", "en": "Testville"}}
    assert [one["code"] for one in areas] == ["T", "T1", "T1-01", "T1-02", "T2", "T2-01", "T2-02"]


def test_the_schema_is_openapi_3_1_and_names_every_answer(stranger: Partner) -> None:
    answer = stranger.get("openapi.json")
    schema = json.loads(answer.content)
    assert schema["openapi"] == "3.1.0"
    ends = ("reports", "reports/{number}", "reports/{number}/acts", "acts", "types", "categories", "areas", "files")
    files = ("exports/reports.{form}",)
    of_the_log = ("log", "log/consistency", "log/inclusion", "log/leaves")
    assert set(schema["paths"]) == {f"/api/v1/{end}" for end in (*ends, *files, *of_the_log)}
    report = schema["paths"]["/api/v1/reports"]["post"]
    assert {"201", "400", "401", "403", "409", "413", "415", "422", "429"} <= set(report["responses"])
    assert schema["components"]["schemas"]["ReportBody"]["additionalProperties"] is False
    assert schema["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


def test_answers_have_the_declared_shape(partner: Partner) -> None:
    taken = msgspec.json.decode(partner.post(REPORT).content, type=ReportTaken)
    msgspec.json.decode(partner.get(f"reports/{taken.number}").content, type=ReportShown)
    msgspec.json.decode(partner.get("categories").content, type=list[CategoryShown])
    msgspec.json.decode(partner.get("areas").content, type=list[AreaShown])


def test_answers_are_json_only(partner: Partner) -> None:
    answer = partner.client.get("/api/v1/areas", headers={"Accept": "text/csv"})
    assert (answer.status_code, answer["Content-Type"]) == (406, "application/json")
