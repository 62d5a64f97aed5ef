"""Dispatching: what is proposed and why, one key's worth of sending, what is certain, and two at the same list."""

import json
import re
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jingwei.kernel.agencies.commands import EnterUnit
from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.models import Matter, Step
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.surfaces.desk.dispatching.waiting import PAGE, Waiting, waiting_list
from tests.city import FOUNDER, IN_CELL, SINCE, City, add_post
from tests.database import behind
from tests.surfaces.conftest import Answer, SignIn, hidden_in
from tests.surfaces.test_duty import COUNTS

PAGE_URL, CERTAIN = "/dispatch/", "/dispatch/certain/"


def _unit(code: str) -> str:
    return str(Unit.objects.get(code=code).pk)


def _filed(city: City, category: str = "ROAD-1", cell: str = "T1-01") -> Matter:
    return city.bring_to(city.report(category=category, cell=cell), "filed")


def _rows(city: City, post: str = "dispatcher") -> list[Waiting]:
    with reading(city.actor(post)) as scope:
        return list(waiting_list(scope).rows)


def _key(page: Answer) -> str:
    return re.search(r'name="_key" value="([^"]+)"', page.content.decode())[1]  # type: ignore[index]  # it is there


def _send(client: Client, matter: Matter, *, alone: bool = True, **said: str) -> Answer:
    form = {
        "_key": _key(client.get(CERTAIN)),
        "numbers": f"{matter.number}~{matter.version}",
        "action": "dispatch",
        **said,
    }
    return client.post(PAGE_URL, form, headers={"hx-request": "true"} if alone else {})


def test_what_waits_is_listed_nearest_due_first_with_two_units_and_their_rules(city: City) -> None:
    later, sooner, other = _filed(city), _filed(city, category="PARK-1", cell="T2-01"), city.report(cell="T1-02")
    rows = _rows(city)
    assert [row.number for row in rows] == [sooner.number, later.number], f"{other.number} is not filed"
    first, second = rows[0].choice.first, rows[0].choice.second
    assert first is not None and second is not None
    assert (first.name.zh, first.rule, second.name.zh, second.rule) == ("园林局", "park", "热线中心", "rest")
    assert rows[0].certain and rows[1].certain


def test_a_rival_rule_a_twin_near_by_a_return_and_no_place_are_doubts(city: City) -> None:
    content = {"unit": "PARKS", "priority": 1, "category": "ROAD-2", "area": "", "condition": ""}
    execute(FOUNDER, SetValue(parameter="routing", subject="rival", from_on=SINCE, content=content, basis="x"), "r")
    rival = _filed(city, category="ROAD-2", cell="T1-02")
    twin, same = _filed(city, cell="T2-01"), city.report(cell="T2-01")
    nowhere = _filed(city, category="PARK-1", cell="")
    returned = city.act("dispatcher", _filed(city, cell="T2-02"), "dispatch", unit=_unit("PARKS"))
    returned = city.act("dispatcher", returned, "recall", reason="选错了")
    doubts = {row.number: " ".join(one.zh for one in row.choice.doubts) for row in _rows(city)}
    assert "同级规则" in doubts[rival.number]
    assert same.number in doubts[twin.number]
    assert "地点未知" in doubts[nowhere.number]
    assert "曾派给园林局" in doubts[returned.number]


def test_a_unit_without_a_post_is_a_doubt_and_never_goes_with_what_is_certain(city: City, sign_in: SignIn) -> None:
    unit = EnterUnit(code="OLD", kind="department", parent="HOTLINE", area="T", name=("原大队", "Old brigade"))
    execute(FOUNDER, unit, "unit")
    content = {"unit": "OLD", "priority": 1, "category": "ROAD-2", "area": "", "condition": ""}
    execute(FOUNDER, SetValue(parameter="routing", subject="old", from_on=SINCE, content=content, basis="x"), "r")
    matter = _filed(city, category="ROAD-2")
    (row,) = _rows(city)
    assert row.choice.first is not None and row.choice.first.name.zh == "原大队"
    assert not row.certain and "没有岗位" in row.choice.doubts[0].zh
    page = sign_in("dispatcher").get(CERTAIN).content.decode()
    assert f"{matter.number}~{matter.version}" not in page and "没有岗位" in page


def test_one_sending_gives_the_matter_and_answers_with_its_row(city: City, sign_in: SignIn) -> None:
    matter, client = _filed(city), sign_in("dispatcher")
    answer = _send(client, matter, unit=_unit("ROADS"))
    words = answer.content.decode()
    assert answer.status_code == HTTPStatus.OK and "<html" not in words
    assert f'id="w-{matter.number}"' in words and "道路局" in words and 'value="recall"' in words
    now = Matter.objects.get(pk=matter.pk)
    assert (now.state, now.unit_id) == ("dispatched", Unit.objects.get(code="ROADS").pk)


def test_past_the_rule_for_everything_second_comes_who_did_it_here_else_who_serves_the_place(city: City) -> None:
    _filed(city, category="PARK-1", cell="T2-01")
    add_post(city, "roads-west", "ROADS", "T2", "handler", ("matter.read", "matter.handle"))
    second = _rows(city)[0].choice.second
    assert second is not None and second.why is not None
    assert (second.name.zh, second.rule) == ("道路局", ""), "it has people for this part of the city alone"
    done = city.bring_to(city.report(category="PARK-1", cell="T2-01"), "closed")
    behind("UPDATE matters_matter SET unit_id = %s WHERE id = %s", _unit("HOTLINE"), done.pk)
    second = _rows(city)[0].choice.second
    assert second is not None and second.name.zh == "热线中心" and second.why is not None and "1" in second.why.zh


def test_without_scripts_the_same_button_answers_with_the_whole_page(city: City, sign_in: SignIn) -> None:
    matter, other, client = _filed(city), _filed(city, category="PARK-1"), sign_in("dispatcher")
    words = _send(client, matter, alone=False, unit=_unit("ROADS")).content.decode()
    assert "<html" in words and f"已派遣 道路局 {matter.number}" in re.sub(r"\s+", " ", words)
    assert f"w-{other.number}" in words and f"w-{matter.number}" not in words


@pytest.mark.parametrize(("words", "code"), [("园林", "PARKS"), ("parks", "PARKS"), ("道路局", "ROADS")])
def test_another_unit_is_found_by_what_somebody_types(city: City, sign_in: SignIn, words: str, code: str) -> None:
    matter = _filed(city)
    _send(sign_in("dispatcher"), matter, unit=_unit("HOTLINE"), other=words)
    assert Matter.objects.get(pk=matter.pk).unit_id == Unit.objects.get(code=code).pk, "what is typed goes first"


@pytest.mark.parametrize(("words", "said"), [("消防", "没有这个单位"), ("局", "不止一个单位"), ("", "请选一个单位")])
def test_a_unit_that_is_none_or_several_is_refused_in_the_row(
    city: City, sign_in: SignIn, words: str, said: str
) -> None:
    matter, client = _filed(city), sign_in("dispatcher")
    assert said in _send(client, matter, other=words).content.decode()
    assert _send(client, matter, alone=False, other=words).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Matter.objects.get(pk=matter.pk).state == "filed"


def test_of_two_at_the_list_the_slower_reads_a_plain_word(city: City, sign_in: SignIn) -> None:
    matter, client = _filed(city), sign_in("dispatcher")
    city.act("supervisor", matter, "dispatch", unit=_unit("PARKS"))
    words = _send(client, matter, unit=_unit("ROADS")).content.decode()
    assert "别人先办了" in words and "现在是“已派遣”" in words
    assert Matter.objects.get(pk=matter.pk).unit_id == Unit.objects.get(code="PARKS").pk
    assert Step.objects.filter(matter=matter, action="dispatch").count() == 1


def test_what_was_dispatched_is_taken_back_in_its_row_again_and_again(city: City, sign_in: SignIn) -> None:
    matter, client = _filed(city), sign_in("dispatcher")
    key = _key(client.get(CERTAIN))
    for _ in range(2):
        matter.refresh_from_db()
        _send(client, matter, unit=_unit("ROADS"), _key=key)
        matter.refresh_from_db()
        back = _send(client, matter, action="recall", reason="选错了", _key=key).content.decode()
        assert Matter.objects.get(pk=matter.pk).state == "filed"
        assert "data-waits" in back and "曾派给道路局" in back


def test_what_is_certain_is_dispatched_together_and_the_exceptions_say_why(city: City, sign_in: SignIn) -> None:
    sure, nowhere = _filed(city), _filed(city, category="PARK-1", cell="")
    late = _filed(city, category="ROAD-2", cell="T2-02")
    client = sign_in("dispatcher")
    page = client.get(CERTAIN).content.decode()
    chosen = re.findall(r'name="numbers" value="([^"]+)" checked', page)
    assert {one.split("~")[0] for one in chosen} == {sure.number, late.number}
    assert "地点未知" in page[page.index("例外") :]
    city.act("supervisor", late, "dispatch", unit=_unit("PARKS"))
    form = {"_key": _key(client.get(CERTAIN)), "numbers": chosen}
    answer = client.post(CERTAIN, form).content.decode()
    assert "办成 1 件，没有办成 1 件" in answer
    states = {one.number: one.state for one in Matter.objects.all()}
    assert states == {sure.number: "dispatched", nowhere.number: "filed", late.number: "dispatched"}


def test_only_what_is_in_reach_is_shown_or_given(city: City, sign_in: SignIn) -> None:
    matter = _filed(city)
    for post in ("intake", "handler-roads", "grid-east"):
        client = sign_in(post)
        assert client.get(PAGE_URL).status_code == client.get(CERTAIN).status_code == HTTPStatus.FORBIDDEN
    assert [row.number for row in _rows(city, "handler-roads")] == []
    client, form = sign_in("dispatcher"), {"numbers": "0000-0000-0000~1", "action": "dispatch"}
    form["_key"] = _key(client.get(CERTAIN))
    assert client.post(PAGE_URL, form).status_code == HTTPStatus.NOT_FOUND
    assert Matter.objects.get(pk=matter.pk).state == "filed"


@pytest.mark.parametrize("numbers", ["", "~", "x~y~z~w", "0000-0000-0000~1~dispatch~nobody"])
def test_a_damaged_choice_of_the_certain_gives_nothing(city: City, sign_in: SignIn, numbers: str) -> None:
    matter, client = _filed(city), sign_in("dispatcher")
    answer = client.post(CERTAIN, {"_key": _key(client.get(CERTAIN)), "numbers": numbers})
    assert answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert Matter.objects.get(pk=matter.pk).state == "filed"


def test_statements_do_not_grow_with_the_rows(city: City, sign_in: SignIn) -> None:
    counts, client = json.loads(COUNTS.read_text()), sign_in("dispatcher")
    for cell in IN_CELL:
        _filed(city, cell=cell)
    for name, url in (("dispatch", PAGE_URL), ("dispatch, what is certain", CERTAIN)):
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get(url)
        assert len(few) == counts[name], [one["sql"][:150] for one in few]
    for n in range(4):
        _filed(city, cell=list(IN_CELL)[n % 4], category="PARK-1")
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE_URL)
    assert len(many) == counts["dispatch"]


def test_the_next_page_goes_on_after_the_last_row(city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jingwei.surfaces.desk.dispatching.waiting.waiting_list.__defaults__", (None, 2))
    assert PAGE >= 20
    numbers = {_filed(city, cell=cell).number for cell in list(IN_CELL)[:3]}
    behind("UPDATE matters_matter SET due_at = due_at + random() * interval '1 hour'")
    client = sign_in("dispatcher")
    first = client.get(PAGE_URL).content.decode()
    after = re.search(r'href="\?after=([^"]+)"', first)[1]  # type: ignore[index]  # there is a next page
    second = client.get(f"{PAGE_URL}?after={after}").content.decode()
    assert numbers == set(re.findall(r'id="w-([^"]+)"', first + second))
    assert hidden_in(client.get(PAGE_URL), PAGE_URL)["action"] == "dispatch"
