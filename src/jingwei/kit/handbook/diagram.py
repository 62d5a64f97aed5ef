"""The state diagram of a type: which state leads to which, and where to draw it.

States stand below one another in their declared order. What leads on runs down on the right, what leads back runs up on
the left; all arrows into one state share a lane, so that a lane can be followed to its end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jingwei.kernel.matters.types import Action, MatterType
from jingwei.kernel.values.words import Text
from jingwei.kit.handbook.parts import joined

_EVERYWHERE = 4
"""An act that begins in more than half of the open states, and in at least so many, is told beside the diagram."""

_HEIGHT, _GAP, _LANE, _EDGE = 36, 26, 14, 16  # of a box, between boxes, between lanes, around the whole; in pixels
_CHINESE, _LATIN = 15.0, 7.9  # how wide a letter is, in pixels, at the size that the style sheet gives
_NARROWEST = 150


@dataclass(frozen=True, slots=True)
class Arrow:
    """One state leads to another by some acts."""

    begins: str
    ends: str
    acts: tuple[Action, ...]

    @property
    def title(self) -> Text:
        """The acts by their titles."""
        return joined((act.title for act in self.acts), "／", " / ")


def everywhere(one: MatterType) -> list[Action]:
    """The acts left out of the diagram because they begin nearly everywhere."""
    open_states = {state.key for state in one.states if not state.final}
    least = max(_EVERYWHERE, len(open_states) // 2 + 1)
    return [action for action in one.actions if len(open_states & set(action.begins)) >= least]


def arrows(one: MatterType) -> list[Arrow]:
    """What the diagram draws, by the declared order of the states: acts that move a matter, joined by their ends."""
    left_out = everywhere(one)
    found: dict[tuple[str, str], list[Action]] = {}
    for action in one.actions:
        for begins in action.begins if action not in left_out else ():
            if action.ends and action.ends != begins:
                found.setdefault((begins, action.ends), []).append(action)
    order = {state.key: place for place, state in enumerate(one.states)}
    ordered = sorted(found.items(), key=lambda pair: (order[pair[0][0]], order[pair[0][1]]))
    return [Arrow(*ends, tuple(acts)) for ends, acts in ordered]


@dataclass(frozen=True, slots=True)
class Box:
    """A state in its place."""

    key: str
    title: str
    final: bool
    x: int
    y: int
    width: int
    height: int = _HEIGHT

    @property
    def middle(self) -> tuple[int, int]:
        """Where its title stands."""
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class Line:
    """An arrow in its place: its path, its head, where it joins its lane, and what it says when pointed at."""

    path: str
    head: str
    joint: tuple[int, int] | None
    title: str
    back: bool


@dataclass(frozen=True, slots=True)
class Diagram:
    """Everything to be drawn, in pixels."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def drawn(one: MatterType, language: str) -> Diagram:
    """The diagram in one language."""
    order = {state.key: place for place, state in enumerate(one.states)}
    every = arrows(one)
    on = [arrow for arrow in every if order[arrow.ends] > order[arrow.begins] + 1]
    back = [arrow for arrow in every if order[arrow.ends] < order[arrow.begins]]
    right, left = _lanes(on, order), _lanes(back, order)
    titles = {state.key: state.title.in_(language) for state in one.states}
    width = max(_NARROWEST, *(round(_wide(title)) + 28 for title in titles.values()))
    x = _EDGE + (max(left.values(), default=-1) + 1) * _LANE + _EDGE
    boxes = {
        state.key: Box(state.key, titles[state.key], state.final, x, _EDGE + order[state.key] * (_HEIGHT + _GAP), width)
        for state in one.states
    }
    lines = tuple(_line(arrow, boxes, right if arrow in on else left, titles, language) for arrow in every)
    whole = x + width + _EDGE + (max(right.values(), default=-1) + 1) * _LANE + _EDGE
    return Diagram(whole, 2 * _EDGE + len(boxes) * (_HEIGHT + _GAP) - _GAP, tuple(boxes.values()), lines)


def _wide(title: str) -> float:
    return sum(_CHINESE if ord(letter) > 0x2E7F else _LATIN for letter in title)


def _lanes(every: Sequence[Arrow], order: dict[str, int]) -> dict[str, int]:
    """The lane of each state that arrows lead to: short ones inside, none twice where they would run side by side."""
    spans = {
        end: _span([order[end], *(order[arrow.begins] for arrow in every if arrow.ends == end)])
        for end in dict.fromkeys(arrow.ends for arrow in every)
    }
    taken: list[list[tuple[int, int]]] = []
    lanes: dict[str, int] = {}
    for end, (top, bottom) in sorted(spans.items(), key=lambda pair: (pair[1][1] - pair[1][0], pair[1])):
        free = (lane for lane, held in enumerate(taken) if all(bottom < first or last < top for first, last in held))
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((top, bottom))
        lanes[end] = lane
    return lanes


def _span(places: Iterable[int]) -> tuple[int, int]:
    every = list(places)
    return min(every), max(every)


def _line(arrow: Arrow, boxes: dict[str, Box], lanes: dict[str, int], titles: dict[str, str], language: str) -> Line:
    begins, ends = boxes[arrow.begins], boxes[arrow.ends]
    title = f"{titles[arrow.begins]} → {titles[arrow.ends]}: {arrow.title.in_(language)}"
    if ends.y - begins.y == _HEIGHT + _GAP:
        x, top, tip = begins.middle[0], begins.y + _HEIGHT, ends.y
        return Line(f"M{x} {top}V{tip - 6}", f"{x},{tip} {x - 5},{tip - 8} {x + 5},{tip - 8}", None, title, back=False)
    back = ends.y < begins.y
    side = -1 if back else 1
    edge = begins.x if back else begins.x + begins.width
    lane = edge + side * (_EDGE + lanes[arrow.ends] * _LANE)
    leaves, enters = (begins.y + 11, ends.y + 25) if back else (begins.y + 25, ends.y + 11)
    path = f"M{edge} {leaves}H{lane}V{enters}H{edge + side * 6}"
    head = f"{edge},{enters} {edge + side * 8},{enters - 5} {edge + side * 8},{enters + 5}"
    return Line(path, head, (lane, leaves), title, back)
