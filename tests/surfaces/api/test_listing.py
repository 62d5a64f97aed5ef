"""The reports within a key's reach, page by page and as files."""

import csv
import io
import json
from typing import Any

import pytest
from arro3.io import read_parquet

from jingwei.kernel.matters.models import Matter
from jingwei.kernel.reads.models import Read
from jingwei.surfaces.api import listing
from tests.city import City
from tests.surfaces.api.conftest import Partner, partner_of


def rows(partner: Partner, asked: str = "") -> list[dict[str, Any]]:
    """A page as it is answered."""
    answer = partner.get(f"reports{asked}")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = json.loads(answer.content)
    return found


def numbers(partner: Partner, asked: str = "") -> set[str]:
    """The numbers of a page."""
    return {one["number"] for one in rows(partner, asked)}


def test_pages_hold_every_report_in_reach_once(city: City) -> None:
    made = [city.report(cell=cell) for cell in ("T1-01", "T1-02", "T1-01", "T2-01", "T1-02")]
    east = partner_of("grid-east")
    seen: list[str] = []
    page = rows(east, "?limit=2")
    while page:
        seen += [one["number"] for one in page]
        page = rows(east, f"?limit=2&after={page[-1]['matter']}")
    assert sorted(seen) == sorted(one.number for one in made if one.area and one.area.code != "T2-01")
    assert Read.objects.filter(what="api").count() == len(seen), "each is noted, once"


def test_what_is_asked_for_is_what_comes(city: City, partner: Partner) -> None:
    pothole, park = city.report(), city.report(category="PARK-1", cell="T2-01")
    done = city.bring_to(city.report(cell="T1-02"), "closed")
    assert numbers(partner) == {pothole.number, park.number, done.number}
    assert numbers(partner, "?status=open") == {pothole.number, park.number}
    assert numbers(partner, "?status=closed") == {done.number}
    assert numbers(partner, "?category=PARK") == {park.number}, "with all below it"
    assert numbers(partner, "?category=NOPE") == set()
    assert numbers(partner, "?area=T2") == {park.number}
    assert numbers(partner, "?type=grid_event") == {pothole.number, park.number, done.number}
    assert numbers(partner, "?type=dispute") == set()
    opened = park.opened_at.isoformat().replace("+00:00", "Z")
    assert park.number in numbers(partner, f"?opened_from={opened}")
    assert park.number not in numbers(partner, f"?opened_until={opened}")


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("?area=T9", "area"),
        ("?after=x", "after"),
        ("?limit=0", "limit"),
        ("?limit=1001", "limit"),
        ("?status=late", "status"),
        ("?opened_from=yesterday", "opened_from"),
        ("?opened_from=2026-11-29T08:00:00", "opened_from"),
        ("?opened_from=9999-12-31T23:59:59-23:59", "opened_from"),
        ("?opened_until=0001-01-01T00:00:00%2B14:00", "opened_until"),
        ("?type=%00", "type"),
        ("?category=%00", "category"),
        ("?area=%00", "area"),
    ],
)
def test_what_cannot_be_asked_is_named(partner: Partner, asked: str, place: str) -> None:
    answer = partner.get(f"reports{asked}")
    said = json.loads(answer.content)
    assert answer.status_code in (400, 422) and said["place"] == place, said


def test_an_offset_of_a_day_is_a_moment_all_the_same(city: City, partner: Partner) -> None:
    number = city.report().number
    assert numbers(partner, "?opened_from=1306-06-17T04:46:16%2B22:33") == {number}
    assert partner.get("exports/reports.csv?opened_until=5335-06-14T21:01:58-19:25").status_code == 200


@pytest.mark.parametrize(
    ("accepts", "status"),
    [
        ("*/*", 200),
        ("text/csv", 200),
        ("text/html, */*;q=0.8", 200),
        ("application/vnd.apache.parquet", 200),
        ("application/json", 200),
        ("text/html", 406),
        ("garbage", 406),
    ],
)
def test_files_are_for_whoever_takes_files(partner: Partner, accepts: str, status: int) -> None:
    headers = {"Authorization": f"Bearer {partner.secret}", "Accept": accepts}
    answer = partner.client.get("/api/v1/exports/reports.csv", headers=headers)
    assert answer.status_code == status
    if status != 200:
        assert json.loads(answer.content)["place"] == "Accept" and "csv" in json.loads(answer.content)["reason"]


def test_lists_are_for_keys_alone(city: City, stranger: Partner) -> None:
    city.report()
    for address in ("reports", "exports/reports.csv", "exports/reports.parquet"):
        assert stranger.get(address).status_code == 401, address
    assert stranger.client.head("/api/v1/reports").status_code == 401
    assert not Read.objects.exists()


def test_files_have_the_rows_of_the_reach_and_are_noted(city: City) -> None:
    near, far = city.report(cell="T1-01"), city.report(cell="T2-01")
    east = partner_of("grid-east")
    table = list(csv.DictReader(io.StringIO(east.get("exports/reports.csv").content.decode())))
    read = read_parquet(io.BytesIO(east.get("exports/reports.parquet?status=open").content)).read_all()
    assert [one["number"] for one in table] == [near.number]
    assert tuple(table[0]) == tuple(read.column_names) == listing._HEADS  # noqa: SLF001  # the order is part of the form
    (opened,) = read.column("opened_at").to_pylist()
    assert opened == Matter.objects.get(pk=near.pk).opened_at, "a moment is a moment"
    assert table[0]["opened_at"].endswith("+08:00"), "on the city's clock"
    assert Read.objects.filter(matter=near.pk, what="export").count() == 2
    assert not Read.objects.filter(matter=far.pk).exists()


def test_a_file_that_would_be_too_long_is_refused(
    city: City, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.report()
    city.report(cell="T2-01")
    monkeypatch.setattr(listing, "MOST_IN_FILE", 1)
    answer = partner.get("exports/reports.csv")
    assert answer.status_code == 422 and json.loads(answer.content)["place"] == "opened_from"
    assert not Read.objects.exists(), "nothing is handed out"
    assert partner.get("exports/reports.xls").status_code == 422
