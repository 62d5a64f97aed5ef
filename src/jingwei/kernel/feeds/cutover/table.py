"""The old system's table as it lies there: which sheet, which row is the head, and every row below it."""

import hashlib
import unicodedata
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jingwei.kernel.feeds.damage import AGAIN, DamagedFile
from jingwei.kernel.tables.cells import text_of
from jingwei.kernel.tables.reading import Grid, Unreadable, headings, read_grids
from jingwei.kernel.values.words import Text

_HEAD_AMONG = 12  # lines: titles and remarks stand above the heads
_LONGEST_CELL = 5_000  # characters
MOST_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Line:
    """One row, its number as Excel counts, and its cells by their heads."""

    row: int
    cells: Mapping[str, object]

    def text(self, head: str) -> str:
        """A cell as text in normal form C; "" for a column that there is not."""
        return unicodedata.normalize("NFC", text_of(self.cells.get(head, ""))) if head else ""


@dataclass(frozen=True, slots=True)
class OldTable:
    """One sheet: its heads in their order and its rows; `digest` is SHA-256 of the whole file."""

    file: str
    digest: str
    sheet: str
    heads: Sequence[str]
    lines: Sequence[Line]
    no_rows: Sequence[int] = ()  # rows that hold no matter: the heads once more, a title over all columns


def read_old_table(path: Path, sheet: str, known: Container[str]) -> OldTable:
    """The named sheet, or the first with the most heads that are `known`, by which the row of heads is told as well.

    Raises DamagedFile.
    """
    try:
        grids = read_grids(path)
        content = path.read_bytes()
    except Unreadable as fault:
        raise DamagedFile(path, 0, "", fault.reason, fault.remedy) from fault
    grid = _chosen(path, grids, sheet, known)
    if len(grid.lines) > MOST_ROWS:
        many = Text(f"超过 {MOST_ROWS:,} 行。", f"More than {MOST_ROWS:,} rows.")
        raise DamagedFile(path, MOST_ROWS, "", many, Text("请拆成几个文件。", "Split it over several files."))
    place = _place_of_heads(path, grid, known)
    heads = headings(grid.lines[place])
    lines, no_rows = [], []
    for number, line in enumerate(grid.lines[place + 1 :], place + 2):
        cells = {head: cell for head, cell in zip(heads, line, strict=False) if head and text_of(cell)}
        for head, cell in cells.items():
            if len(text_of(cell)) > _LONGEST_CELL or "\0" in text_of(cell):
                long = Text(f"这一格超过 {_LONGEST_CELL} 字或含空字符。", f"Over {_LONGEST_CELL} characters, or NUL.")
                raise DamagedFile(path, number, head, long, Text("请缩短这一格。", "Shorten the cell."))
        if _is_no_row(cells):
            no_rows.append(number)
        elif cells:
            lines.append(Line(number, cells))
    named = [one for one in heads if one]
    return OldTable(path.name, hashlib.sha256(content).hexdigest(), grid.name, named, lines, no_rows)


def _is_no_row(cells: Mapping[str, object]) -> bool:
    """A printed page begins with its heads again, and a title is merged over all columns."""
    texts = {head: text_of(cell) for head, cell in cells.items()}
    return len(texts) > 2 and (len(set(texts.values())) == 1 or all(head == text for head, text in texts.items()))


def _chosen(path: Path, grids: Sequence[Grid], sheet: str, known: Container[str]) -> Grid:
    if not sheet:
        return max(grids, key=lambda grid: max(_heads_known(grid, known), default=0))
    found = next((grid for grid in grids if grid.name == sheet), None)
    if found is None:
        names = "、".join(grid.name for grid in grids)
        raise DamagedFile(
            path, 0, "", Text(f"没有工作表 {sheet}，有：{names}。", f"It has no sheet {sheet}, but {names}."), AGAIN
        )
    return found


def _place_of_heads(path: Path, grid: Grid, known: Container[str]) -> int:
    """The line with the most heads that are known, the first of them; without any, the first with two cells."""
    scores = _heads_known(grid, known)
    if any(scores):
        return scores.index(max(scores))
    found: list[list[str]] = [[head for head in headings(line) if head] for line in grid.lines[:_HEAD_AMONG]]
    place = next((number for number, heads in enumerate(found) if len(set(heads)) > 1), None)
    if place is None:
        none = Text("找不到表头行。", "No row of heads is found.")
        raise DamagedFile(path, 1, grid.name, none, Text("第一行写列名。", "Write the heads into the first row."))
    return place


def _heads_known(grid: Grid, known: Container[str]) -> list[int]:
    """How many known heads each of the first lines has."""
    return [sum(bool(head) and head in known for head in headings(line)) for line in grid.lines[:_HEAD_AMONG]]
