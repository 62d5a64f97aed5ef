"""Excel and CSV as people keep them: merged heads, dates in every form, codes that became numbers, what is no table."""

import datetime
import io
import zipfile
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from jingwei.kernel.tables.cells import moment_of, text_of
from jingwei.kernel.tables.reading import Bounds, Unreadable, headings, read_grids
from jingwei.kernel.tables.writing import Page, workbook
from tests.workbooks import book

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime.datetime(2026, 11, 26, 12, tzinfo=ZONE)


def test_a_workbook_is_read_as_its_program_showed_it() -> None:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as made:
        page = made.add_worksheet("台账")
        page.merge_range(0, 0, 0, 1, "来电人")
        page.write(0, 2, "编\n号")
        page.merge_range(1, 0, 2, 0, "水务局")
        page.write_formula(1, 1, "=6*7", None, 42)
        page.write(1, 2, 20261126001)
        page.write_datetime(2, 2, datetime.datetime(2026, 11, 26, 12), made.add_format({"num_format": "yyyy-m-d h:mm"}))
    (grid,) = read_grids(kept.getvalue())
    assert grid.name == "台账" and headings(grid.lines[0]) == ["来电人", "来电人 (2)", "编号"]
    assert [[text_of(cell) for cell in line] for line in grid.lines[1:]] == [
        ["水务局", "42", "20261126001"],
        ["水务局", "", "2026-11-26 12:00:00"],
    ]


@pytest.mark.parametrize(
    "cell",
    [
        datetime.datetime(2026, 11, 26, 12),
        46352.5,
        "46352.5",
        "2026-11-26 12:00",
        "2026/11/26 12:00:00",
        "2026.11.26 12:00",
        "2026年11月26日 12时",
        "2026年11月26日12时00分00秒",
        "2026-11-26T04:00:00Z",
    ],
)
def test_a_moment_in_every_form_people_write_it(cell: object) -> None:
    assert moment_of(cell, ZONE) == NOON


@pytest.mark.parametrize("cell", [datetime.date(2026, 11, 26), 46352.0, "20261126", 20261126.0, "2026年11月26日"])
def test_a_day_is_its_first_moment(cell: object) -> None:
    assert moment_of(cell, ZONE) == NOON.replace(hour=0)


@pytest.mark.parametrize(
    "cell", ["", "昨天", "2026-13-01", "2026年2月30日", 7.0, True, "138 0013 8000", "99999", "0001-01-01", "9999-12-31"]
)
def test_what_is_no_date(cell: object) -> None:
    assert moment_of(cell, ZONE) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_text_file_in_either_encoding(encoding: str) -> None:
    (grid,) = read_grids("编号,单位\n001,水务局\n".encode(encoding))
    assert grid.lines == [["编号", "单位"], ["001", "水务局"]]


def test_a_cell_far_away_is_refused_before_room_is_made_for_all_before_it() -> None:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as made:
        made.add_worksheet().write(1_048_575, 16_383, "x")
    with pytest.raises(Unreadable, match="reaches to row 1,048,576 and column 16,384"):
        read_grids(kept.getvalue())


def test_a_small_file_that_unpacks_to_a_large_one_is_refused() -> None:
    kept = io.BytesIO(book({"a": [["x"]]}))
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/image.png", b"\0" * 2_000_000)
    assert len(kept.getvalue()) < 20_000
    with pytest.raises(Unreadable, match="too large"):
        read_grids(kept.getvalue(), Bounds(unpacked=1_000_000))
    with pytest.raises(Unreadable, match="too large"):
        read_grids(kept.getvalue(), Bounds(file=1_000))


def _other_archive() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as packed:
        packed.writestr("xl/workbook.bin", b"\0")
    return kept.getvalue()


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 broken", _other_archive(), b"\xff\xfe\xff", b'"a', b"\xd0\xcf\x11\xe0"]
)
def test_what_is_no_table_is_named_with_a_remedy(content: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read_grids(content)
    assert refused.value.reason.zh and refused.value.remedy.zh and refused.value.remedy.en


def test_what_is_written_is_read_again_and_is_never_a_formula() -> None:
    rows: list[list[str | int]] = [["=1+1", 7], ["https://example.org", 8], ["水" * 40_000, 9]]
    content = workbook([Page("甲", ["名称", "件数"], rows), Page("乙", ["x"], [])])
    first, second = read_grids(content)
    assert [grid.name for grid in (first, second)] == ["甲", "乙"]
    assert first.lines[1:3] == [["=1+1", 7.0], ["https://example.org", 8.0]]
    assert len(str(first.lines[3][0])) == 32_000
