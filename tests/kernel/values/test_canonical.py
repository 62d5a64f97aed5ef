"""One value has one sequence of bytes, the same in every language that reads it."""

import datetime
import enum
import hashlib
import json
import unicodedata
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingwei.kernel.values.canonical import canonical, digest, moment_text, plain

NORMAL = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), NORMAL),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(st.characters(max_codepoint=127)), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_what_was_written_reads_back_and_writes_the_same(value: Any) -> None:
    written = canonical(value)
    assert json.loads(written) == value
    assert canonical(json.loads(written)) == written


@given(VALUES)
def test_the_bytes_are_those_of_the_standard_library(value: Any) -> None:
    expected = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert canonical(value) == expected.encode()


@given(st.dictionaries(st.text(st.characters(max_codepoint=127)), st.integers(-9, 9)))
def test_the_order_in_which_members_were_given_does_not_matter(members: dict[str, int]) -> None:
    assert canonical(dict(reversed(list(members.items())))) == canonical(dict(members))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1, "a": [True, None, "经纬"]}, '{"a":[true,null,"经纬"],"b":1}'),
        ({"A": 1, "a": 2, "B": 3}, '{"A":1,"B":3,"a":2}'),
        ('\u20ac$\u000f\nA\'B"\\\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),  # the text of RFC 8785, 3.2.2
        ("\u2028\x7f", '"\u2028\x7f"'),  # only what JSON must escape is escaped
        (-(2**53) + 1, "-9007199254740991"),
    ],
)
def test_the_form_is_that_of_rfc_8785(value: Any, written: str) -> None:
    assert canonical(value) == written.encode()


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        2**53,
        -(2**53),
        "e\u0301",
        {"é": 1},
        {1: 2},
        (1, 2),
        b"x",
        {"a": {"b": [0.1]}},
        uuid.UUID(int=7),
    ],
    ids=repr,
)
def test_what_has_no_single_form_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="."):
        canonical(value)


def test_half_a_surrogate_pair_has_no_bytes() -> None:
    with pytest.raises(UnicodeEncodeError):
        canonical("\ud800")


def test_moments_are_utc_to_the_millisecond() -> None:
    shanghai = datetime.timezone(datetime.timedelta(hours=8))
    assert moment_text(datetime.datetime(2026, 3, 2, 9, 2, 3, 456999, shanghai)) == "2026-03-02T01:02:03.456Z"


def test_ids_moments_bytes_and_sets_have_a_plain_form() -> None:
    class Colour(enum.Enum):
        RED = "red"

    @dataclass(frozen=True)
    class Pair:
        one: uuid.UUID
        other: tuple[Colour, ...]

    one = uuid.UUID(int=7)
    assert plain(
        {
            "pair": Pair(one, (Colour.RED,)),
            "at": datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC),
            "on": datetime.date(2026, 3, 2),
            "bytes": b"\x01\xff",
            "view": memoryview(b"\x02"),
            "set": frozenset({"b", "a"}),
        }
    ) == {
        "pair": {"one": str(one), "other": ["red"]},
        "at": "2026-03-02T00:00:00.000Z",
        "on": "2026-03-02",
        "bytes": "01ff",
        "view": "02",
        "set": ["a", "b"],
    }
    with pytest.raises(ValueError, match="no plain form for object"):
        plain({"x": object()})


def test_a_digest_is_over_the_parts_one_after_another() -> None:
    assert digest(b"a", b"bc") == hashlib.sha256(b"abc").digest()
