"""Reads the sheets of an Excel workbook, or the one table of a CSV file, within limits; the only module that does.

A workbook's cells are what its program showed last: formulas by their values, merged cells each with the text of the
whole. What is to be entered by hand is read as `typed`: formulas and macros are refused, because nobody typed what they
show. Nothing is guessed here about what a column means.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, XmlError, ZipError

from jingwei.kernel.tables.cells import text_of
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a file may be; a workbook is held in memory."""

    file: int = 20_000_000  # bytes as it lies there
    unpacked: int = 300_000_000  # bytes
    cells: int = 5_000_000  # of one sheet, up to the last row and column that hold anything


USUAL = Bounds()


class Unreadable(Exception):
    """A file that is no table, or too large: why, and what to do about it."""

    def __init__(self, reason: Text, remedy: Text) -> None:
        super().__init__(f"{reason.en} {remedy.en}")
        self.reason, self.remedy = reason, remedy


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: its name ("" of a CSV file), and its lines from the first on, so that line 0 is row 1."""

    name: str
    lines: list[list[object]]


def read_grids(source: Path | bytes, bounds: Bounds = USUAL) -> list[Grid]:
    """The sheets of an .xlsx workbook, or the table of a CSV file in UTF-8 or GB18030. Raises Unreadable."""
    content = _bytes_of(source, bounds)
    return _sheets(content, bounds) if content[:2] == b"PK" else [Grid("", list(_text_lines(content)))]


def read_workbook(source: Path | bytes, bounds: Bounds = USUAL, *, typed: bool = False) -> list[Grid]:
    """The sheets of an .xlsx workbook. Raises Unreadable, also for a CSV file; where it must be `typed` also for one
    with a formula or a macro."""
    return _sheets(_bytes_of(source, bounds), bounds, typed=typed)


def headings(line: list[object]) -> list[str]:
    """The heads of columns as single lines of text; the second of a name gets a number, and a blank one stays blank."""
    seen: dict[str, int] = {}
    found = []
    for cell in line:
        name = unicodedata.normalize("NFC", "".join(text_of(cell).splitlines())).strip()
        seen[name] = seen.get(name, 0) + 1
        found.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    return found


def _bytes_of(source: Path | bytes, bounds: Bounds) -> bytes:
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > bounds.file:
            raise Unreadable(_TOO_LARGE, _SPLIT)
        return source if isinstance(source, bytes) else source.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unreadable(Text(f"文件打不开：{reason}。", f"It cannot be opened: {reason}."), _LOOK) from error


def _sheets(content: bytes, bounds: Bounds, *, typed: bool = False) -> list[Grid]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _check_size(packed, bounds)
            if typed:
                _check_typed(packed)
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return [_grid(book.get_sheet_by_name(name)) for name in book.sheet_names]
    except (zipfile.BadZipFile, *_DAMAGE) as error:
        reason = str(error)[:80]
        damaged = Text(f"不是 Excel 文件，或已损坏（{reason}）。", f"This is no readable Excel workbook ({reason}).")
        raise Unreadable(damaged, _AGAIN) from error


_DAMAGE = (CalamineError, PasswordError, XmlError, ZipError, OSError, ValueError, EOFError, NotImplementedError)


def _check_size(packed: zipfile.ZipFile, bounds: Bounds) -> None:
    """Before the reader sees it: it gives room to every cell up to the last one, and one far away would end us."""
    names = set(packed.namelist())
    if "xl/workbook.xml" not in names:
        raise Unreadable(Text("不是 .xlsx 格式的 Excel 文件。", "This is no Excel workbook in the form .xlsx."), _AGAIN)
    if sum(part.file_size for part in packed.infolist()) > bounds.unpacked:
        raise Unreadable(_TOO_LARGE, _SPLIT)
    for name in names:
        rows = columns = 1
        for letters, number in _PLACE.findall(packed.read(name)):
            rows, columns = max(rows, int(number)), max(columns, _column(letters))
        if rows * columns > bounds.cells:
            far = Text(
                f"工作表一直到第 {rows:,} 行、第 {columns:,} 列都有格子，过大。",
                f"A sheet reaches to row {rows:,} and column {columns:,}: too large.",
            )
            raise Unreadable(far, _TRIM)


def _check_typed(packed: zipfile.ZipFile) -> None:
    names = packed.namelist()
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Unreadable(Text("文件带有宏。", "The file carries macros."), _PLAIN)
    for name in names:
        found = _FORMULA.search(packed.read(name)) if name.startswith("xl/worksheets/") else None
        if found:
            cell = found[1].decode()
            raise Unreadable(Text(f"单元格 {cell} 是公式。", f"Cell {cell} is a formula."), _VALUES)


_FORMULA = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Za-z]{1,3}\d{1,9})["'][^>]*>\s*<(?:\w+:)?f\b""")

_PLACE = re.compile(rb"""<(?:\w+:)?(?:c|row)\b[^>]*?\br\s*=\s*["']([A-Za-z]{0,3})(\d{1,9})["'][^>]*(?<!/)>""")
"""Where a cell or row that holds something stands."""


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _grid(sheet: CalamineSheet) -> Grid:
    lines: list[list[object]] = [list(line) for line in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        for line in lines[top : bottom + 1]:
            line[left : right + 1] = [lines[top][left]] * len(line[left : right + 1])
    return Grid(sheet.name, lines)


def _text_lines(content: bytes) -> Iterator[list[object]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Unreadable(Text("不是 UTF-8 或 GB18030 编码。", "It is neither UTF-8 nor GB18030."), _AGAIN)
    try:
        for line in csv.reader(io.StringIO(text, newline=""), strict=True):
            yield list(line)
    except csv.Error as error:
        raise Unreadable(Text(f"表格格式有误（{error}）。", f"The table is malformed ({error})."), _AGAIN) from error


_LOOK = Text("检查路径和读取权限。", "Check its path and whether it may be read.")
_AGAIN = Text("请另存为 .xlsx 或 UTF-8 的 .csv。", "Save it as .xlsx, or as .csv in UTF-8.")
_SPLIT = Text("请拆成几个文件。", "Split it over several files.")
_TRIM = Text("请删去表格以外的空行空列后另存。", "Delete the empty rows and columns beyond the table and save it.")
_PLAIN = Text("请另存为不带宏的 .xlsx。", "Save it as .xlsx, which has none.")
_VALUES = Text(
    "请全部复制，以“数值”粘贴后另存；要的是写下的内容。",
    "Copy everything and paste it as values, then save: what is taken is what was written.",
)
_TOO_LARGE = Text("文件过大。", "The file is too large.")
