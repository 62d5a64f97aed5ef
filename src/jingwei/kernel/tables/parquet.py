"""Writes Parquet files (https://parquet.apache.org/docs/file-format/), which analysts' programs read with their types.

What a column holds is known once all its rows were seen: until then they wait as text in a temporary file, so that a
hundred thousand rows take little more memory than the file that they become.
"""

import datetime
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import IO

from arro3.core import Array, DataType, Field, RecordBatch, Schema, Table
from arro3.io import write_parquet

from jingwei.kernel.tables.writing import Page, Value

_PIECE = 5000  # rows that are held as objects at once
_WIDEST = 2**63
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_FIRST_DAY = _EPOCH.toordinal()
_MILLISECOND = datetime.timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What all values of a column are: how one is read from its text, how they are held, and what they stand for."""

    read: Callable[[str], str | int | float]
    held: DataType
    stands_for: DataType


def _since_epoch(text: str) -> int:
    moment = datetime.datetime.fromisoformat(text)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)) - _EPOCH) // _MILLISECOND


def _day(text: str) -> int:
    return datetime.date.fromisoformat(text).toordinal() - _FIRST_DAY


_TEXT = _Kind(str, DataType.utf8(), DataType.utf8())
_WHOLE = _Kind(int, DataType.int64(), DataType.int64())
_DECIMAL = _Kind(float, DataType.float64(), DataType.float64())
_DAY = _Kind(_day, DataType.int32(), DataType.date32())
_LOCAL = _Kind(_since_epoch, DataType.int64(), DataType.timestamp("ms"))
_INSTANT = _Kind(_since_epoch, DataType.int64(), DataType.timestamp("ms", tz="UTC"))


def parquet(page: Page, about: Callable[[], Mapping[str, str]]) -> bytes:
    """The rows of a page as a Parquet file, compressed with zstd; the header names the columns, each name once.

    A column whose values are all moments with a zone is a timestamp in UTC, of all moments without one a timestamp of
    no zone, of all days a date, of all numbers a number; all others are text, and what is empty is null. What the file
    is, asked for once its rows were written, stands in its own metadata, as JSON under `about`.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as waiting:
        kinds = _wait(page, waiting)
        schema = Schema([Field(head, kind.stands_for) for head, kind in zip(page.header, kinds, strict=True)])
        waiting.seek(0)
        pieces = [RecordBatch.from_arrays(columns, schema=schema) for columns in _pieces(waiting, kinds)]
    said = json.dumps(dict(about()), ensure_ascii=False)
    target = io.BytesIO()
    write_parquet(
        Table.from_batches(pieces, schema=schema), target, compression="zstd(3)", key_value_metadata={"about": said}
    )
    return target.getvalue()


def _wait(page: Page, target: IO[str]) -> list[_Kind]:
    """Writes the rows down as text, a line each; gives the kind that all values of a column share."""
    found: list[set[_Kind]] = [set() for _ in page.header]
    for row in page.rows:
        texts = [_text(value) for value in row]
        for kinds, value, text in zip(found, row, texts, strict=True):
            if text is not None:
                kinds.add(_kind(value))
        target.write(json.dumps(texts, ensure_ascii=False) + "\n")
    return [_shared(kinds) for kinds in found]


def _pieces(waiting: Iterable[str], kinds: Sequence[_Kind]) -> Iterator[list[Array]]:
    """The columns, as many rows at a time as are held at once."""
    lines = iter(waiting)
    while piece := [json.loads(line) for line in islice(lines, _PIECE)]:
        yield [_column(kind, [row[place] for row in piece]) for place, kind in enumerate(kinds)]


def _column(kind: _Kind, texts: Sequence[str | None]) -> Array:
    values = [None if text is None else kind.read(text) for text in texts]
    return Array(values, type=kind.held).cast(kind.stands_for)


def _kind(value: Value) -> _Kind:
    if isinstance(value, datetime.datetime):
        return _LOCAL if value.tzinfo is None else _INSTANT
    if isinstance(value, datetime.date):
        return _DAY
    if isinstance(value, int):
        return _WHOLE if -_WIDEST <= value < _WIDEST else _TEXT
    return _DECIMAL if isinstance(value, float | Decimal) else _TEXT


def _shared(kinds: set[_Kind]) -> _Kind:
    if kinds == {_WHOLE, _DECIMAL}:
        return _DECIMAL
    return kinds.pop() if len(kinds) == 1 else _TEXT


def _text(value: Value) -> str | None:
    if value is None or value == "":
        return None
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
