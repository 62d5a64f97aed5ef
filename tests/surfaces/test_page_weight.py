"""What a first visit to the portal weighs, with and without its map: the page and all that it asks for, compressed."""

import gzip
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.city import City

MOST, MOST_WITH_MAP, MOST_SHAPES = 150_000, 300_000, 150_000  # bytes
_ASSET = re.compile(r'(?:src|href|data-\w+)="/static/([^"?]+)')
_IMPORTED = re.compile(r'(?:from|import)\s*\(?\s*"\./([\w.-]+)"')


def _read(asset: str) -> bytes:
    """A static file by its name, with or without the mark of its content."""
    found = finders.find(re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", asset))
    assert found, asset
    with open(str(found), "rb") as file:
        return file.read()


def weight(client: Client, address: str) -> int:
    """A page and all that it asks for, compressed, the modules that its scripts import included."""
    page = client.get(address).content
    assets = set(_ASSET.findall(page.decode()))
    assert assets
    for asset in sorted(assets):
        if asset.endswith("js"):
            folder = asset.rpartition("/")[0]
            assets |= {f"{folder}/{name}" for name in _IMPORTED.findall(_read(asset).decode())}
    total = len(gzip.compress(page)) + sum(len(gzip.compress(_read(asset))) for asset in assets)
    print(f"{address}: {total:,} bytes in {len(assets) + 1} files")
    return total


FIRST = ["/", "/report/", "/report/?step=whole", "/follow/", "/who/", "/mine/", "/boundaries/", "/status/"]


@pytest.mark.parametrize("address", FIRST)
def test_a_first_visit_weighs_at_most_150_kb(city: City, resident: Client, address: str) -> None:
    assert weight(resident, address) <= MOST


def test_with_the_map_it_weighs_at_most_300_kb_and_the_shapes_at_most_150_more(city: City, resident: Client) -> None:
    assert weight(resident, "/map/") <= MOST_WITH_MAP
    assert len(gzip.compress(resident.get("/shapes/").content)) <= MOST_SHAPES
