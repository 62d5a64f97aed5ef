"""Matter types: the shape of a procedure, whole, and the types that are installed. No Django here."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from jingwei.kernel.matters.types.retention import FIVE_YEARS
from jingwei.kernel.matters.types.soundness import problems_of
from jingwei.kernel.matters.types.words import (
    FREE_WORDS,
    Action,
    ClockRule,
    Extends,
    Field,
    FileRule,
    Promises,
    Renews,
    Retention,
    State,
    TaskRule,
    Times,
    When,
)
from jingwei.kernel.values.spans import years_after
from jingwei.kernel.values.words import Text

__all__ = [
    "FIVE_YEARS",
    "FREE_WORDS",
    "Action",
    "ClockRule",
    "Extends",
    "Field",
    "FileRule",
    "MatterType",
    "Promises",
    "Renews",
    "Retention",
    "State",
    "TaskRule",
    "Times",
    "When",
    "all_types",
    "named_limits",
    "register",
    "type_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterType:
    """One kind of matter, whole."""

    key: str
    version: int
    title: Text
    states: tuple[State, ...]
    actions: tuple[Action, ...]
    initial: str
    fields: tuple[Field, ...] = ()
    files: tuple[FileRule, ...] = ()  # that a report takes or demands
    tasks: tuple[TaskRule, ...] = ()
    clocks: tuple[ClockRule, ...] = ()
    parties: tuple[str, ...] = ()
    confidentiality: Literal["public", "internal", "personal", "mediation", "tip", "sealed"] = "internal"
    retention: tuple[Retention, ...] = ()  # terms by result, each with its legal source
    basis: str = ""
    basis_en: str = ""  # where the basis is more than the names of standards
    classes: Literal["any", "general", "own"] = (
        "any"  # of the catalogue: all, those that belong to no type, or those that name this type as theirs
    )
    public: bool = False  # residents may report it
    report_grant: str = "matter.report"
    names_unit: bool = False  # whoever reports it names the unit that it is for, and no rule routes it
    starts: tuple[str, ...] = ()  # clocks started by the report itself
    escalates_to: str = "matter.supervise"  # grant of those who are told when nobody acts, from near to far
    calls: tuple[str, ...] = ("matter.accept", "matter.verify", "matter.handle", "matter.check")
    """Grants of those who may read how its parties are reached."""

    _states: dict[str, State] = field(init=False, repr=False, compare=False, hash=False, default_factory=dict)
    _actions: dict[str, Action] = field(init=False, repr=False, compare=False, hash=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._states.update({state.key: state for state in self.states})
        self._actions.update({action.key: action for action in self.actions})

    def state(self, key: str) -> State:
        """The state with this key; KeyError where there is none."""
        return self._states[key]

    def action(self, key: str) -> Action | None:
        """The action with this key, if declared."""
        return self._actions.get(key)

    def task(self, role: str) -> TaskRule | None:
        """The rule of the tasks with this role, if declared."""
        return next((task for task in self.tasks if task.role == role), None)

    @property
    def returns(self) -> tuple[Action, ...]:
        """The return matrix: the acts that send back, each for declared reasons."""
        return tuple(action for action in self.actions if action.causes)

    @property
    def due_clocks(self) -> tuple[str, ...]:
        """The clocks that measure the matter's due moment: one for the whole way, or one for each stage."""
        return tuple(clock.key for clock in self.clocks if clock.measures_due)

    @property
    def due_clock(self) -> str:
        """The one clock whose due moment is the matter's; "" where there is none, or where each stage has its own."""
        return self.due_clocks[0] if len(self.due_clocks) == 1 else ""

    def takes(self, of: str) -> bool:
        """Whether a category that belongs to the type `of` ("" for none) may be given to matters of this type."""
        return {"any": True, "general": not of, "own": of == self.key}[self.classes]

    @property
    def grants(self) -> tuple[str, ...]:
        """Every grant that people need for it, sorted."""
        return tuple(sorted({self.report_grant, *(one.grant for one in self.actions if not one.system_only)}))

    def is_sealed(self, key: str) -> bool:
        """Whether a field of the matter may be read only by those who work on it."""
        return any(one.key == key and one.sealed for one in self.fields)

    def retention_of(self, result: str) -> Retention:
        """The term for matters that ended in this state; StopIteration where none is declared (see `problems`)."""
        named = (one for one in self.retention if result in one.results)
        return next(named, None) or next(one for one in self.retention if not one.results)

    def kept_until(self, result: str, closed_at: datetime.datetime) -> datetime.datetime:
        """The moment up to which a matter that was closed so and then must be kept."""
        return years_after(closed_at, self.retention_of(result).years)

    def offered(self, state: str) -> list[Action]:
        """The actions people may do from this state, in the declared order."""
        return [action for action in self.actions if state in action.begins and action.offered]

    def problems(self) -> list[str]:
        """Everything a declaration can get wrong, a sentence each; empty when it is sound."""
        return problems_of(self)


_types: dict[tuple[str, int], MatterType] = {}
_latest: dict[str, MatterType] = {}


def register(matter_type: MatterType) -> MatterType:
    """Enters a type; raises ValueError where its key and version are taken by another declaration."""
    known = _types.setdefault((matter_type.key, matter_type.version), matter_type)
    if known is not matter_type:
        raise ValueError(f"matter type {matter_type.key} version {matter_type.version} is declared twice")
    if matter_type.version >= _latest.get(matter_type.key, matter_type).version:
        _latest[matter_type.key] = matter_type
    return matter_type


def type_of(key: str, version: int | None = None) -> MatterType:
    """The type with this key, in the given version or the newest; LookupError where it is not installed."""
    found = _latest.get(key) if version is None else _types.get((key, version))
    if found is None:
        raise LookupError(f"matter type {key} version {version or 'newest'} is not installed")
    return found


def sealed_keys(fields: Iterable[Field]) -> frozenset[str]:
    """The keys of those fields whose values are sealed."""
    return frozenset(field.key for field in fields if field.sealed)


def named_limits() -> set[str]:
    """What limits may hang on besides a category: the choices of fields that types declare so (`request=consult`)."""
    fields = [field for one in all_types() for field in one.fields if field.limits]
    return {f"{field.key}={choice}" for field in fields for choice, _ in field.choices}


def all_types() -> list[MatterType]:
    """The newest version of every type, by key."""
    return [_latest[key] for key in sorted(_latest)]


def every_version() -> list[MatterType]:
    """Every version of every type, by key and version."""
    return [_types[known] for known in sorted(_types)]
