"""Writes Excel workbooks; the only module that does. What a cell says stays text: never a formula, never a link."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import xlsxwriter

_WIDEST = 420  # pixels of a column
_LONGEST = 32_000  # characters; Excel holds 32,767


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet to be written: a bold header that stays in sight, and rows of texts and whole numbers."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str | int]]
    choices: dict[int, str] = field(default_factory=dict)  # column: the range that its cells choose from


def workbook(pages: Sequence[Page]) -> bytes:
    """An .xlsx file with these sheets."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True})
        for page in pages:
            sheet = book.add_worksheet(page.title)
            sheet.freeze_panes(1, 0)
            for place, head in enumerate(page.header):
                sheet.write_string(0, place, head, bold)
            for number, row in enumerate(page.rows, 1):
                for place, cell in enumerate(row):
                    if isinstance(cell, int):
                        sheet.write_number(number, place, cell)
                    else:
                        sheet.write_string(number, place, cell[:_LONGEST])
            for place, source in page.choices.items():
                choice = {"validate": "list", "source": source, "error_type": "warning"}
                sheet.data_validation(1, place, max(1, len(page.rows)), place, choice)
            sheet.autofit(_WIDEST)
    return kept.getvalue()
