"""Moments, days, spans and counts as each culture writes them."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django import Settings

from jingwei.kernel.values.words import PSEUDO, Text, lengthened
from jingwei.kit.language import known
from jingwei.kit.moments import counted, day_written, from_now, length, local_text, short, time_left, written
from jingwei.kit.saying import day_in_words
from tests.city import City
from tests.surfaces.conftest import resident

__all__ = ["resident"]

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime.datetime(2026, 11, 27, 6, 5, tzinfo=datetime.UTC)
MINUTE, HOUR, DAY = datetime.timedelta(minutes=1), datetime.timedelta(hours=1), datetime.timedelta(days=1)


def test_a_moment_is_written_in_the_citys_zone() -> None:
    assert written(NOW, ZONE) == Text("2026年11月27日 14:05", "27 Nov 2026, 14:05")
    assert local_text(NOW, ZONE) == "2026-11-27 14:05"
    assert short(NOW, ZONE, NOW) == Text("11月27日 14:05", "27 Nov, 14:05")
    new_year = datetime.datetime(2025, 12, 31, 16, 0, tzinfo=datetime.UTC)  # 1 January in the zone
    assert short(new_year, ZONE, NOW) == Text("1月1日 00:00", "1 Jan, 00:00")
    assert short(new_year - MINUTE, ZONE, NOW) == Text("2025年12月31日 23:59", "31 Dec 2025, 23:59")


@pytest.mark.parametrize(
    ("away", "zh", "en"),
    [
        (0 * MINUTE, "刚刚", "just now"),
        (-5 * MINUTE, "5 分钟前", "5 min ago"),
        (-3 * HOUR - 40 * MINUTE, "3 小时前", "3 h ago"),
        (-1 * DAY, "1 天前", "1 day ago"),
        (2 * DAY, "2 天后", "in 2 days"),
        (-8 * DAY, "11月19日 14:05", "19 Nov, 14:05"),
    ],
)
def test_lists_tell_how_long_ago(away: datetime.timedelta, zh: str, en: str) -> None:
    assert from_now(NOW + away, ZONE, NOW) == Text(zh, en)


@pytest.mark.parametrize(
    ("left", "kind", "zh", "en"),
    [
        (3 * HOUR + 20 * MINUTE, "soon", "还有 3 小时 20 分", "3 h 20 min left"),
        (2 * DAY + 5 * HOUR, "fine", "还有 2 天 5 小时", "2 d 5 h left"),
        (-40 * MINUTE, "late", "逾期 40 分", "40 min late"),
        (-1200 * DAY, "late", "逾期 1,200 天", "1,200 days late"),
    ],
)
def test_time_left_is_told_in_words(left: datetime.timedelta, kind: str, zh: str, en: str) -> None:
    stands = time_left(NOW + left, None, NOW)
    assert (stands.kind, stands.words) == (kind, Text(zh, en))


def test_days_spans_and_counts() -> None:
    assert day_written(datetime.date(2026, 3, 1)) == Text("2026年3月1日", "1 Mar 2026")
    assert day_in_words("2026-03-01") == Text("2026年3月1日", "1 Mar 2026")
    assert day_in_words("later") == "later"
    assert length(12 * DAY).en == "12 days"
    assert counted(1234567) == "1,234,567"


def test_the_pseudo_language_keeps_gaps_and_marks() -> None:
    assert lengthened("%(count)s files of <b>one</b> day") == "⟦%(count)s fíléš óf <b>óñé</b> dáý···········⟧"
    assert lengthened(" ") == " "
    assert Text("事项", "matter").in_(PSEUDO) == "⟦máttér··⟧"


def test_the_pseudo_language_is_for_developers(city: City, resident: Client, settings: Settings) -> None:
    assert known(PSEUDO) == "en"
    resident.post("/language/", {"language": PSEUDO, "next": "/"})
    assert resident.get("/").headers["Content-Language"] == "en"
    settings.DEVELOPMENT = True
    resident.post("/language/", {"language": PSEUDO, "next": "/"})
    answer = resident.get("/")
    assert answer.headers["Content-Language"] == PSEUDO
    assert "⟦Škíp tó thé téxt" in answer.content.decode()
