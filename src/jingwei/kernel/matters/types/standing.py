"""What it means to stand in a state without having come there by acts: read from the declaration alone. No Django here.

A matter that is carried over from another system begins in the middle of its procedure. What its state presupposes
follows from the acts that lead there.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jingwei.kernel.matters.types import MatterType
    from jingwei.kernel.matters.types.words import Action


@dataclass(frozen=True, slots=True)
class Standing:
    """What whoever stands in a state has, whichever way it came."""

    unit: bool  # a unit was assigned on every way there
    clocks: tuple[str, ...]  # stage clocks that every act leading there starts
    paused: tuple[str, ...]  # clocks that every act leading there pauses
    asked: str  # the act by which something was asked for that the way on depends on; "" where none


def standing_in(one: "MatterType", state: str) -> Standing:
    """What a matter in this open state has. Raises KeyError for a state that is not declared."""
    one.state(state)
    leading = [act for act in one.actions if act.ends == state and not act.system_only]
    ways = [frozenset(act.starts) for act in leading] + ([frozenset(one.starts)] if state == one.initial else [])
    started = frozenset.intersection(*ways) if ways else frozenset[str]()
    paused = frozenset.intersection(*(frozenset(act.pauses) for act in leading)) if leading else frozenset[str]()
    return Standing(
        state not in _without_a_unit(one),
        tuple(clock.key for clock in one.clocks if clock.key in started and clock.key != one.due_clock),
        tuple(clock.key for clock in one.clocks if clock.key in paused),
        next((act.key for act in leading if _depends_on(one, state, act)), ""),
    )


def _without_a_unit(one: "MatterType") -> set[str]:
    """The states that can be reached before any act has assigned a unit; none where the report names it."""
    if one.names_unit:
        return set()
    reached, edge = {one.initial}, [one.initial]
    while edge:
        here = edge.pop()
        for act in one.actions:
            if here in act.begins and act.ends and act.assigns != "unit" and act.ends not in reached:
                reached.add(act.ends)
                edge.append(act.ends)
    return reached


def _depends_on(one: "MatterType", state: str, asking: "Action") -> bool:
    """Whether an act that leads on from the state takes what the asking act wrote down (how much longer)."""
    written = {field.key for field in asking.fields}
    ways_on = (act.extends for act in one.actions if state in act.begins and act.extends)
    return any(extends.field in written for extends in ways_on)
