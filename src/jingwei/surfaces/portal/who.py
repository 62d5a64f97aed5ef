"""Who serves my door: the public card of a cell, found by address, position or neighbourhood.

滨州市社会治理网格化服务管理条例 art. 6 and 10: name and extent of a cell, who works there and how to reach them, whom
to call about their work, and a list of services that is kept current.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jingwei.kernel.agencies.snapshot import Desk, agencies_of
from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.places.models import CellCard, PlaceName
from jingwei.kernel.places.snapshot import Place, places_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import slow_down
from jingwei.kit.intake import grouped_areas
from jingwei.kit.limits import TOO_OFTEN, Limit, address_of, wait_for
from jingwei.kit.page import face_of, show
from jingwei.surfaces.portal.reporting.receipt import drawn
from jingwei.surfaces.portal.where import LONGEST_ADDRESS, Found, found_at

LOOKING_UP = Limit("portal.who", 120, 600)

NAMES, SUPERVISION, SERVICE = "card.names", "card.supervision", "service."
"""The city's words: by what law it publishes the names of those who work in a cell (without it, none is shown); whom to
call about their work; one service each, dated as every value of the rulebook is."""

_drawn = lru_cache(maxsize=4096)(drawn)  # drawing takes longer than the rest of the page, and a card's never changes
_AT_WORK = frozenset({"matter.accept", "matter.verify", "matter.fix", "matter.handle"})
_KINDS = {"road": Text("道路", "Streets"), "estate": Text("小区", "Estates"), "village": Text("村", "Villages")}
_SIDES = {"odd": Text("单号", "odd"), "even": Text("双号", "even"), "": Text("", "")}


@dataclass(frozen=True, slots=True)
class Serving:
    """A post that serves the cell or the area right above it."""

    title: Text
    unit: Text
    area: Text


@dataclass(frozen=True, slots=True)
class Offered:
    """One service, and from when it is on the list."""

    title: Text
    since: datetime.date
    basis: str


@dataclass(frozen=True, slots=True)
class Card:
    """What the city publishes of a cell."""

    code: str
    name: Text
    above: tuple[Text, ...]  # nearest first
    extent: tuple[tuple[Text, tuple[Text, ...]], ...]  # kind of place, names
    worker: str  # "" unless the city says by what law it publishes names
    names_by: Text | None
    phone: str
    posts: tuple[Serving, ...]
    supervision: Text | None
    services: tuple[Offered, ...]


def card_of(scope: Scope, place: Place) -> Card:
    """The card of a cell. Two statements."""
    places, rules, on = places_of(scope), rules_of(scope), scope.today
    above = [places.by_code[code] for code in place.lineage[1:]]
    kept = CellCard.objects.filter(area=place.id).first()
    names_by = rules.word(NAMES, on)
    services = {key: one for key, one in rules.all_of("word", on).items() if key.startswith(SERVICE)}
    return Card(
        place.code,
        place.name,
        tuple(one.name for one in above),
        tuple(_extent(place, on)),
        kept.worker if kept and names_by else "",
        names_by,
        kept.phone if kept else "",
        tuple(_posts(scope, [place, *above[:1]])),
        rules.word(SUPERVISION, on),
        tuple(
            Offered(Text(one.content["zh"], one.content["en"]), one.from_on, one.basis)
            for _, one in sorted(services.items())
        ),
    )


def _extent(place: Place, on: datetime.date) -> Iterator[tuple[Text, tuple[Text, ...]]]:
    """Of the names in the city's sheet; what a clerk remembered from a report is not published. One statement."""
    rows = [
        one
        for one in PlaceName.objects.filter(area=place.id, origin="sheet", from_on__lte=on).order_by("name", "low")
        if one.until_on is None or one.until_on > on
    ]
    for kind, title in _KINDS.items():
        found = tuple(_numbered(one) for one in rows if one.kind == kind)
        if found:
            yield title, found


def _numbered(one: PlaceName) -> Text:
    if one.low is None and one.high is None and not one.side:
        return Text(one.name, one.name)
    span, side = f"{one.low or 1}–{'' if one.high is None else one.high}", _SIDES[one.side]
    return Text(f"{one.name} {span} 号{side.zh}", f"{one.name} {span} {side.en}".rstrip())


def _posts(scope: Scope, areas: list[Place]) -> Iterator[Serving]:
    agencies = agencies_of(scope)

    def at_work(desk: Desk, area: Place) -> bool:
        return desk.area == (area.lft, area.rgt) and bool(_AT_WORK & desk.grants)

    for area in areas:
        if area.parent is None:
            continue  # posts of the whole city serve no door
        for desk in agencies.posts.values():
            if at_work(desk, area):
                yield Serving(desk.title, agencies.unit_by_id[desk.unit].name, area.name)


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Asks for an address, a position or a neighbourhood; an address that means one cell leads to its card. What was
    typed comes by POST and stands in no log."""
    values: dict[str, str] = {}
    if request.method == "POST":
        if seconds := wait_for(LOOKING_UP, address_of(request)):
            return slow_down(request, TOO_OFTEN, seconds)
        names = (("address", LONGEST_ADDRESS), ("lon", 20), ("lat", 20), ("area", 40))
        values = {name: request.POST.get(name, "")[:longest] for name, longest in names}
    with reading(public()) as scope:
        face, areas = face_of(scope), grouped_areas(places_of(scope))
        found = found_at(scope, values) if values else Found()
    if values.get("area") and not (values["address"].strip() or values["lon"]):
        return redirect("portal:card", values["area"])
    if found.cell is not None:
        return redirect("portal:card", found.cell.code)
    context = {"areas": areas, "found": found, "values": values, "asked": bool(values)}
    missed = bool(values) and not found.others
    return show(request, "portal/who/search.html", face, context, HTTPStatus.NOT_FOUND if missed else HTTPStatus.OK)


@require_safe
def card(request: HttpRequest, area: str) -> HttpResponse:
    """The card of a cell; of an area above the cells what lies right below it. Raises Denied as not found."""
    with reading(public()) as scope:
        places, face = places_of(scope), face_of(scope)
        place = places.by_code.get(area)
        if place is None or not place.on(places.today):
            raise not_found()
        below = [] if places.is_cell(place) else places.children(place.code)
        shown = None if below else card_of(scope, place)
    if shown is None:
        return show(request, "portal/who/below.html", face, {"place": place, "below": below})
    link = request.build_absolute_uri(reverse("portal:card", args=[place.code]))
    return show(request, "portal/who/card.html", face, {"card": shown, "qr": _drawn(link)})
