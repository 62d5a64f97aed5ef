"""The three truth values in plain Python, slow and obvious: what the compiled SQL must say of every row."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from jingwei.kernel.measures.declared import AllOf, AnyOf, Before, Is, IsNull, Not, NotNull, Predicate, Within

WORDS = ("", "a", "b%s", "含'引号")
MOMENTS = (0, 1, 2, 3)  # days
WORD_COLUMNS = ("state", "unit", "area")
MOMENT_COLUMNS = ("opened_at", "due_at", "closed_at", "as_of")

Row = Mapping[str, Any]


def truth(predicate: Predicate, row: Row) -> bool | None:
    """True, False, or None for unknown (Kleene's logic, as SQL has it)."""
    if isinstance(predicate, Not):
        inner = truth(predicate.part, row)
        return None if inner is None else not inner
    if isinstance(predicate, AllOf):
        return _all([truth(part, row) for part in predicate.parts])
    if isinstance(predicate, AnyOf):
        inner = _all([None if one is None else not one for one in (truth(part, row) for part in predicate.parts)])
        return None if inner is None else not inner
    return _of_columns(predicate, row)


def _all(truths: Sequence[bool | None]) -> bool | None:
    if False in truths:
        return False
    return None if None in truths else True


def _of_columns(predicate: Predicate, row: Row) -> bool | None:
    if isinstance(predicate, IsNull):
        return row[predicate.column] is None
    if isinstance(predicate, NotNull):
        return row[predicate.column] is not None
    if isinstance(predicate, Within):
        return bool(predicate.low <= row["area_lft"] <= predicate.high)
    if isinstance(predicate, Is):
        value = row[predicate.column]
        return None if value is None else bool(value == predicate.value)
    assert isinstance(predicate, Before)
    one, other = row[predicate.column], row[predicate.other]
    return None if one is None or other is None else bool(one < other)


def rows() -> st.SearchStrategy[Row]:
    """Fact rows with holes; what happened after `as_of` is there too."""
    word = st.sampled_from(WORDS)
    moment = st.sampled_from(MOMENTS)
    return st.fixed_dictionaries(
        {
            "state": word,
            "unit": st.none() | word,
            "area": st.none() | word,
            "area_lft": st.integers(0, 4),
            "opened_at": moment,
            "due_at": st.none() | moment,
            "closed_at": st.none() | moment,
        }
    )


def predicates() -> st.SearchStrategy[Predicate]:
    """Every kind of predicate, nested."""
    any_column = st.sampled_from((*WORD_COLUMNS, *MOMENT_COLUMNS))
    leaf: st.SearchStrategy[Predicate] = st.one_of(
        st.builds(Is, st.sampled_from(WORD_COLUMNS), st.sampled_from(WORDS)),
        st.builds(IsNull, any_column),
        st.builds(NotNull, any_column),
        st.builds(Before, st.sampled_from(MOMENT_COLUMNS), st.sampled_from(MOMENT_COLUMNS)),
        st.builds(Within, st.integers(0, 4), st.integers(0, 4)),
    )
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
            st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        ),
        max_leaves=8,
    )
