"""Answers a list as a file to keep: Excel, with a second sheet that says what it is, CSV or Parquet. No cell is a
formula.

`?as=xlsx` at the address of a list gives it whole, under the same permission, scope and filters as its pages. Which
matters stand in it is noted before it is handed out.
"""

import datetime
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.reads.note import note_reads
from jingwei.kernel.tables.csv_text import csv_text
from jingwei.kernel.tables.parquet import parquet
from jingwei.kernel.tables.writing import Page, Value, marked, write_workbook
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.listing import MOST, Listing, text_of, value_of
from jingwei.kit.page import Face, face_of
from jingwei.kit.permission import ActorRequest
from jingwei.kit.saying import names_of
from jingwei.kit.serving import file_answer

FORMATS = ("xlsx", "csv", "parquet")
_ABOUT = Text("说明", "About")
_CITY, _LIST, _FILTER = Text("城市", "City"), Text("列表", "List"), Text("筛选", "Filter")
_BY, _AT, _ROWS, _NOTE = (
    Text("导出人", "Made by"),
    Text("导出时间", "Made at"),
    Text("行数", "Rows"),
    Text("注意", "Note"),
)
_ALL = Text("没有筛选", "none")
_MORE = Text(
    f"列表还有更多，这里是前 {MOST:,} 行；请加上筛选，分几次导出。",
    f"The list has more: these are its first {MOST:,} rows. Set filters and take it in several parts.",
)


def file_asked(request: HttpRequest) -> str:
    """The kind of file that is asked for in place of the page; "" for the page."""
    kind = request.GET.get("as", "") if request.method in ("GET", "HEAD") else ""
    return kind if kind in FORMATS else ""


def as_file(
    request: HttpRequest, listing_of: Callable[[Scope, Face], Listing], *, by_heads: bool = False
) -> HttpResponse:
    """Reads the list in the reader's scope, notes which matters it shows, and answers it as a file."""
    actor, kind, language = cast(ActorRequest, request).actor, file_asked(request), get_language() or "zh-hans"
    with reading(actor, by_heads=by_heads) as scope:
        face = face_of(scope)
        listing = listing_of(scope, face)
        written = _Written(listing, face, language)
        who = names_of([actor.reference]).get(actor.reference, actor.reference)
        match kind:
            case "csv":
                content = _csv(written)
            case "parquet":
                content = _parquet(written, who, scope.now)
            case _:
                content = _excel(written, who, scope.now)
    note_reads(actor, "export", listing.seen[:MOST])
    return file_answer(content, face.file_name(listing.name), kind)


@dataclass(slots=True)
class _Written:
    """A listing while it is written: how many rows there were, and whether more would have come."""

    listing: Listing
    face: Face
    language: str
    count: int = 0
    more: bool = False

    @property
    def header(self) -> list[str]:
        return [one.title.in_(self.language) for one in self.listing.columns]

    @property
    def keys(self) -> list[str]:
        return [one.key for one in self.listing.columns]

    def rows(self, zone: ZoneInfo | None) -> Iterator[Sequence[Value]]:
        keys, rows = self.keys, iter(self.listing.rows)
        for self.count, row in enumerate(islice(rows, MOST), 1):
            yield [value_of(row[key], zone, self.language) for key in keys]
        self.more = next(rows, None) is not None

    def page(self, header: Sequence[str], zone: ZoneInfo | None) -> Page:
        """The list under these heads, with the mark of a training city."""
        page, mark = Page("", header, self.rows(zone)), self.face.file_mark
        return marked(page, mark) if mark else page


def _excel(written: _Written, who: str, now: datetime.datetime) -> bytes:
    kept = io.BytesIO()
    write_workbook(_pages(written, who, now), kept, written.face.file_mark)
    return kept.getvalue()


def _pages(written: _Written, who: str, now: datetime.datetime) -> Iterator[Page]:
    """The list, then what it is, which is known once the list is written; it is on top where rows are missing."""
    listing, language = written.listing, written.language
    yield Page(listing.title.in_(language), written.header, written.rows(written.face.zone))
    (city, named), *rows = _about(written, who, now)
    yield Page(_ABOUT.in_(language), (city, str(named)), rows, on_top=written.more)


def _about(written: _Written, who: str, now: datetime.datetime) -> list[tuple[str, Value]]:
    """What the file is: the city first, list, filters, who made it and when, and whether rows are missing."""
    listing, language = written.listing, written.language
    at = now.astimezone(written.face.zone).replace(tzinfo=None, microsecond=0)
    said: list[tuple[Text, Value]] = [(_CITY, written.face.title.in_(language)), (_LIST, listing.title.in_(language))]
    said += [(title, words.in_(language)) for title, words in listing.filters or ((_FILTER, _ALL),)]
    said += [(_BY, who), (_AT, at), (_ROWS, written.count)]
    said += [(_NOTE, _MORE.in_(language))] if written.more else []
    return [(title.in_(language), value) for title, value in said]


def _parquet(written: _Written, who: str, now: datetime.datetime) -> bytes:
    """Columns have their keys for names, the same in each language, and their titles beside what the file is; moments
    are in UTC."""

    def about() -> dict[str, str]:
        titles = dict(zip(written.keys, written.header, strict=True))
        return {**{title: text_of(value) for title, value in _about(written, who, now)}, **titles}

    return parquet(written.page(written.keys, None), about)


def _csv(written: _Written) -> bytes:
    page = written.page(written.header, written.face.zone)
    text = csv_text(page.header, ([text_of(cell) for cell in row] for row in page.rows))
    more = csv_text([_MORE.in_(written.language)], ()) if written.more else ""
    return f"\ufeff{text}{more}".encode()
