"""Cells from a workbook on the desk: what each row would do, refusals by row and column, the dated act, out again."""

import datetime
import io
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.places.commands import EnterSheet, PlainName, RedrawAreas, SheetCell
from jingwei.kernel.places.models import Area, CellCard, PlaceName
from tests.city import FOUNDER, City, add_post, day_of_city
from tests.surfaces.conftest import Answer, SignIn, hidden_in
from tests.workbooks import book

PAGE = "/grid/sheet/"
TODAY = day_of_city()
SAID = {"from_on": TODAY.isoformat(), "basis": "试城办〔2026〕9号"}
NAMES = (
    PlainName(kind="estate", name="阳光花园"),
    PlainName(kind="village", name="李庄村"),
    PlainName(kind="road", name="东街"),
    PlainName(kind="road", name="人民路", low=1, high=99, side="odd"),
    PlainName(kind="road", name="Main Street", low=100, high=None),
    PlainName(kind="road", name="建设路", low=20, high=20),
)
Rows = list[list[object]]


@pytest.fixture
def client(city: City, sign_in: SignIn) -> Client:
    """Whoever redraws, in a city that knows one cell by many names."""
    cell = SheetCell(code="T1-01", worker="赵甲", phone="0543-1234567", households=320, names=NAMES)
    execute(FOUNDER, EnterSheet(from_on=datetime.date(2000, 1, 1), cells=(cell,)), city.key())
    return sign_in("administrator")


def taken_out(client: Client, language: str = "zh-CN") -> Rows:
    answer = client.get(f"{PAGE}?as=template", headers={"accept-language": language})
    return [
        list(row)
        for row in CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    ]


def sent(client: Client, rows: Rows, **said: str) -> Answer:
    file = SimpleUploadedFile("cells.xlsx", book({"网格": rows}))
    return client.post(PAGE, {**SAID, **said, "file": file})


def applied(client: Client, tried: Answer) -> Answer:
    return client.post(PAGE, hidden_in(tried))


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_sheet_that_comes_back_as_it_was_changes_nothing(client: Client, language: str) -> None:
    rows = taken_out(client, language)
    assert [row[0] for row in rows[1:]] == ["T1-01", "T1-02", "T2-01", "T2-02"]
    tried = sent(client, rows)
    page = tried.content.decode()

    assert tried.status_code == HTTPStatus.OK and "不变 4" in page and 'name="apply"' not in page


def test_what_each_row_would_do_is_shown_and_then_done(client: Client) -> None:
    rows, before = taken_out(client), Entry.objects.count()
    rows[1][6], rows[1][7] = 500, "阳光花园；星河苑"
    rows.append(["T1-09", "东九格", "East cell 9", "T1", "孙丙", "0543-7654321", 80, "", "", "", "人民路100-"])
    tried = sent(client, rows)
    page = tried.content.decode()
    for words in (
        "新设 1 · 改动 1 · 不变 3",
        "户数：320 → 500",
        "新叫法：星河苑",
        "网格员：— → 孙丙",
        "新叫法：人民路 100-",
    ):
        assert words in page
    assert Entry.objects.count() == before
    done = applied(client, tried)
    assert done.status_code == HTTPStatus.OK and "已办。" in done.content.decode()
    area = Area.objects.get(code="T1-09")
    assert (area.parent and area.parent.code, area.from_on, area.name_en) == ("T1", TODAY, "East cell 9")
    assert CellCard.objects.get(area__code="T1-01").households == 500
    assert PlaceName.objects.filter(area=area, name="人民路", low=100).exists()
    entries = Entry.objects.order_by("-pk").values_list("kind", flat=True)[:3]
    assert set(entries) == {"places.area_entered", "places.sheet_entered"}
    again = applied(client, tried)
    assert again.status_code == HTTPStatus.OK and Entry.objects.count() == before + 3, "the same form once more"


def test_refusals_name_row_and_column_and_nothing_is_done(client: Client) -> None:
    execute(FOUNDER, RedrawAreas(from_on=TODAY, basis="撤销", ends=("T2-02",)), "end")
    before = Entry.objects.count()
    rows = taken_out(client)
    rows[1][6] = "很多"
    rows[2][3] = "T2"  # another parent
    rows[3][1] = "改名"
    rows += [
        ["T2-02", "西二格", "", "T2"],  # it ended
        ["T1", "东区", "", "T"],  # no cell
        ["T1-09", "九格", "", "T9"],  # no such area
    ]
    answer = sent(client, rows)
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and 'name="apply"' not in page
    for row, column in ((2, "户数"), (3, "上级"), (4, "名称"), (5, "编码"), (6, "编码"), (7, "上级")):
        assert f'<td data-head="行">{row}</td><td data-head="列">{column}</td>' in page, (row, column)
    assert Entry.objects.count() == before


def test_a_post_enters_cells_within_its_reach_alone(city: City, sign_in: SignIn) -> None:
    add_post(city, "planner-west", "HOTLINE", "T2", "planner", ("places.edit",))
    client = sign_in("planner-west")
    rows = taken_out(client)
    assert [row[0] for row in rows[1:]] == ["T2-01", "T2-02"]
    rows.append(["T1-09", "九格", "", "T1", "", "", "", "", "", "", ""])
    answer = sent(client, rows)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "不在您这个岗位的范围内" in answer.content.decode()
    rows[-1][3] = "T2"
    assert applied(client, sent(client, rows)).status_code == HTTPStatus.OK
    assert Area.objects.filter(code="T1-09", parent__code="T2").exists()


@pytest.mark.parametrize(("name", "value"), [("from_on", "soon"), ("from_on", "2001-01-01"), ("basis", "")])
def test_a_day_to_come_and_a_basis_are_needed(client: Client, name: str, value: str) -> None:
    answer = sent(client, taken_out(client), **{name: value})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and f'id="{name}-error"' in answer.content.decode()


def test_others_do_not_enter_cells(city: City, sign_in: SignIn) -> None:
    assert sign_in("intake").get(PAGE).status_code == HTTPStatus.FORBIDDEN
    assert PAGE in sign_in("administrator").get("/grid/redraw/").content.decode()
