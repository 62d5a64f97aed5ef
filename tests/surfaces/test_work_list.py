"""The work list: its tabs, the orders an index serves, page by page, and what presses."""

import pytest

from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.values.errors import Invalid
from jingwei.kit.pages import read_cursor
from jingwei.surfaces.desk import queries
from jingwei.surfaces.desk.queries import Sort, Wanted, pressing, work_list
from tests.city import City
from tests.database import behind


def _pages(city: City, sort: Sort) -> list[list[str]]:
    pages: list[list[str]] = []
    after = ""
    while after or not pages:
        with reading(city.actor("intake")) as scope:
            page = work_list(scope, Wanted(sort=sort, after=read_cursor(after)))
        pages.append([row.number for row in page.rows])
        after = page.following
    return pages


def _rows(city: City, post: str, wanted: Wanted) -> set[str]:
    with reading(city.actor(post)) as scope:
        return {row.number for row in work_list(scope, wanted).rows}


@pytest.mark.parametrize("sort", ["newest", "place"])
def test_each_order_shows_every_matter_once(city: City, monkeypatch: pytest.MonkeyPatch, sort: Sort) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for cell in ("T2-01", "T1-01", "T1-02", "T1-01", "T2-01"):
        city.report(cell=cell)
    every = list(Matter.objects.all())
    if sort == "newest":
        ordered = sorted(every, key=lambda one: one.pk, reverse=True)
    else:
        ordered = sorted(every, key=lambda one: (one.area_lft, one.opened_at, one.pk))
    pages = _pages(city, sort)
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sum(pages, []) == [one.number for one in ordered]


@pytest.mark.parametrize("place", ["x", "-1", "9" * 10, "1~2"])
def test_a_damaged_place_in_a_cursor_is_refused(place: str) -> None:
    with pytest.raises(Invalid):
        read_cursor(f"2026-01-01T00:00:00+00:00~00000000-0000-0000-0000-000000000007~{place}")


def test_what_is_finished_stands_in_a_tab_of_its_own(city: City) -> None:
    closed, pothole = city.bring_to(city.report(category="ROAD-2"), "closed"), city.report()
    assert _rows(city, "intake", Wanted("finished")) == {closed.number}
    assert _rows(city, "intake", Wanted("finished", words="坑")) == {closed.number}
    assert _rows(city, "intake", Wanted("finished", state="closed")) == {closed.number}
    assert _rows(city, "intake", Wanted("all")) == {pothole.number}


def test_what_one_helps_with_is_in_sight_and_not_in_ones_area(city: City) -> None:
    matter = city.report(category="PARK-1")
    unit = city.actor("handler-roads").duties[0].unit
    behind("UPDATE matters_matter SET assisting = ARRAY[%s] WHERE id = %s", unit, matter.pk)
    assert _rows(city, "handler-roads", Wanted("all")) == {matter.number}
    assert _rows(city, "handler-roads", Wanted("area")) == set()


def test_what_presses_is_counted_within_the_tab(city: City) -> None:
    late, soon, fine = city.report(), city.report(), city.report(category="PARK-1")
    for matter, span in ((late, "-1 hour"), (soon, "1 hour"), (fine, "3 days")):
        behind("UPDATE matters_matter SET due_at = now() + %s::interval WHERE id = %s", span, matter.pk)
    with reading(city.actor("intake")) as scope:
        assert pressing(scope, "area").words == ("1", "1")
        assert pressing(scope, "mine").words == ("0", "0")
    assert queries.Pressing(100, 99).words == ("99+", "99")
