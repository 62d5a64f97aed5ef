"""What of the page moves, and is asked again every few seconds: figures with the lists behind them, stages, units, hot
spots, duty."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.words import Text
from jingwei.kit.people.on_duty import Line, rosters_then
from jingwei.surfaces.command_map.behind import address_of
from jingwei.surfaces.command_map.figures import WAYS, Standing, shared, standing_of
from jingwei.surfaces.command_map.hot_spots import hot_spots_of
from jingwei.surfaces.command_map.seat import Seat, told_type
from jingwei.surfaces.command_map.units import SHOWN, board_of, kind_of, units_to_tell

FRESH = 60.0
"""Seconds for which who is on duty stands."""


def moving_of(scope: Scope, seat: Seat, *, names: bool = True, units: int | None = SHOWN) -> dict[str, Any]:
    """What is asked again, and its version; without `names` nobody is named. Of at most so many `units` (None: all)."""
    standing = standing_of(scope, seat)
    numbers = {
        "open": standing.whole.open,
        "overdue": standing.whole.overdue,
        "came": standing.whole.came,
        "went": standing.whole.went,
        "urged": standing.urged,
        "supervised": standing.supervised,
    }
    figures = [(key, WAYS[key].title, number, address_of(seat, key)) for key, number in numbers.items()]
    stages, told = _stages(seat, standing, kind_of(seat, standing)), _told(seat, standing)
    board, spots = board_of(scope, seat, standing, units), hot_spots_of(scope, seat)
    duty = _of_seat(scope, seat, shared(scope, ("duty",), FRESH, lambda: _on_duty(scope))) if names else []
    kind = told_type(seat.types)
    moving: dict[str, Any] = {
        "figures": figures,
        "stages": stages,
        "told": told,
        "board": board,
        "spots": spots,
        "duty": duty,
        "tells": [one.code for one in units_to_tell(scope, kind)] if kind else [],
    }
    return {**moving, "version": _version(moving), "at": standing.at}


def _told(seat: Seat, standing: Standing) -> list[tuple[Text, int, int, str]]:
    """How far what units were told to do has come."""
    kind = told_type(seat.types)
    return _stages(seat, standing, kind.key) if kind else []


def _stages(seat: Seat, standing: Standing, kind: str) -> list[tuple[Text, int, int, str]]:
    """The stages of one type with what is open in each, its per cent of the fullest, and the list."""
    counts = {state: number for (of, state), number in standing.by_state.items() if of == kind}
    most = max(counts.values(), default=0)
    return [
        (one.title, counts[one.key], counts[one.key] * 100 // most, address_of(seat, "open", type=kind, state=one.key))
        for one in (type_of(kind).states if counts else ())
        if one.key in counts
    ]


def _on_duty(scope: Scope) -> list[Line]:
    return [one for one in rosters_then(scope, scope.now) if one.people]


def _of_seat(scope: Scope, seat: Seat, lines: Iterable[Line]) -> list[Line]:
    """The rosters that hold for the area shown: its own, those of areas in it, and those of areas that it lies in."""
    area, places = seat.area, places_of(scope).by_id
    return [one for one in lines if places[one.area].lft <= area.rgt and area.lft <= places[one.area].rgt]


def _version(told: Any) -> str:
    """What changes with anything that is told."""
    return hashlib.sha256(json.dumps(told, default=str, sort_keys=True).encode()).hexdigest()[:16]
