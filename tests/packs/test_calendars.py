"""The shared calendar of mainland China: whole, cited, and with the working days a year that others count."""

import csv
import datetime
import re
import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.rulebook.commands import problems_of
from jingwei.surfaces.console.pack.check import check
from jingwei.surfaces.console.pack.content import calendar
from jingwei.surfaces.console.pack.tables import Pack, read_pack

PACKS = Path(__file__).parents[2] / "packs"
SOURCES = (PACKS / "calendars" / "SOURCES.md").read_text("utf-8")
WORKED = dict(
    zip(
        range(2007, 2027),
        (249, 251, 250, 250, 250, 249, 250, 250, 249, 250, 249, 250, 250, 249, 250, 249, 249, 251, 248, 248),
        strict=True,
    )
)
"""Working days a year by chinesecalendar 1.11.0, which was made from the same notices by other hands."""


def rows() -> list[dict[str, str]]:
    with (PACKS / "calendars" / "cn.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def pack_with(folder: Path, name: str, own: list[str] | None) -> Pack:
    """The Boston pack with another calendar: `own` are the lines of its calendar.csv, None for no such file."""
    shutil.copytree(PACKS / "boston", folder / "city")
    shutil.copytree(PACKS / "calendars", folder / "calendars")
    path = folder / "city" / "pack.toml"
    path.write_text(path.read_text("utf-8").replace('calendar = "us-boston"', f'calendar = "{name}"'), "utf-8")
    (folder / "city" / "calendar.csv").unlink()
    if own is not None:
        (folder / "city" / "calendar.csv").write_text("\n".join(["date,kind,title_zh,title_en", *own]), "utf-8")
    return read_pack(folder / "city")


def test_each_day_stands_once_with_both_titles_and_the_notice_it_rests_on() -> None:
    dates = [row["date"] for row in rows()]
    assert dates == sorted(set(dates)) and len(dates) == 678
    assert sum(row["kind"] == "off" for row in rows()) == 545
    assert all(row["title_zh"] and row["title_en"].isascii() for row in rows())
    notice = re.compile(r"https?://www\.gov\.cn/zhengce/zhengceku/\S+\.htm")
    assert all(notice.fullmatch(address) for row in rows() for address in row["notice"].split())
    assert all(row["notice"] for row in rows())


@pytest.mark.parametrize("year", WORKED)
def test_the_working_days_of_each_year_are_those_of_the_notices(year: int) -> None:
    """Days worked = weekdays − weekdays off + weekend days worked; the calendar's own table says the same."""
    listed = {datetime.date.fromisoformat(row["date"]): row["kind"] == "work" for row in rows()}
    first = datetime.date(year, 1, 1)
    days = [first + datetime.timedelta(days=number) for number in range(366)]
    walked = sum(listed.get(day, day.weekday() < 5) for day in days if day.year == year)
    windows = ((datetime.time(9), datetime.time(17)),)
    counted = WorkCalendar("cn", ZoneInfo("Asia/Shanghai"), frozenset(range(1, 6)), windows, listed)
    between = counted.worked_days_between(datetime.date(year - 1, 12, 31), datetime.date(year, 12, 31))
    assert walked == between == WORKED[year]
    assert counted.knows(year)
    assert ", ".join(map(str, WORKED.values())) in SOURCES


def test_source_and_licence_stand_beside_the_file() -> None:
    assert "NateScarlet/holiday-cn" in SOURCES and "Permission is hereby granted" in SOURCES


def test_a_pack_takes_a_calendar_by_name(tmp_path: Path) -> None:
    pack = pack_with(tmp_path, "cn", None)
    check(pack)
    content = calendar(pack)
    assert pack.problems == [] and problems_of("calendar", content) == []
    assert len(content["days"]) == 678 and content["days"]["2026-10-10"] == "work"
    assert content["titles"]["2026-10-01"]["en"] == "National Day"
    assert content["notices"]["2026"] == ["https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm"]


def test_a_citys_own_days_go_before_the_shared_ones(tmp_path: Path) -> None:
    pack = pack_with(tmp_path, "cn", ["2026-10-10,off,市庆,City day", "2026-11-11,off,市庆,City day"])
    check(pack)
    days = calendar(pack)["days"]
    assert pack.problems == [] and len(days) == 679
    assert (days["2026-10-10"], days["2026-11-11"], days["2026-10-01"]) == ("off", "off", "off")


def test_a_calendar_that_is_nowhere_is_a_problem(tmp_path: Path) -> None:
    assert [one.file for one in pack_with(tmp_path, "atlantis", None).problems] == ["calendar.csv"]
