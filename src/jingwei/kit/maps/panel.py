"""What a map panel shows: areas by shade and pattern, their words, and the same as a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jingwei.kernel.values.words import Text
from jingwei.kit.maps.sheets import Drawn, Frame, Sheet

UNTOLD = "x"
"""The shade of an area of which nothing may be said."""

_STEPS = 4
_FEW = Text("不公布（太少）", "Not published (too few)")
_NONE = Text("没有", "None")
_ACROSS = 48  # letters of Chinese that a drawing is wide


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said of one area: a shade ("0" to "4", or `UNTOLD`), words, and where it leads ("" nowhere)."""

    code: str
    name: Text
    shade: str
    words: Text
    href: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One area of the drawing. `label` is its name where it has room."""

    mark: Mark
    path: str
    middle: tuple[int, int]
    label: Text


@dataclass(frozen=True, slots=True)
class Flag:
    """A numbered mark at one place of the sheet, which leads to the row of a list on the same page (its id `row`), as
    that row's number leads back to the mark (its id `mark`). `grave` ones are round, others square."""

    number: int
    at: tuple[int, int]
    words: Text
    grave: bool

    @property
    def row(self) -> str:
        """The id of the row."""
        return f"fault-{self.number}"

    @property
    def mark(self) -> str:
        """The id of the mark."""
        return f"mark-{self.number}"


@dataclass(frozen=True, slots=True)
class Panel:
    """The whole panel; `rows` are all areas, those without a shape too."""

    title: Text
    frame: Frame | None
    box: str
    size: int  # of letters, in units of the sheet
    areas: tuple[Shown, ...]
    keys: tuple[tuple[str, Text], ...]
    rows: tuple[Mark, ...]
    points: tuple[tuple[int, int], ...] = ()
    flags: tuple[Flag, ...] = ()


def panel_of(title: Text, sheet: Sheet | None, marks: Sequence[Mark], keys: Sequence[tuple[str, Text]]) -> Panel:
    """The panel of areas with marks; without a sheet only the list."""
    if sheet is None:
        return Panel(title, None, "", 0, (), tuple(keys), tuple(marks))
    known = {one.code: one for one in marks}
    size = sheet.frame.width // _ACROSS
    areas = tuple(
        Shown(known[one.code], one.path, one.middle, _label(one, size)) for one in sheet.areas if one.code in known
    )
    return Panel(title, sheet.frame, sheet.box, size, areas, tuple(keys), tuple(marks))


def _label(area: Drawn, size: int) -> Text:
    zh, en = area.name.zh, area.name.en
    return Text(zh if len(zh) * size < area.room else "", en if len(en) * size * 0.58 < area.room else "")


def shades(counts: Mapping[str, int | None], unit: int = 1) -> tuple[dict[str, str], list[tuple[str, Text]]]:
    """The shade of each area by its count (whole `unit`s), and the key: none, four equal steps up to the highest, not
    told."""
    most = max((count for count in counts.values() if count), default=0)
    step = max(1, -(-most // (_STEPS * unit))) * unit
    found = {
        area: UNTOLD if count is None else str(0 if count == 0 else min(_STEPS, (count - 1) // step + 1))
        for area, count in counts.items()
    }
    used = set(found.values())
    keys = [(str(n), _span((n - 1) * step + unit, n * step)) for n in range(1, _STEPS + 1) if str(n) in used]
    keys = [*([("0", _NONE)] if "0" in used else []), *keys, *([(UNTOLD, _FEW)] if UNTOLD in used else [])]
    return found, keys


def _span(low: int, high: int) -> Text:
    written = f"{low}" if low == high else f"{low}–{high}"
    return Text(written, written)
