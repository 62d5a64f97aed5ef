"""A table as Parquet: what a column holds decides its kind, nothing of it is lost, and little of it is held at once."""

import datetime
import io
import json
import tracemalloc
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest
from arro3.core import Table
from arro3.io import read_parquet
from hypothesis import given
from hypothesis import strategies as st

from jingwei.kernel.tables.parquet import parquet
from jingwei.kernel.tables.writing import Page, Value

NOON = datetime.datetime(2026, 11, 29, 4, 0, 0, 123000, tzinfo=datetime.UTC)
LOCAL = datetime.datetime(2026, 11, 29, 12, 0)


def table(rows: Sequence[Sequence[Value]], *heads: str, about: dict[str, str] | None = None) -> Table:
    """What is read from the file that these rows become."""
    content = parquet(Page("", heads, rows), lambda: about or {})
    return read_parquet(io.BytesIO(content)).read_all()


def values(read: Table, head: str) -> list[Any]:
    """A column of it."""
    return list(read.column(head).to_pylist())


@pytest.mark.parametrize(
    ("given", "kind", "found"),
    [
        ([NOON, None], 'Timestamp(ms, "UTC")', [NOON, None]),
        ([LOCAL, None], "Timestamp(ms)", [LOCAL, None]),
        ([datetime.date(1899, 12, 31), datetime.date(2026, 11, 29)], "Date32", None),
        ([1, None, -(2**63)], "Int64", None),
        ([1, 2.5], "Float64", [1.0, 2.5]),
        ([Decimal("0.25"), None], "Float64", [0.25, None]),
        ([2**63], "Utf8", [str(2**63)]),
        ([1, "一"], "Utf8", ["1", "一"]),
        ([NOON, LOCAL], "Utf8", [NOON.isoformat(), LOCAL.isoformat()]),
        ([None, ""], "Utf8", [None, None]),
        (["=1+1", "a\0b", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")], "Utf8", None),
    ],
)
def test_a_column_has_the_kind_of_its_values(given: list[Value], kind: str, found: list[Value] | None) -> None:
    read = table([[one] for one in given], 'it\'s "a" column')
    (name,) = read.column_names
    assert str(read.schema.field(name).type).strip() == f"arro3.core.DataType<{kind}>"
    assert values(read, name) == (given if found is None else found)


@given(
    st.lists(st.tuples(st.none() | st.text(), st.none() | st.integers(-(2**63), 2**63 - 1), st.floats()), max_size=30)
)
def test_nothing_is_lost(rows: list[tuple[str | None, int | None, float]]) -> None:
    read = table(rows, "text", "whole", "decimal")
    assert values(read, "text") == [text or None for text, _, _ in rows]
    assert values(read, "whole") == [whole for _, whole, _ in rows]
    assert [repr(one) for one in values(read, "decimal")] == [repr(decimal) for _, _, decimal in rows]


def test_what_the_file_is_stands_in_it() -> None:
    content = parquet(Page("", ("a",), ()), lambda: {"城市": "它's \0"})
    read = read_parquet(io.BytesIO(content)).read_all()
    assert read.num_rows == 0 and json.loads(read.schema.metadata[b"about"]) == {"城市": "它's \0"}


def test_a_hundred_thousand_rows_stay_small() -> None:
    rows: Iterator[list[Value]] = ([f"编号 {number}", "东一路的坑" * 6, number, LOCAL] for number in range(30_000))
    tracemalloc.start()
    content = parquet(Page("", ("a", "b", "c", "d"), rows), dict)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read_parquet(io.BytesIO(content)).read_all().num_rows == 30_000
    assert peak < 12_000_000, "rows are held a piece at a time"
