"""The command map: what it counts, for whom, and that each figure opens on the very matters it counted."""

import io
import json
from html import unescape
from http import HTTPStatus

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.commands import Supervise, Urge
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.reads.models import Read
from tests.city import City
from tests.database import behind
from tests.surfaces.conftest import SignIn


@pytest.fixture
def busy(city: City) -> list[Matter]:
    """Two potholes in the east, one of them dispatched, a tree in the west, and one that is closed today."""
    first, second = city.report(cell="T1-01"), city.report(cell="T1-02")
    city.bring_to(second, "dispatched")
    tree = city.report(category="PARK-1", cell="T2-01")
    city.bring_to(city.report(cell="T1-01"), "closed")
    return [first, second, tree]


def figures_on(page: str) -> dict[str, str]:
    """The figures of the page by their keys."""
    found = {}
    for key in ("open", "overdue", "came", "went", "urged", "supervised"):
        found[key] = page.partition(f'id="flow-{key}"')[2].partition(">")[2].partition("<")[0]
    return found


def list_of(client: Client, asked: str) -> str:
    return client.get(f"/command/behind/?{asked}").content.decode()


def test_what_is_open_and_what_came_today_is_counted_and_opens_as_a_list(
    city: City, busy: list[Matter], sign_in: SignIn
) -> None:
    client = sign_in("centre-head")
    page = client.get("/command/").content.decode()
    assert figures_on(page) == {"open": "3", "overdue": "0", "came": "4", "went": "1", "urged": "0", "supervised": "0"}
    shown = list_of(client, "figure=open&area=T")
    assert all(one.number in shown for one in busy)
    closed = Matter.objects.exclude(closed_at=None).get()
    assert closed.number in list_of(client, "figure=went&area=T") and closed.number not in shown
    assert Read.objects.filter(matter=closed.pk).exists(), "whoever reads a list is on record"


def test_a_district_room_sees_its_district_and_no_other(city: City, busy: list[Matter], sign_in: SignIn) -> None:
    client = sign_in("centre-head")
    east = client.get("/command/?area=T1").content.decode()
    assert figures_on(east)["open"] == "2"
    listed = list_of(client, "figure=open&area=T1")
    assert busy[0].number in listed and busy[2].number not in listed
    assert client.get("/command/?area=nowhere").status_code == HTTPStatus.NOT_FOUND
    assert client.get("/command/behind/?figure=people").status_code == HTTPStatus.NOT_FOUND


def test_the_marks_of_the_map_add_up_to_the_figure(city: City, busy: list[Matter], sign_in: SignIn) -> None:
    client = sign_in("centre-head")
    for level in ("district", "cell"):
        answer = client.get(f"/command/marks/?level={level}")
        areas = json.loads(answer.content)["areas"]
        assert sum(one[1] for one in areas.values()) == 3
        again = client.get(f"/command/marks/?level={level}", headers={"if-none-match": answer.headers["ETag"]})
        assert again.status_code == HTTPStatus.NOT_MODIFIED
    assert areas["T1-01"][1:] == [1, 0, 2], "one open, none late, two came today"
    parts = list_of(client, "figure=open&part=T1-01&part=T2-01")
    assert busy[0].number in parts and busy[2].number in parts and busy[1].number not in parts


def test_what_lies_in_no_part_of_the_map_has_a_line_and_a_list_of_its_own(
    city: City, busy: list[Matter], sign_in: SignIn
) -> None:
    lost, client = city.report(cell=""), sign_in("centre-head")
    for level in ("district", "cell"):
        page = client.get(f"/command/?level={level}").content.decode()
        assert figures_on(page)["open"] == "4"
        row = page.partition("不在地图的任何一处")[2].partition("</tr>")[0]
        listed = unescape(row.partition('href="')[2].partition('"')[0])
        shown = client.get(listed).content.decode()
        assert lost.number in shown and "不在地图的任何一处" in shown
        assert not any(one.number in shown for one in busy)
    assert "不在地图的任何一处" not in client.get("/command/?area=T1").content.decode(), "all of it lies in its parts"


def test_what_the_map_shows_is_kept_on_the_way_in_and_out(city: City, busy: list[Matter], sign_in: SignIn) -> None:
    page = unescape(sign_in("centre-head").get("/command/?show=came").content.decode())
    assert 'href="?show=came&type=&area=T1"' in page
    assert "figure=came&area=T&part=T1" in page, "what came today opens as a list as well"
    page = unescape(sign_in("centre-head").get("/command/?show=came&area=T1").content.decode())
    assert 'href="?show=came&type=&area=T"' in page


def test_stages_and_units_open_on_what_they_counted(city: City, busy: list[Matter], sign_in: SignIn) -> None:
    client = sign_in("centre-head")
    by_state = list_of(client, "figure=open&type=grid_event&state=dispatched")
    assert busy[1].number in by_state and busy[0].number not in by_state
    by_unit = list_of(client, "figure=open&unit=PARKS")
    assert busy[2].number in by_unit and busy[1].number not in by_unit


def test_who_was_urged_and_supervised_without_an_answer(city: City, busy: list[Matter], sign_in: SignIn) -> None:
    execute(city.actor("supervisor"), Urge(matter_id=busy[1].pk, text="请抓紧"), city.key())
    execute(city.actor("supervisor"), Supervise(matter_id=busy[1].pk, text="今日办结"), city.key())
    client = sign_in("centre-head")
    found = figures_on(client.get("/command/").content.decode())
    assert (found["urged"], found["supervised"]) == ("1", "1")
    assert busy[1].number in list_of(client, "figure=supervised")


def test_whoever_has_it_as_it_is_gets_nothing_again(city: City, busy: list[Matter], sign_in: SignIn) -> None:
    client = sign_in("centre-head")
    version = client.get("/command/").content.decode().partition('"seen": "')[2].partition('"')[0]
    assert client.get(f"/command/live/?seen={version}").status_code == HTTPStatus.NO_CONTENT
    city.report(cell="T2-01")
    moved = client.get(f"/command/live/?seen={version}")
    assert moved.status_code == HTTPStatus.OK and figures_on(moved.content.decode())["open"] == "4"


def test_the_list_behind_a_figure_is_handed_out_as_excel(city: City, busy: list[Matter], sign_in: SignIn) -> None:
    answer = sign_in("centre-head").get("/command/behind/?figure=open&area=T1&as=xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert {row[0] for row in rows[1:]} == {busy[0].number, busy[1].number}


def test_a_share_opens_on_what_it_was_taken_of_and_on_those_that_were_not_so(
    city: City, busy: list[Matter], sign_in: SignIn
) -> None:
    late = busy[1]
    behind("UPDATE matters_matter SET due_at = opened_at WHERE id = %s", late.pk)
    client = sign_in("centre-head")
    page = client.get("/command/").content.decode()
    assert "按期结案率" in page and "0 / 1" in page
    asked = "figure=grid_event.share_closed_in_time&area=T"
    assert late.number in list_of(client, asked) and busy[0].number not in list_of(client, asked)
    assert late.number in list_of(client, f"{asked}&of=remainder")
    assert late.number not in list_of(client, f"{asked}&of=numerator")
    assert client.get("/command/behind/?figure=grid_event.counted_nowhere").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("post", ["intake", "handler-roads", ""])
def test_whoever_may_not_read_figures_does_not_see_it(city: City, sign_in: SignIn, post: str) -> None:
    answer = sign_in(post).get("/command/")
    assert answer.status_code == (HTTPStatus.FORBIDDEN if post else HTTPStatus.FOUND)
