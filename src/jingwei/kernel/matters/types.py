"""Declared matter types: the shape of a procedure as plain values, checked by `problems()`. No Django here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from jingwei.kernel.values.words import Text

FieldKind = Literal["line", "text", "choice", "number", "yes_no", "unit", "category", "day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One declared field of a matter or of an action."""

    key: str
    title: Text
    kind: FieldKind = "line"
    required: bool = False
    longest: int = 200  # characters, for line and text
    choices: tuple[tuple[str, Text], ...] = ()
    searchable: bool = False  # its words enter the search; never for what may name a person
    public: bool = False  # shown to whoever follows the matter by code
    hint: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One state. A final state ends the matter: `closed_at` is set and the clocks stop."""

    key: str
    title: Text
    final: bool = False
    public_title: Text | None = None  # what residents read; the title if None
    waits_for: str = ""  # grant of those who are expected to act next


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that may be done: from which states, by whom, with what, and what follows."""

    key: str
    title: Text
    begins: tuple[str, ...]  # states
    ends: str  # state; "" keeps the state
    grant: str
    fields: tuple[Field, ...] = ()
    starts: tuple[str, ...] = ()  # clocks
    stops: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    reason: bool = False  # a written reason is asked for
    not_by: tuple[str, ...] = ()  # second person: refused to whoever did one of these actions on this matter
    assigns: Literal["", "unit", "holder", "nobody"] = (
        ""  # unit: field "unit"; holder: the actor's post; nobody: no holder
    )
    tells: tuple[str, ...] = ()  # "unit", "holder", "reporter", or a grant of the posts of the area
    system_only: bool = False  # offered to nobody; done by a named part of the system


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule:
    """One clock of the type; its limit is found in the rulebook by category and condition, under this key."""

    key: str
    title: Text
    measures_due: bool = False  # its due moment is the matter's due moment


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
    clocks: tuple[ClockRule, ...] = ()
    parties: tuple[str, ...] = ()
    confidentiality: Literal["public", "internal", "personal", "mediation", "tip", "sealed"] = "internal"
    retention_years: int = 0
    basis: str = ""
    report_grant: str = "matter.report"
    starts: tuple[str, ...] = ()  # clocks started by the report itself
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

    def offered(self, state: str) -> list[Action]:
        """The actions people may do from this state, in the declared order."""
        return [action for action in self.actions if state in action.begins and not action.system_only]

    def problems(self) -> list[str]:
        """Everything a declaration can get wrong, a sentence each; empty when it is sound."""
        return [*self._keys(), *self._references(), *self._mentions(), *self._reachability(), *self._legal()]

    def _keys(self) -> Iterator[str]:
        groups: Sequence[tuple[str, Sequence[str]]] = (
            ("state", [state.key for state in self.states]),
            ("action", [action.key for action in self.actions]),
            ("clock", [clock.key for clock in self.clocks]),
            ("field", [one.key for one in self.fields]),
        )
        for kind, keys in groups:
            for key in sorted({key for key in keys if keys.count(key) > 1}):
                yield f"{self.key}: two {kind}s are called {key}"
        if sum(clock.measures_due for clock in self.clocks) > 1:
            yield f"{self.key}: more than one clock measures the due moment"

    def _references(self) -> Iterator[str]:
        if self.initial not in self._states:
            yield f"{self.key}: the initial state {self.initial} is not declared"
        for action in self.actions:
            where = f"{self.key}.{action.key}"
            for state in (*action.begins, *([action.ends] if action.ends else [])):
                if state not in self._states:
                    yield f"{where}: unknown state {state}"
                elif self._states[state].final and state != action.ends and action.ends and not action.reason:
                    yield f"{where}: leaves the final state {state} without a reason"
            if action.assigns == "unit" and "unit" not in {one.key for one in action.fields}:
                yield f"{where}: assigns a unit without a field for it"
            if not action.begins:
                yield f"{where}: can begin nowhere"

    def _mentions(self) -> Iterator[str]:
        clocks = {clock.key for clock in self.clocks}
        for action in self.actions:
            where = f"{self.key}.{action.key}"
            for clock in (*action.starts, *action.stops, *action.pauses, *action.resumes):
                if clock not in clocks:
                    yield f"{where}: unknown clock {clock}"
            for other in action.not_by:
                if other not in self._actions:
                    yield f"{where}: second person refers to the unknown action {other}"

    def _reachability(self) -> Iterator[str]:
        reached, edge = {self.initial}, [self.initial]
        while edge:
            state = edge.pop()
            for action in self.actions:
                if state in action.begins and action.ends and action.ends not in reached:
                    reached.add(action.ends)
                    edge.append(action.ends)
        for one in self.states:
            if one.key not in reached:
                yield f"{self.key}: the state {one.key} cannot be reached"
            leaving = [a for a in self.actions if one.key in a.begins and a.ends and a.ends != one.key]
            if not one.final and not leaving:
                yield f"{self.key}: the state {one.key} is a dead end"

    def _legal(self) -> Iterator[str]:
        if not any(state.final for state in self.states):
            yield f"{self.key}: no final state"
        if not self.basis:
            yield f"{self.key}: no legal basis"
        if self.retention_years < 1:
            yield f"{self.key}: no retention"


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


def all_types() -> list[MatterType]:
    """The newest version of every type, by key."""
    return [_latest[key] for key in sorted(_latest)]
