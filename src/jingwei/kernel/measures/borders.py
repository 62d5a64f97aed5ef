"""A figure by area under the borders of a named day, so that areas are comparable before and after a redraw.

`compute` groups by the cell that a matter is kept in: the one that stood when it was reported, or that it was handed
over to. Here every matter is counted where it would lie on that day. The sums are the same; what cannot be told is a
group of its own.
"""

import datetime
from collections import defaultdict
from typing import Any

from django.db.models import F, Q
from psycopg import sql

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.measures.compile import Compiler
from jingwei.kernel.measures.compute import Asked, Cut, Groups, Numbers, Parted, added, compiler_of, counted, parted
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.places.borders import UNTOLD, Borders, Spot
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.coordinates import Point

_TOLD = {"lon": F("detail__lon_e7"), "lat": F("detail__lat_e7"), "located": F("detail__located")}
_TOUCHED = sql.SQL("CASE WHEN m.area_id IS NULL OR m.area_id = ANY({}) THEN {} END")
_EPOCH = sql.SQL("width_bucket({}, {}::date[])")


def compute_under(scope: Scope, measure: Measure, level: str, on: datetime.date, *, among: Q | None = None) -> Parted:
    """The figure of every area of a level of the tree under the borders of a day. One statement beside those of places.

    Points are read only of matters whose area was redrawn, or is not in force on that day.
    """
    places = places_of(scope)
    borders = Borders(places, on)
    compiler = compiler_of(scope)
    touched = compiler.value(list(borders.touched))
    found = counted(scope, [Asked(measure)], compiler, _groups(compiler, touched, places.changes), Cut(among=among))
    sums: dict[str | None, Numbers] = defaultdict(lambda: (0, 0, 0))
    for group, (numbers,) in found:
        area = borders.area_of(_spot(group), level)
        sums[area] = added(sums[area], numbers)
    untold = sums.pop(UNTOLD, None)
    codes = sorted(sums, key=lambda code: (code is None, code or ""))
    return parted(measure, {code: sums[code] for code in codes}, untold)


def _groups(compiler: Compiler, touched: sql.Composable, changes: tuple[datetime.date, ...]) -> Groups:
    """The area a matter is kept in, and beside it what tells where it lies, as far as that is needed."""
    epoch = _EPOCH.format(compiler.opened_on(), compiler.value(list(changes)))
    further = (sql.SQL("m.lon"), sql.SQL("m.lat"), sql.SQL("m.located"), epoch)
    return Groups([sql.SQL("m.area_code"), *(_TOUCHED.format(touched, one) for one in further)], told=_TOLD)


def _spot(group: tuple[Any, ...]) -> Spot:
    area, lon, lat, located, epoch = group
    return Spot(area, Point(lon, lat) if lon is not None and lat is not None else None, located or "", epoch or 0)
