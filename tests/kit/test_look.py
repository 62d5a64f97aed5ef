"""How pages look to one reader: chosen without a script, on the page from the start, kept for a year."""

import re
from http import HTTPStatus

import pytest
from django.test import Client

from jingwei.kit.frame.look import COOKIE
from tests.city import City
from tests.surfaces.conftest import SignIn, resident, sign_in

__all__ = ["resident", "sign_in"]


def _said(client: Client, address: str) -> tuple[str, str]:
    found = re.search(r'data-theme="(\w+)" data-text="(\w+)"', client.get(address).content.decode())
    assert found
    return found.group(1), found.group(2)


def test_a_reader_chooses_colours_and_letters(resident: Client) -> None:
    assert _said(resident, "/") == ("device", "normal")
    answer = resident.post("/look/", {"theme": "dark", "next": "/report/?a=1"})
    assert (answer.status_code, answer.headers["Location"]) == (HTTPStatus.FOUND, "/report/?a=1")
    assert _said(resident, "/report/") == ("dark", "normal")
    resident.post("/look/", {"text": "large", "next": "/"})
    assert _said(resident, "/nowhere/") == ("dark", "large")
    kept = resident.cookies[COOKIE]
    assert (kept["max-age"], kept["httponly"], kept["samesite"]) == (365 * 24 * 3600, True, "Lax")


@pytest.mark.parametrize(
    "kept", ["", "x", "pink.huge.upside", 'dark"><script>.large', "." * 300, "dark.large.wide.more"]
)
def test_a_cookie_that_says_nothing_known_changes_nothing(resident: Client, kept: str) -> None:
    resident.cookies[COOKIE] = kept
    theme, text = _said(resident, "/")
    assert theme in ("device", "dark")
    assert text in ("normal", "large")


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_the_choice_leads_nowhere_else(resident: Client, target: str) -> None:
    assert resident.post("/look/", {"theme": "wall", "next": target}).headers["Location"] == "/"


def test_the_navigation_is_narrowed_and_marks_where_one_is(city: City, sign_in: SignIn) -> None:
    client = sign_in("intake")
    page = client.get("/grid/areas/T1-01/").content.decode()
    assert 'class="side no-print"' in page
    assert re.findall(r'<a href="(/[^"]+)"[^>]*aria-current="page"', page) == ["/grid/", "/grid/"]
    client.post("/look/", {"side": "narrow", "next": "/work/"})
    assert 'class="side side-narrow no-print"' in client.get("/work/").content.decode()


@pytest.mark.parametrize("post", ["auditor", "supervisor"])
def test_every_place_of_the_navigation_opens(city: City, sign_in: SignIn, post: str) -> None:
    client = sign_in(post)
    nav = re.search(r'<div class="side.*?</nav>', client.get("/work/").content.decode(), re.S)
    assert nav
    places = re.findall(r'href="([^"]+)"', nav.group())
    assert len(places) >= 4
    assert {place: client.get(place).status_code for place in places} == dict.fromkeys(places, HTTPStatus.OK)
