"""Place: a person says in which cell an open matter is."""

import uuid
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.models import Detail, Matter
from jingwei.kernel.matters.policies import may_act
from jingwei.kernel.matters.search import indexed, titles_of
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.places.snapshot import Place, places_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.words import Text

GRANT = "matter.verify"


@dataclass(frozen=True, kw_only=True)
class PlaceMatter(Command):
    """定格: the matter is in this cell or area, whatever was found before; also how it follows a redrawn grid."""

    matter_id: uuid.UUID
    area: str  # code
    expected_version: int


@handles(PlaceMatter, grant=GRANT)
def place_matter(work: Work, command: PlaceMatter) -> Result:
    """Only an open matter moves; a closed one keeps the cell it had."""
    matter = work.lock(Matter, command.matter_id, command.expected_version)
    (detail,) = work.parts(Detail, matter)
    work.authorise(GRANT, may_act(work.actor, matter, GRANT))
    places = places_of(work.scope)
    work.require(_CLOSED if matter.closed_at is not None else None)
    place = places.by_code.get(command.area)
    work.require(_area_problem(place, command.area, work), place="area")
    assert place is not None  # noqa: S101  # required just above
    before = places.by_id[matter.area_id].code if matter.area_id else ""
    matter.area_id, matter.area_lft = place.id, place.lft
    detail.located = "by_hand"
    found_by = _found_by(work, matter, detail, place)
    for column, value in found_by.items():
        setattr(detail, column, value)
    work.save(matter, "area_id", "area_lft")
    work.save(detail, "located", *found_by)
    work.record(matter, "matter.placed", {"area": place.code, "before": before, "located": "by_hand"})
    return {"matter": str(matter.pk), "area": place.code}


def _found_by(work: Work, matter: Matter, detail: Detail, place: Place) -> dict[str, Any]:
    """The words of the search follow the place."""
    titles = titles_of(rules_of(work.scope), places_of(work.scope), matter.category, place, matter.opened_at.date())
    return indexed(type_of(matter.type, matter.type_version), detail.fields, titles)


def _area_problem(place: Place | None, code: str, work: Work) -> Text | None:
    if place is None or not place.on(work.now.date()):
        return Text(f"没有在用的区域 {code}。", f"There is no area {code} in force.")
    if not any(GRANT in duty.grants and duty.area[0] <= place.lft <= duty.area[1] for duty in work.actor.duties):
        return Text("这个区域不在您的服务范围内。", "This area is outside the one you serve.")
    return None


_CLOSED = Text("已办结的事项保留原来的网格。", "A closed matter keeps the cell it had.")
