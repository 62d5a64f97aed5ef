"""My own matters: whoever proves a telephone or comes in person finds them and takes all home; nobody else can."""

import datetime
import io
import json
import re
import zipfile
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.files.uploads import receive
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.commands import Contact, ReportMatter
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.telling import codes
from jingwei.kernel.outbox.gateway import Letter, NotSent
from jingwei.kernel.reads.models import Read
from jingwei.kernel.reads.note import note_reads, seen
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.subjects.destroying import finish_erasures
from jingwei.kernel.subjects.models import Erasure, Proof
from jingwei.kernel.values.ids import new_id, public_number
from jingwei.kit.limits import Limit
from jingwei.surfaces.desk.counter import slips
from jingwei.surfaces.portal.own import views
from tests.city import FOUNDER, SINCE, City, add_post
from tests.database import behind
from tests.kernel.files.samples import jpeg
from tests.kernel.subjects.conftest import ONE, appoint_protectors, decide
from tests.surfaces.conftest import Answer, SignIn, hidden_in

PHONE, NAME = "138 0013-8000", "王小明"
SMS = {
    "kind": "http",
    "title": {"zh": "短信", "en": "Text message"},
    "address": "phone",
    "url": "https://sms.example.com/send",
    "body": {"to": "{address}", "text": "{text}"},
    "success": {"status": [200]},
    "residents": True,
}
CODE = re.compile(r"\b\d{4}-\d{4}\b")
SLIP = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


@pytest.fixture
def sent(city: City, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """A city with a channel of text messages; what went out over it, as number and words."""
    execute(FOUNDER, SetValue(parameter="channel", subject="sms", from_on=SINCE, content=SMS, basis="tests"), "sms")
    out: list[tuple[str, str]] = []

    def send(_: Any, letter: Letter, address: str, *__: Any) -> None:
        out.append((address, letter.text))

    monkeypatch.setattr(codes, "send_http", send)
    return out


@pytest.fixture
def mine(city: City) -> list[Matter]:
    """Two matters of one person, in both districts, and three of others: another number, another name, no contact."""
    own = [
        city.report(contact=Contact(name=NAME, phone="13800138000")),
        city.report(cell="T2-02", category="PARK-1", contact=Contact(phone="+86 138-0013-8000")),
    ]
    city.report(contact=Contact(name=NAME, phone="13900139000"))
    city.report(contact=Contact(name="李大山", phone="13800138000"))
    city.report()
    return [city.bring_to(own[0], "closed"), own[1]]


def said(resident: Client, **filled: str) -> dict[str, str]:
    """The form with which one's own matters are looked up, filled in."""
    keys = hidden_in(resident.get("/mine/"), "/mine/matters/")
    return {**keys, "phone": PHONE, "name": NAME, "reason": "progress", **filled}


def ask(resident: Client, **filled: str) -> Answer:
    """Asks for a code to the telephone."""
    keys = hidden_in(resident.get("/mine/"), "/mine/code/")
    return resident.post("/mine/code/", {**keys, "phone": PHONE, "name": NAME, **filled})


def code_to(resident: Client, sent: list[tuple[str, str]], **filled: str) -> str:
    """Asks for a code, and reads it on the telephone."""
    assert ask(resident, **filled).status_code == HTTPStatus.OK
    found = CODE.search(sent[-1][1])
    assert found
    return found.group()


def slip_for(client: Client, **filled: str) -> Answer:
    """The clerk gives out a slip."""
    keys = hidden_in(client.get("/counter/slip/"))
    told = {"phone": PHONE, "name": NAME, "document": "identity_card", "present": "on"}
    return client.post("/counter/slip/", {**keys, **told, **filled})


def test_by_the_code_on_the_telephone_one_finds_ones_own_across_types_and_places(
    mine: list[Matter], resident: Client, sent: list[tuple[str, str]]
) -> None:
    code = code_to(resident, sent)
    assert sent[-1][0] == "13800138000"
    page = resident.post("/mine/matters/", said(resident, code=code))
    assert page.status_code == HTTPStatus.OK and "no-store" in page["Cache-Control"]
    text = page.content.decode()
    others = set(Matter.objects.exclude(pk__in=[one.pk for one in mine]).values_list("number", flat=True))
    assert all(one.number in text for one in mine) and not any(number in text for number in others)
    for words in ("路面坑洞", "树木倒伏", "已结案"):
        assert words in text, words
    assert "红绿灯" not in text and "东一路" not in text, "numbers, kinds and states alone"


def test_each_matter_tells_its_person_of_the_look_up_and_the_ledger_tells_why(
    mine: list[Matter], resident: Client, sent: list[tuple[str, str]]
) -> None:
    resident.post("/mine/matters/", said(resident, code=code_to(resident, sent), reason="copy"))
    lines = Read.objects.filter(what="own")
    assert {one.matter for one in lines} == {one.pk for one in mine} and {one.purpose for one in lines} == {"own.phone"}
    proof = Proof.objects.get()
    given, used = (json.loads(bytes(one.body)) for one in Entry.objects.filter(stream=proof.pk).order_by("seq"))
    assert given["kind"] == "own.proof_given" and given["facts"] == {"how": "phone", "document": ""}
    assert used["facts"] == {"how": "phone", "use": "list", "reason": "copy", "matters": 2}
    kept = f"{given}{used}{proof.__dict__}"
    assert "13800138000" not in kept and NAME not in kept and not any(str(one.pk) in kept for one in mine)


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": "13900139000"},  # another's telephone, with one's own code
        {"name": "李大山"},
        {"name": ""},
        {"code": "0000-0000"},
        {"code": ""},
        {"code": "x" * 500},
        {"reason": ""},
        {"reason": "curious"},
        {"phone": "1"},
        {"_key": "made up"},
    ],
)
def test_what_does_not_belong_together_finds_nothing(
    mine: list[Matter], resident: Client, sent: list[tuple[str, str]], wrong: dict[str, str]
) -> None:
    code = code_to(resident, sent)
    for address in ("/mine/matters/", "/mine/file/"):
        answer = resident.post(address, said(resident, **{"code": code, **wrong}))
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert not any(one.number in answer.content.decode() for one in mine)
    assert not Read.objects.exists()


def test_a_contact_that_cannot_be_read_is_nobodys(
    mine: list[Matter], resident: Client, sent: list[tuple[str, str]]
) -> None:
    code = code_to(resident, sent)
    behind("UPDATE matters_party SET key = gen_random_uuid()")
    page = resident.post("/mine/matters/", said(resident, code=code)).content.decode()
    assert "没有找到与您有关的事项" in page


def test_an_old_code_is_over(mine: list[Matter], resident: Client, sent: list[tuple[str, str]]) -> None:
    code = code_to(resident, sent)
    form = said(resident, code=code)
    behind("UPDATE subjects_proof SET until = now() - interval '1 second'")
    answer = resident.post("/mine/matters/", form)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "过期" in answer.content.decode()


def test_whoever_has_a_telephone_without_matters_is_told_the_same_until_proved(
    mine: list[Matter], resident: Client, sent: list[tuple[str, str]]
) -> None:
    known, unknown = ask(resident), ask(resident, phone="13700137000", name="无人")
    pages = [re.sub(r'value="[^"]*"', "", one.content.decode()) for one in (known, unknown)]
    assert pages[0] == pages[1] and len(sent) == 2
    code = CODE.search(sent[-1][1])
    assert code
    told = said(resident, phone="13700137000", name="无人", code=code.group())
    assert "没有找到与您有关的事项" in resident.post("/mine/matters/", told).content.decode()


def test_codes_are_not_asked_for_nor_guessed_without_end(
    mine: list[Matter], resident: Client, sent: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, at in (("ASKED_FOR", 2), ("TRIED_FOR", 3)):
        monkeypatch.setattr(views, name, Limit(f"test.{name}", at, 900))
    assert [ask(resident).status_code for _ in range(3)] == [200, 200, 429]
    assert len(sent) == 2
    elsewhere = Client(REMOTE_ADDR="10.2.2.2", headers={"accept-language": "zh-CN"})
    assert ask(elsewhere).status_code == HTTPStatus.TOO_MANY_REQUESTS, "whoever asks: the telephone is the same"
    code = CODE.search(sent[-1][1])
    assert code
    tries = [resident.post("/mine/matters/", said(resident, code="1111-1111")).status_code for _ in range(3)]
    assert tries == [422, 422, 422]
    late = resident.post("/mine/matters/", said(resident, code=code.group()))
    assert late.status_code == HTTPStatus.TOO_MANY_REQUESTS and "Retry-After" in late.headers


def test_without_a_channel_the_page_says_so_and_leads_to_the_counter(mine: list[Matter], resident: Client) -> None:
    page = resident.get("/mine/")
    assert "本市还没有短信渠道" in page.content.decode()
    keys = hidden_in(page, "/mine/matters/")
    answer = resident.post("/mine/code/", {**keys, "phone": PHONE, "name": NAME})
    assert answer.status_code == HTTPStatus.CONFLICT and not Proof.objects.exists()


def test_a_gateway_that_does_not_answer_is_said(
    mine: list[Matter], resident: Client, sent: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise NotSent("sms.example.com did not answer", away=True)

    monkeypatch.setattr(codes, "send_http", fail)
    answer = ask(resident)
    assert answer.status_code == HTTPStatus.CONFLICT and "短信没有发出去" in answer.content.decode()


def test_in_person_the_slip_of_the_counter_proves_it(
    city: City, mine: list[Matter], resident: Client, sign_in: SignIn
) -> None:
    add_post(city, "counter", "HOTLINE", "T", "counter", ("own.prove",))
    clerk = sign_in("counter")
    page = slip_for(clerk).content.decode()
    slip = SLIP.search(page)
    assert slip and not any(one.number in page for one in mine), "the clerk sees none of them"
    entry = json.loads(bytes(Entry.objects.get(stream=Proof.objects.get().pk).body))
    assert entry["actor"] == city.actor("counter").reference
    assert entry["facts"] == {"how": "counter", "document": "identity_card"}
    text = resident.post("/mine/matters/", said(resident, code=slip.group().lower())).content.decode()
    assert mine[0].number in text
    assert mine[1].number not in text, "a matter without a name could be anybody's: the document shows a name"
    assert Read.objects.get(what="own").purpose == "own.counter"


@pytest.mark.parametrize(
    "wrong", [{"present": ""}, {"document": ""}, {"document": "x"}, {"name": " "}, {"phone": "12"}]
)
def test_no_slip_without_the_person_and_the_document(city: City, sign_in: SignIn, wrong: dict[str, str]) -> None:
    add_post(city, "counter", "HOTLINE", "T", "counter", ("own.prove",))
    answer = slip_for(sign_in("counter"), **wrong)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and not Proof.objects.exists()


def test_nobody_else_gives_slips_and_nobody_gives_many(
    city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for post in ("intake", "supervisor", "administrator", "operator", "auditor"):
        assert sign_in(post).get("/counter/slip/").status_code == HTTPStatus.FORBIDDEN
    add_post(city, "counter", "HOTLINE", "T", "counter", ("own.prove",))
    monkeypatch.setattr(slips, "GIVEN", Limit("test.given", 2, 900))
    phones = ("13800138000", "13800138001", "13800138002")
    assert [slip_for(sign_in("counter"), phone=one).status_code for one in phones] == [200, 200, 429]


def test_the_telephone_is_told_of_the_slip(
    city: City, sign_in: SignIn, sent: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_post(city, "counter", "HOTLINE", "T", "counter", ("own.prove",))
    page = slip_for(sign_in("counter")).content.decode()
    slip, (number, words) = SLIP.search(page), sent[-1]
    assert slip and number == "13800138000" and slip.group() not in words and "服务窗口" in words

    def fail(*_: Any) -> None:
        raise NotSent("away", away=True)

    monkeypatch.setattr(codes, "send_http", fail)
    again = slip_for(sign_in("counter")).content.decode()
    assert SLIP.search(again) and "没有发出去" in again


@pytest.fixture
def planted(city: City, settings: Settings, tmp_path: Path) -> Matter:
    """A matter with everything that can be about its reporter, and as much about others."""
    settings.FILES = tmp_path / "files"
    upload = receive(public(), lambda _: new_id(), [jpeg()], datetime.datetime.now(datetime.UTC))
    report = ReportMatter(
        matter_id=new_id(),
        type="grid_event",
        category="ROAD-1",
        fields={"title": "标题甲", "text": "正文乙", "address": "地址丙"},
        files=(FileGiven(rule="shown", upload=upload.pk),),
        channel="portal",
        contact=Contact(name=NAME, phone="13800138000", email="wang@example.com"),
    )
    execute(public("matter.report"), report, "planted")
    return city.bring_to(Matter.objects.get(pk=report.matter_id), "closed")


def archive_of(answer: Answer) -> Mapping[str, bytes]:
    """The files of the archive that was handed out."""
    assert answer.headers["Content-Type"] == "application/zip" and "no-store" in answer.headers["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_everything_about_me_and_nothing_about_others_as_a_file(
    city: City, planted: Matter, resident: Client, sent: list[tuple[str, str]]
) -> None:
    other = city.report(
        contact=Contact(name="李大山", phone="13800138000", email="li@example.com"), title="别人丁", text="戊"
    )
    note_reads(city.actor("handler-roads"), "page", [seen(planted, "matter.handle")])
    code = code_to(resident, sent)
    page = resident.post("/mine/matters/", said(resident, code=code))
    files = archive_of(resident.post("/mine/file/", hidden_in(page, "/mine/file/")))
    told, text = json.loads(files["everything.json"]), files["index.html"].decode()
    (matter,) = told["matters"]
    assert [one["value"]["zh"] for one in matter["contact"]] == [NAME, "13800138000", "wang@example.com"]
    facts = (
        "标题甲",
        "正文乙",
        "地址丙",
        NAME,
        "13800138000",
        "wang@example.com",
        "坑已填平",
        "道路局",
        planted.number,
    )
    for fact in facts:
        assert fact in files["everything.json"].decode() and fact in text, fact
    for foreign in ("李大山", "li@example.com", "别人丁", other.number, city.actor("checker").name, "属实", "已修好"):
        assert foreign not in files["everything.json"].decode() and foreign not in text, foreign
    (picture,) = matter["files"]
    assert files[picture["name"]].startswith(b"\xff\xd8") and picture["name"] in text
    assert {one["how"]["en"] for day in matter["readings"] for one in day["readings"]} >= {"opened its page"}
    uses = [
        json.loads(bytes(one.body))["facts"].get("use") for one in Entry.objects.filter(stream=Proof.objects.get().pk)
    ]
    assert sorted(filter(None, uses)) == ["file", "list"]


def test_the_pages_are_asked_with_a_fixed_number_of_statements(
    city: City, mine: list[Matter], resident: Client, sent: list[tuple[str, str]]
) -> None:
    code = code_to(resident, sent)
    counts = []
    for more in (0, 0, 5):
        for _ in range(more):
            city.report(contact=Contact(name=NAME, phone="13800138000"))
        form = said(resident, code=code)
        with CaptureQueriesContext(connection) as asked:
            resident.post("/mine/matters/", form)
        counts.append(len(asked))
    assert counts[1] == counts[2], counts


def wished(resident: Client, proved: str, **filled: str) -> Answer:
    """Whoever found the own matters asks that the contact left with one be erased."""
    page = resident.post("/mine/matters/", said(resident, code=proved, reason="erase"))
    return resident.post("/mine/erase/", {**hidden_in(page, "/mine/erase/"), **filled})


def test_one_asks_to_be_forgotten_and_two_people_do_it(
    city: City, mine: list[Matter], resident: Client, sent: list[tuple[str, str]], sign_in: SignIn
) -> None:
    appoint_protectors(city)
    number, code = mine[0].number, code_to(resident, sent)
    answer = wished(resident, code, number=number)
    wish = Erasure.objects.get()
    assert answer.status_code == HTTPStatus.OK and public_number(wish.pk) in answer.content.decode()
    assert wish.state == Erasure.WISHED and wish.answer_by == wish.proposed_at + datetime.timedelta(days=30)
    again = wished(resident, code, number=number)
    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "已在办理" in again.content.decode()
    clerk = sign_in(ONE)
    page = clerk.get("/erasures/")
    assert public_number(wish.pk) in page.content.decode() and "批准并清除" not in page.content.decode()
    told = {"number": number, "extent": "contact", "basis": "pipl47"}
    clerk.post("/erasures/", {**hidden_in(page, "/erasures/"), **told})
    assert Erasure.objects.get().state == Erasure.PROPOSED
    decide(city, wish.pk)
    finish_erasures()
    found = resident.post("/mine/matters/", said(resident, code=code_to(resident, sent))).content.decode()
    assert number not in found and mine[1].number in found, "by telephone it is found no more"
    kinds = (
        Entry.objects.filter(stream=mine[0].pk, kind__contains="eras").order_by("seq").values_list("kind", flat=True)
    )
    assert [kind.partition("_")[2] for kind in kinds] == ["wished", "proposed", "ordered", ""]


@pytest.mark.parametrize("wrong", [{"code": "0000-0000"}, {"number": ""}, {"number": "theirs"}, {"phone": "1"}])
def test_nobody_asks_for_somebody_else(
    mine: list[Matter], resident: Client, sent: list[tuple[str, str]], wrong: dict[str, str]
) -> None:
    others = Matter.objects.exclude(pk__in=[one.pk for one in mine]).values_list("number", flat=True)
    filled = {"number": mine[0].number, **wrong}
    filled["number"] = others[0] if filled["number"] == "theirs" else filled["number"]
    answer = wished(resident, code_to(resident, sent), **filled)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and not Erasure.objects.exists()
