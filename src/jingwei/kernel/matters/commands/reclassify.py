"""Reclassify: a matter was taken in under the wrong class."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.registry import Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.commands.act import Act, begin, carry_out, prepare
from jingwei.kernel.matters.commands.report import category_problem, unit_named
from jingwei.kernel.matters.commands.terms import count_anew
from jingwei.kernel.matters.limits import CONDITION
from jingwei.kernel.matters.models import Detail, Matter
from jingwei.kernel.matters.rules.routing import facts_of, routed
from jingwei.kernel.matters.search import index_anew, titles_of
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, kw_only=True)
class ReclassifyMatter(Act):
    """改类: the matter is of another class, in the same state; its terms are counted from the report all the same."""

    kind: ClassVar[str] = "reclassify"

    category: str


@handles(ReclassifyMatter, grant=lambda command: command.grant)
def reclassify_matter(work: Work, command: ReclassifyMatter) -> Result:
    """Class, limits and the words of the search follow; a unit that only the rules had proposed is proposed anew."""
    matter = work.lock(Matter, command.matter_id, command.expected_version)
    (given,) = prepare(work.scope, [command])
    begun = begin(work, matter, command, given)
    case, before, on = begun.case, matter.category, work.scope.day_of(matter.opened_at)
    work.require(category_problem(case.type, command.category, given.rules, on), place="category")
    work.require(_SAME if command.category == before else None, place="category")
    (detail,) = work.parts(Detail, matter)
    matter.category = command.category
    detail.fields = {key: value for key, value in detail.fields.items() if key != CONDITION}  # of the class left
    places = places_of(work.scope)
    place = places.by_id.get(matter.area_id) if matter.area_id else None
    titles = titles_of(given.rules, places, matter.category, place, on)
    words = index_anew(detail, matter, titles)
    facts: dict[str, Any] = {"category": matter.category, "before": before}
    if not case.given_by_somebody:
        agencies = agencies_of(work.scope)
        found = routed(given.rules, agencies, (matter.category, place, ""), on)
        matter.unit_id = unit_named(found.unit if found else "", agencies)
        facts["route"] = facts_of(found) if found else {"rule": ""}
    work.save(matter, "category", "unit_id")
    work.save(detail, "fields", *words)
    case = replace(case, fields=detail.fields)
    count_anew(work, case)
    return carry_out(work, replace(begun, case=case), command, facts)


_SAME = Text("已经是这个类别。", "It is of this class already.")
