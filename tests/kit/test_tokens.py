"""The tokens: every declared pair of colours has its contrast in every theme, and nothing is coloured outside."""

import re
from pathlib import Path

import pytest

import jingwei

PACKAGE = Path(jingwei.__file__).parent
TOKENS = PACKAGE / "kit/static/kit/tokens.css"
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?)\(")
NAMED = re.compile(r":[^;{}]*\b(?:black|white|red|green|blue|gr[ae]y|orange|yellow)\b")
DECLARED = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")
PAIR = re.compile(r"(text 4\.5|mark 3): ([a-z-]+) on ([a-z -]+)")
THEMES = ("light", "dark", "wall", "device")


def _sheets() -> list[Path]:
    """Our own; those of others lie in `static/borrowed`."""
    return sorted(one for one in PACKAGE.rglob("static/**/*.css") if "borrowed" not in one.parts)


def _plain(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.S)


def _themes() -> dict[str, dict[str, str]]:
    """The colours of each theme; of `device` those for a device that is dark."""
    text = _plain(TOKENS)
    light = dict(DECLARED.findall(text.partition("}")[0]))
    found = {"light": light}
    for name in THEMES[1:]:
        block = re.search(rf':root\[data-theme="{name}"\] \{{\s*color-scheme(.*?)\}}', text, re.S)
        assert block, name
        found[name] = {**light, **dict(DECLARED.findall(block.group(1)))}
    return found


def _light(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, of a colour in six digits."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Between 1 and 21."""
    dark, bright = sorted((_light(one), _light(other)))
    return (bright + 0.05) / (dark + 0.05)


def _pairs() -> list[tuple[float, str, str]]:
    found = PAIR.findall(TOKENS.read_text(encoding="utf-8"))
    return [(float(kind.split()[1]), ink, ground) for kind, ink, grounds in found for ground in grounds.split()]


def test_the_measure_of_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_every_declared_pair_can_be_read(theme: str) -> None:
    colours, pairs = _themes()[theme], _pairs()
    assert len(pairs) > 30
    weak = {
        f"{ink} on {ground}": round(contrast(colours[ink], colours[ground]), 2)
        for least, ink, ground in pairs
        if contrast(colours[ink], colours[ground]) < least
    }
    assert weak == {}


def test_a_dark_device_looks_as_the_dark_theme() -> None:
    assert _themes()["device"] == _themes()["dark"]


def test_ground_and_letters_of_one_rule_are_a_declared_pair() -> None:
    known = {(ink, ground) for least, ink, ground in _pairs() if least > 4}
    rule = re.compile(r"[{;\s]color:\s*var\(--([a-z-]+)\)")
    ground = re.compile(r"background(?:-color)?:\s*var\(--([a-z-]+)\)")
    strange = [
        f"{sheet.name}: {found_ink} on {found_ground}"
        for sheet in _sheets()
        for block in re.findall(r"\{[^{}]*\}", _plain(sheet))
        for found_ink in rule.findall(block)
        for found_ground in ground.findall(block)
        if (found_ink, found_ground) not in known
    ]
    assert strange == []


def test_no_sheet_but_that_of_the_tokens_names_a_colour() -> None:
    """Paper is white and ink black, whatever the theme."""
    found = {
        sheet.name: (COLOUR.findall(_plain(sheet)), NAMED.findall(_plain(sheet)))
        for sheet in _sheets()
        if sheet != TOKENS and sheet.name != "print.css"
    }
    assert {name: one for name, one in found.items() if one != ([], [])} == {}


def test_every_token_that_is_used_is_declared() -> None:
    declared = {name for name, _ in DECLARED.findall(_plain(TOKENS))}
    used = {name for sheet in _sheets() for name in re.findall(r"var\(--([a-z0-9-]+)", _plain(sheet))}
    own = {name for sheet in _sheets() for name, _ in DECLARED.findall(_plain(sheet))}
    assert used - declared - own == set()
