"""Where more comes in of one class than in the weeks before: places and classes, never persons.

Compared are the last seven days with the mean of the four weeks before, in the areas right above the cells.
"""

import datetime
import math
from dataclasses import dataclass

from django.db.models import Q

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.measures.compute import Asked, compute_together
from jingwei.kernel.measures.facts import AREA_LEVEL
from jingwei.kernel.measures.flow import REPORTED
from jingwei.kernel.measures.published import LEAST_EVENTS
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.words import Text
from jingwei.kit.figures.words import group_title
from jingwei.surfaces.command_map.behind import address_of
from jingwei.surfaces.command_map.figures import midnight_of, shared
from jingwei.surfaces.command_map.seat import Seat

FRESH = 300.0
WEEKS = 4
"""Weeks that the present one is compared with."""

SHOWN = 8
_CLEAR = 2.0
"""How many times the chance spread of the weeks before (the root of their mean, as counts scatter) a week must lie
above their mean to be shown."""


@dataclass(frozen=True, slots=True)
class HotSpot:
    """A class in an area: this week, the mean of the weeks before, and the list of this week's."""

    place: Text
    category: Text
    count: int
    usual: float
    listed: str


def hot_spots_of(scope: Scope, seat: Seat) -> tuple[HotSpot, ...]:
    """The clearest first, at most `SHOWN`. One statement where nobody asked within `FRESH`."""
    return shared(scope, ("hot", seat.area.code, seat.type), FRESH, lambda: _found(scope, seat))


def _found(scope: Scope, seat: Seat) -> tuple[HotSpot, ...]:
    until = midnight_of(scope) + datetime.timedelta(days=1)
    since = until - datetime.timedelta(days=7)
    first = since - datetime.timedelta(weeks=WEEKS)
    asked = (Asked(REPORTED, Q(opened_at__gte=since)), Asked(REPORTED, Q(opened_at__lt=since)))
    by = ("category", f"{AREA_LEVEL}{places_of(scope).above_cells}")
    found = compute_together(scope, asked, group_by=by, among=seat.within & Q(opened_at__gte=first))
    spots = []
    for now, before in zip(*found, strict=True):
        usual = before.numerator / WEEKS
        above = (now.numerator - usual) / math.sqrt(usual + 1)
        category, area = now.group
        if now.numerator >= LEAST_EVENTS and above >= _CLEAR and category and area:
            spots.append((above, _spot(scope, seat, (category, area), now.numerator, usual)))
    return tuple(spot for _, spot in sorted(spots, key=lambda pair: (-pair[0], pair[1].listed))[:SHOWN])


def _spot(scope: Scope, seat: Seat, group: tuple[str, str], count: int, usual: float) -> HotSpot:
    category, area = group
    listed = address_of(seat, "week", category=category, part=area)
    return HotSpot(group_title(scope, "area", area), group_title(scope, "category", category), count, usual, listed)
