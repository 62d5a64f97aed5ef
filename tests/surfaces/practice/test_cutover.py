"""The weekend of the cut-over in the practice city: a dry run, words corrected once, then 300 open matters at once."""

import datetime
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.feeds.compare import compare_rows
from jingwei.kernel.feeds.cutover.corrections import corrected
from jingwei.kernel.feeds.cutover.memory import remember, remembered
from jingwei.kernel.feeds.cutover.report import report
from jingwei.kernel.feeds.cutover.run import Asked, CutOver, cut_over, read_asked, read_for_comparison
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.models import ExternalNumber, Matter, Party
from jingwei.kernel.outbox.models import Message
from jingwei.kernel.places.models import Area
from jingwei.kernel.rulebook.models import Value
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.sealing import reveal
from jingwei.kernel.tables.cells import text_of
from jingwei.kernel.tables.reading import read_workbook
from jingwei.surfaces.console.demo import packs_folder
from jingwei.surfaces.console.pack.check import check
from jingwei.surfaces.console.pack.enter import enter
from jingwei.surfaces.console.pack.tables import read_pack
from jingwei.surfaces.console.practice.command import founding, write_practice_pack
from jingwei.surfaces.console.practice.invented import Wanted, invent
from tests.surfaces.practice.old_ledger import FAULTS, RENAMED, STATES, OldLedger, as_workbook, old_ledger

ZONE = ZoneInfo("Asia/Shanghai")
WANTED = Wanted(5, 60, 0, "2026-06-01")
SOURCE = "旧网格系统"
CLASSES = ("暴露生活垃圾", "积存垃圾渣土", "道路不洁与遗撒")
AS_OF = datetime.datetime(2026, 11, 20, 18)
READER = system("tests", "matter.read")


@pytest.fixture
def practice(db: None, fresh_snapshots: None, tmp_path: Path) -> Iterator[OldLedger]:
    """The practice city before its first matter, and the old system's last list (`old.xlsx`)."""
    write_practice_pack(tmp_path / "city", invent(WANTED, packs_folder() / "practice"))
    pack = read_pack(tmp_path / "city")
    layers = check(pack)
    enter(pack, layers, now=founding(WANTED))
    units = list(Unit.objects.filter(kind="department").order_by("code").values_list("name_zh", flat=True))
    cells = list(Area.objects.filter(level="cell").order_by("code").values_list("code", flat=True))
    made = old_ledger(units, CLASSES, cells, AS_OF)
    (tmp_path / "old.xlsx").write_bytes(as_workbook(made))
    yield made


def asked(folder: Path) -> Asked:
    return Asked(SOURCE, folder / "old.xlsx", type="grid_event", until=AS_OF.replace(tzinfo=ZONE))


def confirmed(folder: Path, cut: CutOver, corrections: dict[str, str]) -> Path:
    """The dry run's workbook as the operator gives it back: our code filled in where it was open or wrong."""
    target = folder / "corrected.xlsx"
    grids = read_workbook(report(cut, "zh-hans"))
    with xlsxwriter.Workbook(target) as book:
        for grid in grids:
            page = book.add_worksheet(grid.name)
            for number, line in enumerate(grid.lines):
                cells = [text_of(cell) for cell in line]
                if grid.name in ("列对应", "值对应"):
                    place = 1 if grid.name == "列对应" else 2
                    cells[place] = corrections.get(cells[place - 1], cells[place])
                for column, cell in enumerate(cells):
                    page.write_string(number, column, cell)
    return target


CORRECTIONS = {theirs: ours for theirs, (ours, _) in STATES.items()} | {
    "热线": "hotline",
    "巡查": "patrol",
    RENAMED: "",
}


def test_a_dry_run_writes_nothing_and_names_every_word_and_row(practice: OldLedger, tmp_path: Path) -> None:
    before = Entry.objects.count()
    cut = cut_over("practice", asked(tmp_path), do=False)
    assert Entry.objects.count() == before and not Matter.objects.exists()
    assert cut.read.missing == [] and cut.read.table.sheet == "未结案件"
    how = {one.theirs: (one.ours, one.how) for one in cut.read.mapped.columns}
    assert how["登记时间"] == ("received", "same") and how["手机号码"] == ("phone", "same")
    assert how["已用工作日"] == ("elapsed_days", "same") and how["问题描述"] == ("field:text", "same")
    assert how["身份证号"] == ("", "open"), "nobody asks for the number of an identity card"
    states = {one.theirs: (one.ours, one.how) for one in cut.read.mapped.values["state"]}
    assert states["挂账"] == ("hung_up", "same") and states["处理中"][1] == "proposed"
    assert all(one.how == "same" for one in cut.read.mapped.values["unit"] if one.theirs != RENAMED)
    unsure = sum(count for state, (_, count) in STATES.items() if states[state][1] != "same")
    assert cut.counts["refused"] >= unsure, "no row is taken on a guess"
    assert sum(cut.counts[key] for key in ("carried", "stands", "over", "refused")) == len(practice.rows)


def lead_through(folder: Path) -> CutOver:
    """Dry run, corrections given back, and done."""
    first = cut_over("practice", asked(folder), do=False)
    given_back = confirmed(folder, first, CORRECTIONS)
    assert remember(SOURCE, corrected(read_asked(asked(folder)), given_back), given_back.name)
    rehearsed = cut_over("practice", asked(folder), do=False)
    done = cut_over("practice", asked(folder), do=True)
    assert done.counts == rehearsed.counts
    return done


def test_the_whole_weekend(practice: OldLedger, tmp_path: Path) -> None:
    done = lead_through(tmp_path)
    assert (done.counts["carried"], done.counts["over"]) == (practice.sound, practice.closed)
    refused = {one.row.row: one.faults[0] for one in done.rows if one.verdict == "refused"}
    assert sorted(refused) == sorted(row for rows in practice.refused.values() for row in rows)
    columns = {fault: {refused[row].column for row in rows} for fault, rows in practice.refused.items()}
    assert columns == {
        "unknown unit": {"责任单位"},
        "no date": {"登记时间"},
        "no unit": {"责任单位"},
        "twice": {"案卷编号"},
        "two telephones": {"手机号码"},
        "due before": {"登记时间"},
    }
    assert all(fault.what.zh and fault.remedy.en for fault in refused.values()) and len(columns) == len(FAULTS)
    states = Counter(Matter.objects.values_list("state", flat=True))
    for theirs, (ours, count) in STATES.items():
        spoiled = sum(map(len, practice.refused.values())) if theirs == "处理中" else 0
        assert states[ours] == (0 if ours == "closed" else count - spoiled), theirs
    _as_the_list_has_them(practice)
    _nothing_twice(tmp_path, done)
    _side_by_side(practice, tmp_path)


def _as_the_list_has_them(practice: OldLedger) -> None:
    row = next(row for place, row in enumerate(practice.rows) if isinstance(row[4], float) and row[7] and row[5])
    matter = ExternalNumber.objects.get(source=SOURCE, number=row[1]).matter
    serial = datetime.datetime(1899, 12, 30) + datetime.timedelta(seconds=round(row[4] * 86_400))
    assert matter.opened_at == serial.replace(tzinfo=ZONE)
    assert matter.unit is not None and matter.unit.name_zh == row[7]
    phones = {party.contact.get("phone", "") for party in reveal(list(Party.objects.all()))}
    assert all(len(phone) == 11 and phone.isdigit() for phone in phones if phone) and len(phones) > 50
    assert not Message.objects.filter(topic__startswith="matter.").exists()
    entries = b"".join(
        bytes(body) for body in Entry.objects.filter(kind="matter.carried_over").values_list("body", flat=True)
    )
    assert not any(word.encode() in entries for word in ("王某", "路面问题", *filter(None, phones)))


def _nothing_twice(folder: Path, done: CutOver) -> None:
    """The words are remembered, dated and in the ledger, so that a second run asks nothing and does nothing."""
    before = Entry.objects.count(), Matter.objects.count()
    again = cut_over("practice", asked(folder), do=True)
    assert (again.counts["carried"], again.counts["stands"]) == (0, done.counts["carried"])
    assert (Entry.objects.count(), Matter.objects.count()) == before
    assert not remember(SOURCE, again.memory, "again")
    value = Value.objects.get(parameter="cutover", subject=SOURCE)
    assert Entry.objects.filter(stream=value.pk, kind="rulebook.value_set").exists()
    with reading(READER) as scope:
        memory = remembered(rules_of(scope), SOURCE)
    assert memory is not None and memory.values["state"]["处理中"] == "processing"


def _side_by_side(practice: OldLedger, folder: Path) -> None:
    """Next week: one is new there, one is gone, one is in another state, one is due on another day."""
    rows = [list(row) for row in practice.rows if row[2] != "已结案"]
    taken = set(ExternalNumber.objects.values_list("number", flat=True))
    promised = [row for row in rows if row[1] in taken and row[5] and row[2] == "处理中"]
    gone, moved, later = promised[:3]
    moved[2], later[5] = "待核查", "2099-01-01"
    week = OldLedger([row for row in rows if row is not gone and row[1] in taken])
    week.rows.append([*rows[0][:1], "WG2026999999", *rows[0][2:]])
    (folder / "week.xlsx").write_bytes(as_workbook(week))
    with reading(READER) as scope:
        read = read_for_comparison(scope, SOURCE, folder / "week.xlsx")
        assert read is not None
        found = compare_rows(scope, SOURCE, {row.number: row for row in read if not row.repeats})
    assert {(one.number, one.kind) for one in found} == {
        ("WG2026999999", "only_there"),
        (gone[1], "only_here"),
        (moved[1], "state"),
        (later[1], "due"),
    }
    state = next(one for one in found if one.kind == "state")
    assert (state.here, state.there) == ("processing", "feedback")


def test_the_report_says_what_becomes_of_each_row_in_both_languages(practice: OldLedger, tmp_path: Path) -> None:
    cut = cut_over("practice", asked(tmp_path), do=False)
    for language, names in (
        ("zh-hans", ["总览", "各单位", "逐行", "列对应", "值对应", "可选代码"]),
        ("en", ["Overview", "Units", "Rows", "Columns", "Values", "Codes"]),
    ):
        grids = read_workbook(report(cut, language))
        assert [grid.name for grid in grids] == names
        rows = {text_of(line[0]) for line in grids[2].lines[1:]}
        assert len(rows) == len(practice.rows)
        written = "".join(text_of(cell) for grid in grids for line in grid.lines for cell in line)
        assert "王某" not in written and "5678" not in written
