"""Split: one report that tells of several things becomes several matters, and its reporter hears of each."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.registry import Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.commands.act import Act, begin, carry_out, prepare
from jingwei.kernel.matters.commands.report import category_problem, start_clocks, unit_named
from jingwei.kernel.matters.fields import checked
from jingwei.kernel.matters.kin import PART
from jingwei.kernel.matters.limits import CONDITION
from jingwei.kernel.matters.models import Detail, Link, Matter
from jingwei.kernel.matters.receivers import acting_grant
from jingwei.kernel.matters.rules.routing import routed
from jingwei.kernel.matters.search import indexed, titles_of
from jingwei.kernel.matters.types import sealed_keys, type_of
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.rulebook.snapshot import Rules
from jingwei.kernel.sealing import held, revealed, seal
from jingwei.kernel.values.ids import public_number
from jingwei.kernel.values.words import Text

MOST = 20


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of the matters that a report is split into; what it does not say is as in the original."""

    matter_id: uuid.UUID
    category: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class SplitMatter(Act):
    """拆分: this matter becomes several, each with its own class, unit and clocks; the place and the reporter stay."""

    kind: ClassVar[str] = "split"

    parts: tuple[Part, ...]


@handles(SplitMatter, grant=lambda command: command.grant)
def split_matter(work: Work, command: SplitMatter) -> Result:
    """The parts are opened as of the original's opening, so that splitting wins no time; each names its original."""
    matter = work.lock(Matter, command.matter_id, command.expected_version)
    opened = [work.open(_part_of(matter, part)) for part in command.parts]
    (given,) = prepare(work.scope, [command])
    begun = begin(work, matter, command, given)
    matter_type, action = begun.case.type, begun.action
    work.require(_count_problem(command, bool(action.ends)), "parts")
    on = given.rules.day_of(matter.opened_at)
    for part in command.parts:
        work.require(category_problem(matter_type, part.category, given.rules, on), "category")
    (detail,) = work.parts(Detail, matter)
    told = held(revealed(detail).fields)
    told.pop(CONDITION, None)  # each part is filed for itself
    contents = [checked(matter_type.fields, {**told, **part.fields}) for part in command.parts]
    for head, fields in zip(opened, contents, strict=True):
        _open(work, head, detail, fields, given.rules)
    result = carry_out(work, begun, command, {"parts": [str(part.pk) for part in opened]})
    return {**result, "parts": len(opened)}


def _part_of(matter: Matter, part: Part) -> Matter:
    matter_type = type_of(matter.type, matter.type_version)
    return Matter(
        id=part.matter_id,
        type=matter.type,
        type_version=matter.type_version,
        number=public_number(part.matter_id),
        state=matter_type.initial,
        category=part.category,
        area_id=matter.area_id,
        area_lft=matter.area_lft,
        channel=matter.channel,
        confidentiality=matter.confidentiality,
        opened_at=matter.opened_at,
    )


def _count_problem(command: SplitMatter, ends: bool) -> Text | None:
    least = 2 if ends else 1
    ids = {part.matter_id for part in command.parts} - {command.matter_id}
    if least <= len(command.parts) <= MOST and len(ids) == len(command.parts):
        return None
    return Text(f"应拆成 {least} 到 {MOST} 件。", f"A matter is split into {least} to {MOST}.")


def _open(work: Work, matter: Matter, original: Detail, fields: dict[str, Any], rules: Rules) -> None:
    matter_type, on = type_of(matter.type, matter.type_version), rules.day_of(matter.opened_at)
    places = places_of(work.scope)
    place = places.by_id.get(matter.area_id) if matter.area_id else None
    condition = str(fields.get(CONDITION, ""))
    agencies = agencies_of(work.scope)
    found = routed(rules, agencies, (matter.category, place, condition), on)
    matter.unit_id = unit_named(found.unit if found else "", agencies)
    start_clocks(work, matter, matter_type, rules, {CONDITION: condition, **fields})
    detail = Detail(
        matter=matter,
        lon_e7=original.lon_e7,
        lat_e7=original.lat_e7,
        fields=fields,
        **indexed(matter, fields, titles_of(rules, places, matter.category, place, on)),
    )
    seal(detail, fields=sealed_keys(matter_type.fields))
    work.insert(matter, detail, Link(id=work.new_id(), matter=matter, other_id=original.matter_id, kind=PART))
    facts = {
        "type": matter.type,
        "type_version": matter.type_version,
        "category": matter.category,
        "area": place.code if place else "",
        "channel": matter.channel,
        "unit": matter.unit_id,
        "part_of": original.matter_id,
        "happened": matter.opened_at,
    }
    work.record(matter, "matter.reported", facts)
    body_told = {"number": matter.number, "type": matter.type, "tells": [acting_grant(matter)]}
    work.publish("matter.reported", matter, body_told)
