"""Restate: another system says something else of a matter than before."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.commands.registry import Bulk, Result, handles_prepared
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.commands.report import Prepared, ReportMatter, category_problem
from jingwei.kernel.matters.commands.report import prepare as prepare_reports
from jingwei.kernel.matters.fields import checked
from jingwei.kernel.matters.models import Detail, ExternalNumber, Matter
from jingwei.kernel.matters.policies import may_act
from jingwei.kernel.matters.search import index_anew, titles_of
from jingwei.kernel.matters.types import MatterType, sealed_keys
from jingwei.kernel.sealing import held, revealed, seal, unerased
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

GRANT = "matter.restate"


@dataclass(frozen=True, kw_only=True)
class RestateMatter(ReportMatter):
    """更正: what the source now states, whole; time of opening, due moment and closing are acts of their own."""


def _touches(command: RestateMatter) -> tuple[uuid.UUID, ...]:
    return (command.matter_id,)


def prepare(scope: Scope, commands: Sequence[RestateMatter]) -> list[Prepared]:
    """Locates all points at once, as for reports."""
    return prepare_reports(scope, commands)


@handles_prepared(
    RestateMatter,
    grant=GRANT,
    prepare=prepare,
    bulk=Bulk(head=Matter, touches=_touches, parts=(Detail, ExternalNumber)),
)
def restate_matter(work: Work, command: RestateMatter, given: Prepared) -> Result:
    """Category, place, unit, channel and fields follow the source; the matter keeps its state and its number."""
    matter = work.lock(Matter, command.matter_id)
    (detail,) = work.parts(Detail, matter)
    external = command.external
    known = [one for one in work.parts(ExternalNumber, matter) if external and one.source == external.source]
    work.authorise(GRANT, may_act(work.actor, matter, GRANT))
    if external is None or not known:
        raise Invalid(_NOT_FROM_THERE, place="external")
    on = given.rules.day_of(matter.opened_at)
    work.require(category_problem(given.type, command.category, given.rules, on), place="category")
    before, stated = held(revealed(detail).fields), checked(given.type.fields, command.fields)
    detail.fields = {**set_by_acts(given.type, before), **unerased(detail, "fields", stated)}
    titles = titles_of(given.rules, given.places, command.category, given.place, on)
    matter.area_id, matter.area_lft = given.place.id if given.place else None, given.lft
    found_by = index_anew(detail, matter, titles)
    seal(detail, fields=sealed_keys(given.type.fields))
    point = command.point if not detail.erased else None
    detail.lon_e7, detail.lat_e7 = (point.lon_e7, point.lat_e7) if point else (None, None)
    matter.category, matter.channel = command.category, command.channel
    detail.located = given.found.how
    body = given.agencies.unit_by_code.get(command.unit)
    matter.unit_id = body.id if body else matter.unit_id
    known[0].digest = external.digest
    work.save(detail, "fields", "key", "sealed", *found_by, "lon_e7", "lat_e7", "located")
    work.save(known[0], "digest")
    work.save(matter, "category", "channel", "area_id", "area_lft", "unit_id")
    work.record(
        matter,
        "matter.restated",
        {"source": external.source, "category": command.category, "happened": work.now},
    )
    return {"matter": str(matter.pk)}


def set_by_acts(matter_type: MatterType, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What acts here have said of the matter: a source that says nothing of it does not take it away."""
    return {one.key: fields[one.key] for one in matter_type.fields if one.asked_of == "act" and one.key in fields}


_NOT_FROM_THERE = Text("这件事不是从该系统来的。", "The matter did not come from that system.")
