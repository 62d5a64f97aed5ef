"""What everybody may see of all matters together: nothing about fewer than five events or eight addresses."""

import datetime
import itertools
import json
import os
import re
from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingwei.kernel.commands.scope import reading
from jingwei.kernel.measures.published import PERIOD, period_end, published, published_by_area
from jingwei.kernel.places.models import CellCard
from jingwei.kernel.places.snapshot import places_of
from jingwei.kit.publishing import figures
from tests.city import City

QUERY_COUNTS = Path(__file__).with_name("query_counts.json")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(numbers=st.lists(st.integers(0, 40), min_size=1, max_size=8), groups=st.integers(1, 4))
def test_nothing_small_is_told_and_none_is_left_over_alone(numbers: list[int], groups: int) -> None:
    counts = dict(zip("abcdefgh", numbers, strict=False))
    parents = {area: str(n % groups) for n, area in enumerate(sorted(counts))}
    told = published_by_area(counts, parents)
    assert all(count is None or (count >= 5 and count % 5 == 0) for count in told.values())
    assert all(told[area] is None for area, count in counts.items() if count < 5)
    for group in [*set(parents.values()), None]:
        members = [area for area in parents if group is None or parents[area] == group]
        hidden = [area for area in members if told[area] is None]
        assert len(hidden) != 1 or len(members) == 1


@given(number=st.integers(5, 1000))
def test_a_count_is_told_to_the_nearest_five(number: int) -> None:
    told = published(number)
    assert told is not None and abs(told - number) <= 2


def test_areas_with_too_few_addresses_are_not_told_whatever_happens_there() -> None:
    told = published_by_area({"a": 90, "b": 80, "c": 70}, dict.fromkeys("abc", "t"), barred={"a"})
    assert told == {"a": None, "b": 80, "c": None}


def test_periods_do_not_overlap_and_end_on_mondays() -> None:
    days = [datetime.date(2026, 1, 1) + datetime.timedelta(days=n) for n in range(120)]
    ends = [period_end(day, PERIOD) for day in days]
    assert all(end <= day < end + PERIOD and end.weekday() == 0 for day, end in zip(days, ends, strict=True))
    assert {later - earlier for earlier, later in itertools.pairwise(sorted(set(ends)))} == {PERIOD}


def test_pages_are_public_and_tell_no_small_count(city: City) -> None:
    for _ in range(3):
        city.report(cell="T1-01")
    client = Client(headers={"accept-language": "zh-CN"})
    for address in ("/map/", "/map/?show=open", "/figures/", "/feed/"):
        answer = client.get(address)
        assert answer.status_code == HTTPStatus.OK
        assert not re.search(r"约 [1-4]\b", answer.content.decode())
    assert "少于 5 件，不公布" in client.get("/map/").content.decode()


def test_figures_stand_under_what_they_speak_of_and_say_how_they_are_counted(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(6):
        city.report(cell="T1-01")
    monkeypatch.setattr(figures, "ends_at", lambda scope, _span: scope.now)  # as if the period ended now
    figures.forget()
    page = Client(headers={"accept-language": "en"}).get("/figures/").content.decode()
    assert "At the end of it <strong>about 5</strong> were still being handled." in page
    assert page.index("How much, and where it went") < page.index("Being handled") < page.index("“Closed” is empty")
    assert "Fewer than 5: not published" in page


def test_a_cell_that_nobody_counted_the_households_of_is_not_told(city: City) -> None:
    with reading(figures.COUNTS, everywhere=True) as scope:
        places = places_of(scope)
        cell = places.by_code["T1-01"]
        assert not CellCard.objects.filter(area=cell.id).exclude(households=None).exists()
        assert figures._barred(places, [cell]) == {"T1-01"}
        level = places.above_cells
        assert level and level != places.innermost
        assert figures._barred(places, figures.areas_of(scope)) == set()


def test_the_feed_is_atom_and_its_entries_are_weeks(city: City) -> None:
    text = Client(headers={"accept-language": "en"}).get("/feed/").content.decode()
    assert text.count("<entry>") == figures.WEEKS
    assert "http://www.w3.org/2005/Atom" in text


def test_what_is_over_is_computed_once_a_day(city: City) -> None:
    """The statements of a page, asked first and asked again."""
    kept = json.loads(QUERY_COUNTS.read_text())
    client, found = Client(), {}
    for address in ("/map/", "/figures/", "/feed/"):
        client.get(address)  # places and rules are held by the process from now on
        figures.forget()
        for time in ("first", "again"):
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == HTTPStatus.OK
            found[f"{address} {time}"] = len(seen)
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        QUERY_COUNTS.write_text(json.dumps({**kept, **found}, indent=2) + "\n")
    assert found == {name: kept.get(name) for name in found}


def test_what_the_worker_counted_ahead_is_read_by_every_process_and_does_not_change(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(django_settings, "HOME", tmp_path)
    with reading(figures.COUNTS, everywhere=True) as scope:
        assert figures.count_ahead(scope) and not figures.count_ahead(scope)
        before = figures.figures(scope)
    figures.forget()  # another process
    with reading(figures.COUNTS, everywhere=True) as scope, CaptureQueriesContext(connection) as seen:
        assert figures.figures(scope) == before and len(seen) == 0
    (path,) = (tmp_path / "run").glob("public-figures-*.json")
    path.write_text("{")
    figures.forget()
    with reading(figures.COUNTS, everywhere=True) as scope:
        assert figures.figures(scope) == before, "a damaged file is counted anew"
        assert figures.count_ahead(scope) and json.loads(path.read_text())
