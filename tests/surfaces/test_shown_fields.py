"""What each post is shown, by name, is what somebody agreed to (ASVS 8.2.3, 15.3.1): the names of fields and columns of
every page and of every list's file stand in `shown_fields.json`; a name that comes up anywhere else is a leak, or is
entered there with `UPDATE_SHOWN_FIELDS=1` and seen by whoever reads the change. The interface's answers are held
against its schema (tests/surfaces/api); of briefs, which are sums, the tables depend on the day."""

import json
import os
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client

from jingwei.kernel.matters.commands import Contact
from jingwei.kernel.matters.models import Matter
from tests.city import POSTS, City
from tests.pages import Given, every_page
from tests.surfaces.conftest import SignIn, hidden_in
from tests.surfaces.test_lists import LISTS, book
from tests.surfaces.test_portal import CODE

KEPT = Path(__file__).with_name("shown_fields.json")
READERS = ("", *(code for code, *_ in POSTS))
"""A resident, and whoever holds a post of the test city."""

Names = dict[str, list[str]]


class _Names(HTMLParser):
    """The names of what a page shows: terms, and headings of columns. Names of rows are data, and so are moments."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._said: list[str] | None = None
        self._is_data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("dt", "dfn") or (tag == "th" and ("scope", "col") in attrs):
            self._said, self._is_data = [], False
        elif tag in ("time", "a") and self._said is not None:
            self._is_data = tag == "time" or self._is_data

    def handle_data(self, data: str) -> None:
        if self._said is not None:
            self._said.append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag in ("dt", "dfn", "th") and self._said is not None:
            name = " ".join(one for one in self._said if one)
            if name and not self._is_data:
                self.found.add(name)
            self._said = None


def _of_page(body: str) -> list[str]:
    names = _Names()
    names.feed(body)
    return sorted(names.found)


def _of_pages(client: Client, matter: Matter) -> Names:
    def ask(address: str) -> Given:
        answer = client.get(address)
        kind = answer.headers.get("Content-Type", "")
        return Given(answer.status_code, kind, answer.content.decode() if kind.startswith("text/html") else "")

    pages = every_page(ask, {"number": matter.number})
    asked = {route: address for route, address in pages.opened.items() if not route.startswith("/brief/")}
    found = {route: _of_page(ask(address).body) for route, address in asked.items()}
    return {route: names for route, names in found.items() if names}


def _of_lists(client: Client) -> Iterator[tuple[str, list[str]]]:
    for address in LISTS:
        asked = f"{address}{'&' if '?' in address else '?'}as=xlsx"
        if "spreadsheetml" in client.get(asked).headers.get("Content-Type", ""):
            yield asked, [str(one) for one in book(client, address)[0][0]]


def _shown(city: City, sign_in: SignIn) -> dict[str, dict[str, str]]:
    """By place and name, who is shown it."""
    contact = Contact(name="王小明", phone="13800000000", email="wang@example.org")
    matter = city.report(contact=contact, title="坑", text="路面有一个大坑", address="东一路")
    city.bring_to(matter, "dispatched")
    found = dict[str, dict[str, list[str]]]()
    for reader in READERS:
        client = sign_in(reader)
        for place, names in {**_of_pages(client, matter), **dict(_of_lists(client))}.items():
            for name in names:
                found.setdefault(place, {}).setdefault(name, []).append(reader or "resident")
    resident = sign_in("")
    form = {**hidden_in(resident.get("/report/")), "category": "ROAD-1", "text": "路面有坑"}
    code = CODE.search(resident.post("/report/", form).content.decode())
    assert code
    followed = resident.post("/follow/", {"code": code.group()}).content.decode()
    found["/follow/ by code"] = {name: ["resident"] for name in _of_page(followed)}
    return {place: {name: " ".join(who) for name, who in names.items()} for place, names in found.items()}


@pytest.mark.proof
def test_every_post_is_shown_the_fields_that_were_agreed_to_and_no_other(city: City, sign_in: SignIn) -> None:
    found = _shown(city, sign_in)
    assert len(found) > 30
    if os.environ.get("UPDATE_SHOWN_FIELDS"):
        KEPT.write_text(json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    assert found == json.loads(KEPT.read_text())
