"""Words of closed matters: counts of what is often said of a class, and nothing else."""

import datetime
import json
import os
from pathlib import Path

from pytest_django import Settings

from jingwei.kernel.matters.proposing.past import LEAST, NOTHING, count_daily, counted, past_words
from jingwei.kernel.matters.proposing.terms import common_words
from tests.city import City

NOW = datetime.datetime.now(datetime.UTC)


def test_common_words_are_no_names_and_no_numbers() -> None:
    said = common_words("王小明在开元东路12号反映：垃圾桶满了，电话 13800000000。Mr Smith saw a bin near Main St")
    assert {"垃圾桶", "near"} <= said
    assert not said & {"王小明", "开元", "东路", "smith", "main", "13800000000"}


def test_what_fewer_than_five_matters_of_a_class_say_is_not_kept() -> None:
    told = [("A", "垃圾成堆")] * LEAST + [("B", "垃圾桶坏")] * (LEAST - 1)
    past = counted(told, "2026-11-27")
    assert past.matters == 2 * LEAST - 1 and past.classes == {"A": LEAST}
    assert "垃圾桶" not in past.words and all(set(by_class) == {"A"} for _, by_class in past.words.values())
    assert all(count >= LEAST for _, by_class in past.words.values() for count in by_class.values())


def test_a_word_speaks_for_the_class_that_it_makes_likelier() -> None:
    told = [("A", "水管 漏水"), ("B", "路灯 漆黑")] * 50
    weights = counted(told, "2026-11-27").weights()
    assert set(weights["漏水"]) == {"A"} and weights["漏水"]["A"] > 0
    assert counted([("A", "水管 漏水")] * 50, "2026-11-27").weights() == {}, "what all say says nothing"


def test_closed_matters_are_counted_once_a_day(city: City, settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    assert past_words() is NOTHING
    matters = [city.report(text="自来水管破裂漏水") for _ in range(LEAST)]
    assert count_daily(NOW) and past_words().matters == 0, "none is closed"
    assert not count_daily(NOW)
    (path,) = (tmp_path / "run").iterdir()
    os.utime(path, (0, 0))
    for matter in matters:
        city.act("intake", matter, "decline", reason="不属于受理范围")
    assert count_daily(NOW)
    assert past_words().words["漏水"] == (LEAST, {matters[0].category: LEAST})
    path.write_text("{", encoding="utf-8")
    assert past_words() is NOTHING, "a damaged file is as none"


def test_what_is_counted_is_read_by_every_process(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    path = tmp_path / "run" / f"past-words-{settings.CITY}.json"
    path.parent.mkdir()
    content = {"day": "2026-11-27", "matters": 20, "classes": {"A": 10}, "words": {"漏水": [10, {"A": 10}]}}
    path.write_text(json.dumps(content), encoding="utf-8")
    assert past_words().words == {"漏水": (10, {"A": 10})} and past_words() is past_words()
