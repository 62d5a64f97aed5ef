"""From where somebody looks: the area that is shown, and the parts of it that the map has."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from django.db.models import Q
from django.http import QueryDict

from jingwei.kernel.commands.actor import EVERYWHERE, Actor
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.policies import READ
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.places.snapshot import Place, Places, places_of
from jingwei.kernel.values.errors import Invalid, not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.intake import types_used

_NO_AREAS = Text("本市还没有区划，没有地图可看。", "The city has no areas yet: there is nothing to map.")


@dataclass(frozen=True, slots=True)
class Seat:
    """The area shown, the level its parts on the map are of, and the type of matters (None: all)."""

    area: Place
    level: str
    levels: tuple[str, ...]  # that there are below the area, the nearest first
    above: tuple[Place, ...]  # from the reader's own area down to the one above this
    parts: tuple[Place, ...]  # of the level, within the area
    type: MatterType | None
    types: tuple[MatterType, ...]  # to choose from

    @property
    def within(self) -> Q:
        """The matters of the area and the type, as a condition on `Matter`."""
        inside = Q(area_lft__range=(self.area.lft, self.area.rgt))
        return inside & Q(type=self.type.key) if self.type else inside


def seat_of(scope: Scope, area: str = "", level: str = "", matter_type: str = "") -> Seat:
    """The seat asked for; without a choice the whole of the reader's reach, by the level right below. Raises Denied as
    not found for an area that is none, or lies outside the reach."""
    places = places_of(scope)
    own = _own(scope.actor, places)
    shown = places.by_code.get(area[:40]) if area else own
    if shown is None or not (own.lft <= shown.lft and shown.rgt <= own.rgt) or shown not in places.in_force:
        raise not_found()
    inside = [one for one in places.in_force if shown.lft < one.lft and one.rgt <= shown.rgt]
    levels = _levels(inside)
    chosen = level if level in levels else next(iter(levels), shown.level)
    parts = tuple(one for one in inside if one.level == chosen) or (shown,)
    lineage = [places.by_code[code] for code in reversed(shown.lineage[1:])]
    above = tuple(one for one in lineage if own.lft <= one.lft and one.rgt <= own.rgt)
    types = tuple(types_used(scope))
    return Seat(
        shown, chosen, levels, above, parts, next((one for one in types if one.key == matter_type), None), types
    )


def seat_asked(scope: Scope, given: QueryDict) -> Seat:
    """The seat that an address asks for; as `seat_of`."""
    return seat_of(scope, *(given.get(name, "") for name in ("area", "level", "type")))


def told_type(types: Iterable[MatterType]) -> MatterType | None:
    """Of the types in use that whose report names the unit it is for: what a centre tells a unit to do. None where the
    city has none."""
    return next((one for one in types if one.names_unit), None)


def _own(actor: Actor, places: Places) -> Place:
    """The smallest area that holds whatever the reader reads. Raises Invalid without areas."""
    if places.root is None:
        raise Invalid(_NO_AREAS)
    spans = [duty.area for duty in actor.duties if READ in duty.grants] or [EVERYWHERE]
    low, high = reduce(lambda one, other: (min(one[0], other[0]), max(one[1], other[1])), spans)
    holding = [one for one in places.in_force if one.lft <= low and high <= one.rgt]
    return max(holding, key=lambda one: one.lft, default=places.root)


def _levels(inside: list[Place]) -> tuple[str, ...]:
    """The levels below, from the outermost to the cells: by how deep the tree has them."""
    depth: dict[str, int] = {}
    for one in inside:
        depth[one.level] = min(depth.get(one.level, len(one.lineage)), len(one.lineage))
    return tuple(sorted(depth, key=depth.__getitem__))
