"""What the page proposes for a text and an address: class, kind of request, cell, unit, each with its reasons."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.proposing.classes import propose_choice, propose_classes
from jingwei.kernel.matters.rules.routing import NOBODY, routed
from jingwei.kernel.places.commands import PlainName
from jingwei.kernel.places.finding import match_address
from jingwei.kernel.places.snapshot import Place, places_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.coordinates import parse_degrees
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.surfaces.desk.grid.placing import lessons_of
from jingwei.surfaces.desk.intake.beside import Alike, Answered, alike, last_answers
from jingwei.surfaces.desk.intake.mentioned import mentioned_address
from jingwei.surfaces.desk.intake.told import Told
from jingwei.surfaces.desk.queries import category_title, place_name
from jingwei.surfaces.desk.rules.route import Loser, named

_DANGER = "U1"
_LOSERS = 5


@dataclass(frozen=True, slots=True)
class Option:
    """One proposal: a key chooses it."""

    code: str
    name: Text
    score: int | None
    reasons: tuple[Text, ...]
    key: int  # 1 to 9
    chosen: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit that routing would choose, and why; without a rule it is the nearest that dispatches, or none."""

    name: Text
    rule: str
    basis: str
    lost: tuple[Loser, ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    """Everything proposed. `category` and `place` are what holds now: the clerk's choice, else the best proposal."""

    classes: tuple[Option, ...]
    category: str
    proposed_category: str
    cells: tuple[Option, ...]
    place: Place | None
    place_name: Text
    cell: str  # chosen or sure; "" where the address decides later
    proposed_cell: str
    lessons: tuple[PlainName, ...]
    mentioned: str  # the address that the text names, where none was written down
    request: Mapping[str, str]  # field: choice proposed
    unit: Unit | None
    emergency: Text | None
    alike: tuple[Alike, ...]
    answers: tuple[Answered, ...]


def proposals_for(scope: Scope, told: Told) -> Proposals:
    """At most five statements beside the slow data: none where nothing is said yet."""
    rules, on = rules_of(scope), scope.today
    found = propose_classes(rules, told.words, on, lambda one: told.type.takes(one.type)) if told.words else []
    best = found[0].code if found else ""
    category = told.chosen("category") or best
    cells, sure = _cells(scope, told)
    cell = told.chosen("cell") or sure
    place = _place(scope, told, cell)
    known = rules.categories(on).get(category)
    danger = known is not None and known.urgency == _DANGER
    above = [places_of(scope).by_code[code] for code in place.lineage[1:2]] if place else []
    return Proposals(
        tuple(
            Option(one.code, category_title(scope, one.code), None, (one.reason,), at, one.code == category)
            for at, one in enumerate(found, 1)
        ),
        category,
        best,
        tuple(cells),
        place,
        place_name(scope, place.id) if place else Text("", ""),
        cell,
        sure,
        tuple(lessons_of(scope, told.address)) if told.address else (),
        "" if told.address or not told.where else mentioned_address(told.words, scope.today, places_of(scope)),
        dict(_choices(scope, told)),
        _unit(scope, category, place) if known and not told.type.names_unit else None,
        rules.word("emergency", on) if danger else None,
        tuple(alike(scope, told.type, category, place)),
        tuple(last_answers(scope, category, [place, *above] if place else [])),
    )


def _choices(scope: Scope, told: Told) -> Iterator[tuple[str, str]]:
    """What the text speaks for, of the fields whose choices have limits of their own."""
    for field in told.what:
        if field.limits and told.words:
            best = propose_choice(rules_of(scope), field, told.words, scope.today)
            if best:
                yield field.key, best


def _cells(scope: Scope, told: Told) -> tuple[list[Option], str]:
    """The cells that the address may mean, and the one that it surely means."""
    places = places_of(scope)
    found = match_address(told.address, scope.today, places)
    picked = told.chosen("cell") or found.code
    return [
        Option(
            one.code,
            place_name(scope, places.by_code[one.code].id),
            one.score,
            tuple(reason.words for reason in one.reasons),
            at,
            one.code == picked,
        )
        for at, one in enumerate(found.proposals, 1)
    ], found.code


def _place(scope: Scope, told: Told, cell: str) -> Place | None:
    """Where the matter would be: at its point, in the cell, in the area named; as the report itself decides."""
    places = places_of(scope)
    lon, lat = told.post.get("lon", "").strip(), told.post.get("lat", "").strip()
    try:
        at = places.locate(parse_degrees(lon, lat)) if lon and lat else None
    except Invalid:
        at = None  # the report says what is wrong with it
    return at or places.by_code.get(cell) or places.by_code.get(told.post.get("area", ""))


def _unit(scope: Scope, category: str, place: Place | None) -> Unit | None:
    rules, on = rules_of(scope), scope.today
    found = routed(rules, agencies_of(scope), (category, place, ""), on)
    body = agencies_of(scope).unit_by_code.get(found.unit) if found else None
    if found is None or body is None:
        return None
    dated = rules.value("routing", found.rule, on)
    near = [one for one in found.passed_over if one.why in ("condition", "area", NOBODY)][-_LOSERS:]
    return Unit(
        body.name, found.rule, dated.basis if dated else "", tuple(Loser(one.rule, named(scope, one)) for one in near)
    )
