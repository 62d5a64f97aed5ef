"""The page of all parts looks as it looked, in every theme, language and width: small pictures are kept and compared
block by block.

A picture is scaled down until a block holds a few letters, so that other fonts of the same width change little. Where a
change is meant, the message says which file takes the place of the kept one.
"""

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, ViewportSize, expect
from pytest_django import Settings

from tests.journeys.conftest import Visitors

pytestmark = pytest.mark.journey

KEPT = Path(__file__).parent / "pictures"
LOOKS = [
    (theme, language, width)
    for theme in ("light", "dark", "wall")
    for language in ("zh-hans", "en")
    for width in ((1280,) if theme == "wall" else (1280, 390))
]
BLOCK = 20  # CSS pixels, in both directions
NEAR = 28  # of 255: how far the mean of a block may be from that of the kept one, in each colour
ALIKE = 0.97


def _blocks(page: Page) -> Image.Image:
    """The whole page, a block a pixel."""
    whole = Image.open(BytesIO(page.screenshot(animations="disabled", full_page=True))).convert("RGB")
    return whole.resize((whole.width // BLOCK, whole.height // BLOCK), Image.Resampling.BOX)


def _share_alike(one: Image.Image, other: Image.Image) -> float:
    """Of the blocks of the higher one; what is below the end of the other is like nothing."""
    left, right = one.tobytes(), other.convert("RGB").tobytes()
    both = min(len(left), len(right)) if one.width == other.width else 0
    far = [max(abs(left[at + colour] - right[at + colour]) for colour in range(3)) for at in range(0, both, 3)]
    return sum(distance <= NEAR for distance in far) * 3 / max(len(left), len(right))


def test_every_part_looks_as_it_looked(visitors: Visitors, settings: Settings, tmp_path: Path) -> None:
    settings.DEVELOPMENT = True
    wrong = {}
    for theme, language, width in LOOKS:
        with visitors.visitor() as page:
            page.set_viewport_size(ViewportSize(width=width, height=900))
            for name, value in {"look": f"{theme}.normal.wide", settings.LANGUAGE_COOKIE_NAME: language}.items():
                page.context.add_cookies([{"name": name, "value": value, "url": visitors.address}])
            page.goto("/kit/?density=desk")
            expect(page.locator("html")).to_have_attribute("data-theme", theme)
            expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^{language[:2]}"))
            found, name = _blocks(page), f"{theme}-{language[:2]}-{width}.png"
        found.save(tmp_path / name, optimize=True)
        share = _share_alike(found, Image.open(KEPT / name)) if (KEPT / name).exists() else 0
        if share < ALIKE:
            wrong[name] = f"{share:.3f} of the blocks alike; where that is meant: cp {tmp_path / name} {KEPT}"
    assert wrong == {}
    assert visitors.complaints == []
    assert sum(one.stat().st_size for one in KEPT.iterdir()) < 100_000


def test_dialogs_open_and_close(visitors: Visitors, settings: Settings) -> None:
    settings.DEVELOPMENT = True
    with visitors.visitor() as page:
        page.goto("/kit/")
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
    assert visitors.complaints == []
