"""A training city is unmistakable, tells nobody outside anything, and no real city can be turned into one."""

import ast
import csv
import datetime
import io
import json
import zipfile
from http import HTTPStatus
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document
from pytest_django import Settings

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.telling.codes import telephone_channel
from jingwei.kernel.matters.telling.route import adapters_of, router
from jingwei.kernel.outbox.deliver import deliver_waiting
from jingwei.kernel.outbox.models import Delivery, Notice
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
from jingwei.kernel.rulebook.training import training_of
from jingwei.kernel.tables.reading import read_workbook
from jingwei.kernel.values.errors import Invalid
from jingwei.kit.page import INVALID, face_of, next_reset
from jingwei.kit.people.plan import plan_of
from jingwei.kit.people.sheets import SHEETS
from jingwei.kit.permission import all_views
from jingwei.kit.printing.sheets import sheet_of
from tests.architecture.tree import shown, source_modules, syntax
from tests.city import FOUNDER, SINCE, City
from tests.surfaces.conftest import SignIn
from tests.surfaces.test_permissions import address_of
from tests.surfaces.training.conftest import MARKS, mark

BAR = b'<div class="training" role="note">'


def _pages(client: Client, city: City) -> list[tuple[str, bytes]]:
    """Every page that answers with a whole document."""
    number = city.bring_to(city.report(cell="T1-02"), "dispatched").number
    found = []
    for route, _ in all_views():
        answer = client.get(address_of(route, number, "none"))
        whole = answer.get("Content-Type", "").startswith("text/html") and b"<html" in answer.getvalue()
        if answer.status_code == HTTPStatus.OK and whole:
            found.append((route, answer.getvalue()))
    return found


@pytest.mark.proof
@pytest.mark.parametrize("post", ["", "intake", "administrator"])
def test_the_bar_is_on_every_page_of_a_training_city(training: City, sign_in: SignIn, post: str) -> None:
    pages = _pages(sign_in(post), training)
    assert len(pages) > 15
    assert not [route for route, page in pages if BAR not in page or "<title>练习 · ".encode() not in page]


@pytest.mark.proof
@pytest.mark.parametrize("post", ["", "intake"])
def test_it_is_on_no_page_of_a_real_or_a_practice_city(city: City, sign_in: SignIn, post: str) -> None:
    mark(city, "practice")
    pages = _pages(sign_in(post), city)
    assert len(pages) > 15
    assert not [route for route, page in pages if BAR in page]


def test_an_error_bears_the_bar_as_well(training: City, sign_in: SignIn, settings: Settings) -> None:
    settings.TRAINING = True  # as it is where the note of the installation says so: no database is asked for an error
    for answer in (sign_in("intake").get("/matters/2222-2222-2222/"), sign_in("intake").get("/agencies/")):
        assert answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN) and BAR in answer.content


def test_the_bar_says_when_all_is_thrown_away(training: City) -> None:
    page = Client().get("/training/").content.decode()
    assert "重置，之前输入的内容全部清除" in page and "回到真实工作" not in page  # no real city is known here
    now = datetime.datetime(2026, 11, 28, 10, 0, tzinfo=datetime.UTC)
    local = next_reset("03:00", now).astimezone()
    assert (local.hour, local.minute) == (3, 0)
    assert datetime.timedelta() < local - now <= datetime.timedelta(days=1)


def test_no_channel_is_spoken_to(training: City) -> None:
    with reading(public()) as scope:
        assert adapters_of(scope, mail=True) == {}
        assert telephone_channel(scope) is None
    training.bring_to(training.report(), "dispatched")
    with reading(public("matter.read")) as scope:
        channels = [router(scope, adapters_of(scope, mail=True).values())]
    deliver_waiting(channels, datetime.datetime.now(datetime.UTC))
    assert Notice.objects.exists() and not Delivery.objects.exists()


def test_mail_is_spoken_to_elsewhere(city: City) -> None:
    with reading(public()) as scope:
        assert set(adapters_of(scope, mail=True)) == {"mail"}


@pytest.mark.parametrize("subject", ["practice", "training"])
def test_no_city_becomes_one_later(city: City, subject: str) -> None:
    value = SetValue(parameter="city", subject=subject, from_on=SINCE, content={"zh": "一", "en": "one"}, basis="x")
    for command in (value, SetManyValues(values=(value,))):
        with pytest.raises(Invalid):
            execute(city.actor("administrator"), command, city.key())
    with pytest.raises(Invalid):
        execute(FOUNDER, value, city.key())


def test_a_mark_alone_does_not_open_a_real_city(city: City) -> None:
    mark(city, "training")
    with reading(public()) as scope:
        assert training_of(scope) is None
    assert Client().get("/training/").status_code == HTTPStatus.NOT_FOUND
    answer = Client().post("/training/role/", {"role": "intake"})
    assert answer.status_code == HTTPStatus.NOT_FOUND and "sessionid" not in answer.cookies


def test_whoever_picks_a_role_is_signed_in(training: City) -> None:
    browser = Client()
    answer = browser.post("/training/role/", {"role": "dispatcher"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/training/#exercises"
    assert browser.get("/training/").content.count(b'name="exercise"') == 7
    page = browser.get("/work/")
    assert page.status_code == HTTPStatus.OK and BAR in page.content
    browser.post("/training/role/", {"role": "grid_worker"})
    assert browser.get("/dispatch/").status_code == HTTPStatus.FORBIDDEN
    for role in ("", "system_administrator", "founder"):
        assert browser.post("/training/role/", {"role": role}).status_code == HTTPStatus.NOT_FOUND


def test_a_paper_says_that_it_is_not_valid(training: City) -> None:
    matter, actor = training.bring_to(training.report(), "dispatched"), training.actor("intake")
    with reading(actor) as scope:
        sheet = sheet_of(scope, face_of(scope), matter, "receipt", "")
    assert "无效" in sheet.data["invalid"] and sheet.template.startswith("// Laid over")
    assert sheet.pdf().startswith(b"%PDF-")


def test_a_brief_says_so_in_its_second_line(training: City, sign_in: SignIn) -> None:
    answer = sign_in("supervisor").get("/brief/document/")
    lines = [one.text for one in Document(io.BytesIO(answer.getvalue())).paragraphs]
    assert lines[1].startswith("练习") and "无效" in lines[1]


@pytest.mark.parametrize(
    ("post", "address"),
    [
        ("intake", "/work/?as=xlsx"),
        ("auditor", "/measures/?as=xlsx"),
        ("administrator", "/agencies/export/"),
        ("administrator", "/agencies/import/?as=template"),
        ("intake", "/matters/import/?as=template"),
    ],
)
def test_every_sheet_says_where_it_comes_from_in_a_last_column(
    training: City, sign_in: SignIn, post: str, address: str
) -> None:
    training.report()
    answer = sign_in(post).get(address)
    sheets = [one.lines for one in read_workbook(answer.content)]
    assert sheets and all(str(lines[0][-1]).endswith("无效") for lines in sheets)
    marked = [line[-1] for lines in sheets for line in lines[1:]]
    assert set(marked) <= {"练习", ""} and ("template" in address or "练习" in marked)
    assert 'filename="training-' in answer["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert "无效" in packed.read("docProps/core.xml").decode(), "and in its properties"
        assert "无效" in packed.read("xl/worksheets/sheet1.xml").decode(), "and on what is printed of it"


def test_a_table_for_machines_keeps_its_form(training: City, sign_in: SignIn) -> None:
    number = training.report().number
    answer = sign_in("intake").get("/work/?as=csv", headers={"accept-language": "en"})
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["Number"] == number and list(row.items())[-1] == (INVALID.en, "Training")
    assert 'filename="training-matters.csv"' in answer["Content-Disposition"]


def test_what_was_taken_out_is_taken_in_again(training: City, sign_in: SignIn) -> None:
    content = sign_in("administrator").get("/agencies/export/").content
    with reading(training.actor("administrator")) as scope:
        plan = plan_of(scope, content, face_of(scope).zone, SHEETS)
    assert not plan.faults and not plan.changes and plan.same


def test_a_real_city_marks_no_file(city: City, sign_in: SignIn) -> None:
    mark(city, "practice")
    for address in ("/work/?as=xlsx", "/work/?as=csv"):
        answer = sign_in("intake").get(address)
        assert "training" not in answer["Content-Disposition"] and "无效".encode() not in answer.content
    assert "无效" not in Client().get("/feed/").content.decode()


def test_papers_and_the_feed_say_so_by_name_and_in_words(training: City, sign_in: SignIn) -> None:
    number = training.bring_to(training.report(), "dispatched").number
    paper = sign_in("intake").get(f"/matters/{number}/print/receipt/")
    brief = sign_in("supervisor").get("/brief/document/")
    letter = sign_in("intake").get(f"/matters/{number}/print/receipt/word/")
    assert all('filename="training-' in one["Content-Disposition"] for one in (paper, brief, letter))
    filled = Document(io.BytesIO(letter.content))
    heads = "".join(one.text for one in filled.sections[0].header.paragraphs)
    assert all("无效" in one for one in (heads, filled.paragraphs[0].text, filled.core_properties.comments))
    written = Document(io.BytesIO(brief.content))
    told = (written.sections[0].header.paragraphs[0].text, written.core_properties.comments)
    assert all("无效" in one for one in told), "on each page, and in the properties"
    assert "无效" in Client(headers={"accept-language": "zh-CN"}).get("/feed/").content.decode()


def test_every_name_of_a_file_comes_from_the_face() -> None:
    """So that a new kind of file cannot forget it; the others hold nothing of a city."""
    found = {
        shown(module)
        for module in source_modules()
        for node in ast.walk(syntax(module))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "file_answer"
        if "face.file_name(" not in ast.unparse(node.args[1])
    }
    assert found == {f"src/jingwei/surfaces/portal/{name}.py" for name in ("certificate", "proofs")}


def test_each_answer_says_so_to_programs(training: City, settings: Settings) -> None:
    for address in ("/shapes/", "/api/v1/types", "/nowhere/", "/"):
        settings.TRAINING = True
        assert Client().get(address)["Jingwei-City"] == "training", address
        settings.TRAINING = False
        assert "Jingwei-City" not in Client().get(address), address


def test_the_marks_are_those_that_the_console_sets() -> None:
    from jingwei.kernel.rulebook import training

    assert {training.MARK, training.RESET} < set(MARKS)


def test_the_page_of_roles_asks_as_much_as_it_did(training: City) -> None:
    browser = Client()
    browser.post("/training/role/", {"role": "dispatcher"})
    with CaptureQueriesContext(connection) as asked:
        browser.get("/training/")
    assert len(asked) == json.loads((Path(__file__).parents[1] / "query_counts.json").read_text())["/training/"]
