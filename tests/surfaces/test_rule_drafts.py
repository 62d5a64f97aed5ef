"""Rules changed on the desk: a value is edited into a draft, its difference read, tried, published by a second person,
taken back; each page says who wrote and who published."""

import datetime
import re
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from jingwei.kernel.commands.scope import reading
from jingwei.kernel.rulebook.models import Draft, DraftChange
from jingwei.kernel.rulebook.snapshot import rules_of
from tests.city import FOUNDER, City, add_post, day_of_city
from tests.surfaces.conftest import SignIn, hidden_in

LIMIT = "/rules/limit/change/?subject=ROAD//handle"
EDITS = ("rulebook.read", "rulebook.edit", "matter.read")
FILLED = {"amount": "2", "unit": "day", "counting": "working_day", "hold_days": "", "extensions": ""}


@pytest.fixture
def city(city: City) -> City:
    add_post(city, "head", "HOTLINE", "T", "head", EDITS)
    return city


def sent(client: Client, address: str, act: str, subject: str = "", **values: Any) -> Any:
    """Sends a form of a page as a browser would, with the key that the page gave."""
    page = client.get(address)
    assert page.status_code == HTTPStatus.OK, address
    key = hidden_in(page)["_key"]
    return client.post(address, {"_key": key, "_do": act, "_subject": subject, **values})


def put(client: Client, address: str = LIMIT, **values: str) -> str:
    """Puts a value into a draft; gives the draft's address."""
    answer = sent(client, address, "put", **{**FILLED, "basis": "试城办〔2026〕9号", **values})
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.content.decode()[-3000:]
    return str(answer["Location"]).partition("?")[0]


def done(client: Client, address: str, act: str, subject: str = "", **values: str) -> str:
    answer = sent(client, address, act, subject, **values)
    assert answer.status_code == HTTPStatus.SEE_OTHER, re.sub(r"<[^>]+>", " ", answer.content.decode())[-2000:]
    return str(answer["Location"]).partition("?")[0]


def text(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == HTTPStatus.OK, address
    return str(page.content.decode())


def version() -> str:
    return str(Draft.objects.order_by("-begun_at").values_list("version", flat=True)[0])


def amount(on: datetime.date) -> int:
    with reading(FOUNDER) as scope:
        dated = rules_of(scope).value("limit", "ROAD//handle", on)
    assert dated is not None
    return int(dated.content["amount"])


def test_a_value_goes_from_its_page_into_a_draft_and_by_a_second_person_into_the_rulebook(
    city: City, sign_in: SignIn
) -> None:
    writer, head = sign_in("administrator"), sign_in("head")
    assert LIMIT.replace("//", "%2F%2F") in text(writer, "/rules/limit/")
    draft = put(writer)
    page = text(writer, draft)
    for words in (
        "<del>5 天（工作日）</del>",
        "<ins>2 天（工作日）</ins>",
        "试城办〔2026〕1号 第3条",
        "试城办〔2026〕9号",
    ):
        assert words in page
    assert "1 项改动" in text(writer, "/rules/") and "试算" in text(writer, "/rules/limit/")
    done(writer, draft, "ask", version())
    assert "须由另一个有" in text(writer, draft) and 'value="publish"' not in text(writer, draft)
    assert draft in text(head, "/work/") and draft not in text(writer, "/work/")
    refused = writer.post(draft, {**hidden_in(writer.get(draft)), "_do": "publish", "_subject": version()})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "须由另一个人发布" in refused.content.decode()
    done(head, draft, "publish", version())
    tomorrow = day_of_city() + datetime.timedelta(days=1)
    assert (amount(tomorrow - datetime.timedelta(days=1)), amount(tomorrow)) == (5, 2)
    value = text(sign_in("auditor"), "/rules/limit/?subject=ROAD//handle")
    for words in ("Administrator A", "head A", "发布", "起草", draft):
        assert words in value


def test_a_publication_is_taken_back_from_its_page(city: City, sign_in: SignIn) -> None:
    writer, head = sign_in("administrator"), sign_in("head")
    draft = put(writer)
    done(writer, draft, "ask", version())
    done(head, draft, "publish", version())
    day = Draft.objects.get().from_on
    back = done(head, draft, "undo", title="撤回：道路", from_on=day.isoformat())
    assert back != draft and "<ins>5 天（工作日）</ins>" in text(head, back)
    assert "撤回的是" in text(head, back) and "撤回：道路" in text(head, draft)
    done(head, back, "ask", version())
    done(writer, back, "publish", version())
    assert amount(day) == 5
    assert "当日即被改过" in text(writer, "/rules/limit/?subject=ROAD//handle")


def test_more_values_gather_in_the_draft_that_is_being_written(city: City, sign_in: SignIn) -> None:
    writer = sign_in("administrator")
    draft = put(writer)
    key = Draft.objects.get().pk
    routing = {"priority": "0", "category": "ROAD-1", "area": "T1", "condition": "", "unit": "CHECK", "_code": "east"}
    for words in ("另起一份草案", "1 项"):
        assert words in text(writer, "/rules/routing/change/")
    assert put(writer, "/rules/routing/change/", **routing, draft=str(key)) == draft
    assert put(writer, amount="3", draft=str(key)) == draft
    page = text(writer, draft)
    assert "<ins>3 天（工作日）</ins>" in page and "路面坑洞 · 东区 → 核查队" in page and "新增" in page
    assert 'value="3"' in text(writer, LIMIT), "the form begins with what the draft says"
    road = DraftChange.objects.get(subject="ROAD//handle")
    done(writer, draft, "leave_out", str(road.pk))
    assert "3 天" not in text(writer, draft)
    done(writer, draft, "rename", title="东区路面", from_on="2030-01-01")
    assert "东区路面" in text(writer, "/rules/drafts/") and "2030年1月1日" in text(writer, draft)
    assert put(writer, amount="4", draft="new") != draft
    done(writer, draft, "withdraw")
    assert "已撤销" in text(writer, "/rules/drafts/")


def test_a_value_ends_by_a_draft(city: City, sign_in: SignIn) -> None:
    writer = sign_in("administrator")
    answer = sent(writer, LIMIT, "end", basis="试城办〔2026〕10号")
    page = text(writer, str(answer["Location"]).partition("?")[0])
    assert "不再适用" in page and "<del>5 天（工作日）</del>" in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"amount": "soon"}, "请写一个整数"),
        ({"amount": ""}, "请填写“数量”"),
        ({"unit": "hour"}, "按天计的时限"),
        ({"amount": "0"}, "数量须在"),
        ({"basis": " "}, "请写明依据"),
        ({"from_on": "2020-01-01"}, "已经过去"),
        ({"from_on": "soon"}, "请写日期"),
    ],
)
def test_what_is_wrong_stands_at_its_input_and_what_was_typed_is_kept(
    city: City, sign_in: SignIn, values: dict[str, str], said: str
) -> None:
    filled = {**FILLED, "amount": "7", "basis": "九号文", "from_on": "2030-01-01", **values}
    answer = sent(sign_in("administrator"), LIMIT, "put", **filled)
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and said in page
    assert 'class="input wrong"' in page or "notice bad" in page
    assert f'value="{filled["amount"]}"' in page and not Draft.objects.exists()


def test_the_rule_of_signing_in_begins_with_what_every_city_has(city: City, sign_in: SignIn) -> None:
    writer, address = sign_in("administrator"), "/rules/sign_in/change/?subject=desk"
    assert address in text(writer, "/rules/sign_in/")
    assert 'value="system.operate" checked' in text(writer, address)
    asked = ["rulebook.edit", "agencies.edit"]
    answer = sent(writer, address, "put", second_factor=asked, idle="20", lock="3", basis="等级保护测评意见")
    assert answer.status_code == HTTPStatus.SEE_OTHER
    content = DraftChange.objects.get().content
    assert content == {"second_factor": asked, "idle": 20, "lock": 3}
    assert "修改规则库、管理机构与人员" in text(writer, str(answer["Location"]).partition("?")[0])
    wrong = sent(writer, address, "put", second_factor=asked, idle="1", lock="3", basis="b")
    page = wrong.content.decode()
    assert (
        wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        and "“多少分钟不操作即退出”是“1”，应为 5 到 720 的整数（分钟）" in page
    )
    assert 'value="rulebook.edit" checked' in page and 'value="system.operate" checked' not in page


def test_what_the_day_of_a_draft_means_is_said_as_it_is_for_each_kind_of_value(city: City, sign_in: SignIn) -> None:
    writer, kept, holds = sign_in("administrator"), "此前上报的事项照旧规则办", "自这一天起适用"
    page = text(writer, LIMIT)
    assert kept in page and holds not in page
    draft = put(writer)
    page = text(writer, draft)
    assert kept in page and holds not in page
    word, of = {"zh": "词", "en": "word", "basis": "b"}, draft.rstrip("/").rpartition("/")[2]
    other = done(writer, "/rules/word/change/", "put", _code="own.first", draft="new", **word)
    page = text(writer, other)
    assert holds in page and kept not in page
    done(writer, "/rules/word/change/", "put", _code="own.second", draft=of, **word)
    page = text(writer, draft)
    assert f"时限：{kept}" in page and f"词语：{holds}" in page


def test_a_rule_that_would_break_something_is_an_alarm_of_the_draft(city: City, sign_in: SignIn) -> None:
    writer = sign_in("administrator")
    answer = sent(writer, "/rules/routing/change/?subject=rest", "end", basis="b")
    assert "没有兜底规则" in text(writer, str(answer["Location"]).partition("?")[0])


def test_drafts_are_for_who_may_edit_and_publications_for_who_reads(city: City, sign_in: SignIn) -> None:
    writer, reader = sign_in("administrator"), sign_in("intake")
    draft = put(writer)
    assert reader.get(draft).status_code == HTTPStatus.NOT_FOUND
    assert "道路" not in text(reader, "/rules/drafts/")
    for address in (LIMIT, f"{draft}trial/"):
        assert reader.get(address).status_code == HTTPStatus.FORBIDDEN
    assert "修改</a>" not in text(reader, "/rules/limit/")
    done(writer, draft, "ask", version())
    done(sign_in("head"), draft, "publish", version())
    assert "<ins>2 天" in text(reader, draft)


@pytest.mark.parametrize(
    "address",
    [
        "/rules/draw/change/?subject=seed",
        "/rules/draw/change/",
        "/rules/nonsense/change/",
        "/rules/limit/change/?subject=NOWHERE//handle",
        "/rules/sign_in/change/",
        "/rules/drafts/nonsense/",
    ],
)
def test_what_is_not_edited_here_is_not_found(city: City, sign_in: SignIn, address: str) -> None:
    assert sign_in("administrator").get(address).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_difference_is_a_file_too(city: City, sign_in: SignIn, language: str) -> None:
    writer = sign_in("administrator")
    draft = put(writer)
    for address in (f"{draft}?as=csv", "/rules/drafts/?as=csv"):
        answer = writer.get(address, headers={"accept-language": language})
        assert answer.status_code == HTTPStatus.OK and "attachment" in answer["Content-Disposition"]
    assert "2 天（工作日）" in writer.get(f"{draft}?as=csv").content.decode()
