"""Where one may go: places in groups, shown to whoever may open them, the present one marked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import resolve, reverse

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.values.words import Text
from jingwei.kit.permission import Permission, permission_of


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the navigation leads to, by its route. Who may open it says the route's own permission; `asks` is for
    what a page leaves out for some. `under` names paths below which this place is marked as well."""

    route: str
    title: Text
    icon: str
    arguments: tuple[str, ...] = ()
    asks: Callable[[Actor], bool] | None = None
    under: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Places under one heading."""

    title: Text
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A place as it is shown."""

    address: str
    title: Text
    icon: str
    here: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A group as it is shown; none is empty."""

    title: Text
    links: tuple[Link, ...]


def navigation_for(actor: Actor, groups: Sequence[Group], path: str) -> tuple[Shown, ...]:
    """The groups with what the actor may open; marked is the place whose address the path goes on from furthest."""
    opened = [
        (group, [(place, _route(place)[0]) for place in group.places if may_open(actor, place)]) for group in groups
    ]
    reached = [
        len(root) for _, places in opened for place, at in places for root in _roots(place, at) if _is_below(path, root)
    ]
    furthest = max(reached, default=0)
    return tuple(
        Shown(group.title, tuple(_link(place, at, path, furthest) for place, at in places))
        for group, places in opened
        if places
    )


def may_open(actor: Actor, place: Place) -> bool:
    """Whether the place's route lets the actor in, and the page holds something for them."""
    _, stated = _route(place)
    if stated is None or (stated.kind == "grant" and not actor.holds(stated.words)):
        return False
    return place.asks is None or place.asks(actor)


@cache
def _route(place: Place) -> tuple[str, Permission | None]:
    """Its address and the permission of its route; both stand as long as the process."""
    address = reverse(place.route, args=place.arguments)
    return address, permission_of(resolve(address).func)


def _roots(place: Place, address: str) -> tuple[str, ...]:
    return (address, place.under) if place.under else (address,)


def _is_below(path: str, root: str) -> bool:
    return path.startswith(root)


def _link(place: Place, address: str, path: str, furthest: int) -> Link:
    here = any(_is_below(path, root) and len(root) == furthest for root in _roots(place, address))
    return Link(address, place.title, place.icon, here)
