"""What a first visit to the portal weighs, without its map: the page and all that it asks for, compressed."""

import gzip
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.city import City

MOST = 150_000  # bytes


@pytest.mark.parametrize("address", ["/", "/report/", "/follow/", "/who/", "/boundaries/", "/status/"])
def test_a_first_visit_weighs_at_most_150_kb(city: City, resident: Client, address: str) -> None:
    page = resident.get(address).content
    assets = set(re.findall(r'(?:src|href)="/static/([^"?]+)', page.decode()))
    assert assets
    total = len(gzip.compress(page))
    for asset in assets:
        found = finders.find(re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", asset))
        assert found, asset
        with open(str(found), "rb") as file:
            total += len(gzip.compress(file.read()))
    print(f"{address}: {total:,} bytes in {len(assets) + 1} files")
    assert total <= MOST
