"""The portal: reporting, the receipt, following by code, limits, languages."""

import datetime
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus

import pytest
from django.test import Client, RequestFactory

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.commands import MergeMatters
from jingwei.kernel.matters.models import Detail, Matter, Party, Step
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
from jingwei.kernel.sealing import revealed
from jingwei.kernel.subjects.models import Erasure
from jingwei.kit import limits
from jingwei.kit.forms import new_key
from jingwei.kit.intake import follow_digest
from jingwei.kit.limits import Limit, address_of, wait_for
from jingwei.kit.models import Bucket
from jingwei.surfaces.portal import views
from jingwei.surfaces.portal.reporting import views as reports
from tests.city import FOUNDER, SINCE, City
from tests.surfaces.conftest import Answer, hidden_in, is_same_everywhere

NUMBER = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b(?!-)")
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def _form(resident: Client, **sent: str) -> dict[str, str]:
    page = resident.get("/report/")
    return {**hidden_in(page), "category": "ROAD-1", "text": "路面有坑", **sent}


def _receipt(answer: Answer) -> tuple[str, str]:
    page = answer.content.decode()
    code = CODE.search(page)
    number = NUMBER.search(CODE.sub("", page))
    assert number and code, page
    return number.group(), code.group()


def test_a_report_and_its_follow_up(city: City, resident: Client) -> None:
    form = _form(resident, area="T1", lon="117.3", lat="36.05", name="王小明", phone="138", address="东一路")
    number, code = _receipt(resident.post("/report/", form))
    matter = Matter.objects.get(number=number)
    assert matter.channel == "portal" and matter.area and matter.area.code == "T1-01"
    assert revealed(Party.objects.get(matter=matter)).contact == {"name": "王小明", "phone": "138"}
    city.bring_to(matter, "closed")
    page = resident.post("/follow/", {"code": code}).content.decode()
    for words in (number, "已结案", "坑已填平", "开始计时，时限 5 天", "试城办〔2026〕1号 第3条"):
        assert words in page, words
    for words in ("属实", "Roads handler", "王小明"):
        assert words not in page, words


def _act(resident: Client, code: str, action: str, **sent: str) -> Answer:
    return resident.post("/follow/act/", {"_key": new_key(), "code": code, "action": action, **sent})


def test_the_reporter_says_what_he_thinks_and_disagrees_once(city: City, resident: Client) -> None:
    number, code = _receipt(resident.post("/report/", _form(resident)))
    matter = Matter.objects.get(number=number)
    assert "评价办理结果" not in resident.post("/follow/", {"code": code}).content.decode()
    city.bring_to(matter, "closed")
    page = resident.post("/follow/", {"code": code}).content.decode()
    assert "评价办理结果" in page and "不同意结案，重新办理" in page
    assert 'name="resolved" value="false"' in page  # whoever is not satisfied can say that it is not solved
    assert all(f'name="grade" value="{grade}"' in page for grade in "12345")
    wrong = _act(resident, code, "answer", grade="2")
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "问题解决了吗" in wrong.content.decode()
    answer = _act(resident, code, "answer", grade="2", resolved="false", words="坑还在")
    assert answer.status_code == HTTPStatus.OK and "已收到，谢谢您" in answer.content.decode()
    assert Step.objects.get(matter=matter, action="answer").content["grade"] == "2"
    assert "评价办理结果" not in resident.post("/follow/", {"code": code}).content.decode()
    _act(resident, code, "reopen", reason="坑还在")
    assert Matter.objects.get(number=number).state == "filed"


def test_every_stage_says_what_happens_now_and_what_is_to_come(city: City, resident: Client) -> None:
    said = {"reported": "等工作人员受理", "signed": "负责的单位正在办", "feedback": "没有经手的人核查", "closed": ""}
    for state, words in said.items():
        number, code = _receipt(resident.post("/report/", _form(resident)))
        city.bring_to(Matter.objects.get(number=number), state)
        page = resident.post("/follow/", {"code": code}).content.decode()
        assert words in page
        assert ("办完并经核查，结案" in page) is (state != "closed")


def test_what_the_city_answered_is_told_in_words(city: City, resident: Client) -> None:
    number, code = _receipt(resident.post("/report/", _form(resident)))
    declined = city.act("intake", Matter.objects.get(number=number), "decline", ground="not_found", reason="查无此坑")
    assert declined.state == "void"
    page = resident.post("/follow/", {"code": code}).content.decode()
    assert "现场核实不属实" in page and "not_found" not in page and "不属于受理范围" not in page
    page = resident.post("/follow/", {"code": code}, headers={"accept-language": "en"}).content.decode()
    assert "not found on site" in page and "not_found" not in page


def test_what_goes_on_again_is_told_so(city: City, resident: Client) -> None:
    number, code = _receipt(resident.post("/report/", _form(resident, name="王小明", phone="138")))
    matter = city.bring_to(Matter.objects.get(number=number), "feedback")
    city.act("checker", matter, "fail_check", reason="坑还在")
    page = resident.post("/follow/", {"code": code}).content.decode()
    assert "处置中（再次）" in page and "重新办理" not in page
    matter = city.act("handler-roads", Matter.objects.get(number=number), "feed_back", result="又填了一遍")
    city.act("checker", matter, "pass_check", finding="已修好")
    _act(resident, code, "reopen", reason="坑还在")
    assert "重新办理：已立案" in resident.post("/follow/", {"code": code}).content.decode()


def test_whoever_has_the_code_asks_to_be_forgotten(city: City, resident: Client) -> None:
    _, code = _receipt(resident.post("/report/", _form(resident, name="王小明", phone="138")))
    assert "申请清除" in resident.post("/follow/", {"code": code}).content.decode()
    sent = {"_key": new_key(), "code": code}
    first, again = resident.post("/follow/forget/", sent), resident.post("/follow/forget/", sent)
    assert "申请已收到" in first.content.decode() and "申请已收到" in again.content.decode()
    assert Erasure.objects.get().state == Erasure.WISHED
    for page in (again.content.decode(), resident.post("/follow/", {"code": code}).content.decode()):
        assert "这件事的清除已在办理" in page and "申请清除</button>" not in page
    twice = resident.post("/follow/forget/", {"_key": new_key(), "code": code})
    assert twice.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "不必再申请" in twice.content.decode()
    assert resident.post("/follow/forget/", {**sent, "code": "0" * 16}).status_code == HTTPStatus.NOT_FOUND


def test_an_anonymous_reporter_has_nothing_to_be_forgotten(resident: Client) -> None:
    _, code = _receipt(resident.post("/report/", _form(resident)))
    assert "清除您留的联系方式" not in resident.post("/follow/", {"code": code}).content.decode()
    answer = resident.post("/follow/forget/", {"_key": new_key(), "code": code})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and not Erasure.objects.exists()


def test_who_reported_the_same_follows_the_other_matter_and_learns_of_nobody(city: City, resident: Client) -> None:
    sent = ({"text": "坑很深", "name": "王小明", "phone": "138"}, {"text": "有个洞", "name": "李大山", "phone": "139"})
    (first, one), (second, two) = (_receipt(resident.post("/report/", _form(resident, **told))) for told in sent)
    master, matter = Matter.objects.get(number=first), Matter.objects.get(number=second)
    merge = MergeMatters(
        matter_id=matter.pk, other_id=master.pk, action="merge", fields={}, grant="matter.accept", expected_version=1
    )
    execute(city.actor("intake"), merge, "merge")
    followed = resident.post("/follow/", {"code": two}).content.decode()
    assert first in followed and "已上报" in followed and "还有" in followed
    assert "按期办结" not in followed, "it goes on in the other matter"
    city.bring_to(master, "closed")
    pages = [resident.post("/follow/", {"code": code}).content.decode() for code in (one, two)]
    assert all("坑已填平" in page and "按期办结" in page for page in pages)
    assert second not in pages[0]
    for page in pages:
        assert not any(word in page for told in sent for word in (told["text"], told["name"], f">{told['phone']}<"))


@pytest.mark.parametrize("action", ["pass_check", "dispatch", "nothing", ""])
def test_whoever_follows_a_report_may_do_nothing_else(city: City, resident: Client, action: str) -> None:
    number, code = _receipt(resident.post("/report/", _form(resident)))
    city.bring_to(Matter.objects.get(number=number), "feedback")
    assert _act(resident, code, action, finding="好").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Matter.objects.get(number=number).state == "feedback"
    assert resident.post("/follow/act/", {"code": "0" * 16, "action": "answer"}).status_code == HTTPStatus.NOT_FOUND


DANGER = {
    "emergency": {"zh": "有危险请先拨打 110 或者 119。", "en": "In danger call 110 or 119 first."},
    "emergency.question": {"zh": "现在有危险吗？", "en": "Is anybody in danger?"},
}


def _dangerous(words: Mapping[str, Mapping[str, str]] = DANGER) -> None:
    values = [
        SetValue(parameter="word", subject=key, from_on=SINCE, content=content, basis="tests")
        for key, content in words.items()
    ]
    execute(FOUNDER, SetManyValues(values=tuple(values)), "emergency")


def test_a_city_may_ask_about_danger_of_some_classes_alone_with_numbers_of_their_own(
    city: City, resident: Client
) -> None:
    _dangerous(
        {
            "emergency": DANGER["emergency"],
            "emergency.question.PARK": {"zh": "树压着人吗？", "en": "Is anybody under the tree?"},
            "emergency.PARK-1": {"zh": "请打 0543-3161234。", "en": "Call 0543-3161234."},
        }
    )
    page = resident.get("/report/").content.decode()
    assert 'data-classes="PARK-1" hidden' in page and "树压着人吗？" in page and 'href="tel:0543-3161234"' in page
    assert resident.post("/report/", {**_form(resident), "go": "where"}).status_code == HTTPStatus.OK
    tree = {**_form(resident, category="PARK-1"), "go": "where"}
    unsaid = resident.post("/report/", tree)
    assert unsaid.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "请先回答" in unsaid.content.decode() and 'data-classes="PARK-1">' in unsaid.content.decode()
    stopped = resident.post("/report/", {**tree, "danger": "yes"}).content.decode()
    assert "请先打电话" in stopped and 'href="tel:0543-3161234"' in stopped and "tel:110" not in stopped


def test_a_city_that_asks_nothing_still_says_whom_to_call(city: City, resident: Client) -> None:
    _dangerous({"emergency": DANGER["emergency"]})
    page = resident.get("/report/").content.decode()
    assert "有危险请先拨打 110" in page and 'name="danger"' not in page
    assert "已收到" in resident.post("/report/", _form(resident)).content.decode()


def test_whoever_is_in_danger_is_asked_first_and_stopped_with_the_number(city: City, resident: Client) -> None:
    assert 'name="danger"' not in resident.get("/report/").content.decode()
    _dangerous()
    form = _form(resident)
    asking = resident.get("/report/", headers={"accept-language": "en"}).content.decode()
    assert "Is anybody in danger?" in asking and "In danger call 110 or 119 first." in asking
    assert "有危险请先拨打 110 或者 119。" in resident.get("/report/").content.decode()
    for go in ("where", "send"):
        unsaid = resident.post("/report/", {**form, "go": go})
        assert unsaid.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "请先回答" in unsaid.content.decode()
        stopped = resident.post("/report/", {**form, "go": go, "danger": "yes"})
        assert stopped.status_code == HTTPStatus.OK
        for words in ('href="tel:110"', 'href="tel:119"', "请先打电话", 'value="路面有坑"'):
            assert words in stopped.content.decode(), words
    assert not Matter.objects.exists()
    back = resident.post("/report/", {**hidden_in(stopped), "go": "what"}).content.decode()
    assert "路面有坑</textarea>" in back


def test_the_number_stands_once_more_on_the_receipt_of_what_is_urgent(city: City, resident: Client) -> None:
    _dangerous()
    for category, urgent in (("PARK-1", True), ("ROAD-1", False)):
        answer = resident.post("/report/", _form(resident, category=category, danger="no"))
        assert ("119" in answer.content.decode()) is urgent


def test_a_form_sent_twice_is_one_report(city: City, resident: Client) -> None:
    form = _form(resident)
    first, second = resident.post("/report/", form), resident.post("/report/", form)
    assert _receipt(first) == _receipt(second)
    assert Matter.objects.count() == 1
    other = resident.post("/report/", {**form, "text": "另一件事"})
    assert other.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Matter.objects.count() == 1


def test_two_forms_are_two_reports(resident: Client) -> None:
    assert _receipt(resident.post("/report/", _form(resident))) != _receipt(resident.post("/report/", _form(resident)))


def test_nothing_is_kept_of_an_anonymous_reporter(resident: Client) -> None:
    resident.post("/report/", _form(resident, name="王小明", phone="138", anonymous="1"))
    assert Party.objects.get().contact == {}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"category": ""}, "请选择是哪一类事情"),
        ({"category": "ROAD"}, "请从列表中选择一类"),
        ({"category": "ROAD-3"}, "请从列表中选择一类"),
        ({"text": " "}, "请写明发生了什么"),
        ({"text": "x" * 4001}, "不能这样填"),
        ({"lon": "here", "lat": "36"}, "不是以度为单位的小数"),
        ({"lon": "36", "lat": "117"}, "请检查经纬度是否颠倒"),
        ({"phone": "1" * 41}, "不能这样填"),
        ({"_key": "made up"}, "表单不完整"),
    ],
)
def test_a_wrong_form_says_what_and_keeps_the_rest(resident: Client, sent: dict[str, str], words: str) -> None:
    answer = resident.post("/report/", {**_form(resident, address="留下我"), **sent})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in answer.content.decode()
    assert "留下我" in answer.content.decode()
    assert not Detail.objects.exists()


def test_only_open_categories_are_offered(resident: Client) -> None:
    page = resident.get("/report/").content.decode()
    assert "路面坑洞" in page
    assert "内部巡查" not in page


@pytest.mark.parametrize(
    "typed",
    [
        lambda number, code: {"code": code},
        lambda number, code: {"code": code.lower().replace("-", " ")},
        lambda number, code: {"code": code.replace("0", "O").replace("1", "l")},
        lambda number, code: {"code": "".join(chr(ord(c) + 0xFEE0) if c != "-" else "－" for c in code)},
        lambda number, code: {"code": code, "number": number.lower()},
        lambda number, code: {"code": f"{number} {code}"},
    ],
)
def test_codes_are_read_as_people_type_them(resident: Client, typed: Callable[[str, str], dict[str, str]]) -> None:
    number, code = _receipt(resident.post("/report/", _form(resident)))
    answer = resident.post("/follow/", typed(number, code))
    assert answer.status_code == HTTPStatus.OK
    assert number in answer.content.decode()


def test_unknown_codes_answer_alike(city: City, resident: Client) -> None:
    number, code = _receipt(resident.post("/report/", _form(resident)))
    tries = (
        {"code": ""},
        {"code": "0" * 16},
        {"code": "x" * 500},
        {"code": code, "number": "0000-0000-0000"},
        {"code": number},
    )
    answers = [resident.post("/follow/", sent) for sent in tries]
    assert {answer.status_code for answer in answers} == {HTTPStatus.NOT_FOUND}
    bodies = {re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in answers}  # but for what was typed
    assert len(bodies) == 1
    assert f'value="{code}"' in answers[3].content.decode() and 'value="0000-0000-0000"' in answers[3].content.decode()
    assert "no-store" in answers[3]["Cache-Control"]


def test_only_a_digest_of_the_code_is_kept(resident: Client) -> None:
    _, code = _receipt(resident.post("/report/", _form(resident)))
    party = Party.objects.get()
    assert party.follow is not None and bytes(party.follow) == follow_digest(code)


def test_reports_of_one_address_are_limited(resident: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "REPORTS_OF_ADDRESS", Limit("portal.report", 2, 3600))
    answers = [resident.post("/report/", _form(resident)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 3500 < int(answers[2].headers["Retry-After"]) <= 3600
    elsewhere = Client(REMOTE_ADDR="10.1.1.1")
    assert elsewhere.post("/report/", _form(elsewhere)).status_code == HTTPStatus.OK


def test_one_form_sent_again_and_again_is_limited(resident: Client) -> None:
    form = _form(resident)
    answers = [resident.post("/report/", form).status_code for _ in range(8)]
    assert answers == [200] * 6 + [429] * 2


def test_following_is_limited(resident: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "FOLLOWING", Limit("portal.follow", 3, 60))
    answers = [resident.post("/follow/", {"code": "x"}).status_code for _ in range(4)]
    assert answers == [404, 404, 404, 429]


def test_a_limit_begins_anew_after_its_window(db: None) -> None:
    limit, now = Limit("test", 2, 60), datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
    waits = [wait_for(limit, "a", now + datetime.timedelta(seconds=after)) for after in (0, 1, 2, 59, 60, 61, 62)]
    assert waits == [0, 0, 58, 1, 0, 0, 58]
    assert wait_for(limit, "b", now) == 0
    assert all(bytes(key) != b"a" for key in Bucket.objects.values_list("key", flat=True))


def test_old_counters_are_swept(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_SWEEP_ONE_IN", 1)
    now = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
    for whose in "abc":
        wait_for(Limit("test", 1, 60), whose, now)
    wait_for(Limit("test", 1, 60), "d", now + datetime.timedelta(days=1))
    assert Bucket.objects.count() == 1


@pytest.mark.parametrize(
    ("proxies", "passed", "address"),
    [
        ("", "1.1.1.1", "9.9.9.9"),
        ("0", "1.1.1.1", "9.9.9.9"),
        ("1", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        ("2", "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        ("2", "1.1.1.1", "9.9.9.9"),
    ],
)
def test_a_forwarded_address_is_believed_from_known_proxies_only(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch, proxies: str, passed: str, address: str
) -> None:
    monkeypatch.setenv("JINGWEI_PROXIES", proxies or "0")
    assert address_of(rf.get("/", REMOTE_ADDR="9.9.9.9", headers={"x-forwarded-for": passed})) == address


def test_a_page_not_there_looks_the_same_to_everybody(city: City, resident: Client) -> None:
    assert is_same_everywhere(resident.get("/a/"), resident.get("/b/c/?d=e"))


def test_a_client_that_prefers_json_gets_json(resident: Client) -> None:
    answer = resident.get("/a/", headers={"accept": "application/json"})
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "没有找到" in answer.json()["reason"]
