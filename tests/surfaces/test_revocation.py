"""Rights are asked anew at every request: what is taken away ends with the next one, for sessions and keys alike."""

import random
from http import HTTPStatus
from pathlib import Path

import pytest
from pytest_django import Settings

from jingwei.kernel.agencies.commands import ChangePost
from jingwei.kernel.agencies.commands.change import StepDown
from jingwei.kernel.agencies.models import Holding
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command
from jingwei.kernel.matters.commands import PersonLeaves
from jingwei.kernel.matters.models import Matter
from tests.city import FOUNDER, City, add_post
from tests.duty import person_of
from tests.surfaces.api.conftest import partner_of
from tests.surfaces.conftest import SignIn
from tests.surfaces.test_scope import EVERY_GRANT, ONE, address

READER = "reader-of-t1"
WAYS = ("grants", "area", "holder", "person")
SESSIONS = 20


@pytest.fixture
def seen(city: City, settings: Settings, tmp_path: Path) -> Matter:
    """A matter of district T1, which the reader sees."""
    settings.FILES = tmp_path / "files"
    add_post(city, READER, "HOTLINE", "T1", "reader", EVERY_GRANT)
    return city.bring_to(city.report(cell="T1-01"), "dispatched")


def taken_away(city: City, way: str, reader: str = READER) -> Command:
    """The command that ends a reader's sight in this way."""
    if way == "person":
        return PersonLeaves(person=person_of(city, reader))
    if way == "holder":
        return StepDown(holding=Holding.objects.get(person=person_of(city, reader)).pk)
    area, grants = ("T2", EVERY_GRANT) if way == "area" else ("T1", ("duty.own",))
    return ChangePost(code=reader, area=area, role="reader", title=(reader, reader), grants=grants)


@pytest.mark.parametrize("way", WAYS)
def test_an_open_session_sees_nothing_more(city: City, seen: Matter, sign_in: SignIn, way: str) -> None:
    client, page = sign_in(READER), f"/matters/{seen.number}/"
    assert client.get(page).status_code == HTTPStatus.OK
    execute(FOUNDER, taken_away(city, way), "taken away")
    for one in (page, "/work/", f"/work/?q={seen.number}", "/work/?as=csv"):
        text = client.get(one).content.decode()
        asked = (f'value="{seen.number}"', f"q={seen.number}")  # the page repeats what it was asked
        for said in asked:
            text = text.replace(said, "")
        assert seen.number not in text, one
    assert client.get(page).status_code != HTTPStatus.OK
    assert client.post(f"{page}urge/", {"_key": "a" * 24}).status_code not in (HTTPStatus.OK, HTTPStatus.SEE_OTHER)


@pytest.mark.parametrize("way", ["grants", "area"])
def test_a_key_of_the_post_sees_nothing_more(city: City, seen: Matter, way: str) -> None:
    partner = partner_of(READER)
    assert partner.get(f"reports/{seen.number}").status_code == HTTPStatus.OK
    execute(FOUNDER, taken_away(city, way), "taken away")
    assert partner.get(f"reports/{seen.number}").status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize("office", ["administrator", "operator"])
def test_who_runs_the_system_opens_no_matter(seen: Matter, sign_in: SignIn, office: str) -> None:
    client = sign_in(office)
    for route in sorted(one for one in ONE if "/api/" not in one):
        for answer in (client.get(address(route, number=seen.number)), client.post(address(route, number=seen.number))):
            assert answer.status_code >= HTTPStatus.BAD_REQUEST, route


@pytest.mark.parametrize(
    "readers", [pytest.param(5, marks=pytest.mark.proof), pytest.param(50, marks=pytest.mark.long)]
)
def test_many_open_sessions_see_nothing_more(city: City, seen: Matter, sign_in: SignIn, readers: int) -> None:
    """Readers with twenty browsers each; what each may see is taken away in one of the ways."""
    chance, page = random.Random(20261128), f"/matters/{seen.number}/"
    for number in range(readers):
        code = f"reader-{number}"
        add_post(city, code, "HOTLINE", "T1", "reader", EVERY_GRANT)
        browsers = [sign_in(code) for _ in range(SESSIONS)]
        assert {browser.get(page).status_code for browser in browsers} == {HTTPStatus.OK}
        execute(FOUNDER, taken_away(city, chance.choice(WAYS), code), f"taken away {number}")
        for browser in browsers:
            answer = browser.get(chance.choice([page, "/work/", f"/work/?q={seen.number}&as=csv"]))
            text = answer.content.decode().replace(f'value="{seen.number}"', "").replace(f"q={seen.number}", "")
            assert seen.number not in text, number
