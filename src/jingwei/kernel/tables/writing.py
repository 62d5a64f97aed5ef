"""Writes Excel workbooks; the only module that does. What a cell says stays text: never a formula, never a link.

Row by row: a sheet of a hundred thousand rows takes no more memory than one of ten.
"""

import datetime
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain, islice
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Value = str | int | float | Decimal | datetime.datetime | datetime.date | None
"""What a cell may hold: numbers, days and moments (of the city's clock, without a zone) as such, all else as text."""

_NARROWEST, _WIDEST = 6, 60  # letters of a column
_MEASURED = 200  # rows by which a column's width is judged
_LONGEST = 32_000  # characters; Excel holds 32,767
_FIRST_YEAR = 1900  # before it Excel knows no days
_NO_TITLE = re.compile(r"[\[\]:*?/\\']")
_LONGEST_TITLE = 31


@dataclass(frozen=True, slots=True)
class Mark:
    """What a file is that is not to be taken for another: the head of a last column, and what each row has there.

    A column is read by its head as any other; no line is added that a program would take for a row.
    """

    head: str
    cell: str


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet to be written: a bold header that stays in sight, and its rows."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Value]]
    choices: dict[int, str] = field(default_factory=dict)  # column: the range that its cells choose from
    on_top: bool = False  # what the workbook opens with, in place of its first sheet


def workbook(pages: Iterable[Page], mark: Mark | None = None) -> bytes:
    """An .xlsx file with these sheets, each marked where there is a mark."""
    kept = io.BytesIO()
    write_workbook(pages, kept, mark)
    return kept.getvalue()


def write_workbook(pages: Iterable[Page], target: IO[bytes], mark: Mark | None = None) -> None:
    """Writes an .xlsx file with these sheets; a sheet's rows are asked for only when its turn comes. The mark stands on
    each printed page and in the properties as well."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        formats = (
            book.add_format({"bold": True}),
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        )
        if mark:
            book.set_properties({"comments": mark.head})
        for page in pages:
            sheet = book.add_worksheet(_NO_TITLE.sub(" ", page.title)[:_LONGEST_TITLE])
            if mark:
                sheet.set_header(f"&C{mark.head}")
            _write(sheet, marked(page, mark) if mark else page, formats)


def marked(page: Page, mark: Mark) -> Page:
    """The page with the mark in a last column: every row that says anything has it."""
    wide = len(page.header)
    rows = ([*row, *[""] * (wide - len(row)), mark.cell] if any(row) else row for row in page.rows)
    return replace(page, header=[*page.header, mark.head], rows=rows)


def _write(sheet: Worksheet, page: Page, formats: tuple[Format, Format, Format]) -> None:
    bold, _, _ = formats
    sheet.freeze_panes(1, 0)
    if page.on_top:
        sheet.activate()
    rows = iter(page.rows)
    first = list(islice(rows, _MEASURED))
    for place, head in enumerate(page.header):
        letters = max(_wide(head), *(_wide(row[place]) for row in first if place < len(row)), 0)
        sheet.set_column(place, place, min(max(letters, _NARROWEST), _WIDEST) + 2)
        sheet.write_string(0, place, head, bold)
    number = 0
    for number, row in enumerate(chain(first, rows), 1):
        for place, cell in enumerate(row):
            _cell(sheet, (number, place), cell, formats)
    for place, choices in page.choices.items():
        choice = {"validate": "list", "source": choices, "error_type": "warning"}
        sheet.data_validation(1, place, max(1, number), place, choice)


def _cell(sheet: Worksheet, at: tuple[int, int], cell: Value, formats: tuple[Format, Format, Format]) -> None:
    _, day, moment = formats
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        sheet.write_string(*at, cell[:_LONGEST])
    elif isinstance(cell, datetime.date) and cell.year < _FIRST_YEAR:
        sheet.write_string(*at, cell.isoformat())
    elif isinstance(cell, datetime.datetime):
        sheet.write_datetime(*at, cell, moment)
    elif isinstance(cell, datetime.date):
        sheet.write_datetime(*at, cell, day)
    else:
        sheet.write_number(*at, cell)


def _wide(cell: Value) -> int:
    """How many letters wide a cell is drawn; Chinese ones count twice."""
    if isinstance(cell, datetime.datetime):
        return 16
    if not isinstance(cell, str):
        return len(str(cell)) if cell is not None else 0
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in cell[: _WIDEST * 2])
