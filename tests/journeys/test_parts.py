"""The page of all parts looks as it looked, in every theme: small pictures are kept and compared block by block.

A picture is scaled down until a block holds a few letters, so that other fonts of the same width change little. Where a
change is meant, the message says which file takes the place of the kept one.
"""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import ViewportSize, expect
from pytest_django import Settings

from tests.journeys.conftest import Visitors

pytestmark = pytest.mark.journey

KEPT = Path(__file__).parent / "pictures"
SEEN = ViewportSize(width=1280, height=1600)
BLOCKS = (64, 80)
NEAR = 28  # of 255: how far the mean of a block may be from that of the kept one, in each colour
ALIKE = 0.97


def _blocks(picture: bytes) -> Image.Image:
    return Image.open(BytesIO(picture)).convert("RGB").resize(BLOCKS, Image.Resampling.BOX)


def _share_alike(one: Image.Image, other: Image.Image) -> float:
    left, right = one.tobytes(), other.convert("RGB").tobytes()
    far = [max(abs(left[at + colour] - right[at + colour]) for colour in range(3)) for at in range(0, len(left), 3)]
    return sum(distance <= NEAR for distance in far) / len(far)


def test_every_part_looks_as_it_looked(visitors: Visitors, settings: Settings, tmp_path: Path) -> None:
    settings.DEVELOPMENT = True
    wrong = {}
    with visitors.visitor() as page:
        page.set_viewport_size(SEEN)
        for theme in ("light", "dark", "wall"):
            page.context.add_cookies([{"name": "look", "value": f"{theme}.normal.wide", "url": visitors.address}])
            page.goto("/kit/?density=desk")
            expect(page.locator("html")).to_have_attribute("data-theme", theme)
            found = _blocks(page.screenshot(animations="disabled"))
            found.save(tmp_path / f"{theme}.png", optimize=True)
            kept = KEPT / f"{theme}.png"
            share = _share_alike(found, Image.open(kept)) if kept.exists() else 0
            if share < ALIKE:
                wrong[theme] = f"{share:.3f} of the blocks alike; where that is meant: cp {tmp_path}/{theme}.png {kept}"
        page.click("a[data-dialog]")
        expect(page.locator("#dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#dialog")).to_be_hidden()
        sure = page.locator("#sure-showroom")
        page.click("[data-sure=sure-showroom]")
        expect(sure).to_be_visible()
        expect(sure.locator("[data-close]")).to_be_focused()
        page.keyboard.press("Enter")
        expect(sure).to_be_hidden()  # nothing was sent
        assert "#forms" not in page.url
    assert wrong == {}
    assert visitors.complaints == []
    assert sum(one.stat().st_size for one in KEPT.iterdir()) < 150_000
