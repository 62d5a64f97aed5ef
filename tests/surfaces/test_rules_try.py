"""A draft of rules in each form it may come in: a folder, one table by name or by columns, days off, working time."""

import datetime
from pathlib import Path

import pytest

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.rules.tryout import Tried, try_out
from jingwei.surfaces.console.rules.draft import read_draft
from tests.city import City

READER = system("console", "matter.read")
LONG_AGO = datetime.date(2000, 1, 1)
LIMIT = "category,condition,clock,counting,amount,unit,hold_days,extensions,from_on,basis"
ROUTING = "rule,unit,priority,category,area,condition"


def written(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> tuple[list[tuple[str, str, bool]], list[str]]:
    """Parameter, subject and whether it stays, of each change; and the problems."""
    with reading(READER) as scope:
        changes, problems = read_draft(scope, path)
    return [(parameter, subject, content is not None) for parameter, subject, content in changes], problems


def tried(path: Path) -> Tried:
    with reading(READER) as scope:
        changes, problems = read_draft(scope, path)
        assert problems == []
        return try_out(scope, changes, LONG_AGO)


def test_a_folder_with_routing_and_limits(city: City, tmp_path: Path) -> None:
    written(tmp_path / "routing.csv", ROUTING, "east,CHECK,0,,T1,", "road,,,,,")
    written(tmp_path / "limits.csv", LIMIT, "ROAD,,handle,natural_day,3,day,,,,")
    assert read(tmp_path) == (
        [("routing", "east", True), ("routing", "road", False), ("limit", "ROAD//handle", True)],
        [],
    )


def test_one_table_under_any_name_is_known_by_its_columns(city: City, tmp_path: Path) -> None:
    limits = written(tmp_path / "草案.csv", LIMIT, "ROAD,,handle,natural_day,3,day,,,,", "PARK,,handle,,,,,,,")
    assert read(limits) == ([("limit", "ROAD//handle", True), ("limit", "PARK//handle", False)], [])
    routing = written(tmp_path / "who.csv", ROUTING, "east,CHECK,0,,T1,")
    assert read(routing) == ([("routing", "east", True)], [])
    other = written(tmp_path / "other.csv", "a,b", "1,2")
    found, (problem, *_) = read(other)
    assert found == [] and "neither its name nor its columns" in problem


def test_days_off_and_working_time_are_a_draft_of_the_calendar(city: City, tmp_path: Path) -> None:
    days = written(tmp_path / "calendar.csv", "date,kind,title_zh,title_en", "2026-12-24,off,,")
    assert read(days) == ([("calendar", "working", True)], [])
    settings = written(tmp_path / "pack.toml", "[working_time]", "weekdays = [1, 2, 3, 4]")
    with reading(READER) as scope:
        ((_, _, content),), problems = read_draft(scope, settings)
    assert problems == [] and content is not None and content["weekdays"] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("name", "lines", "said"),
    [
        ("limits.csv", (LIMIT, "ROAD,,handle,natural_day,soon,day,,,,"), "limits.csv:2"),
        ("limits.csv", (LIMIT, ",,,,3,,,,,"), "limits.csv:2: The row names no rule"),
        ("limits.csv", ("category,condition", "ROAD,"), "columns are missing: amount, clock, counting, unit"),
        ("calendar.csv", ("day,what", "2026-12-24,off"), "columns are missing: date, kind"),
        ("pack.toml", ('working_time = "9 to 5"',), "write it below [working_time]"),
        ("routing.csv", (ROUTING, "east,GHOST,0,,T1,"), "GHOST"),
        ("pack.toml", ("[working_time",), "pack.toml"),
        ("calendar.csv", ("date,kind", '"2026'), "calendar.csv"),
        ("notes.txt", ("nothing",), "neither its name nor its columns"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    city: City, tmp_path: Path, name: str, lines: tuple[str, ...], said: str
) -> None:
    _, problems = read(written(tmp_path / name, *lines))
    assert any(said in problem for problem in problems), problems


def test_a_table_in_another_encoding_is_named_with_its_remedy(city: City, tmp_path: Path) -> None:
    (tmp_path / "routing.csv").write_bytes(f"{ROUTING},basis\neast,CHECK,0,,T1,,城管局\n".encode("gb18030"))
    (tmp_path / "pack.toml").write_bytes("# 工作时间\n".encode("gb18030"))
    _, (table, settings) = read(tmp_path)
    assert table.startswith("routing.csv: The text is not UTF-8; save it as UTF-8.")
    assert settings.startswith("pack.toml: The text is not UTF-8") and "另存为 UTF-8" in settings


def test_an_empty_folder_changes_nothing_and_says_so(city: City, tmp_path: Path) -> None:
    _, (problem,) = read(tmp_path)
    assert "no routing.csv, limits.csv, calendar.csv, pack.toml with rows" in problem


def test_a_limit_of_the_kind_of_request_is_tried_where_it_ends_first(city: City, tmp_path: Path) -> None:
    """The class has one limit, what the caller wants another: the earlier applies, in the draft as in the city."""
    asked, told = city.report(request="consult"), city.report(request="complaint")
    draft = written(tmp_path / "limits.csv", LIMIT, "request=consult,,handle,continuous,1,hour,,,,")
    found = tried(draft)
    assert found.clocks == 1, "only the one clock that the draft counts otherwise"
    two_hours = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=2)
    with reading(READER, two_hours) as scope:
        changes, _ = read_draft(scope, draft)
        late = try_out(scope, changes, LONG_AGO).becomes_late
    assert late.examples == (asked.number,) and told.number not in late.examples
    longer = written(tmp_path / "longer.csv", LIMIT, "request=consult,,handle,continuous,3000,day,,,,")
    assert tried(longer).clocks == 0, "the limit of the class ends first"
