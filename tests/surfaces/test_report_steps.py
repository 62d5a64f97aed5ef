"""The report in steps: each a page of its own that loses nothing, with the place found on the way."""

import re
from http import HTTPStatus
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.files.models import Attachment
from jingwei.kernel.ledger.entries import entries_of
from jingwei.kernel.matters.commands import Contact
from jingwei.kernel.matters.models import Detail, Link, Matter, Party
from jingwei.kernel.places.commands import EnterSheet, PlainName, SheetCell
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.sealing import revealed
from jingwei.kit.limits import Limit
from jingwei.surfaces.portal.reporting import views as reports
from tests.city import FOUNDER, SINCE, City
from tests.kernel.files.samples import jpeg
from tests.surfaces.conftest import Answer, hidden_in

TOLD = {"category": "ROAD-1", "text": "路面有坑\n很深"}


def _go(resident: Client, page: Answer, go: str, **typed: object) -> Answer:
    """Presses a button of a step, with what is typed into its visible inputs."""
    return resident.post("/report/", {**hidden_in(page), **typed, "go": go})


def _until(resident: Client, step: str) -> Answer:
    page = _go(resident, resident.get("/report/"), "where", **TOLD)
    if step == "where":
        return page
    page = _go(resident, page, "contact", address="东一路 5 号", area="T1")
    return page if step == "contact" else _go(resident, page, "review", name="王小明", phone="138", anonymous="")


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES = tmp_path / "files"


def test_three_steps_a_review_and_the_receipt(city: City, resident: Client) -> None:
    photo = SimpleUploadedFile("x.jpg", jpeg(), content_type="image/jpeg")
    page = _go(resident, resident.get("/report/"), "where", **TOLD, **{"file-shown": photo})
    assert "在哪里</h1>" in page.content.decode()
    page = _go(resident, page, "contact", address="东一路 5 号", area="T1")
    assert "怎么联系您</h1>" in page.content.decode()
    page = _go(resident, page, "review", name="王小明", phone="138", anonymous="")
    for words in ("路面坑洞", "路面有坑", "东一路 5 号", "东区", "王小明", "138", "1 个，已收到"):
        assert words in page.content.decode(), words
    assert not Matter.objects.exists()
    receipt = _go(resident, page, "send")
    for words in ("查询码", "最迟办结", "试城办〔2026〕1号 第3条", "<svg"):
        assert words in receipt.content.decode(), words
    matter = Matter.objects.get()
    assert Detail.objects.get().fields["text"] == "路面有坑\n很深"
    assert revealed(Party.objects.get()).contact == {"name": "王小明", "phone": "138"}
    assert Attachment.objects.filter(stream_id=matter.pk).count() == 1
    again = _go(resident, page, "send")
    assert again.status_code == HTTPStatus.OK and Matter.objects.count() == 1


def test_all_steps_on_one_page_are_sent_at_once_and_a_wrong_one_is_shown_with_the_rest(
    city: City, resident: Client
) -> None:
    page = resident.get("/report/?step=whole")
    photo = SimpleUploadedFile("x.jpg", jpeg(), content_type="image/jpeg")
    told = {"address": "东一路 5 号", "area": "T1", "name": "王小明", "anonymous": "", "file-shown": photo}
    wrong = _go(resident, page, "send", **told, category="", text="坑")
    assert "什么事</h1>" in wrong.content.decode() and "请选择是哪一类事情" in wrong.content.decode()
    receipt = _go(resident, wrong, "send", **TOLD)
    assert "查询码" in receipt.content.decode()
    matter = Matter.objects.get()
    assert Detail.objects.get().fields["address"] == "东一路 5 号"
    assert revealed(Party.objects.get()).contact == {"name": "王小明"}
    assert Attachment.objects.filter(stream_id=matter.pk).count() == 1


def test_going_back_loses_nothing(city: City, resident: Client) -> None:
    page = _go(resident, _until(resident, "review"), "contact")
    assert 'value="王小明"' in page.content.decode()
    page = _go(resident, page, "where", name="王小明", phone="138", anonymous="")
    assert 'value="东一路 5 号"' in page.content.decode() and '<option value="T1" selected>' in page.content.decode()
    page = _go(resident, page, "what", address="东一路 5 号", area="T1")
    assert "很深</textarea>" in page.content.decode() and 'value="ROAD-1" checked' in page.content.decode()
    page = _go(resident, page, "review", **TOLD)
    for words in ("核对并提交</h1>", "王小明", "东一路 5 号", "很深"):
        assert words in page.content.decode(), words


@pytest.mark.parametrize(
    ("step", "typed", "words", "heading"),
    [
        ("what", {"category": "", "text": "坑"}, "请选择是哪一类事情", "什么事"),
        ("what", {"category": "ROAD-1", "text": " "}, "请写明发生了什么", "什么事"),
        ("where", {"lon": "here", "lat": "36"}, "不是以度为单位的小数", "在哪里"),
        ("where", {"address": "x" * 301}, "不能这样填", "在哪里"),
        ("contact", {"phone": "1" * 41}, "不能这样填", "怎么联系您"),
    ],
)
def test_a_wrong_step_is_shown_again(
    resident: Client, step: str, typed: dict[str, str], words: str, heading: str
) -> None:
    page = resident.get("/report/") if step == "what" else _until(resident, step)
    answer = _go(resident, page, {"what": "where", "where": "contact"}.get(step, "review"), **typed)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in answer.content.decode() and f"{heading}</h1>" in answer.content.decode()


def test_no_step_is_passed_over(city: City, resident: Client) -> None:
    answer = _go(resident, resident.get("/report/"), "review")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "请选择是哪一类事情" in answer.content.decode()


def test_the_cell_of_a_position_is_said(city: City, resident: Client) -> None:
    answer = resident.post("/report/place/", {"lon": "117.3", "lat": "36.05"})
    assert "东一格" in answer.content.decode() and "东区" in answer.content.decode()
    outside = resident.post("/report/place/", {"lon": "110", "lat": "30"}).content.decode()
    assert "不在本市的任何一格里" in outside
    assert "还认不出" in resident.post("/report/place/", {"address": "无名路"}).content.decode()
    assert resident.post("/report/place/", {"lon": "x", "lat": "y"}).status_code == HTTPStatus.OK
    assert resident.get("/report/place/").status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_looking_up_places_is_limited(city: City, resident: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "LOOKING_UP", Limit("portal.report.place", 1, 60))
    answers = [resident.post("/report/place/", {"address": "东一路"}).status_code for _ in range(2)]
    assert answers == [200, 429]


def test_up_to_three_kinds_are_put_forward_for_a_text_and_none_is_chosen(city: City, resident: Client) -> None:
    page = _go(resident, resident.get("/report/"), "what", text="路面坑洞很深").content.decode()
    assert "看来是：" in page and "文中有“路面坑洞”" in page and page.index('value="ROAD-1"') < page.index("都不是？")
    assert 'value="ROAD-1" checked' not in page, "nothing is chosen for anybody"
    page = _go(resident, resident.get("/report/"), "what", text="路面坑洞很深", category="ROAD-1").content.decode()
    assert page.count('value="ROAD-1" checked') == 1
    assert "看来是：" not in resident.get("/report/").content.decode()


def test_what_is_typed_is_answered_by_a_part_of_the_page(
    city: City, resident: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answer = resident.post("/report/kinds/grid_event/", {"text": "路面坑洞，秘密词"}).content.decode()
    assert 'value="ROAD-1"' in answer and "<html" not in answer
    assert "秘密词" not in answer and "秘密词" not in caplog.text
    answer = resident.post("/report/kinds/grid_event/", {"text": "你好", "category": "PARK-1"}).content.decode()
    assert 'value="PARK-1" checked' in answer and "您已选的" in answer, "what was chosen stays"
    assert "还看不出" in resident.post("/report/kinds/grid_event/", {"text": "你好"}).content.decode()
    assert resident.get("/report/kinds/grid_event/").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    monkeypatch.setattr(reports, "LOOKING_UP", Limit("portal.report.place", 1, 60))
    answers = [resident.post("/report/kinds/grid_event/", {"text": "坑"}).status_code for _ in range(2)]
    assert answers[-1] == HTTPStatus.TOO_MANY_REQUESTS


HERE = {"lon": "117.3000000", "lat": "36.0500000"}


def _placed(resident: Client, **more: str) -> Answer:
    """The page after the place: somebody stands in the middle of the first cell."""
    told = {**TOLD, **{name: value for name, value in more.items() if name in TOLD}}
    page = _go(resident, resident.get("/report/"), "where", **told)
    return _go(resident, page, "contact", **{**HERE, **{name: more[name] for name in more if name in HERE}})


def test_what_others_reported_near_by_is_shown_before_sending(city: City, resident: Client) -> None:
    first = city.bring_to(city.report(contact=Contact(name="李大山", phone="13900000000")), "signed")
    page = _placed(resident).content.decode()
    for words in ("附近已经有人报过", "路面坑洞", "就在这里", "已签收", "我也遇到了"):
        assert words in page, words
    for words in (first.number, "李大山", "13900000000", "红绿灯旁", "东一路 1 号"):
        assert words not in page, words
    on = _go(resident, _placed(resident), "other")
    assert "怎么联系您</h1>" in on.content.decode()
    review = _go(resident, on, "review", anonymous="1")
    assert "核对并提交</h1>" in review.content.decode(), "it is asked once"


@pytest.mark.parametrize(
    "more", [{"category": "ROAD-2"}, {"lon": "117.3020000"}, {"lon": "", "lat": ""}, {"category": "ROAD-9"}]
)
def test_nothing_alike_is_told_of_other_kinds_and_places_and_of_anybodys_own_affairs(
    city: City, resident: Client, more: dict[str, str]
) -> None:
    content = {"zh": "家里的事", "en": "At home", "urgency": "U2", "parent": "ROAD", "open": True, "check": "reporter"}
    execute(FOUNDER, SetValue(parameter="category", subject="ROAD-9", from_on=SINCE, content=content, basis="x"), "9")
    city.report()
    city.report(category="ROAD-9")
    assert "怎么联系您</h1>" in _placed(resident, **more).content.decode()


def test_without_a_point_the_cell_and_what_is_said_tell_what_is_alike(city: City, resident: Client) -> None:
    known = SheetCell(code="T1-01", names=(PlainName(kind="estate", name="东一格小学"),))
    execute(FOUNDER, EnterSheet(from_on=SINCE, cells=(known,)), "sheet")
    city.report()
    city.report(cell="T2-01")

    def shown(text: str, **place: str) -> str:
        page = _go(resident, resident.get("/report/"), "where", category="ROAD-1", text=text)
        return str(_go(resident, page, "contact", **place).content.decode())

    for place in ({"address": "东一格小学门口"}, {"area": "T1-01"}, {"area": "T1"}):
        page = shown("路面坑很大", **place)
        assert "附近已经有人报过" in page and "在东一格" in page and "在西一格" not in page, place
        assert page.count('name="same"') == 1
    assert "怎么联系您</h1>" in shown("很黑", area="T1-01"), "of the same class, and it says nothing of the kind"
    assert "怎么联系您</h1>" in shown("大坑旁 1 号 红绿灯", area="T1-01"), (
        "no other word of somebody's text is compared"
    )
    for elsewhere in ({"area": "T1-02"}, {"area": "T"}, {"area": "nowhere"}, {"address": "无名路"}):
        assert "怎么联系您</h1>" in shown("路面坑很大", **elsewhere), elsewhere


def test_me_too_goes_on_in_the_other_matter_with_a_code_of_its_own(city: City, resident: Client) -> None:
    first = city.report()
    page = _placed(resident)
    token = re.search(r'name="same" value="([^"]+)"', page.content.decode())
    assert token
    sent = {**hidden_in(page), "same": token.group(1)}
    receipt = resident.post("/report/", sent)
    assert "并入了附近那一件" in receipt.content.decode()
    assert _numbers(resident.post("/report/", sent)) == _numbers(receipt), "pressed twice it is one report"
    own = Matter.objects.exclude(pk=first.pk).get()
    assert own.state == "merged" and Link.objects.get(matter=own, kind="merged_into").other_id == first.pk
    assert [one.kind for one in entries_of(first.pk)][-1] == "matter.merged_in"
    code = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", receipt.content.decode())
    assert code
    followed = resident.post("/follow/", {"code": code.group()}).content.decode()
    assert "在这一件中一并办理" in followed and first.number in followed


def test_me_too_to_what_has_ended_stands_by_itself(city: City, resident: Client) -> None:
    first = city.report()
    page = _placed(resident)
    token = re.search(r'name="same" value="([^"]+)"', page.content.decode())
    assert token
    city.bring_to(first, "closed")
    answer = resident.post("/report/", {**hidden_in(page), "same": token.group(1)})
    assert "已收到" in answer.content.decode() and "并入了附近那一件" not in answer.content.decode()
    assert Matter.objects.exclude(pk=first.pk).get().state == "reported"


def test_me_too_to_what_was_never_shown_is_refused(city: City, resident: Client) -> None:
    city.report()
    answer = resident.post("/report/", {**hidden_in(_placed(resident)), "same": "made up"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and Matter.objects.count() == 1


def _numbers(answer: Answer) -> list[str]:
    return re.findall(r'class="code number">([^<]+)<', answer.content.decode())


def test_the_form_is_kept_on_devices_until_the_city_turns_that_off(city: City, resident: Client) -> None:
    page = resident.get("/report/")
    assert 'data-worker="/report/worker.js?v=' in page.content.decode()
    worker = resident.get("/report/worker.js")
    assert (
        worker.headers["Content-Type"].startswith("text/javascript") and "no-cache" in worker.headers["Cache-Control"]
    )
    assert "addAll" in worker.content.decode() and "unregister" not in worker.content.decode()
    off = SetValue(parameter="city", subject="offline", from_on=SINCE, content={"zh": "关", "en": "off"}, basis="x")
    execute(FOUNDER, off, "off")
    assert 'data-worker=""' in resident.get("/report/").content.decode()
    gone = resident.get("/report/worker.js").content.decode()
    assert "unregister" in gone and "addAll" not in gone
