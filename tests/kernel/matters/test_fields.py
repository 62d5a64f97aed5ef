"""What people fill in is cleaned to one form or refused with the name of the field."""

import unicodedata
import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingwei.kernel.matters.fields import checked, clean_text
from jingwei.kernel.matters.types import Field
from jingwei.kernel.values.canonical import canonical
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

T = Text("题", "title")
UNIT = str(uuid.UUID(int=5))
KINDS: dict[str, Field] = {
    kind: Field(key="f", title=T, kind=kind, longest=20, choices=(("a", T), ("b", T)))
    for kind in ("line", "text", "choice", "number", "yes_no", "unit", "post", "category", "day")
}


@pytest.mark.parametrize(
    ("kind", "given_", "kept"),
    [
        ("line", "  路面有坑 ", "路面有坑"),
        ("line", "e\u0301", "é"),
        ("line", "\u200b", "\u200b"),  # a zero-width space is a format character; it may stand in names
        ("text", "one\r\ntwo\tthree\n", "one\ntwo\tthree"),
        ("choice", "a", "a"),
        ("number", "42", 42),
        ("number", -7, -7),
        ("yes_no", "on", True),
        ("yes_no", "0", False),
        ("yes_no", True, True),
        ("unit", UNIT.upper(), UNIT),
        ("day", "2026-10-01", "2026-10-01"),
    ],
)
def test_a_value_is_brought_to_one_form(kind: str, given_: Any, kept: Any) -> None:
    assert checked([KINDS[kind]], {"f": given_}) == {"f": kept}


@pytest.mark.parametrize(
    ("kind", "given_"),
    [
        ("line", "x" * 21),
        ("line", "one\ntwo"),
        ("line", "bell\x07"),
        ("line", "\x00"),
        ("line", "\ud800"),
        ("line", "\ue000"),
        ("line", 5),
        ("line", ["x"]),
        ("text", "x" * 21),
        ("text", "a\x1bb"),
        ("choice", "c"),
        ("choice", ["a"]),
        ("choice", {}),
        ("number", "4.2"),
        ("number", "４２"),
        ("number", "1e3"),
        ("number", True),
        ("number", 1.5),
        ("number", 2**53),
        ("number", "9" * 5000),
        ("yes_no", "maybe"),
        ("yes_no", 2),
        ("unit", "ROADS"),
        ("unit", 5),
        ("day", "2026-02-30"),
        ("day", "tomorrow"),
        ("day", 20261001),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_be_is_refused_by_the_name_of_the_field(kind: str, given_: Any) -> None:
    with pytest.raises(Invalid) as refused:
        checked([KINDS[kind]], {"f": given_})
    assert refused.value.place == "f"
    assert "题" in refused.value.reason.zh and "title" in refused.value.reason.en


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("empty", [None, "", {}], ids=repr)
def test_an_empty_field_is_left_out_unless_it_is_needed(kind: str, empty: Any) -> None:
    sent = {} if empty == {} else {"f": empty}
    assert checked([KINDS[kind]], sent) == {}
    needed = Field(key="f", title=T, kind=KINDS[kind].kind, required=True)
    with pytest.raises(Invalid) as refused:
        checked([needed], sent)
    assert refused.value.place == "f" and "请填写" in refused.value.reason.zh


def test_blanks_do_not_fill_a_needed_field() -> None:
    with pytest.raises(Invalid):
        checked([Field(key="f", title=T, required=True)], {"f": " \t "})


def test_a_field_nobody_declared_is_refused_by_name() -> None:
    with pytest.raises(Invalid) as refused:
        checked([KINDS["line"]], {"f": "x", "salary": "1"})
    assert refused.value.place == "salary"


@pytest.mark.parametrize(
    ("kind", "given_", "says"),
    [
        ("line", "x" * 21, "最多 20 字，现有 21 字"),
        ("number", 12, "12，只收 1 … 9"),
        ("day", "明天", "请写成 2026-11-26"),
    ],
)
def test_a_refusal_says_what_is_taken_instead(kind: str, given_: Any, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked([replace(KINDS[kind], least=1, most=9)], {"f": given_})
    assert says in refused.value.reason.zh and "“title” cannot be this" in refused.value.reason.en


@given(st.text(max_size=30))
def test_cleaned_text_is_canonical_and_clean_already(text: str) -> None:
    try:
        cleaned = clean_text(text, 20, lines=True)
    except ValueError:
        return
    assert clean_text(cleaned, 20, lines=True) == cleaned
    assert len(cleaned) <= 20 and unicodedata.is_normalized("NFC", cleaned)
    assert canonical(cleaned)


@given(
    st.dictionaries(
        st.sampled_from(["f", "g"]),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary()),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
            max_leaves=4,
        ),
    ),
    st.sampled_from(sorted(KINDS)),
)
def test_whatever_is_sent_is_taken_in_canonical_form_or_refused(sent: dict[str, Any], kind: str) -> None:
    try:
        values = checked([KINDS[kind]], sent)
    except Invalid as refused:
        assert refused.place in ("f", "g") and refused.reason.zh and refused.reason.en
    else:
        assert canonical(values)
