"""Filters in CQL2 text: what they mean, and what is refused in words."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingwei.kernel.values.errors import Invalid
from jingwei.surfaces.api.features.cql2 import Value
from jingwei.surfaces.api.features.cql2 import test_of as read

NAMES: dict[str, type] = {"code": str, "open": float, "seen": bool}
ROW: dict[str, Value] = {"code": "T1", "open": 10.0, "seen": True}
EMPTY: dict[str, Value] = {"code": "T2", "open": None, "seen": False}


@pytest.mark.parametrize(
    ("text", "of_row", "of_empty"),
    [
        ("code = 'T1'", True, False),
        ("code <> 'T1'", False, True),
        ("'T1' = code", True, False),
        ("open >= 10", True, None),
        ("open > 1e1", False, None),
        ("NOT open < 10.5", False, None),
        ("open IS NULL", False, True),
        ("open is not null", True, False),
        ("seen", True, False),
        ("NOT seen AND code = 'T2'", False, True),
        ("seen = TRUE", True, False),
        ("code = 'T9' OR open = 10 AND seen", True, False),
        ("(code = 'T9' OR open = 10) AND seen = false", False, None),
        ("open = 1 OR code = 'T2'", False, True),
        ("\"code\" = 'T1'", True, False),
        ("code = 'it''s'", False, False),
        ("code<='T1'AND open>-5", True, False),
        ("open = 1 AND code = 'T1'", False, False),
    ],
)
def test_a_filter_means_what_sql_means(text: str, of_row: bool | None, of_empty: bool | None) -> None:
    test = read(text, NAMES)
    assert (test(ROW), test(EMPTY)) == (of_row, of_empty)


@pytest.mark.parametrize(
    "text",
    [
        "nope = 1",
        "code =",
        "code",
        "= 1",
        "code = 1",
        "open = 'x'",
        "code = 'T1' code = 'T2'",
        "(code = 'T1'",
        "code = 'T1')",
        "code LIKE 'T%'",
        "code IS 1",
        "code = 'T1",
        "code = 'T1' AND",
        "AND code = 'T1'",
        "code ; 'T1'",
        "(" * 60 + "seen" + ")" * 60,
        "NOT " * 60 + "seen",
        "code = '" + "x" * 1000 + "'",
        "open = 1e999",
    ],
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text, NAMES)
    assert refused.value.place == "filter" and refused.value.reason.zh and refused.value.reason.en


_PARTS = st.sampled_from(
    [*"()=<>'\"", "code", "open", "seen", "AND", "OR", "NOT", "IS", "NULL", "TRUE", "1", "'x'", " "]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PARTS | st.text(max_size=3), max_size=14))
def test_any_text_is_read_or_refused(parts: list[Any]) -> None:
    try:
        test = read(" ".join(parts), NAMES)
    except Invalid:
        return
    assert test(ROW) in (True, False, None) and test(EMPTY) in (True, False, None)
