"""What a measure can say of a matter: moments, and predicates that are true, false or unknown."""

from collections.abc import Iterator
from dataclasses import dataclass

from jingwei.kernel.measures.facts import COLUMNS, Kind


@dataclass(frozen=True, slots=True)
class First:
    """The moment of the first of these acts; empty where none was done."""

    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Last:
    """The moment of the last of these acts; empty where none was done."""

    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """The due moment of one clock as it stands; empty where the matter has no such clock."""

    clock: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The moment at which one clock stopped; empty while it runs or where there is none."""

    clock: str


Moment = str | First | Last | Due | Stopped
"""A column of the facts, or a moment that acts and clocks tell."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A number that the city decides: its rulebook's `number` with this subject, as it stands when one asks."""

    subject: str


@dataclass(frozen=True, slots=True)
class Span:
    """The time from one moment to another; unknown where either is empty, or the end lies before the beginning."""

    since: Moment
    until: Moment


@dataclass(frozen=True, slots=True)
class Is:
    """The column has this value; unknown where the column is empty."""

    column: str
    value: str | bool


@dataclass(frozen=True, slots=True)
class IsNull:
    """The column or moment is empty; never unknown."""

    column: Moment


@dataclass(frozen=True, slots=True)
class NotNull:
    """The column or moment is filled; never unknown."""

    column: Moment


@dataclass(frozen=True, slots=True)
class Before:
    """One moment lies before another, by more than so many hours; unknown where either is empty, or nobody has set
    the hours."""

    column: Moment
    other: Moment = "as_of"
    hours: int | Setting = 0


@dataclass(frozen=True, slots=True)
class Within:
    """The matter lies in an interval of the area tree, both ends included; never unknown."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Did:
    """These actions were done on the matter at least so many times, taken together; never unknown."""

    actions: tuple[str, ...]
    times: int = 1


@dataclass(frozen=True, slots=True)
class Said:
    """What was written into a field at the last of these acts that filled it is one of `values`; unknown where none
    did."""

    actions: tuple[str, ...]
    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SameUnit:
    """One of the first actions and one of the second were done by posts of one unit; never unknown."""

    some: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """The matter names another by one of these kinds of link; never unknown."""

    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extended:
    """The clock was extended, by `hours_before` its due moment or later where they are given; never unknown."""

    clock: str
    hours_before: int | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """The matter is one of so many per cent drawn for a purpose (`values.draws`), of none where nobody has set how
    many; never unknown."""

    purpose: str
    percent: int | Setting


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; of unknown, unknown."""

    part: "Predicate"


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of the parts hold: false if one is false, else unknown if one is unknown."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the parts holds: true if one is true, else unknown if one is unknown."""

    parts: tuple["Predicate", ...]


Predicate = (
    Is | IsNull | NotNull | Before | Within | Did | Said | SameUnit | Linked | Extended | Drawn | Not | AllOf | AnyOf
)


def past(moment: Moment) -> AllOf:
    """Whether the moment has gone by; false where there is none."""
    return AllOf((NotNull(moment), Before(moment)))


def in_time(moment: Moment, due: Moment) -> AllOf:
    """Whether the moment came, and not after its due moment; unknown where it came and nothing was due."""
    return AllOf((NotNull(moment), Not(Before(due, moment))))


def predicate_problems(predicate: Predicate) -> Iterator[str]:
    """What is wrong with a predicate: unknown columns, values of the wrong kind, empty parts."""
    if isinstance(predicate, Not):
        yield from predicate_problems(predicate.part)
    elif isinstance(predicate, AllOf | AnyOf):
        if not predicate.parts:
            yield f"has an empty {type(predicate).__name__}"
        for part in predicate.parts:
            yield from predicate_problems(part)
    elif isinstance(predicate, Is):
        yield from _column_problem(predicate.column, ("flag",) if isinstance(predicate.value, bool) else ("word",))
    elif isinstance(predicate, Before):
        for name in (predicate.column, predicate.other):
            yield from _moment_problem(name, ("moment",))
    elif isinstance(predicate, IsNull | NotNull):
        yield from _moment_problem(predicate.column, ("word", "moment", "flag"))
    else:
        yield from _record_problem(predicate)


def span_problems(span: Span) -> Iterator[str]:
    """What is wrong with a span: what it runs between is no moment."""
    for moment in (span.since, span.until):
        yield from _moment_problem(moment, ("moment",))


def _record_problem(predicate: Within | Did | Said | SameUnit | Linked | Extended | Drawn) -> Iterator[str]:
    match predicate:
        case Did(actions=actions) | Said(actions=actions) if not actions:
            yield "names no action"
        case Did(times=times) if times < 1:
            yield f"asks for an act done {times} times"
        case Said(values=()):
            yield "names no value"
        case SameUnit(some=some, others=others) if not some or not others:
            yield "names no action"
        case Drawn(percent=int(percent)) if not 0 < percent <= 100:
            yield f"draws {percent} of a hundred"
        case Linked(kinds=()):
            yield "names no kind of link"


def _moment_problem(moment: Moment, kinds: tuple[Kind, ...]) -> Iterator[str]:
    if isinstance(moment, str):
        yield from _column_problem(moment, kinds)
    elif isinstance(moment, First | Last) and not moment.actions:
        yield "names no action"


def _column_problem(name: str, kinds: tuple[Kind, ...]) -> Iterator[str]:
    if name not in COLUMNS:
        yield f"speaks of {name!r}, which is no column of the facts"
    elif COLUMNS[name].kind not in kinds:
        yield f"treats {name!r}, a {COLUMNS[name].kind}, as a {kinds[0]}"


def is_certain(predicate: Predicate) -> bool:
    """Whether the predicate is true or false of every row, never unknown."""
    if isinstance(predicate, Not):
        return is_certain(predicate.part)
    if isinstance(predicate, AllOf | AnyOf):
        return all(is_certain(part) for part in predicate.parts)
    if isinstance(predicate, Is):
        return not COLUMNS[predicate.column].nullable
    if isinstance(predicate, Before):
        certain = all(isinstance(one, str) and not COLUMNS[one].nullable for one in (predicate.column, predicate.other))
        return certain and isinstance(predicate.hours, int)
    return not isinstance(predicate, Said)
