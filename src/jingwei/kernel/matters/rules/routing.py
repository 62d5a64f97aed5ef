"""Whom a new matter goes to: the first rule that applies and works; past a broken one, up the area tree."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from jingwei.kernel.agencies.snapshot import Agencies
from jingwei.kernel.places.snapshot import Place
from jingwei.kernel.rulebook.snapshot import PassedOver, Routed, Rules

_TOLD = 20
"""So many of the rules passed over stand in a record, the nearest to the winner; a broken one always does."""

DISPATCHES = "matter.dispatch"
NOBODY = "unit"
"""Why a broken rule is passed over: its unit has ended, or never was."""


def routed(
    rules: Rules, agencies: Agencies, question: tuple[str, Place | None, str], on: datetime.date
) -> Routed | None:
    """The unit for a matter of (category, place, condition); None where no rule applies and none is broken.

    A rule whose unit has ended or is unknown is passed over, and where nothing else applies the nearest unit up the
    area tree that dispatches gets the matter: `rule` is empty then. Whoever shows the matter says so.
    """
    category, place, condition = question
    areas = place.lineage if place else ()
    found = rules.route(category, areas, condition, on, agencies.unit_by_code)
    if found.rule or not any(one.why == NOBODY for one in found.passed_over):
        return found if found.rule else None
    return replace(found, unit=_nearest(agencies, place.lft if place else None))


def _nearest(agencies: Agencies, lft: int | None) -> str:
    """The unit of the post with the smallest area around the place that dispatches; at no place, of the largest."""
    posts = [post for post in agencies.posts.values() if DISPATCHES in post.grants and post.whole_area]
    reach = sorted((post.area[1] - post.area[0], post.code, post) for post in posts if _holds(post.area, lft))
    if not reach:
        return ""
    unit = reach[0 if lft is not None else -1][2].unit
    return agencies.unit_by_id[unit].code


def _holds(area: tuple[int, int], lft: int | None) -> bool:
    return lft is None or area[0] <= lft <= area[1]


def facts_of(found: Routed) -> dict[str, Any]:
    """The explanation as it enters the record, keys only: what a rule asks for stands in the rulebook of that day."""
    broken = [one.rule for one in found.passed_over if one.why == NOBODY]
    lost = [[one.rule, one.why] for one in found.passed_over[-_TOLD:] if one.why != NOBODY]
    return {"rule": found.rule, "lost": lost, **({"broken": broken} if broken else {})}


def losers(route: dict[str, Any], rules: Rules, on: datetime.date) -> Sequence[PassedOver]:
    """The rules passed over, as the record keeps them, with what they asked for on that day."""
    found = []
    for name, why in [*([one, NOBODY] for one in route.get("broken", ())), *route.get("lost", ())]:
        dated = rules.value("routing", name, on)
        found.append(PassedOver(name, why, str(dated.content.get(why, "")) if dated else ""))
    return found
