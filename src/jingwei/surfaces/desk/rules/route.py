"""Why a matter went to its unit: the rule that won, its basis, why the others lost; from the entry of its report."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.ledger.entries import Told
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.rules.routing import NOBODY, losers
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.rulebook.snapshot import PassedOver, rules_of
from jingwei.kernel.values.words import Text
from jingwei.surfaces.desk.queries import category_title


@dataclass(frozen=True, slots=True)
class Loser:
    """A rule that did not apply, and why."""

    rule: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Route:
    """The explanation; without a rule the nearest unit that dispatches has the matter, because a rule is broken."""

    unit: Text | None
    rule: str
    basis: str
    broken: tuple[Loser, ...]
    lost: tuple[Loser, ...]


def route_of(scope: Scope, matter: Matter, entries: Sequence[Told]) -> Route | None:
    """Of the last time the rules were asked; None where none was: a source stated the unit, or no rule applied."""
    facts = next((one.facts for one in reversed(entries) if "route" in one.facts), None)
    if facts is None or not (facts["route"]["rule"] or facts["route"].get("broken")):
        return None
    rules, on, route = rules_of(scope), scope.day_of(matter.opened_at), facts["route"]
    dated = rules.value("routing", route["rule"], on)
    unit = agencies_of(scope).unit_by_id.get(uuid.UUID(facts["unit"])) if facts.get("unit") else None
    passed = losers(route, rules, on)
    return Route(
        unit.name if unit else None,
        route["rule"],
        dated.basis if dated else "",
        tuple(Loser(one.rule, one.reason) for one in passed if one.why == NOBODY),
        tuple(Loser(one.rule, named(scope, one)) for one in passed if one.why != NOBODY),
    )


def named(scope: Scope, one: PassedOver) -> Text:
    """The reason with names in place of codes."""
    if one.why == "category":
        title = category_title(scope, one.wanted)
        return Text(f"只适用于“{title.zh}”", f"only for “{title.en}”")
    place = places_of(scope).by_code.get(one.wanted) if one.why == "area" else None
    return Text(f"只适用于{place.name.zh}", f"only in {place.name.en}") if place else one.reason
