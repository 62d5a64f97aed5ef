"""Who serves my door: the public card of a cell by address, position and neighbourhood, and what is not on it."""

import datetime
import json
import os
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kit.limits import Limit
from jingwei.surfaces.portal import who
from tests.city import FOUNDER, City, add_post
from tests.surfaces.test_duty import COUNTS
from tests.surfaces.test_grid_pages import sheet


def _word(key: str, zh: str, since: datetime.date = datetime.date(2026, 3, 1)) -> None:
    value = SetValue(
        parameter="word", subject=key, from_on=since, content={"zh": zh, "en": f"{key} in English"}, basis="试城办 7 号"
    )
    execute(FOUNDER, value, f"word:{key}")


@pytest.fixture
def _carded(city: City) -> None:
    sheet(city)
    add_post(city, "grid-1", "HOTLINE", "T1-01", "grid_worker")
    _word("card.supervision", "拨打 12345 转监督")
    _word("service.01", "巡查路面")


@pytest.mark.usefixtures("_carded")
def test_an_address_leads_to_the_card_of_its_cell(resident: Client) -> None:
    answer = resident.post("/who/", {"address": "人民路35号2单元501"})
    assert (answer.status_code, answer.headers["Location"]) == (HTTPStatus.FOUND, "/who/T1-01/")
    page = resident.get("/who/T1-01/").content.decode()
    for words in (
        "东一格",
        "东区",
        "0543-1234567",
        "grid-1",
        "热线中心",
        "拨打 12345 转监督",
        "阳光花园小区",
        "人民路 1–99",
    ):
        assert words in page, words
    assert (
        "拨打 12345 转监督" in page
        and "巡查路面" in page
        and "2026-03-01" in page
        and "试城办 7 号" in page
        and "<svg" in page
    )
    assert "派遣员" not in page, "posts of the whole city serve no door"


@pytest.mark.usefixtures("_carded")
def test_a_name_is_published_only_where_the_city_says_by_what_law(resident: Client) -> None:
    assert "赵甲" not in resident.get("/who/T1-01/").content.decode()
    _word("card.names", "试城网格办法第六条")
    page = resident.get("/who/T1-01/").content.decode()
    assert "赵甲" in page and "试城网格办法第六条" in page


@pytest.mark.usefixtures("_carded")
def test_a_position_and_a_neighbourhood_lead_there_too(resident: Client) -> None:
    assert resident.post("/who/", {"lon": "117.3", "lat": "36.05"}).headers["Location"] == "/who/T1-01/"
    assert resident.post("/who/", {"area": "T1"}).headers["Location"] == "/who/T1/"
    page = resident.get("/who/T1/").content.decode()
    assert 'href="/who/T1-01/"' in page and 'href="/who/T1-02/"' in page


@pytest.mark.usefixtures("_carded")
def test_what_is_not_found_is_said_and_stays_typed(resident: Client) -> None:
    answer = resident.post("/who/", {"address": "无名路 3 号"})
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "认不出这个地址" in answer.content.decode() and 'value="无名路 3 号"' in answer.content.decode()
    assert resident.post("/who/", {"lon": "110", "lat": "30"}).status_code == HTTPStatus.NOT_FOUND
    assert resident.get("/who/nowhere/").status_code == HTTPStatus.NOT_FOUND


def test_looking_up_is_limited(city: City, resident: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(who, "LOOKING_UP", Limit("portal.who", 1, 60))
    assert [resident.post("/who/", {"address": "x"}).status_code for _ in range(2)] == [404, 429]


@pytest.mark.usefixtures("_carded")
def test_statements_of_the_pages(resident: Client) -> None:
    found = {}
    for address in ("/who/", "/who/T1-01/", "/status/"):
        resident.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert resident.get(address).status_code == HTTPStatus.OK
        found[address] = sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE")) for one in seen.captured_queries)
    kept = json.loads(COUNTS.read_text())
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        COUNTS.write_text(json.dumps({**kept, **found}, indent=2) + "\n")
    assert found == {address: kept.get(address) for address in found}
