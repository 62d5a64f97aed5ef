"""The pages of destruction lists: proposed by one, reviewed by another, carried out by the worker, reported."""

import csv
import datetime
import json
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.retention.carrying_out import carry_out_approved
from jingwei.kernel.retention.models import DestructionList, Listed
from jingwei.kit.forms import new_key
from tests.city import City, add_post
from tests.database import behind
from tests.surfaces.conftest import SignIn
from tests.surfaces.test_duty import COUNTS, ENGLISH, send

LISTS = "/destruction/"


@pytest.fixture
def city(city: City) -> City:
    """With an archivist, a reviewer, one who is both, and one for the west alone."""
    archivist = ("matter.read", "retention.read", "retention.propose")
    add_post(city, "archivist", "CITY", "T", "archivist", (*archivist, "retention.review"))
    add_post(city, "archivist-west", "CITY", "T2", "archivist-west", archivist)
    add_post(city, "reviewer", "CITY", "T", "reviewer", ("matter.read", "retention.read", "retention.review"))
    return city


def overdue(city: City, count: int) -> list[Matter]:
    """Closed matters whose term is over."""
    matters = [city.bring_to(city.report(), "closed") for _ in range(count)]
    behind(
        "UPDATE matters_matter SET closed_at = closed_at - interval '6 years',"
        " kept_until = kept_until - interval '6 years' WHERE id = ANY(%s)",
        [one.pk for one in matters],
    )
    return matters


def proposed(client: Client) -> str:
    """The address of a new list."""
    answer = send(client, LISTS, "propose", type="grid_event")
    assert answer.status_code == HTTPStatus.SEE_OTHER
    return str(answer.headers["Location"])


def body(client: Client, address: str, **how: Any) -> str:
    return client.get(address, **how).content.decode()


def test_a_list_is_proposed_reviewed_carried_out_and_reported(city: City, sign_in: SignIn) -> None:
    first, second = overdue(city, 2)
    author, reviewer = sign_in("archivist"), sign_in("reviewer")
    assert "网格事件（2）" in body(author, LISTS)
    address = proposed(author)
    page = body(author, address)
    assert first.number in page and second.number in page and "须由另一个人审核" in page and "批准销毁" not in page
    refused = send(author, address, "approve")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "须由另一个人审核" in refused.content.decode()
    row = str(Listed.objects.get(matter=second).pk)
    empty = send(reviewer, address, "take_out", row, reason=" ")
    assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "请写明理由" in empty.content.decode()
    assert send(reviewer, address, "take_out", row, reason="有人查阅").status_code == HTTPStatus.SEE_OTHER
    assert "移出理由：有人查阅" in body(reviewer, address)
    assert send(reviewer, address, "approve").status_code == HTTPStatus.SEE_OTHER
    assert "等待销毁" in body(author, address)
    assert carry_out_approved(datetime.datetime.now(datetime.UTC)) == 1
    page = body(author, address, headers=ENGLISH)
    assert "Carried out" in page and "Destroyed" in page and "Taken out" in page
    assert author.get(f"{address}?as=xlsx").content.startswith(b"PK")
    lines = list(csv.reader(author.get(f"{address}?as=csv").content.decode("utf-8-sig").splitlines()))
    told = {line[0]: line for line in lines[1:]}
    assert told.keys() == {first.number, second.number}
    assert "已销毁" in told[first.number] and "有人查阅" in told[second.number]
    assert "archivist A" in told[first.number] and "reviewer A" in told[first.number]
    gone = body(sign_in("auditor"), f"/matters/{first.number}/")
    assert "内容已经销毁" in gone and "红绿灯旁" not in gone and "保存期满，内容已销毁" in gone
    assert "内容已经销毁" not in body(sign_in("auditor"), f"/matters/{second.number}/")


def test_a_list_is_sent_back_or_withdrawn_and_may_be_made_anew(city: City, sign_in: SignIn) -> None:
    overdue(city, 1)
    author, reviewer = sign_in("archivist"), sign_in("reviewer")
    address = proposed(author)
    assert send(reviewer, address, "return", reason="类型不对").status_code == HTTPStatus.SEE_OTHER
    assert "类型不对" in body(author, address) and "已退回" in body(author, LISTS)
    again = proposed(author)
    assert send(author, again, "withdraw").status_code == HTTPStatus.SEE_OTHER
    assert "提出的人已撤回" in body(reviewer, again)
    over = reviewer.post(again, {"_do": "approve", "_subject": "", "_key": new_key()})
    assert over.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "已经审过或撤回" in over.content.decode()
    assert proposed(author) not in (address, again)


def test_a_list_is_for_those_within_its_reach(city: City, sign_in: SignIn) -> None:
    overdue(city, 1)
    address = proposed(sign_in("archivist"))
    west = sign_in("archivist-west")
    assert west.get(address).status_code == west.get(f"{address}?as=csv").status_code == HTTPStatus.NOT_FOUND
    order = {"_do": "withdraw", "_subject": "", "_key": new_key()}
    assert west.post(address, order).status_code == HTTPStatus.NOT_FOUND
    assert address not in body(west, LISTS) and "还没有销毁清单" in body(west, LISTS)
    assert west.get("/destruction/nonsense/").status_code == HTTPStatus.NOT_FOUND
    assert sign_in("supervisor").get(LISTS).status_code == HTTPStatus.FORBIDDEN
    nothing = west.post(LISTS, {"_do": "propose", "_subject": "", "_key": new_key(), "type": ""})
    assert nothing.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "没有期满可列" in nothing.content.decode()
    assert DestructionList.objects.count() == 1


def test_a_reviewer_is_told_of_matters_that_are_out_of_sight(city: City, sign_in: SignIn) -> None:
    """A department sees what is its own; one of the matters was given to another after it was listed."""
    grants = ("retention.read", "retention.propose", "retention.review")
    for code in ("roads-archivist", "roads-reviewer"):
        add_post(city, code, "ROADS", "T", code, grants)
    matters = overdue(city, 2)
    roads, parks = (Unit.objects.get(code=code).pk for code in ("ROADS", "PARKS"))
    assert {one.unit_id for one in matters} == {roads}
    address, reviewer = proposed(sign_in("roads-archivist")), sign_in("roads-reviewer")
    whole = body(reviewer, address)
    assert all(one.number in whole for one in matters) and "不在您岗位能看到的范围内" not in whole
    behind("UPDATE matters_matter SET unit_id = %s WHERE id = %s", parks, matters[0].pk)
    page = body(reviewer, address)
    assert matters[0].number not in page and matters[1].number in page
    assert "清单上有 1 件事项不在您岗位能看到的范围内" in page and "因此不能由您批准" in page
    assert "that none of your posts lets you see, and that are not shown here: 1." in body(
        reviewer, address, headers=ENGLISH
    )
    assert "批准销毁" in whole and "批准销毁" not in page
    refused = reviewer.post(address, {"_do": "approve", "_subject": "", "_key": new_key()})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "您看不到的事项" in refused.content.decode()
    assert send(reviewer, address, "return", reason="有一件不归本局").status_code == HTTPStatus.SEE_OTHER


def test_the_statements_of_the_pages_do_not_grow(city: City, sign_in: SignIn) -> None:
    overdue(city, 3)
    author = sign_in("archivist")
    address = proposed(author)
    counted = {}
    for name, path in ((LISTS, LISTS), ("/destruction/<key>/", address)):
        author.get(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            author.get(path)
        counted[name] = len(queries)
    expected = json.loads(COUNTS.read_text())
    assert counted == {name: expected[name] for name in counted}
