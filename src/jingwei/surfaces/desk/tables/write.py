"""A table as CSV or Excel; no cell of it is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from jingwei.kernel.reads.note import Seen
from jingwei.kernel.tables.writing import Page, workbook
from jingwei.kernel.values.cells import csv_cell

FORMATS = ("csv", "xlsx")
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what its file is called, its headings and its rows, all words."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[str]]
    seen: Sequence[Seen] = ()  # the matters that stand in it


def exported(table: Table, kind: str) -> HttpResponse:
    """The table as a file to keep: `csv` (UTF-8 with a mark, so that Excel reads it) or `xlsx`."""
    content = _csv(table) if kind == "csv" else workbook([Page(table.name, table.headings, list(table.rows))])
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8" if kind == "csv" else _EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{table.name}.{kind}"'
    return answer


def _csv(table: Table) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.headings)
    writer.writerows([csv_cell(cell) for cell in row] for row in table.rows)
    return ("\ufeff" + text.getvalue()).encode()
