"""The intake page: what it proposes, what a correction teaches, answering at once, and whatever type is declared."""

import datetime
import json
import re
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.models import Detail, Matter, Party, Step
from jingwei.kernel.matters.types import Action, Field, MatterType, State, all_types
from jingwei.kernel.places.commands import EnterSheet, PlainName, SheetCell
from jingwei.kernel.places.models import PlaceName
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
from jingwei.kernel.sealing import revealed
from jingwei.kernel.values.words import Text
from jingwei.kit import intake as kit_intake
from tests.city import FOUNDER, SINCE, City
from tests.surfaces.conftest import Answer, SignIn, hidden_in
from tests.surfaces.test_duty import COUNTS

NEW = "/matters/new/"


@pytest.fixture
def town(city: City) -> City:
    """The test city with two cells known by names, what people say of classes, and a word for emergencies."""
    east = SheetCell(code="T1-01", names=(PlainName(kind="estate", name="阳光花园小区"),))
    west = SheetCell(code="T2-01", names=(PlainName(kind="road", name="人民路", low=1, high=99),))
    execute(FOUNDER, EnterSheet(from_on=datetime.date(2000, 1, 1), cells=(east, west)), city.key())
    words = {
        "spoken.ROAD-1": ("大坑 塌陷", "hole"),
        "spoken.request=consult": ("请问 咨询", "ask"),
        "emergency": ("请先拨打 110。", "Call 110 first."),
    }
    values = [
        SetValue(parameter="word", subject=key, from_on=SINCE, content={"zh": zh, "en": en}, basis="tests")
        for key, (zh, en) in words.items()
    ]
    execute(FOUNDER, SetManyValues(values=tuple(values)), city.key())
    return city


def _page(client: Client, **said: str) -> Answer:
    """The page with what it proposes for what is said."""
    empty = client.get(NEW)
    return client.post(NEW, {**hidden_in(empty), **said, "_do": "propose"}) if said else empty


def _shown(page: Answer) -> dict[str, str]:
    """What a browser would send of the page: hidden inputs and the choices that are checked."""
    text = page.content.decode()
    checked = dict(re.findall(r'<input type="radio" name="(\w+)"[^>]*? value="([^"]*)" checked>', text))
    return {**hidden_in(page), **checked}


def _sent(client: Client, said: dict[str, str], **changed: str) -> Answer:
    return client.post(NEW, {**_shown(_page(client, **said)), **said, "_do": "send", **changed})


def test_class_cell_unit_and_request_are_proposed_with_their_reasons(town: City, sign_in: SignIn) -> None:
    client = sign_in("intake")
    before = town.report(cell="T1-01", category="ROAD-1")
    town.bring_to(town.report(cell="T1-01", category="ROAD-1"), "closed")
    page = _page(client, text="请问门口的大坑什么时候补", address="阳光花园小区东门")
    words = page.content.decode()
    assert _shown(page)["category"] == "ROAD-1" and "大坑" in words
    assert _shown(page)["cell"] == "T1-01" and "“阳光花园小区”在它之内" in words
    assert '<option value="consult" selected>' in words
    assert "道路局" in words and ">road</a>" in words
    assert before.number in words, "an open matter at the same place"
    assert "坑已填平" in words, "what was answered last"
    assert Matter.objects.count() == 2, "a proposal writes nothing"


def test_a_choice_made_while_proposals_are_fetched_is_not_undone_by_them(town: City, sign_in: SignIn) -> None:
    """A newer change drops the request under way, whose answer knows nothing of it; else it would wait its turn."""
    page = sign_in("intake").get("/matters/new/").content.decode()
    (asking,) = re.findall(r"<div hx-post=[^>]*>", page)
    assert 'hx-sync="this:replace"' in asking


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("你好，我家在阳光花园小区东门，灯坏了", "阳光花园小区东门"),
        ("地址：人民路 35 号门口有个大坑", "人民路 35 号门口"),
        ("路上有个大坑", ""),
        ("请问几点上班", ""),
    ],
)
def test_the_address_is_found_in_what_is_told(town: City, sign_in: SignIn, text: str, found: str) -> None:
    shown = re.search(r'<strong id="mentioned">([^<]*)<', _page(sign_in("intake"), text=text).content.decode())
    assert (shown[1] if shown else "") == found


def test_an_address_that_was_written_down_is_left_alone(town: City, sign_in: SignIn) -> None:
    page = _page(sign_in("intake"), text="阳光花园小区东门灯坏了", address="别处")
    assert 'id="mentioned"' not in page.content.decode()


def test_after_sending_the_next_empty_form_stands_below_the_number(town: City, sign_in: SignIn) -> None:
    page = _sent(sign_in("intake"), {"text": "路灯不亮三天了", "address": "人民路 35 号", "channel": "counter"})
    words, matter = page.content.decode(), Matter.objects.get()
    assert matter.number in words[words.index('id="taken"') : words.index('id="intake"')]
    assert "三天了" not in words[words.index('id="intake"') :]
    assert '<option value="counter" selected>' in words, "whoever sits at the counter goes on there"
    assert page.headers["Cache-Control"] == "private, no-store"


def test_no_more_than_four_inputs_must_be_filled_in(town: City, sign_in: SignIn) -> None:
    words = _page(sign_in("intake")).content.decode()
    form = words[words.index('id="intake"') :]
    assert len(re.findall(r"<(?:input|textarea|select)[^>]* required", form)) <= 4


def test_nothing_is_proposed_for_nothing(town: City, sign_in: SignIn) -> None:
    page = sign_in("intake").get(NEW).content.decode()
    assert "写下情况后" in page and page.count(" required") <= 4


def test_it_is_taken_in_as_proposed(town: City, sign_in: SignIn) -> None:
    said = {"text": "路上有个大坑", "address": "阳光花园小区", "phone": "13800001111", "channel": "counter"}
    answer = _sent(sign_in("intake"), said)
    (matter,) = Matter.objects.all()
    assert (matter.category, matter.channel) == ("ROAD-1", "counter")
    assert matter.area is not None and matter.area.code == "T1-01"
    assert Detail.objects.get(pk=matter.pk).located == "by_address"
    assert revealed(Party.objects.get(matter=matter)).contact == {"phone": "13800001111"}
    receipt = answer.content.decode()
    assert matter.number in receipt and f"/matters/{matter.number}/print/receipt/" in receipt
    assert len(re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", receipt)) == 1, "the follow code"


def test_nothing_of_an_anonymous_caller_is_kept(town: City, sign_in: SignIn) -> None:
    said = {"text": "路上有个大坑", "phone": "13800001111", "name": "王小明", "anonymous": "1"}
    _sent(sign_in("intake"), said)
    assert Party.objects.get().contact == {}


def test_a_corrected_cell_is_remembered(town: City, sign_in: SignIn) -> None:
    client = sign_in("intake")
    said = {"text": "路上有个大坑", "address": "阳光花园小区3号楼"}
    _sent(client, said, other_cell="T1-02", lesson="0")
    (matter,) = Matter.objects.all()
    assert matter.area is not None and matter.area.code == "T1-02"
    assert Detail.objects.get(pk=matter.pk).located == "by_hand"
    assert PlaceName.objects.get(origin="alias").area.code == "T1-02"
    assert _shown(_page(client, **said))["cell"] == "T1-02"


def test_a_class_chosen_by_hand_stays_when_the_text_changes(town: City, sign_in: SignIn) -> None:
    client = sign_in("intake")
    first = _shown(_page(client, text="路上有个大坑"))
    said = {**first, "text": "路灯不亮", "other_category": "ROAD-3", "_do": "propose"}
    again = client.post(NEW, said).content.decode()
    assert '<option value="ROAD-3" selected>' in again


def test_a_class_that_changed_under_the_clerk_is_asked_again(town: City, sign_in: SignIn) -> None:
    client = sign_in("intake")
    first = _shown(_page(client, text="路上有个大坑"))
    answer = client.post(NEW, {**first, "text": "路灯不亮", "_do": "send"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "提议跟着变了" in answer.content.decode()
    assert not Matter.objects.exists()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "请写下对方说的事"),
        ({"text": "听不清"}, "请选择是哪一类事情"),
        ({"text": "路上有个大坑", "other_cell": "nowhere"}, "没有区域 nowhere"),
        ({"text": "路上有个大坑", "lon": "east", "lat": "1"}, "“east”"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_lost(
    town: City, sign_in: SignIn, said: dict[str, str], why: str
) -> None:
    client = sign_in("intake")
    shown = _shown(_page(client, **said)) if "text" in said else hidden_in(client.get(NEW))
    answer = client.post(NEW, {**shown, **said, "_do": "send"})
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and why in page
    assert said.get("text", "") in page
    assert not Matter.objects.exists()


def test_a_question_is_answered_and_closed_in_one_sending(town: City, sign_in: SignIn) -> None:
    said = {"text": "请问大坑什么时候补", "request": "consult"}
    closing = {"_do": "close:answer_at_once", "answer_at_once-answer": "本周五之前"}
    client = sign_in("intake")
    form = {**_shown(_page(client, **said)), **said, **closing}
    first, again = client.post(NEW, form), client.post(NEW, form)
    (matter,) = Matter.objects.all()
    assert matter.state == "closed" and "已登记并办结" in first.content.decode()
    assert matter.number in again.content.decode()
    assert [one.action for one in Step.objects.order_by("id")] == ["report", "answer_at_once"]


@pytest.mark.parametrize(
    ("request_", "answer", "why"), [("complaint", "本周五", "当场答复并办结"), ("consult", "", "请填写“答复”")]
)
def test_what_cannot_be_closed_at_once_is_not_taken_in_by_half(
    town: City, sign_in: SignIn, request_: str, answer: str, why: str
) -> None:
    said = {"text": "大坑什么时候补", "request": request_}
    closing = {"_do": "close:answer_at_once", "answer_at_once-answer": answer}
    refused = _sent(sign_in("intake"), said, **closing)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and why in refused.content.decode()
    assert not Matter.objects.exists()


def test_danger_tells_the_emergency_number_before_and_after(town: City, sign_in: SignIn) -> None:
    client = sign_in("intake")
    said = {"text": "树木倒伏压住人了"}
    assert "请先拨打 110" in _page(client, **said).content.decode()
    assert "请先拨打 110" in _sent(client, said).content.decode()
    assert "请先拨打 110" not in _page(client, text="路上有个大坑").content.decode()


def test_what_has_no_cell_leads_to_placing_it(town: City, sign_in: SignIn) -> None:
    answer = _sent(sign_in("intake"), {"text": "路上有个大坑"}).content.decode()
    assert f"/matters/{Matter.objects.get().number}/place/" in answer


def test_another_type_brings_its_own_fields(town: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the page knows the grid event: the fields of any declared type are asked for."""
    hazard = MatterType(
        key="hazard_of_test",
        version=1,
        title=Text("试隐患", "Test hazard"),
        classes="general",
        initial="found",
        states=(
            State(key="found", title=Text("已发现", "Found")),
            State(key="gone", title=Text("消", "Gone"), final=True),
        ),
        actions=(Action(key="end", title=Text("消除", "End"), begins=("found",), ends="gone", grant="matter.accept"),),
        fields=(
            Field(key="level", title=Text("等级", "Level"), kind="number", required=True),
            Field(key="what", title=Text("隐患情况", "What it is"), kind="text", searchable=True, required=True),
        ),
    )
    monkeypatch.setattr(kit_intake, "all_types", lambda: [*all_types(), hazard])
    client = sign_in("intake")
    page = client.get(f"{NEW}?type=hazard_of_test").content.decode()
    assert "隐患情况" in page and "等级" in page and "试隐患" in page
    assert 'name="phone"' not in page, "nobody reports it, so nobody's contact is asked for"
    assert 'name="what"' in page and page.index('name="what"') < page.index('name="level"'), "the text first"
    plain = client.get(NEW).content.decode()
    assert 'name="what"' not in plain
    for kept in ("queue", "verdict", "feed_clash", "self_check"):
        assert kept not in plain, "what systems state or open is asked of nobody"


def test_statements_of_the_page(town: City, sign_in: SignIn) -> None:
    town.bring_to(town.report(cell="T1-01", category="ROAD-1"), "closed")
    client, counts = sign_in("intake"), dict[str, int]()
    said = {"text": "请问门口的大坑什么时候补", "address": "阳光花园小区东门"}
    for name, form in (("intake", {}), ("intake, proposals", said)):
        _page(client, **form)
        with CaptureQueriesContext(connection) as asked:
            client.get(NEW) if not form else client.post(NEW, {**form, "_do": "propose"})
        counts[name] = sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE")) for one in asked.captured_queries)
    assert counts == {name: json.loads(COUNTS.read_text()).get(name) for name in counts}
