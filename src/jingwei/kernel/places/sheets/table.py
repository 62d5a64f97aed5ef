"""Reads a table from Excel (.xlsx) or CSV as rows of texts, within limits, naming what cannot be read."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from jingwei.kernel.values.words import Text

LARGEST_FILE, LARGEST_UNPACKED = 20_000_000, 300_000_000  # bytes; some 100,000 cells of a city
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


class _Unreadable(Exception):
    """A file that is no table; only ever seen inside this module."""

    def __init__(self, text: Text, remedy: Text) -> None:
        self.text, self.remedy = text, remedy


def read_table(path: Path) -> Table:
    """The first sheet, the first row being its header; rows without any text are left out. Never raises for content."""
    try:
        sheet, lines = _lines(path)
    except _Unreadable as fault:
        return Table(path.name, "", (), (), (SheetProblem(path.name, "", 0, "", fault.text, fault.remedy),))
    header = tuple(lines[0]) if lines else ()
    rows, problems = [], []
    for number, line in enumerate(lines[1:], 2):
        cells = {name: cell for name, cell in zip(header, line, strict=False) if name}
        rows += [Row(number, cells)] if any(cells.values()) else []
        for name, cell in cells.items():
            if len(cell) > LONGEST_CELL or "\0" in cell:
                text = Text(
                    f"超过 {LONGEST_CELL} 字或含空字符。", f"Longer than {LONGEST_CELL} characters, or holds NUL."
                )
                problems.append(SheetProblem(path.name, sheet, number, name, text, _SHORTEN))
    return Table(path.name, sheet, header, tuple(rows), tuple(problems))


def _lines(path: Path) -> tuple[str, list[list[str]]]:
    """The sheet's name and all its lines as texts."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise _Unreadable(_TOO_LARGE, _SPLIT)
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise _Unreadable(Text(f"文件打不开：{reason}。", f"It cannot be opened: {reason}."), _LOOK) from error
    name, found = _excel(raw) if raw[:2] == b"PK" else ("", _csv(raw))
    lines = []
    for line in found:
        lines.append([cell.strip() for cell in line])
        if len(lines) > MOST_ROWS:
            raise _Unreadable(_TOO_LARGE, _SPLIT)
    return name, lines


def _excel(raw: bytes) -> tuple[str, Iterator[list[str]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                raise _Unreadable(_TOO_LARGE, _SPLIT)
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        sheet = book.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, zipfile.BadZipFile) as error:
        reason = str(error)[:80]
        raise _Unreadable(
            Text(f"不是完好的 Excel 文件（{reason}）。", f"It is no sound Excel file ({reason})."), _AGAIN
        ) from error
    return sheet.name, ([_text(cell) for cell in row] for row in rows)


def _text(cell: object) -> str:
    """A cell as it is seen: codes that Excel took for numbers come back without a fraction."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _csv(raw: bytes) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _Unreadable(Text("不是 UTF-8 或 GB18030 编码。", "It is neither UTF-8 nor GB18030."), _AGAIN)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as error:
        raise _Unreadable(Text(f"表格格式有误（{error}）。", f"The table is malformed ({error})."), _AGAIN) from error


_LOOK = Text("检查路径和读取权限。", "Check its path and whether it may be read.")
_AGAIN = Text("请另存为 .xlsx 或 UTF-8 的 .csv。", "Save it as .xlsx, or as .csv in UTF-8.")
_SPLIT = Text("请拆成几个文件。", "Split it over several files.")
_SHORTEN = Text("请缩短这一格。", "Shorten the cell.")
_TOO_LARGE = Text(f"文件过大（最多 {MOST_ROWS} 行）。", f"The file is too large (at most {MOST_ROWS} rows).")
