"""A city without geometry: its sheet of cells from Excel or CSV, every problem with its place, and what it gives."""

import csv
import dataclasses
import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.commands import ReportMatter
from jingwei.kernel.matters.models import Detail, Matter
from jingwei.kernel.places.commands import EnterSheet, NewArea, PlainName, RedrawAreas, RememberAlias, SheetCell
from jingwei.kernel.places.models import CellCard, PlaceName
from jingwei.kernel.places.sheets.cells import Sheet, read_cells, read_range
from jingwei.kernel.places.sheets.table import read_table
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.errors import Denied, Invalid
from jingwei.kernel.values.ids import new_id
from tests.city import FOUNDER, City, day_of_city

TODAY = day_of_city()
HEAD = ["编码", "名称", "上级", "网格员", "电话", "户数", "小区", "村", "道路", "门牌"]
GOOD = [
    ["001", "一格", "T1", "赵甲", "0543-1234567", 320, "阳光花园；星河苑", "", "东街", "人民路1-99单；人民路100-"],
    ["002", "二格", "T1", "钱乙", "+86 543 7654321", "", "", "李庄村", "", "人民路2-98双号"],
]


def sheet_of(path: Path, rows: Sequence[Any], head: Sequence[str] = HEAD) -> Sheet:
    if path.suffix == ".xlsx":
        book = xlsxwriter.Workbook(str(path))
        page = book.add_worksheet("网格")
        for number, row in enumerate([head, *rows]):
            page.write_row(number, 0, row)
        book.close()
    else:
        with path.open("w", encoding="gb18030", newline="") as text:
            csv.writer(text).writerows([head, *rows])
    return read_cells(read_table(path, path.name), {"T1", "T2"})


@pytest.mark.parametrize("name", ["cells.xlsx", "cells.csv"])
def test_excel_and_csv_read_the_same(tmp_path: Path, name: str) -> None:
    sheet = sheet_of(tmp_path / name, GOOD)
    assert sheet.problems == ()
    first = sheet.rows[0]
    assert (first.cell.code, first.parent, first.name) == ("001", "T1", ("一格", "一格"))
    assert (first.cell.worker, first.cell.phone, first.cell.households) == ("赵甲", "0543-1234567", 320)
    assert first.cell.names == (
        PlainName(kind="estate", name="阳光花园"),
        PlainName(kind="estate", name="星河苑"),
        PlainName(kind="road", name="东街"),
        PlainName(kind="road", name="人民路", low=1, high=99, side="odd"),
        PlainName(kind="road", name="人民路", low=100, high=None),
    )


def test_a_sheet_without_cells_is_none(tmp_path: Path) -> None:
    (problem,) = sheet_of(tmp_path / "cells.xlsx", []).problems
    assert problem.row == 1 and problem.text.zh == "表头下没有网格。"


def test_house_numbers_written_among_the_roads_are_read_as_such(tmp_path: Path) -> None:
    row = ["003", "三格", "T1", "", "", "", "", "", "人民路1-99号；染坊巷20号；Route 9；东街", ""]
    (read,) = sheet_of(tmp_path / "cells.xlsx", [row]).rows
    roads = [(one.name, one.low, one.high) for one in read.cell.names]
    assert roads == [("人民路", 1, 99), ("染坊巷", 20, 20), ("Route 9", None, None), ("东街", None, None)]


def test_every_problem_names_sheet_row_column_and_remedy(tmp_path: Path) -> None:
    bad = [
        ["001", "", "T9", "赵甲", "电话", "多", "园", "", "", "人民路x"],
        ["001", "二格", "T1", "", "", "", "", "", "", "建设路1-9"],
        ["格", "三格", "T1", "", "", "", "", "", "", "建设路5-20"],
    ]
    found = [(one.row, one.column) for one in sheet_of(tmp_path / "bad.xlsx", bad).problems]
    assert sorted(found) == sorted(
        [
            *((2, column) for column in ("名称", "上级", "电话", "户数", "小区", "门牌")),
            *((3, "编码"), (4, "编码"), (4, "门牌")),
        ]
    )
    problems = sheet_of(tmp_path / "bad2.xlsx", bad).problems
    assert all(
        one.sheet == "网格" and one.text.zh and one.text.en and one.remedy.zh and one.remedy.en for one in problems
    )


def test_a_missing_column_and_files_that_are_none(tmp_path: Path) -> None:
    (missing,) = sheet_of(tmp_path / "m.xlsx", [], ["编码", "名称"]).problems
    assert missing.row == 1 and "上级" in missing.text.zh
    for name, content in (("no.xlsx", b"PK\x03\x04 broken"), ("no.csv", b"\xff\xfe\xff"), ("no2.csv", b'"a')):
        (tmp_path / name).write_bytes(content)
        assert [one.row for one in read_table(tmp_path / name, name).problems] == [0]
    assert [one.row for one in read_table(tmp_path / "absent.csv", "absent.csv").problems] == [0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("人民路1-99单", ("人民路", 1, 99, "odd")),
        ("人民路2－98双号", ("人民路", 2, 98, "even")),
        ("人民路20号", ("人民路", 20, 20, "")),
        ("人民路100-", ("人民路", 100, None, "")),
        ("中山二路1号至9号", ("中山二路", 1, 9, "")),
        ("Main Street 1-99 odd", ("Main Street", 1, 99, "odd")),
        ("人民路", None),
        ("9-1", None),
        ("人民路9-1", None),
    ],
)
def test_ranges_of_house_numbers(text: str, expected: tuple[str, int, int | None, str] | None) -> None:
    found = read_range(text)
    assert (found and (found.name, found.low, found.high, found.side)) == expected


def names_of(code: str) -> dict[str, str]:
    rows = PlaceName.objects.filter(area__code=code, until_on=None)
    return {f"{row.name}{row.low or ''}": row.origin for row in rows}


def enter(*cells: SheetCell, on: datetime.date = TODAY) -> None:
    execute(FOUNDER, EnterSheet(from_on=on, cells=cells), str(new_id()))


def report(city: City, address: str, *, area: str = "", by_hand: bool = False) -> Matter:
    fields = {"title": "路灯不亮", "text": "晚上看不见", "address": address}
    command = ReportMatter(
        matter_id=new_id(),
        type="grid_event",
        category="ROAD-1",
        fields=fields,
        channel="phone",
        area=area,
        by_hand=by_hand,
    )
    execute(public("matter.report"), command, city.key())
    return Matter.objects.get(pk=command.matter_id)


SHEET = SheetCell(
    code="T1-01",
    worker="赵甲",
    phone="0543-1234567",
    households=300,
    names=(PlainName(kind="estate", name="阳光花园"), PlainName(kind="road", name="人民路", low=1, high=99)),
)


def test_a_report_is_located_by_its_address_and_the_ledger_keeps_no_word_of_it(city: City) -> None:
    enter(SHEET, on=datetime.date(2000, 1, 1))
    for address, area, how in (
        ("人民路35号2单元501", "T1-01", "by_address"),
        ("阳光花园3号楼", "T1-01", "by_address"),
        ("无名路3号", None, "none"),
    ):
        matter = report(city, address)
        assert (matter.area and matter.area.code) == area
        assert Detail.objects.get(pk=matter.pk).located == how
        body = bytes(Entry.objects.get(stream=matter.pk, kind="matter.reported").body).decode()
        assert f'"located":"{how}"' in body
        assert not any(word in body for word in ("人民路", "阳光", "无名", "单元"))
    entries = b"".join(
        bytes(body) for body in Entry.objects.filter(kind="places.sheet_entered").values_list("body", flat=True)
    )
    assert "赵甲".encode() not in entries and b"1234567" not in entries and "阳光".encode() not in entries
    assert CellCard.objects.get(area__code="T1-01").worker == "赵甲"


def test_a_point_goes_before_everything_and_a_hand_before_the_address(city: City) -> None:
    enter(SHEET, on=datetime.date(2000, 1, 1))
    by_point = city.report(cell="T2-02", title="x", text="y", address="人民路35号")
    assert by_point.area is not None and by_point.area.code == "T2-02"
    by_hand = report(city, "人民路35号", area="T2-01", by_hand=True)
    assert by_hand.area is not None and by_hand.area.code == "T2-01"
    assert Detail.objects.get(pk=by_hand.pk).located == "by_hand"
    narrowed = report(city, "人民路35号", area="T1")  # the resident named the district, the address the cell in it
    assert narrowed.area is not None and narrowed.area.code == "T1-01"
    clash = report(city, "人民路35号", area="T2")
    assert clash.area is not None and clash.area.code == "T2"


def test_a_new_sheet_replaces_the_old_one_from_its_day(city: City) -> None:
    yesterday = TODAY - datetime.timedelta(days=1)
    enter(SHEET, on=yesterday)
    enter(
        SheetCell(
            code="T1-01",
            worker="孙丙",
            names=(PlainName(kind="estate", name="阳光花园"), PlainName(kind="village", name="李庄村")),
        )
    )
    assert names_of("T1-01") == {"阳光花园": "sheet", "李庄村": "sheet"}
    ended = PlaceName.objects.get(name="人民路")
    assert (ended.from_on, ended.until_on) == (yesterday, TODAY)
    assert CellCard.objects.get(area__code="T1-01").worker == "孙丙"


def test_a_correction_is_remembered_and_the_newest_holds(city: City) -> None:
    enter(SHEET, on=datetime.date(2000, 1, 1))
    name = PlainName(kind="estate", name="老棉纺厂")
    assert report(city, "老棉纺厂宿舍2栋").area is None
    execute(city.actor("intake"), RememberAlias(area="T1-02", name=name), "a1")
    found = report(city, "老棉纺厂宿舍2栋")
    assert found.area is not None and found.area.code == "T1-02"
    assert Detail.objects.get(pk=found.pk).located == "by_alias"
    assert execute(city.actor("intake"), RememberAlias(area="T1-02", name=name), "a2")["known"] is True
    execute(city.actor("intake"), RememberAlias(area="T2-01", name=name), "a3")
    found = report(city, "老棉纺厂宿舍2栋")
    assert found.area is not None and found.area.code == "T2-01"
    entries = b"".join(
        bytes(body) for body in Entry.objects.filter(kind__startswith="places.alias").values_list("body", flat=True)
    )
    assert "老棉纺厂".encode() not in entries
    assert Entry.objects.filter(kind="places.alias_ended").count() == 1


def test_who_may_remember_and_what(city: City) -> None:
    name = PlainName(kind="estate", name="老棉纺厂")
    with pytest.raises(Denied):
        execute(city.actor("auditor"), RememberAlias(area="T1-02", name=name), "d1")
    with pytest.raises(Denied):
        execute(city.actor("grid-west"), RememberAlias(area="T1-02", name=name), "d2")
    for bad in (PlainName(kind="estate", name="老棉纺厂2栋"), PlainName(kind="road", name="人民路", low=35, high=35)):
        with pytest.raises(Invalid):
            execute(city.actor("intake"), RememberAlias(area="T1-02", name=bad), f"i{bad.name}")
    with pytest.raises(Invalid):
        execute(city.actor("intake"), RememberAlias(area="nowhere", name=name), "i9")


def test_a_city_without_any_polygon_finds_its_cells(city: City) -> None:
    old = ("T1-01", "T1-02", "T2-01", "T2-02")
    new = tuple(
        NewArea(code=f"N{code}", level="cell", parent=code[:2], name=("格", "Cell"), follows=(code,)) for code in old
    )
    execute(FOUNDER, RedrawAreas(from_on=TODAY, basis="b", ends=old, adds=new), "r")
    enter(dataclasses.replace(SHEET, code="NT1-01"))
    with reading(FOUNDER) as scope:
        assert places_of(scope).located_cells == 0
    found = report(city, "人民路35号")
    assert found.area is not None and found.area.code == "NT1-01"
