"""A city without geometry, from a pack whose cells are an Excel sheet: it is checked, founded, and found by address."""

import csv
from pathlib import Path

import pytest

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.feeds.definition import feed_of
from jingwei.kernel.places.finding import match_address
from jingwei.kernel.places.models import Boundary
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.surfaces.console.demo import packs_folder
from jingwei.surfaces.console.main import main
from jingwei.surfaces.console.pack.check import check
from jingwei.surfaces.console.pack.enter import enter
from jingwei.surfaces.console.pack.tables import read_pack
from jingwei.surfaces.console.practice.command import write_practice_pack
from jingwei.surfaces.console.practice.invented import Wanted, invent
from tests.workbooks import book

HEADS = {"code": "编码", "name": "名称", "parent": "上级", "worker": "网格员", "phone": "电话", "estates": "小区"}
Rows = list[list[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The pack of the practice city with its feeds, without any polygon, the cells in cells.xlsx."""
    city = tmp_path / "city"
    write_practice_pack(city, invent(Wanted(1, 60, 0, "2026-06-01"), packs_folder() / "practice"))
    for path in (city / "places").glob("*.geojson*"):
        path.unlink()
    head, *rows = table(city / "places" / "cells.csv")
    (city / "places" / "cells.csv").unlink()
    areas = [row for row in table(city / "places" / "areas.csv") if row[1] != "cell"]
    with (city / "places" / "areas.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(areas)
    sheet(city, [[HEADS.get(name, name) for name in head], *rows])
    return city


def table(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def sheet(city: Path, rows: Rows) -> None:
    (city / "places" / "cells.xlsx").write_bytes(book({"网格": rows}))


def test_it_is_founded_and_found_by_address(db: None, fresh_snapshots: None, folder: Path) -> None:
    assert main(["city", "check", "--pack", str(folder)]) == 0
    pack = read_pack(folder)
    enter(pack, check(pack))
    estate = next(name.name for cell in pack.cells for name in cell.names if name.kind == "estate")
    with reading(system("tests")) as scope:
        places, rules, today = places_of(scope), rules_of(scope), scope.today
    service = rules.value("word", "service.01", today)
    assert service is not None and service.from_on.isoformat() == "2024-03-01" and "第七条" in service.basis
    assert sum(place.level == "cell" for place in places.in_force) == 60 and not Boundary.objects.exists()
    found = match_address(f"{estate}3号楼", today, places)
    assert found.code and found.proposals[0].reasons
    code, road = next((cell.code, one) for cell in pack.cells for one in cell.names if one.low is not None)
    assert match_address(f"{road.name}{road.low}号", today, places).code == code
    hotline = feed_of("hotline12345", rules.all_of("feed", today)["hotline12345"].content)
    assert hotline.channels["电话"] == "phone"


def test_a_word_since_no_day_is_named_before_anything_is_made(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = folder / "words.csv"
    words.write_text(words.read_text(encoding="utf-8").replace("2024-03-01", "1 March", 1), encoding="utf-8")
    assert main(["city", "check", "--pack", str(folder)]) == 1
    assert "the day cannot be read" in capsys.readouterr().out


def test_a_fault_of_the_sheet_is_named_before_anything_is_made(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet(folder, [["编码", "名称", "上级"], ["990102001001001", "一格", "999"]])
    assert main(["city", "check", "--pack", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "places/cells.xlsx:2: [网格] 上级: There is no area “999” to lie in." in said
