"""A sheet of cells as rows by the header's words, naming what cannot be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jingwei.kernel.tables.cells import text_of
from jingwei.kernel.tables.reading import Unreadable, headings, read_grids
from jingwei.kernel.values.words import Text

MOST_ROWS = 50_000
LONGEST_CELL = 5_000  # characters


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """One reason why a sheet cannot be taken: where it stands, what is wrong, what to do."""

    file: str
    sheet: str
    row: int  # as the spreadsheet counts; 0: the whole sheet
    column: str
    text: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as the spreadsheet counts, and its cells by the header's words."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The first sheet of a file."""

    file: str
    sheet: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[SheetProblem, ...]


def read_table(source: Path | bytes, name: str) -> Table:
    """The first sheet of a file with this name, the first row being its header; rows without any text are left out.
    Never raises for content."""
    try:
        grid = read_grids(source)[0]
    except Unreadable as fault:
        return _none(name, fault.reason, fault.remedy)
    if len(grid.lines) > MOST_ROWS:
        return _none(name, _TOO_LONG, Text("请拆成几个文件。", "Split it over several files."))
    header = tuple(headings(grid.lines[0])) if grid.lines else ()
    rows, problems = [], []
    for number, line in enumerate(grid.lines[1:], 2):
        cells = {head: text_of(cell) for head, cell in zip(header, line, strict=False) if head}
        rows += [Row(number, cells)] if any(cells.values()) else []
        for head, cell in cells.items():
            if len(cell) > LONGEST_CELL or "\0" in cell:
                text = Text(
                    f"超过 {LONGEST_CELL} 字或含空字符。", f"Longer than {LONGEST_CELL} characters, or holds NUL."
                )
                problems.append(SheetProblem(name, grid.name, number, head, text, _SHORTEN))
    return Table(name, grid.name, header, tuple(rows), tuple(problems))


def _none(name: str, reason: Text, remedy: Text) -> Table:
    return Table(name, "", (), (), (SheetProblem(name, "", 0, "", reason, remedy),))


_SHORTEN = Text("请缩短这一格。", "Shorten the cell.")
_TOO_LONG = Text(f"文件过大（最多 {MOST_ROWS} 行）。", f"The file is too large (at most {MOST_ROWS} rows).")
