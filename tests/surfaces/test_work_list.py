"""The work list: its tabs, the orders an index serves, page by page, and what presses."""

from http import HTTPStatus

import pytest

from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.values.errors import Invalid
from jingwei.kit.kept.views import MOST
from jingwei.kit.pages import read_cursor
from jingwei.surfaces.desk import queries
from jingwei.surfaces.desk.queries import Sort, Wanted, pressing, work_list
from tests.city import City
from tests.database import behind
from tests.surfaces.conftest import SignIn


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


def test_a_view_is_kept_with_its_filters_and_columns_and_may_come_first(city: City, sign_in: SignIn) -> None:
    late, fine = city.report(), city.report(category="PARK-1")
    behind("UPDATE matters_matter SET due_at = now() - interval '1 hour' WHERE id = %s", late.pk)
    client, other = sign_in("intake"), sign_in("supervisor")
    kept = {"do": "keep", "name": "要紧活", "query": "?tab=area&overdue=1", "columns": ["clock", "due"], "first": "1"}
    answer = client.post("/work/views/", kept)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/work/?tab=area&overdue=1")
    page = client.get("/work/").content.decode()
    assert late.number in page and fine.number not in page and 'href="?tab=area&amp;overdue=1&amp;view=' in page
    page = client.get("/work/?tab=area&overdue=1&view=要紧活").content.decode()
    assert "col-due" in page and "col-place" not in page
    assert fine.number in client.get("/work/?tab=area").content.decode(), "asked for, the list is the one asked for"
    assert "要紧活" not in other.get("/work/").content.decode(), "a view is its owner's alone"
    client.post("/work/views/", {"do": "keep", "name": "全部", "query": "?tab=all", "columns": ["unit"], "first": "1"})
    assert fine.number in client.get("/work/").content.decode(), "one view comes first"
    client.post("/work/views/", {"do": "forget", "view": "全部"})
    assert "全部</a>" not in client.get("/work/").content.decode().replace("全部可见", "")


def test_columns_are_chosen_for_every_list(city: City, sign_in: SignIn) -> None:
    city.report()
    client = sign_in("intake")
    assert "col-place" in client.get("/work/").content.decode()
    client.post("/work/views/", {"do": "columns", "columns": ["clock", "nonsense"], "query": "?tab=unit"})
    assert "col-place" not in client.get("/work/?tab=area").content.decode()


@pytest.mark.parametrize("sent", [{"do": "keep", "name": " "}, {"do": "keep", "name": "x" * 41}, {"do": "no"}])
def test_what_is_no_view_is_refused(city: City, sign_in: SignIn, sent: dict[str, str]) -> None:
    assert sign_in("intake").post("/work/views/", sent).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_no_more_views_are_kept_than_a_bar_can_show(city: City, sign_in: SignIn) -> None:
    client = sign_in("intake")
    for number in range(MOST):
        client.post("/work/views/", {"do": "keep", "name": f"视图{number}", "query": "https://elsewhere.example/"})
    answer = client.post("/work/views/", {"do": "keep", "name": "又一个"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post("/work/views/", {"do": "keep", "name": "视图0"}).headers["Location"] == "/work/?tab=area"


def test_the_acts_for_several_are_those_one_may_do_and_that_need_no_files(city: City, sign_in: SignIn) -> None:
    city.report()
    page = sign_in("supervisor").get("/work/").content.decode()
    offered = page[page.index('id="many-act"') :]
    assert (
        'value="dispatch"' in offered and 'value="sign"' not in offered and 'value="feed_back_pictures"' not in offered
    )
