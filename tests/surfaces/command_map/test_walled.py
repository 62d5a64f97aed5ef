"""The command map on an enrolled wall: aggregates of the whole city, no matter and no name."""

from http import HTTPStatus

import pytest
from django.test import Client

from jingwei.kernel.matters.models import Matter
from tests.city import City
from tests.surfaces.conftest import SignIn
from tests.surfaces.signing.test_workstations import enrol, open_station

PARTS = ("/wall/map/", "/wall/map/live/", "/wall/map/marks/")


@pytest.fixture
def wall(city: City, sign_in: SignIn) -> Client:
    """The browser of an enrolled wall."""
    return enrol(open_station(sign_in("administrator"), "wall"))


def test_a_wall_shows_the_map_with_what_moves_beside_it_and_opens_nothing(city: City, wall: Client) -> None:
    matters = [city.report(cell="T1-01"), city.bring_to(city.report(cell="T2-01"), "dispatched")]
    pages = [wall.get(path).content.decode() for path in (*PARTS, "/wall/map/?area=T1&show=came")]
    assert all(one.number not in page for one in matters for page in pages)
    assert not any("/command/" in page or "/matters/" in page for page in pages), "no list is behind a wall"
    assert "<dt>未结</dt><dd>2</dd>" in pages[0] and "<dt>未结</dt><dd>1</dd>" in pages[3]
    assert 'data-list=""' in pages[0] and 'data-theme="wall"' in pages[0]
    assert wall.get("/wall/map/marks/?level=cell").json()["areas"]["T1-01"][1:] == [1, 0, 1]
    shapes = wall.get("/shapes/?level=district&within=T")
    assert shapes.status_code == HTTPStatus.OK, "the wall's map has its shapes"


def test_a_wall_is_asked_again_and_told_only_what_moved(city: City, wall: Client) -> None:
    version = wall.get("/wall/map/").content.decode().partition('"seen": "')[2].partition('"')[0]
    assert wall.get(f"/wall/map/live/?seen={version}").status_code == HTTPStatus.NO_CONTENT
    city.report(cell="T1-01")
    moved = wall.get(f"/wall/map/live/?seen={version}")
    assert moved.status_code == HTTPStatus.OK and "<dt>未结</dt><dd>1</dd>" in moved.content.decode()


def test_who_is_on_duty_is_not_told_to_a_wall(city: City, wall: Client) -> None:
    assert "现在值班" not in wall.get("/wall/map/").content.decode()
    assert Matter.objects.count() == 0


@pytest.mark.parametrize("path", PARTS)
def test_any_other_browser_sees_nothing(city: City, sign_in: SignIn, path: str) -> None:
    for client in (Client(), sign_in("centre-head")):
        assert client.get(path).status_code in (HTTPStatus.FOUND, HTTPStatus.FORBIDDEN)
