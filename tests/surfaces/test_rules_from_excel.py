"""Rules from a workbook: the values in force are taken out and changed; what differs goes into a draft, and no more."""

import io
from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from jingwei.kernel.rulebook.models import Draft, DraftChange
from tests.city import City
from tests.surfaces.conftest import Answer, SignIn
from tests.workbooks import book

Rows = list[list[object]]


def taken_out(client: Client, parameter: str, language: str = "zh-CN") -> tuple[str, Rows]:
    """The sheet of the values in force: its name, and its rows with the headings first."""
    answer = client.get(f"/rules/{parameter}/import/?as=template", headers={"accept-language": language})
    read = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    (name,) = read.sheet_names
    return name, [list(row) for row in read.get_sheet_by_name(name).to_python()]


def shown(client: Client, parameter: str, change: Callable[[Rows], object]) -> Answer:
    """What the page says of the sheet after a change of its rows."""
    name, rows = taken_out(client, parameter)
    change(rows)
    file = SimpleUploadedFile("rules.xlsx", book({name: rows}))
    return client.post(f"/rules/{parameter}/import/", {"file": file})


def applied(client: Client, parameter: str, tried: Answer) -> Answer:
    page = tried.content.decode()
    kept, key = (page.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("kept", "_key"))
    return client.post(f"/rules/{parameter}/import/", {"kept": kept, "_key": key, "apply": "1"})


def row_of(rows: Rows, code: str) -> list[object]:
    return next(row for row in rows if row[0] == code)


def with_limits(rows: Rows) -> None:
    head, road = rows[0], row_of(rows, "ROAD//handle")
    road[head.index("数量")], road[head.index("依据")] = 3, "试城办〔2026〕9号"
    rows.append(["ROAD-2//handle", 8, "小时", "工作小时", "", "", "试城办〔2026〕9号", ""])
    row_of(rows, "ROAD//sign")[head.index("不再适用")] = "是"


def test_what_differs_goes_into_a_draft_and_the_rest_stays(city: City, sign_in: SignIn) -> None:
    client = sign_in("administrator")
    tried = shown(client, "limit", with_limits)
    page = tried.content.decode()
    assert tried.status_code == HTTPStatus.OK and "将改动：3" in page and "与现行相同：2" in page
    assert "<del>5 天（工作日）</del>" in page and "<ins>3 天（工作日）</ins>" in page and not Draft.objects.exists()
    assert applied(client, "limit", tried).status_code == HTTPStatus.SEE_OTHER
    contents = {one.subject: one.content for one in DraftChange.objects.all()}
    assert contents == {
        "ROAD//handle": {"counting": "working_day", "amount": 3, "unit": "day"},
        "ROAD-2//handle": {"counting": "working_hour", "amount": 8, "unit": "hour"},
        "ROAD//sign": None,
    }
    again = shown(client, "limit", with_limits)
    assert "放进草案“时限 · 从 Excel 导入”" in again.content.decode(), "the next file joins the draft"


@pytest.mark.parametrize("parameter", ["limit", "routing", "category", "calendar", "number", "word"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_sheet_that_comes_back_as_it_was_changes_nothing(
    city: City, sign_in: SignIn, parameter: str, language: str
) -> None:
    client = sign_in("administrator")
    city.accounts["administrator"].language = "en" if language == "en" else "zh-hans"
    city.accounts["administrator"].save()
    tried = shown(client, parameter, lambda rows: None)
    page = tried.content.decode()
    assert tried.status_code == HTTPStatus.OK, page
    assert 'name="apply"' not in page


def test_every_fault_is_named_and_nothing_of_the_file_is_taken(city: City, sign_in: SignIn) -> None:
    client = sign_in("administrator")

    def spoil(rows: Rows) -> None:
        head = rows[0]
        row_of(rows, "ROAD//handle")[head.index("数量")] = "很快"
        row_of(rows, "ROAD//sign")[head.index("单位")] = "世纪"
        row_of(rows, "ROAD//check")[head.index("依据")] = ""
        row_of(rows, "PARK-1//handle")[head.index("数量")] = 3

    tried = shown(client, "limit", spoil)
    page = tried.content.decode()
    assert tried.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "有问题：3" in page
    for words in ("请写一个整数", "没有“世纪”", "可填：分钟、小时、天", "没有填写"):
        assert words in page
    assert 'name="apply"' not in page and not Draft.objects.exists()


def test_days_of_a_calendar_are_added_and_taken_away(city: City, sign_in: SignIn) -> None:
    client = sign_in("administrator")

    def days(rows: Rows) -> None:
        rows[1][2] = "照常"
        rows.append(["working", "2027-01-01", "休息", "元旦", "New Year", "国办发〔2026〕8号"])
        rows.append(["working", "2027-01-02", "上班", "", "", "国办发〔2026〕8号"])

    tried = shown(client, "calendar", days)
    page = tried.content.decode()
    assert "<del>休息</del>" in page and "<ins>休息（元旦）</ins>" in page and "<ins>上班</ins>" in page
    applied(client, "calendar", tried)
    content = DraftChange.objects.get().content
    assert content is not None and content["days"] == {"2027-01-01": "off", "2027-01-02": "work"}
    assert content["weekdays"] == [1, 2, 3, 4, 5], "the rest of the calendar stays"


def test_a_day_that_is_none_and_a_calendar_that_is_not_there(city: City, sign_in: SignIn) -> None:
    def days(rows: Rows) -> None:
        rows.append(["working", "元旦", "休息", "", "", "b"])
        rows.append(["other", "2027-01-01", "休息", "", "", "b"])
        rows.append(["working", "2027-01-03", "加班", "", "", "b"])

    page = shown(sign_in("administrator"), "calendar", days).content.decode()
    for words in ("不是 2026-10-01 这样的日期", "没有日历 other", "应为上班、休息或照常"):
        assert words in page


def test_what_comes_by_no_file_and_to_whom(city: City, sign_in: SignIn) -> None:
    assert sign_in("administrator").get("/rules/sign_in/import/").status_code == HTTPStatus.NOT_FOUND
    assert sign_in("administrator").get("/rules/nonsense/import/").status_code == HTTPStatus.NOT_FOUND
    assert sign_in("intake").get("/rules/limit/import/").status_code == HTTPStatus.FORBIDDEN
    assert "/rules/limit/import/" in sign_in("administrator").get("/rules/limit/").content.decode()
    assert "/rules/limit/import/" not in sign_in("intake").get("/rules/limit/").content.decode()
