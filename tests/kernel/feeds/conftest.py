"""A city for the feed: two cells over Boston, the departments and classes that the extract names."""

import csv
import datetime
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import shapely
from pytest_django import DjangoDbBlocker

import jingwei.kernel.feeds.matter_type  # noqa: F401  # registers the task that a clash becomes
from jingwei.kernel.agencies.commands import EnterUnit
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.feeds.definition import Feed, feed_of
from jingwei.kernel.places.commands import AreaRow, EnterAreas, Shape
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
from jingwei.kernel.values.ids import new_id
from tests.city import FOUNDER, SINCE, City
from tests.clones import Clone, copy_of, template_with

EXTRACT = Path(__file__).with_name("boston311_extract.csv")
RECORDED = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
CELLS = {"west": (-71.2, 42.2, -71.08, 42.4), "east": (-71.08, 42.2, -71.03, 42.4)}

Rows = list[dict[str, str]]
FeedClones = Callable[[], AbstractContextManager[Clone]]


def read_extract() -> Rows:
    """The 300 cases, as text."""
    with EXTRACT.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _distinct(column: str) -> list[str]:
    return sorted({row[column] for row in read_extract()})


def code_of(reason: str) -> str:
    """The class that a reason of the source becomes here."""
    return reason.upper().replace(" ", "-")[:40]


def declaration() -> dict[str, Any]:
    """The feed as a pack declares it."""
    return {
        "source": "boston311",
        "zone": "America/New_York",
        "type": "grid_event",
        "columns": list(read_extract()[0]),
        "key": {"column": "case_enquiry_id", "pattern": "^[0-9]{12}$"},
        "opened": {"column": "open_dt"},
        "target": {"column": "target_dt"},
        "closed": {"column": "closed_dt"},
        "state": {"column": "case_status", "open": ["Open"], "closed": ["Closed"]},
        "category": {"columns": ["reason"], "rows": [[one, code_of(one)] for one in _distinct("reason")]},
        "place": {
            "lon": "longitude",
            "lat": "latitude",
            "address": "location",
            "unknown_points": [[-71.0587, 42.3594]],
        },
        "channel": {"column": "source", "map": {one: one[:20] for one in _distinct("source")}},
        "unit": {"column": "department", "map": {one: one for one in _distinct("department")}},
        "duplicate": {"column": "duplicate_of"},
        "fields": {"title": "case_title", "queue": "queue"},
        "closing_fields": {"closure_code": "closure_code", "closure_text": "closure_text"},
        "verdict": {"column": "ontime", "met": "ONTIME", "missed": "OVERDUE"},
    }


def make_feed_city() -> City:
    """Areas, units and classes, by commands; nobody has a login."""
    root = new_id()
    areas = [AreaRow(id=root, code="B", level="city", parent=None, name=("波士顿", "Boston"), lft=1, rgt=3, shape=None)]
    for place, (code, box) in enumerate(CELLS.items(), 2):
        wkb = shapely.to_wkb(shapely.MultiPolygon([shapely.box(*box)]), byte_order=1)
        shape = Shape(wkb=wkb, vertices=5, datum="WGS84", source="tests")
        areas.append(
            AreaRow(
                id=new_id(), code=code, level="cell", parent=root, name=(code, code), lft=place, rgt=place, shape=shape
            )
        )
    execute(FOUNDER, EnterAreas(areas=tuple(areas), from_on=SINCE), "areas")
    for unit in _distinct("department"):
        execute(FOUNDER, EnterUnit(code=unit, kind="department", parent="", area="B", name=(unit, unit)), f"u{unit}")
    classes = tuple(
        SetValue(
            parameter="category",
            subject=code_of(reason),
            from_on=SINCE,
            content={"zh": reason, "en": reason, "urgency": "U3", "parent": "", "open": True},
            basis="tests",
        )
        for reason in _distinct("reason")
    )
    execute(FOUNDER, SetManyValues(values=classes), "classes")
    return City({})


def write_file(path: Path, rows: Rows, columns: list[str] | None = None) -> Path:
    """The rows as a file of the feed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns or list(read_extract()[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def changed(rows: Rows, changes: Mapping[str, Mapping[str, str]]) -> Rows:
    """The rows with these cells of these cases changed."""
    assert set(changes) <= {row["case_enquiry_id"] for row in rows}
    return [{**row, **changes.get(row["case_enquiry_id"], {})} for row in rows]


@pytest.fixture(scope="session")
def feed() -> Feed:
    """The feed of the extract."""
    return feed_of("boston311", declaration())


@pytest.fixture(scope="session")
def feed_template(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The database that the clones of these tests are copied from."""
    with django_db_blocker.unblock(), template_with(make_feed_city) as (name, _), django_db_blocker.block():
        yield name


@pytest.fixture
def feed_clones(feed_template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[FeedClones]:
    """Opens one copy of the feed's city after another."""

    @contextmanager
    def opened() -> Iterator[Clone]:
        with copy_of(feed_template) as name:
            yield Clone(name, City({}))

    with django_db_blocker.unblock():
        yield opened


@pytest.fixture
def feed_clone(feed_clones: FeedClones) -> Iterator[Clone]:
    """A copy of the feed's city for one test."""
    with feed_clones() as clone:
        yield clone
