"""Answers a table as a file for programs: CSV that no spreadsheet takes for formulas, or Parquet."""

import datetime
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.http import HttpResponse

from jingwei.kernel.tables.csv_text import csv_text
from jingwei.kernel.tables.parquet import parquet
from jingwei.kernel.tables.writing import Page, Value, marked
from jingwei.kit.page import Face
from jingwei.kit.serving import MEDIA_TYPES, file_answer

TABLES = ("csv", "parquet")
"""What the address ends in."""

CSV, PARQUET = (MEDIA_TYPES[one].partition(";")[0] for one in TABLES)


def table_answer(face: Face, page: Page, form: str, name: str, about: Mapping[str, str]) -> HttpResponse:
    """The page as a file of this form, which no cache keeps; that of a training city says so in a last column. `about`
    stands in the metadata of Parquet, beside the city."""
    page = marked(page, face.file_mark) if face.file_mark else page
    if form == "parquet":
        content = parquet(page, lambda: {"city": face.title.en, **about})
    else:
        content = csv_text(page.header, ([_text(value, face.zone) for value in row] for row in page.rows)).encode()
    answer = file_answer(content, face.file_name(name), form)
    answer["Cache-Control"] = "no-store"
    return answer


def _text(value: Value, zone: ZoneInfo) -> str:
    """A moment with the offset of the city's clock."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    return "" if value is None else str(value)
