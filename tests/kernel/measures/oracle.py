"""The three truth values in plain Python, slow and obvious: what the compiled SQL must say of every row."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from jingwei.kernel.measures.predicates import (
    AllOf,
    AnyOf,
    Before,
    Did,
    Drawn,
    Due,
    Extended,
    First,
    Is,
    IsNull,
    Last,
    Linked,
    Moment,
    Not,
    NotNull,
    Predicate,
    Said,
    SameUnit,
    Setting,
    Span,
    Stopped,
    Within,
)
from jingwei.kernel.values.draws import draw

WORDS = ("", "a", "b%s", "含'引号")
MOMENTS = (0, 1, 2, 3)  # days
WORD_COLUMNS = ("state", "unit", "area")
MOMENT_COLUMNS = ("opened_at", "due_at", "closed_at", "as_of")
ACTS = ("sign", "feed_back", "close")
CLOCKS = ("handle", "sign")
LINKS = ("duplicate_of", "split_from")
NUMBERS: Mapping[Setting, int] = {Setting("half"): 50, Setting("none"): 0}
SEEDS, SEEDED_AGAIN = ("seed of the first days", "seed of the later days"), 2
"""Numbers and seeds of the rulebook; the day on which the second seed begins."""

UNIT_OF = {1: 10, 2: 10, 3: 20, 4: None}
"""The unit of each post; the posts of the system have none."""

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
    match predicate:
        case IsNull(column=column):
            return moment(column, row) is None
        case NotNull(column=column):
            return moment(column, row) is not None
        case Within(low=low, high=high):
            return bool(low <= row["area_lft"] <= high)
        case Is(column=column, value=value):
            return None if row[column] is None else bool(row[column] == value)
        case Before(column=column, other=other, hours=hours):
            one, then = moment(column, row), moment(other, row)
            return None if one is None or then is None else bool(one + _number(hours) / 24 < then)
        case Drawn(purpose=purpose, percent=percent):
            seed = SEEDS[0 if row["opened_at"] < SEEDED_AGAIN else 1]
            return draw(seed, row["number"], purpose) < _number(percent)
        case Extended(clock=clock, hours_before=hours):
            extended = [(at, due) for at, due in row["extends"].get(clock, ()) if at <= row["as_of"]]
            return any(hours is None or (due is not None and due - at <= hours / 24) for at, due in extended)
        case Linked(kinds=kinds):
            return bool(set(kinds) & set(row["links"]))
    return _of_acts(predicate, row)


def _number(one: int | Setting) -> int:
    return NUMBERS[one] if isinstance(one, Setting) else one


def _of_acts(predicate: Predicate, row: Row) -> bool | None:
    if isinstance(predicate, Did):
        return len(_done(predicate.actions, row)) >= predicate.times
    if isinstance(predicate, SameUnit):
        some, others = (
            {UNIT_OF[step["post"]] for step in _done(acts, row)} for acts in (predicate.some, predicate.others)
        )
        return bool((some & others) - {None})
    assert isinstance(predicate, Said)
    said = [
        step["content"][predicate.field] for step in _done(predicate.actions, row) if predicate.field in step["content"]
    ]
    return said[-1] in predicate.values if said else None


def _done(actions: tuple[str, ...], row: Row) -> list[Mapping[str, Any]]:
    """The acts of these names up to the moment asked for, the earliest first."""
    done = [step for step in row["steps"] if step["action"] in actions and step["at"] <= row["as_of"]]
    return sorted(done, key=lambda step: step["at"])


def moment(one: Moment, row: Row) -> Any:
    """The moment that is meant, or None."""
    if isinstance(one, First | Last):
        done = _done(one.actions, row)
        return None if not done else done[0 if isinstance(one, First) else -1]["at"]
    if isinstance(one, Due):
        return row["clocks"].get(one.clock, (None, None))[0]
    if isinstance(one, Stopped):
        stopped = row["clocks"].get(one.clock, (None, None))[1]
        return stopped if row["standing"] or stopped is None or stopped <= row["as_of"] else None
    return row[one]


def length(span: Span, row: Row, until_now: bool) -> int | None:
    """The length of a span in days."""
    since, until = moment(span.since, row), moment(span.until, row)
    if until is None and until_now:
        until = row["as_of"] if row["closed_at"] is None else row["closed_at"]
    return None if since is None or until is None or until < since else until - since


def rows() -> st.SearchStrategy[Row]:
    """Fact rows with holes; what happened after `as_of` is there too."""
    word = st.sampled_from(WORDS)
    moment = st.sampled_from(MOMENTS)
    step = st.fixed_dictionaries(
        {
            "action": st.sampled_from(ACTS),
            "at": moment,
            "post": st.sampled_from(sorted(UNIT_OF)),
            "content": st.dictionaries(
                st.sampled_from(("grade", "resolved")), st.sampled_from(("a", "b%s")), max_size=2
            ),
        }
    )
    return st.fixed_dictionaries(
        {
            "state": word,
            "unit": st.none() | word,
            "area": st.none() | word,
            "area_lft": st.integers(0, 4),
            "opened_at": moment,
            "due_at": st.none() | moment,
            "closed_at": st.none() | moment,
            "steps": st.lists(step, max_size=4),
            "clocks": st.dictionaries(st.sampled_from(CLOCKS), st.tuples(st.none() | moment, st.none() | moment)),
            "extends": st.dictionaries(
                st.sampled_from(CLOCKS), st.lists(st.tuples(moment, st.none() | moment), max_size=2)
            ),
            "number": st.sampled_from(("0A1B-2C3D-4E5F", "1111-2222-3333", "ZZZZ-0000-YYYY")),
            "links": st.sets(st.sampled_from(LINKS)),
        }
    )


def moments() -> st.SearchStrategy[Moment]:
    """Every kind of moment."""
    return st.one_of(
        st.sampled_from(MOMENT_COLUMNS),
        st.builds(First, _names(ACTS)),
        st.builds(Last, _names(ACTS)),
        st.builds(Due, st.sampled_from(CLOCKS)),
        st.builds(Stopped, st.sampled_from(CLOCKS)),
    )


def predicates() -> st.SearchStrategy[Predicate]:
    """Every kind of predicate, nested."""
    any_moment = st.sampled_from(WORD_COLUMNS) | moments()
    leaf: st.SearchStrategy[Predicate] = st.one_of(
        st.builds(Is, st.sampled_from(WORD_COLUMNS), st.sampled_from(WORDS)),
        st.builds(IsNull, any_moment),
        st.builds(NotNull, any_moment),
        st.builds(Before, moments(), moments(), st.sampled_from((0, 0, 24, *NUMBERS))),
        st.builds(Within, st.integers(0, 4), st.integers(0, 4)),
        st.builds(Did, _names(ACTS), st.integers(1, 3)),
        st.builds(Said, _names(ACTS), st.sampled_from(("grade", "resolved")), _names(("a", "b%s", "c"))),
        st.builds(SameUnit, _names(ACTS), _names(ACTS)),
        st.builds(Extended, st.sampled_from(CLOCKS), st.none() | st.sampled_from((0, 24))),
        st.builds(Drawn, st.sampled_from(("check", "含")), st.integers(1, 100) | st.sampled_from(tuple(NUMBERS))),
        st.builds(Linked, _names(LINKS)),
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


def _names(names: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True).map(tuple)
