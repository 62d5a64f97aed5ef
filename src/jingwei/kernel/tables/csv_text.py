"""Writes CSV (RFC 4180). A cell that a spreadsheet would take for a formula is text to it."""

import csv
import io
from collections.abc import Iterable, Sequence

from jingwei.kernel.values.cells import csv_cell


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The table as text; the header's names stand as they are."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([csv_cell(cell) for cell in row] for row in rows)
    return text.getvalue()
