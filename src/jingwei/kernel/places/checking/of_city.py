"""The levels of a city as they stand in its tables, for the check."""

from django.db.models import Q

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.places.checking.layers import Level
from jingwei.kernel.places.models import Boundary, CellCard
from jingwei.kernel.places.snapshot import places_of


def levels_of(scope: Scope) -> list[Level]:
    """Every level with the shapes of today, the outermost first. Two statements.

    Where no area of a level has a shape the level is silent: a city may begin without polygons.
    """
    places, today = places_of(scope), scope.today
    in_force = Q(from_on__lte=today) & (Q(until_on=None) | Q(until_on__gt=today))
    shapes = {area: bytes(wkb) for area, wkb in Boundary.objects.filter(in_force).values_list("area_id", "wkb")}
    households = dict(CellCard.objects.exclude(households=None).values_list("area_id", "households"))
    by_level: dict[str, list[str]] = {}
    for place in sorted(places.in_force, key=lambda one: (len(one.lineage), one.code)):
        by_level.setdefault(place.level, []).append(place.code)
    levels = []
    for key, codes in by_level.items():
        drawn = [code for code in codes if places.by_code[code].id in shapes]
        levels.append(
            Level(
                key,
                drawn,
                [shapes[places.by_code[code].id] for code in drawn],
                {code: places.by_code[code].lineage[1] for code in drawn if len(places.by_code[code].lineage) > 1},
                {code: count for code in codes if (count := households.get(places.by_code[code].id)) is not None},
                [code for code in codes if code not in set(drawn)] if drawn else [],
            )
        )
    return levels
