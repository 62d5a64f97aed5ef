"""The words of an old system: what says the same is taken, what resembles is proposed, what was corrected is kept."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from jingwei.capabilities.grid_events.matter_type import GRID_EVENT
from jingwei.kernel.agencies.commands import EnterUnit
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.feeds.cutover.corrections import corrected
from jingwei.kernel.feeds.cutover.mapping import Mapped, choices_of, mapped
from jingwei.kernel.feeds.cutover.memory import Memory, remember, remembered
from jingwei.kernel.feeds.cutover.rows import OldRow, read_rows
from jingwei.kernel.feeds.cutover.run import Asked, cut_over, read_asked
from jingwei.kernel.feeds.cutover.table import OldTable, read_old_table
from jingwei.kernel.feeds.damage import DamagedFile
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.rulebook.models import Value
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import Invalid
from jingwei.kit.page import face_of
from tests.city import ZONE, City
from tests.workbooks import book

READER = system("tests", "matter.read")
HEADS = ("编号", "状态", "受理时间", "类别", "承办单位", "地址", "手机")
ROW = ("A1", "处置中", "2026-11-03 09:00", "路面坑洞", "道路局", "东一路1号", "199 0000 0001")


def old_file(folder: Path, *rows: Sequence[object], heads: Sequence[str] = HEADS) -> Path:
    path = folder / "old.xlsx"
    path.write_bytes(book({"未结": [heads, *rows]}))
    return path


def table(folder: Path, *rows: Sequence[object], heads: Sequence[str] = HEADS) -> OldTable:
    return read_old_table(old_file(folder, *rows, heads=heads), "", set(HEADS))


def words(found: OldTable, memory: Memory | None = None) -> Mapped:
    with reading(READER) as scope:
        return mapped(found, choices_of(scope, GRID_EVENT), memory)


def rows_of(found: OldTable) -> list[OldRow]:
    with reading(READER) as scope:
        return list(
            read_rows(found, mapped(found, choices_of(scope, GRID_EVENT), None), GRID_EVENT, face_of(scope).zone)
        )


@pytest.mark.parametrize(
    ("kind", "theirs", "ours", "how"),
    [
        ("state", "处置中", "processing", "same"),
        ("state", "Being handled", "processing", "same"),
        ("state", "处理中", "processing", "proposed"),
        ("state", "睡着了", "", "open"),
        ("state", "待派遣", "filed", "proposed"),  # and not 已派遣, which is its opposite
        ("state", "待签收", "dispatched", "proposed"),
        ("state", "待核查", "feedback", "proposed"),
        ("state", "待受理", "reported", "proposed"),
        ("state", "已办结案", "", "open"),  # that something is over is never guessed
        ("unit", "ROADS", "ROADS", "same"),
        ("unit", "试城道路局", "ROADS", "proposed"),
        ("category", "路面坑洞", "ROAD-1", "same"),
    ],
)
def test_a_word_is_taken_only_where_it_says_the_same(
    city: City, tmp_path: Path, kind: str, theirs: str, ours: str, how: str
) -> None:
    place = {"state": 1, "category": 3, "unit": 4}[kind]
    row = [*ROW[:place], theirs, *ROW[place + 1 :]]
    (pair,) = words(table(tmp_path, row)).values[kind]
    assert (pair.ours, pair.how, pair.used) == (ours, how, ours if how == "same" else "")


def test_what_is_remembered_goes_before_what_it_is_called(city: City, tmp_path: Path) -> None:
    memory = Memory(
        "grid_event", {"手机": "", "地址": "field:text"}, {"state": {"处置中": "signed"}, "unit": {"道路局": "GONE"}}
    )
    found = words(table(tmp_path, ROW), memory)
    heads = {one.theirs: (one.ours, one.how) for one in found.columns}
    assert heads["手机"] == ("", "remembered") and heads["地址"] == ("field:text", "remembered")
    assert found.code("state") == {"处置中": "signed"}
    assert found.code("unit") == {}, "a unit that has ended is asked for again"


def test_heads_are_found_below_a_title_and_the_second_of_a_name_is_another_column(city: City, tmp_path: Path) -> None:
    path = tmp_path / "old.xlsx"
    path.write_bytes(book({"未结": [["台账"], ["填报：某某", "2026年11月"], [*HEADS, "手机"], [*ROW, "1"]]}))
    found = read_old_table(path, "", set(HEADS))
    assert found.heads == [*HEADS, "手机 (2)"] and [line.row for line in found.lines] == [4]


def test_a_list_as_it_was_printed_on_another_sheet_with_heads_on_every_page(city: City, tmp_path: Path) -> None:
    path, second = tmp_path / "old.xlsx", ("A2", *ROW[1:])
    title = ["锦川区"] * len(HEADS)  # as merged cells read
    path.write_bytes(book({"说明": [["导出说明"]], "在办": [title, HEADS, ROW, [], title, HEADS, second]}))
    found = read_old_table(path, "", set(HEADS))
    assert (found.sheet, [line.row for line in found.lines], found.no_rows) == ("在办", [3, 7], [5, 6])


def test_a_name_that_several_have_is_no_match(city: City, tmp_path: Path) -> None:
    same = EnterUnit(code="SAME", kind="department", parent="", area="T", name=("道路局", "Same"))
    execute(city.actor("administrator"), same, "same")
    found = table(tmp_path, ROW)
    assert [(one.theirs, one.how, one.used) for one in words(found).values["unit"]] == [("道路局", "several", "")]
    (row,) = rows_of(found)
    assert "有几个都叫“道路局”。" in [one.what.zh for one in row.faults]


@pytest.mark.parametrize(
    ("sheets", "sheet", "says"),
    [({"未结": [["x"]]}, "", "No row of heads"), ({"未结": [HEADS]}, "其他", "no sheet 其他")],
)
def test_a_table_that_cannot_be_read_is_named(
    tmp_path: Path, sheets: Mapping[str, Sequence[Sequence[object]]], sheet: str, says: str
) -> None:
    path = tmp_path / "old.xlsx"
    path.write_bytes(book(sheets))
    with pytest.raises(DamagedFile, match=says):
        read_old_table(path, sheet, set(HEADS))


@pytest.mark.parametrize(
    ("said", "phone", "faults"),
    [
        ("138 0013-8000", "13800138000", 0),
        ("+86 138 0013 8000", "+8613800138000", 0),
        (13800138000, "13800138000", 0),
        ("匿名", "", 0),
        ("13800138000/13900139000", None, 1),
        ("12", None, 1),
    ],
)
def test_telephones_as_people_write_them(
    city: City, tmp_path: Path, said: object, phone: str | None, faults: int
) -> None:
    (row,) = rows_of(table(tmp_path, [*ROW[:6], said]))
    assert len(row.faults) == faults
    if phone is not None:
        assert (row.contact.phone if row.contact else "") == phone


@pytest.mark.parametrize(
    ("head", "said", "ran"),
    [
        ("已用天数", 3.0, (3, "day", False)),
        ("已用天数", "3个工作日", (3, "day", False)),
        ("已用天数", 2.5, (3, "day", False)),
        ("已用小时", "7.5小时", (8, "hour", False)),
        ("暂停天数", 2.5, (2, "day", True)),
    ],
)
def test_what_has_run_in_days_or_hours(
    city: City, tmp_path: Path, head: str, said: object, ran: tuple[int, str, bool]
) -> None:
    """Part of a day counts as used, and not as paused: nobody waits longer because a list was rounded."""
    (row,) = rows_of(table(tmp_path, [*ROW, said], heads=[*HEADS, head]))
    assert row.ran is not None and (row.ran.amount, row.ran.unit, row.ran.paused) == ran
    (wrong,) = rows_of(table(tmp_path, [*ROW, "很久"], heads=[*HEADS, head]))
    assert [fault.column for fault in wrong.faults] == [head]


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("2026-11-30", "2026-11-30 23:59:59"),
        ("2026年11月30日", "2026-11-30 23:59:59"),
        (46356.0, "2026-11-30 23:59:59"),
        ("2026-11-30 17:30", "2026-11-30 17:30:00"),
    ],
)
def test_a_day_that_was_promised_lasts_until_it_is_over(city: City, tmp_path: Path, said: object, due: str) -> None:
    (row,) = rows_of(table(tmp_path, [*ROW, said], heads=[*HEADS, "截止日期"]))
    assert row.due is not None and f"{row.due.astimezone(ZoneInfo(ZONE)):%Y-%m-%d %H:%M:%S}" == due


def test_an_old_system_needs_a_name_that_fits(city: City, tmp_path: Path) -> None:
    for name in ("", "旧" * 41, "a\tb"):
        with pytest.raises(Invalid, match="A name of 1 to 40"):
            read_asked(Asked(name, old_file(tmp_path, ROW), type="grid_event"))


def test_every_fault_of_a_row_is_named_at_once(city: City, tmp_path: Path) -> None:
    (row,) = rows_of(table(tmp_path, ["", "睡着了", "昨天", "", "道路局", "", ""]))
    assert {fault.column for fault in row.faults} == {"编号", "状态", "受理时间", "类别"}


def test_without_a_column_that_is_needed_no_row_is_read(city: City, tmp_path: Path) -> None:
    path = old_file(tmp_path, ROW[:2], heads=HEADS[:2])
    cut = cut_over("tests", Asked("旧", path, type="grid_event"), do=True)
    assert {title.zh for title in cut.read.missing} == {"受理时间", "类别"}
    assert cut.rows == [] and not Matter.objects.exists()


def test_a_type_must_be_named_the_first_time(city: City, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="name one the first time: .*grid_event"):
        read_asked(Asked("旧", old_file(tmp_path, ROW)))


def test_corrections_are_kept_with_their_day_even_two_in_one_day(city: City, tmp_path: Path) -> None:
    first = Memory("grid_event", {"编号": "number"}, {"state": {"在办": "signed"}})
    assert remember("旧", first, "one") and not remember("旧", first, "again")
    assert remember("旧", first.with_more({}, {"state": {"在办": "processing"}}), "two")
    with reading(READER) as scope:
        known = remembered(rules_of(scope), "旧")
    assert known is not None and known.values["state"] == {"在办": "processing"} and known.columns == {"编号": "number"}
    assert list(Value.objects.filter(parameter="cutover").order_by("from_on").values_list("basis", flat=True)) == [
        "one",
        "two",
    ]


def test_what_is_emptied_in_the_workbook_is_forgotten(city: City, tmp_path: Path) -> None:
    remember("旧", Memory("grid_event", {}, {"state": {"在办": "signed"}, "unit": {"道路局": "ROADS"}}), "one")
    path = tmp_path / "back.xlsx"
    path.write_bytes(book({"Columns": [["Their column", "Our field"]], "Values": [["Kind"], ["State", "在办", ""]]}))
    kept = corrected(read_asked(Asked("旧", old_file(tmp_path, ROW))), path)
    assert kept.values["state"] == {} and kept.values["unit"] == {"道路局": "ROADS"}


@pytest.mark.parametrize(
    ("columns", "values", "says"),
    [
        ([["编号", "nummer"]], [], "no code 'nummer'"),
        ([["编号", "number"], ["状态", "number"]], [], "Two columns"),
        ([], [["状态", "处理中", "schlafend"]], "no code 'schlafend'"),
        ([], [["天气", "晴", "processing"]], "no code"),
    ],
)
def test_a_correction_that_names_nothing_is_refused_with_its_row(
    city: City, tmp_path: Path, columns: Sequence[Sequence[str]], values: Sequence[Sequence[str]], says: str
) -> None:
    path = tmp_path / "back.xlsx"
    path.write_bytes(
        book({"列对应": [["旧表列名", "我方字段"], *columns], "值对应": [["种类", "旧", "代码"], *values]})
    )
    read = read_asked(Asked("旧", old_file(tmp_path, ROW), type="grid_event"))
    with pytest.raises(DamagedFile, match=says):
        corrected(read, path)


def test_another_workbook_is_no_correction(city: City, tmp_path: Path) -> None:
    read = read_asked(Asked("旧", old_file(tmp_path, ROW), type="grid_event"))
    with pytest.raises(DamagedFile, match="no sheet “Columns”"):
        corrected(read, tmp_path / "old.xlsx")
