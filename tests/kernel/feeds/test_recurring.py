"""A feed that recurs: its open orders are worked on here, their results go back in its own columns, nothing twice."""

import csv
import datetime
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.feeds.compare import compare, told
from jingwei.kernel.feeds.damage import DamagedFile
from jingwei.kernel.feeds.definition import Feed, feed_of, feed_problems
from jingwei.kernel.feeds.dropped import take_in_waiting
from jingwei.kernel.feeds.returns import return_results
from jingwei.kernel.feeds.run import import_file
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands import Act
from jingwei.kernel.matters.models import Detail, ExternalNumber, Matter, Party
from jingwei.kernel.outbox.models import Message
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.sealing import revealed
from jingwei.kernel.values.errors import Invalid
from jingwei.surfaces.console.feeds.drops import look
from tests.city import FOUNDER, SINCE
from tests.clones import Clone
from tests.kernel.feeds.conftest import code_of, read_extract

REASON = read_extract()[0]["reason"]
COLUMNS = ("工单编号", "受理时间", "截止时间", "办结时间", "工单状态", "诉求类别", "标题", "来电人", "联系电话", "网格")
DECLARED: dict[str, Any] = {
    "source": "hotline",
    "mode": "live",
    "zone": "Asia/Shanghai",
    "type": "grid_event",
    "columns": list(COLUMNS),
    "key": {"column": "工单编号", "pattern": "[0-9]{6}"},
    "opened": {"column": "受理时间"},
    "target": {"column": "截止时间"},
    "closed": {"column": "办结时间"},
    "state": {"column": "工单状态", "open": ["办理中"], "closed": ["已办结"]},
    "category": {"columns": ["诉求类别"], "rows": [["路面", code_of(REASON)]]},
    "place": {"area": "网格"},
    "contact": {"name": "来电人", "phone": "联系电话"},
    "channel": {"every": "phone"},
    "fields": {"title": "标题"},
    "return": {
        "states": ["closed"],
        "columns": [
            {"title": "工单编号", "value": "number"},
            {"title": "办理结果", "value": "act:close_stated.closure_text"},
            {"title": "办结时间", "value": "closed_at"},
            {"title": "是否按期", "value": "in_time", "map": {"yes": "是", "no": "否"}},
            {"title": "平台编号", "value": "matter"},
            {"title": "标题", "value": "field:title"},
            {"title": "系统", "value": "text:经纬"},
        ],
    },
}


def order(number: int, **cells: str) -> dict[str, str]:
    """An open order of the hotline."""
    return {
        **dict.fromkeys(COLUMNS, ""),
        "工单编号": f"{number:06}",
        "受理时间": "2026-11-20 09:30:00",
        "截止时间": "2036-11-25 18:00:00",
        "工单状态": "办理中",
        "诉求类别": "路面",
        "标题": "路面塌陷一处",
        "网格": "east",
        **cells,
    }


def write_csv(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS)
        out.writeheader()
        out.writerows(rows)
    return path


def write_xlsx(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """As an office program would: numbers as numbers, moments as moments, an empty row in between."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        sheet = book.add_worksheet("工单")
        sheet.write_row(0, 0, COLUMNS)
        for number, row in enumerate(rows):
            for place, (name, cell) in enumerate(row.items()):
                where = (2 * number + 1, place)
                if name.endswith("时间") and cell:
                    sheet.write_datetime(*where, datetime.datetime.fromisoformat(cell))
                elif name == "工单编号":
                    sheet.write_number(*where, int(cell))
                else:
                    sheet.write_string(*where, cell)
    return path


@pytest.fixture(scope="module")
def hotline() -> Feed:
    return feed_of("hotline", DECLARED)


def close(number: str, text: str = "已修复") -> None:
    """The matter of this order is closed here by somebody other than the feed."""
    matter = ExternalNumber.objects.get(number=number).matter
    staff = system("staff", "matter.state", "matter.read")
    fields = {"closure_text": text}
    execute(staff, Act(matter_id=matter.pk, action="close_stated", fields=fields, grant="matter.state"), f"c{number}")


def test_open_orders_become_matters_that_are_worked_on_here(feed_clone: Clone, hotline: Feed, tmp_path: Path) -> None:
    rows = [
        order(1, 来电人="张三", 联系电话="19900000001"),
        order(2, 工单状态="已办结", 办结时间="2026-11-21 10:00:00"),
    ]
    answer = import_file("tests", hotline, write_csv(tmp_path / "a.csv", rows))
    assert (answer["imported"], answer["closed_there"], answer["rejected"]) == (1, 1, {})
    matter = Matter.objects.get()
    assert (matter.state, matter.channel, matter.area and matter.area.code) == ("reported", "phone", "east")
    assert matter.due_at == datetime.datetime(2036, 11, 25, 10, tzinfo=datetime.UTC)
    fires_at = Clock.objects.get(key="handle").fires_at
    assert fires_at and fires_at < matter.due_at  # it will remind, as for any report
    assert Message.objects.filter(topic="matter.reported").count() == 1
    assert revealed(Party.objects.get()).contact == {"name": "张三", "phone": "19900000001"}
    told = b"".join(bytes(one.body) for one in Entry.objects.filter(stream=matter.pk)).decode()
    assert "张三" not in told and "19900000001" not in told and "2026-11-20 09:30:00" in told


def test_the_salt_of_a_live_matter_cannot_be_worked_out_from_the_file(
    feed_clone: Clone, hotline: Feed, tmp_path: Path
) -> None:
    """Its rows hold contacts: with a salt that follows from the file, guesses at a phone number could be tried out."""
    moment = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
    import_file("tests", hotline, write_csv(tmp_path / "a.csv", [order(1)]), recorded_at=moment)
    first = bytes(Matter.objects.get().salt)
    from jingwei.kernel.values.ids import derived_ids

    key = "tests|hotline|000001|reported"
    derived = derived_ids(key, moment)
    assert first not in {derived().bytes for _ in range(20)}


def test_an_excel_file_reads_as_the_same_rows(feed_clone: Clone, hotline: Feed, tmp_path: Path) -> None:
    rows = [order(100001), order(100002, 标题="=1+1")]
    import_file("tests", hotline, write_xlsx(tmp_path / "a.xlsx", rows))
    again = import_file("tests", hotline, write_csv(tmp_path / "a.csv", rows))
    assert (again["imported"], again["unchanged"]) == (0, 2)
    assert Detail.objects.get(matter__externalnumber__number="100002").fields["title"] == "=1+1"


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"not a workbook", "no readable Excel workbook"), (b"PK\x03\x04broken", "no readable Excel workbook")],
)
def test_a_damaged_workbook_is_named(
    feed_clone: Clone, hotline: Feed, tmp_path: Path, content: bytes, says: str
) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(content)
    with pytest.raises(DamagedFile, match=says):
        import_file("tests", hotline, file)


def test_a_row_in_excel_is_named_as_excel_numbers_it(feed_clone: Clone, hotline: Feed, tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "a.xlsx", [order(100001), order(100002, 工单状态="丢失")])
    with pytest.raises(DamagedFile, match="a.xlsx, row 4, column 工单状态"):
        import_file("tests", hotline, file)
    assert not Matter.objects.exists()


def test_personal_columns_need_a_live_feed() -> None:
    assert any("decision 0005" in sentence.en for sentence in feed_problems({**DECLARED, "mode": "history"}))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"columns": [{"title": "x", "value": "state"}]}, "none holds their number"),
        ({"columns": [{"title": "x", "value": "password"}]}, "'password' is no value"),
        ({"columns": []}, "it needs states and columns"),
    ],
)
def test_a_return_that_cannot_work_is_named(change: dict[str, Any], says: str) -> None:
    declared = {**DECLARED, "return": {**DECLARED["return"], **change}}
    assert any(says in sentence.en for sentence in feed_problems(declared))


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_results_go_back_once_in_the_columns_of_the_source(
    feed_clone: Clone, hotline: Feed, tmp_path: Path, suffix: str
) -> None:
    import_file("tests", hotline, write_csv(tmp_path / "a.csv", [order(1), order(2)]))
    close("000001", "=cmd|' /C calc'!A0")
    out = tmp_path / f"back.{suffix}"
    assert return_results(hotline, out)["returned"] == 1
    if suffix == "csv":
        header, row = csv.reader(out.read_text("utf-8-sig").splitlines())
        assert row[1] == "'=cmd|' /C calc'!A0"  # no spreadsheet will run it
    else:
        cells = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
        header, row = ([str(cell) for cell in line] for line in cells)
        assert row[1] == "=cmd|' /C calc'!A0"  # text, not a formula
    assert header == ["工单编号", "办理结果", "办结时间", "是否按期", "平台编号", "标题", "系统"]
    matter = ExternalNumber.objects.get(number="000001").matter
    assert (row[0], row[3:]) == ("000001", ["是", matter.number, "路面塌陷一处", "经纬"])
    assert return_results(hotline, tmp_path / f"again.{suffix}") == {"returned": 0, "file": ""}
    assert not (tmp_path / f"again.{suffix}").exists()
    assert verify(feed_clone.owner).faults == []


def test_what_is_closed_again_is_returned_again(feed_clone: Clone, hotline: Feed, tmp_path: Path) -> None:
    import_file("tests", hotline, write_csv(tmp_path / "a.csv", [order(1)]))
    close("000001")
    return_results(hotline, tmp_path / "one.csv")
    matter = Matter.objects.get()
    staff = system("staff", "matter.state", "matter.read")
    reopen = Act(matter_id=matter.pk, action="reopen_stated", fields={}, reason="又坏了", grant="matter.state")
    execute(staff, reopen, "reopen")
    execute(staff, Act(matter_id=matter.pk, action="close_stated", fields={}, grant="matter.state"), "close again")
    assert return_results(hotline, tmp_path / "two.csv")["returned"] == 1


def test_a_return_overwrites_no_file(feed_clone: Clone, hotline: Feed, tmp_path: Path) -> None:
    (tmp_path / "there.csv").write_text("mine")
    for name in ("there.csv", "back.pdf"):
        with pytest.raises(Invalid, match="choose another name"):
            return_results(hotline, tmp_path / name)
    assert (tmp_path / "there.csv").read_text() == "mine"


def lay(folder: Path, name: str, rows: Sequence[Mapping[str, str]], age: float = 60) -> None:
    """A file laid into the drop folder some seconds ago."""
    folder.mkdir(parents=True, exist_ok=True)
    path = write_csv(folder / name, rows)
    moment = path.stat().st_mtime - age
    os.utime(path, (moment, moment))


def test_the_drop_folder_is_emptied_with_a_note_on_each_file(feed_clone: Clone, hotline: Feed, tmp_path: Path) -> None:
    lay(tmp_path, "1.csv", [order(1)], age=90)
    lay(tmp_path, "2.csv", [order(1), order(2)], age=80)
    lay(tmp_path, "3.csv", [order(3, 受理时间="昨天")], age=70)
    lay(tmp_path, "4.csv", [order(4)], age=0)  # still being written
    lay(tmp_path, "5.csv.part", [order(5)])
    found = take_in_waiting(tmp_path, "tests", hotline)
    assert [(one["file"], one.get("imported"), "refused" in one) for one in found] == [
        ("1.csv", 1, False),
        ("2.csv", 1, False),
        ("3.csv", None, True),
    ]
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {"4.csv", "5.csv.part", ".lock"}
    assert json.loads((tmp_path / "done" / "2.csv.json").read_text())["unchanged"] == 1
    assert "受理时间" in json.loads((tmp_path / "refused" / "3.csv.json").read_text())["place"]
    lay(tmp_path, "1.csv", [order(1)])
    take_in_waiting(tmp_path, "tests", hotline)
    assert (tmp_path / "done" / "1-2.csv").is_file()


def test_two_at_one_drop_folder_take_a_file_once(feed_clone: Clone, hotline: Feed, tmp_path: Path) -> None:
    lay(tmp_path, "1.csv", [order(1)])
    inner: list[list[dict[str, Any]]] = []

    def meanwhile(*_: object) -> None:
        inner.append(take_in_waiting(tmp_path, "tests", hotline))

    found = take_in_waiting(tmp_path, "tests", hotline, meanwhile)
    assert len(found) == 1 and inner and all(one == [] for one in inner)


def test_two_systems_side_by_side(feed_clone: Clone, hotline: Feed, tmp_path: Path) -> None:
    import_file("tests", hotline, write_csv(tmp_path / "a.csv", [order(number) for number in (1, 2, 3, 4)]))
    close("000002")
    theirs = [
        order(1),
        order(2),
        order(3, 工单状态="已办结", 办结时间="2026-11-22 10:00:00"),
        order(5),
        order(6, 工单状态="已办结", 办结时间="2026-11-22 10:00:00"),
        order(7, 截止时间="2036-01-01 00:00:00"),
    ]
    import_file("tests", hotline, write_csv(tmp_path / "b.csv", [order(7)]))
    with reading(system("console", "matter.read")) as scope:
        found = compare(scope, hotline, write_csv(tmp_path / "c.csv", theirs))
        table = told(scope, found, "zh-hans", ZoneInfo("Asia/Shanghai"))
    assert [(one.number, one.kind) for one in found] == [
        ("000002", "state"),
        ("000003", "state"),
        ("000004", "only_here"),
        ("000005", "only_there"),
        ("000007", "due"),
    ]
    assert (found[0].there, found[1].there) == ("open", "closed")
    assert [line[2:] for line in table] == [
        ["状态不同", "已结案", "未结"],
        ["状态不同", "已上报", "已结案"],
        ["只在这里", "已上报", ""],
        ["只在那里", "", "受理于 2026-11-20 17:30"],
        ["期限不同", "2036-11-25 18:00", "2036-01-01 00:00"],
    ]


def test_the_worker_takes_in_what_lies_in_the_folder_of_a_declared_feed(
    feed_clone: Clone, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lay(tmp_path / "feeds" / "tests" / "hotline", "1.csv", [order(1)])
    lay(tmp_path / "feeds" / "tests" / "nobody", "1.csv", [order(1)])
    value = SetValue(parameter="feed", subject="hotline", from_on=SINCE, content=DECLARED, basis="tests")
    execute(FOUNDER, value, "feed")
    look(tmp_path, "tests")
    assert ExternalNumber.objects.get().number == "000001"
    assert (tmp_path / "feeds" / "tests" / "nobody" / "1.csv").is_file()
    assert "declares no feed 'nobody'" in caplog.text
