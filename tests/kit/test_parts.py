"""Parts of pages: the table's order and columns, and the page that shows every part to developers alone."""

import datetime
from http import HTTPStatus

import pytest
from django.http import QueryDict
from django.test import Client
from pytest_django import Settings

from jingwei.kernel.values.words import Text
from jingwei.kit.moments import time_left
from jingwei.kit.parts.table import Cell, Column, Table, table_of
from jingwei.kit.templatetags.kit import badge
from tests.city import City
from tests.surfaces.conftest import SignIn, resident, sign_in

__all__ = ["resident", "sign_in"]

COLUMNS = (
    Column("number", Text("编号", "Number"), sorts=False, fixed=True),
    Column("due", Text("期限", "Due")),
    Column("times", Text("次数", "Times"), numeric=True),
)
ROWS = [
    {"number": Cell(text=number), "due": Cell(order=due), "times": Cell(text=str(times), order=times)}
    for number, due, times in (("A", 2, 10), ("B", None, 9), ("C", 1, 30))
]


def _shown(query: str) -> Table:
    return table_of(COLUMNS, ROWS, QueryDict(query))


def _numbers(table: Table) -> str:
    return "".join(row[0][1].text for row in table.rows)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", "ABC"),
        ("sort=due", "CAB"),
        ("sort=-due", "ACB"),
        ("sort=times", "BAC"),
        ("sort=number", "ABC"),
        ("sort=x", "ABC"),
    ],
)
def test_a_heading_sorts_and_what_says_nothing_comes_last(query: str, numbers: str) -> None:
    assert _numbers(_shown(query)) == numbers


def test_a_heading_leads_to_its_order_and_back_and_keeps_the_rest() -> None:
    plain, due, times = _shown("post=1&sort=due").headings
    assert (plain.address, plain.order) == ("", "")
    assert (due.address, due.order) == ("?post=1&sort=-due", "ascending")
    assert (times.address, times.order) == ("?post=1&sort=times", "")


def test_columns_are_left_out_but_for_those_that_say_what_a_row_is() -> None:
    table = _shown("columns=times&columns=%00&post=1")
    assert [one.column.key for one in table.headings] == ["number", "times"]
    assert [(one.key, shown) for one, shown in table.choices] == [("due", False), ("times", True)]
    assert table.kept == (("post", "1"),)


def test_the_hand_over_sheet_is_such_a_table(city: City, sign_in: SignIn) -> None:
    city.bring_to(city.report(), "signed")
    page = sign_in("handler-roads").get("/handover/?sort=-due&columns=due").content.decode()
    assert 'aria-sort="descending"' in page and 'data-head="状态"' not in page
    assert '<input type="hidden" name="sort" value="-due">' in page


def test_time_left_is_told_by_words_and_a_shape(city: City) -> None:
    now = datetime.datetime(2026, 11, 27, tzinfo=datetime.UTC)
    late = badge(time_left(now - datetime.timedelta(hours=2), None, now))
    assert '.svg#left-late"' in late and "逾期 2 小时 0 分" in late
    assert "svg" not in badge(time_left(None, None, now), "#clocks")


@pytest.mark.parametrize(("hours", "share"), [(0, 0), (1, 10), (9, 90), (10, 100), (200, 100)])
def test_a_ring_tells_how_much_of_the_time_is_gone(hours: int, share: int) -> None:
    since = datetime.datetime(2026, 11, 27, tzinfo=datetime.UTC)
    due, now = since + datetime.timedelta(hours=10), since + datetime.timedelta(hours=hours)
    assert time_left(due, None, now, since).used == share
    assert time_left(due, now, since, since).used == share  # of a closed matter, at its closing
    shown = badge(time_left(due, None, now, since), "/matters/x/#clocks")
    assert f'stroke-dasharray="{share} 100"' in shown and f"时间已过 {share}%" in shown
    assert 'href="/matters/x/#clocks"' in shown and ">为何</a>" in shown


def test_a_beginning_that_is_not_known_draws_no_ring() -> None:
    now = datetime.datetime(2026, 11, 27, tzinfo=datetime.UTC)
    assert "dasharray" not in badge(time_left(now, None, now))
    assert time_left(now, None, now, now).used is None  # due at once: there is no way to be gone


def test_the_page_of_all_parts_is_for_developers(resident: Client, settings: Settings) -> None:
    nowhere, hidden = resident.get("/nowhere/"), resident.get("/kit/")
    assert (hidden.status_code, hidden.content) == (HTTPStatus.NOT_FOUND, nowhere.content)
    settings.DEVELOPMENT = True
    page = resident.get("/kit/?density=desk&sort=-times").content.decode()
    for part in (
        "toast",
        "timeline",
        "sheet",
        "filters",
        "loads waits",
        "progress",
        "dialog",
        "why-not",
        "empty",
        "wrong",
    ):
        assert part in page, part
    assert '<body class="desk">' in page and '<body class="portal">' in resident.get("/kit/").content.decode()
