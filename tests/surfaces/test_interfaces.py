"""The page for developers of other systems names what is there, and nothing that is not."""

import re
from html import unescape

from django.test import Client

from jingwei.kit.permission import all_views
from jingwei.surfaces.portal.interfaces import INTERFACES
from tests.architecture.tree import ROOT
from tests.city import City


def test_every_address_answers_or_asks_for_a_key(city: City) -> None:
    """Whoever copies one from the page meets the interface itself."""
    client = Client(headers={"accept-language": "en"})
    page = unescape(client.get("/api/").content.decode())
    assert client.get("/").content.decode().count('href="/api/"') == 1
    for one in INTERFACES:
        assert one.title.en in page and one.keyed.en in page and one.guide in page
    assert "<code>http://testserver</code>" in page
    addresses = re.findall(r'<a href="([^"]+)"><code>', page)
    interfaces = {route.split("/")[2] for route, _ in all_views() if route.startswith("/api/") and route != "/api/"}
    assert {one.split("/")[2] for one in addresses if one.startswith("/api/")} == interfaces
    assert {address: client.get(address).status_code for address in addresses} == {
        address: 401 if address.startswith(("/api/v1/reports", "/api/v1/exports/")) else 200 for address in addresses
    }


def test_the_guides_are_there() -> None:
    assert [one.guide for one in INTERFACES if not (ROOT / one.guide).exists()] == []
