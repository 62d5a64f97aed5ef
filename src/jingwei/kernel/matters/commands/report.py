"""Report: a new matter finds its cell, its unit and its deadline."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.agencies.snapshot import Agencies, agencies_of
from jingwei.kernel.clocks.running import calendar_of, new_clock
from jingwei.kernel.commands.registry import Bulk, Command, Result, handles_prepared
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.commands.sql import explain_constraint
from jingwei.kernel.commands.work import Work
from jingwei.kernel.files.attaching import FileGiven, attach
from jingwei.kernel.files.models import Upload
from jingwei.kernel.files.uploads import uploads_of
from jingwei.kernel.matters.fields import checked, spelled
from jingwei.kernel.matters.filing import chosen_files
from jingwei.kernel.matters.limits import CONDITION, beginning, limits_of
from jingwei.kernel.matters.models import Detail, ExternalNumber, Matter, Party, Step
from jingwei.kernel.matters.policies import may_open
from jingwei.kernel.matters.receivers import acting_grant
from jingwei.kernel.matters.rules.naming import naming_problem
from jingwei.kernel.matters.rules.routing import facts_of, routed
from jingwei.kernel.matters.search import indexed, titles_of
from jingwei.kernel.matters.telephones import known_by
from jingwei.kernel.matters.types import Field, MatterType, sealed_keys, type_of
from jingwei.kernel.matters.types.words import REPORT
from jingwei.kernel.places.finding import ADDRESS_FIELD, Located, Said, locate_all
from jingwei.kernel.places.snapshot import Place, Places, places_of
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, Routed, Rules, rules_of
from jingwei.kernel.sealing import seal
from jingwei.kernel.values.canonical import moment_text
from jingwei.kernel.values.coordinates import Point
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.ids import public_number
from jingwei.kernel.values.words import Text

explain_constraint(
    "matters_known_once",
    Text("来源系统的这个编号已经登记为一件事项。", "A matter with this number of the source system is there already."),
)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """How the reporter may be reached, as far as given, and the digest of the code to follow the matter by."""

    name: str = ""
    phone: str = ""
    email: str = ""
    follow: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class External:
    """The matter's number in another system, and the keyed digest of what that system says of it."""

    source: str
    number: str
    digest: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class ReportMatter(Command):
    """上报: a matter of a declared type, at a point or an area, of a category of the catalogue.

    `unit` names the unit a source states (history), or that a type lets whoever reports it name, and which it is then
    for; everywhere else routing decides. `happened_at` and `claimed` are the
    time it happened and how the source writes it; without them it happens now.
    """

    matter_id: uuid.UUID
    type: str
    category: str
    fields: Mapping[str, Any]
    files: tuple[FileGiven, ...] = ()
    channel: str
    point: Point | None = None
    area: str = ""  # code of an area, where somebody named it; a point goes before it
    by_hand: bool = False  # a clerk chose the area from proposals: it goes before the address
    condition: str = ""
    contact: Contact | None = None
    external: External | None = None
    unit: str = ""
    happened_at: datetime.datetime | None = None
    claimed: str = ""
    version: int | None = None  # of the type, for what began under an older one; the newest if None


@dataclass(frozen=True, slots=True)
class Prepared:
    """What does not depend on locked rows."""

    type: MatterType
    rules: Rules
    places: Places
    agencies: Agencies
    found: Located
    uploads: Mapping[uuid.UUID, Upload]

    @property
    def place(self) -> Place | None:
        """The cell or area where the matter is."""
        return self.found.place

    @property
    def lft(self) -> int:
        """Where the matter stands in the tree: at its place, else at the root. Raises Invalid without areas."""
        if self.place is not None:
            return self.place.lft
        if self.places.root is None:
            raise Invalid(Text("本市还没有区划，不能收件。", "The city has no areas yet and can take no reports."))
        return self.places.root.lft


def prepare(scope: Scope, commands: Sequence[ReportMatter]) -> list[Prepared]:
    """Locates all points at once, each within the boundaries of its day."""
    uploads = uploads_of(scope.actor, [one.upload for command in commands for one in command.files], scope.now)
    places, rules, agencies = places_of(scope), rules_of(scope), agencies_of(scope)
    types = [_type(command.type, command.version) for command in commands]
    said = [_said_of(scope, command, one, agencies) for command, one in zip(commands, types, strict=True)]
    return [
        Prepared(one, rules, places, agencies, found, uploads)
        for one, found in zip(types, locate_all(said, places), strict=True)
    ]


def _said_of(scope: Scope, command: ReportMatter, matter_type: MatterType, agencies: Agencies) -> Said:
    """What is told of the place; a matter for a unit that is named, and for no place besides, is where the unit is."""
    address = command.fields.get(ADDRESS_FIELD, "")
    named = agencies.unit_by_code.get(command.unit) if matter_type.names_unit else None
    return Said(
        point=command.point,
        area=command.area or (named.area if named else ""),
        address=address if isinstance(address, str) else "",
        on=scope.day_of(command.happened_at or scope.now),
        by_hand=command.by_hand,
    )


def _type(key: str, version: int | None) -> MatterType:
    try:
        return type_of(key, version)
    except LookupError as error:
        raise Invalid(Text(f"没有事项类型 {key}。", f"There is no matter type {key}."), place="type") from error


@handles_prepared(
    ReportMatter,
    grant=lambda command: _type(command.type, command.version).report_grant,
    prepare=prepare,
    bulk=Bulk(head=Matter, touches=lambda _: ()),
)
def report_matter(work: Work, command: ReportMatter, given: Prepared) -> Result:
    """Opens the matter's stream; its clocks start unless history is being recorded."""
    opened = command.happened_at or work.now
    on, lft = given.rules.day_of(opened), given.lft
    matter = Matter(
        id=command.matter_id,
        type=given.type.key,
        type_version=given.type.version,
        number=public_number(command.matter_id),
        state=given.type.initial,
        category=command.category,
        area_id=given.place.id if given.place else None,
        area_lft=lft,
        channel=command.channel,
        confidentiality=given.type.confidentiality,
        opened_at=opened,
    )
    work.open(matter)
    work.authorise(given.type.report_grant, may_open(work.actor, given.type, lft))
    work.require(category_problem(given.type, command.category, given.rules, on), place="category")
    work.require(area_problem(command, given.places), place="area")
    work.require(naming_problem(work.actor, given.type, command.unit, given.agencies, lft), place="unit")
    fields = _fields(command, given, on, history=work.actor.history)
    files = chosen_files(given.type.files, command.files, given.uploads, history=work.actor.history)
    chosen = _route(command, given, on, work.actor.history)
    matter.unit_id = unit_named(command.unit or (chosen.unit if chosen else ""), given.agencies)
    work.insert(matter, detail_of(matter, command, given, fields), *parts_of(work, matter, command))
    if work.actor.kind == "person":
        work.insert(_reported_by(work, matter, opened))
    if not work.actor.history:
        condition = {CONDITION: command.condition} if command.condition else {}
        start_clocks(work, matter, given.type, given.rules, {**fields, **condition})
    attached = attach(work, matter, matter.pk, files)
    facts = _facts(matter, command, given, chosen)
    work.record(matter, "matter.reported", {**facts, "files": attached} if attached else facts)
    if not work.actor.history:
        work.publish("matter.reported", matter, {"number": matter.number, "tells": [acting_grant(matter)]})
    due = moment_text(matter.due_at) if matter.due_at else None
    answer = {"matter": str(matter.pk), "number": matter.number, "due": due}
    if work.actor.history:
        return answer
    return {**answer, "recorded": moment_text(work.now), "leaf": work.leaf(matter).hex()}


def _fields(command: ReportMatter, given: Prepared, on: datetime.date, *, history: bool) -> dict[str, Any]:
    """The declared fields, checked; the condition is one of them where the type keeps it."""
    told = told_fields(given.type, history=history)
    fields = checked(spelled(told, given.rules.conditions(command.category, on)), command.fields)
    keeps = command.condition and any(one.key == CONDITION for one in given.type.fields)
    return {**fields, CONDITION: command.condition} if keeps else fields


def told_fields(matter_type: MatterType, *, history: bool) -> Sequence[Field]:
    """The fields that a report may fill in: not those that acts set, unless what happened elsewhere is recorded."""
    return [one for one in matter_type.fields if history or one.asked_of != "act"]


def category_problem(matter_type: MatterType, category: str, rules: Rules, on: datetime.date) -> Text | None:
    """Why a matter of the type cannot be of this category on that day: not in the catalogue, not one of its leaves, or
    not one for its type."""
    known = rules.categories(on).get(category)
    if known is None:
        return Text(f"类别目录中没有 {category}。", f"The catalogue has no category {category}.")
    if not known.leaf:
        return Text(
            f"{known.title.zh} 下面还有小类，请选小类。",
            f"{known.title.en} has categories below it; choose one of them.",
        )
    if not matter_type.takes(known.type):
        title = matter_type.title
        return Text(f"{known.title.zh} 不是“{title.zh}”的类别。", f"{known.title.en} is no category of “{title.en}”.")
    return None


def area_problem(command: ReportMatter, places: Places) -> Text | None:
    """Why the area that somebody named cannot be the matter's: there is none of this code, or it has ended."""
    known = places.by_code.get(command.area)
    if not command.area or (known is not None and known.until_on is None):
        return None
    return Text(f"没有区域 {command.area}。", f"There is no area {command.area}.")


def _route(command: ReportMatter, given: Prepared, on: datetime.date, history: bool) -> Routed | None:
    if history or given.type.names_unit:
        return None  # the source states its unit, or whoever reported it named it; nothing is invented
    return routed(given.rules, given.agencies, (command.category, given.place, command.condition), on)


def unit_named(code: str, agencies: Agencies) -> uuid.UUID | None:
    """The id of the living unit with this code; None for no code. Raises Invalid where there is none."""
    if not code:
        return None
    body = agencies.unit_by_code.get(code)
    if body is None:
        raise Invalid(Text(f"没有单位 {code}。", f"There is no unit {code}."), place="unit")
    return body.id


def detail_of(matter: Matter, command: ReportMatter, given: Prepared, fields: dict[str, Any]) -> Detail:
    """The matter's point, fields (checked) and words for the search."""
    on = given.rules.day_of(matter.opened_at)
    titles = titles_of(given.rules, given.places, command.category, given.place, on)
    detail = Detail(
        matter_id=matter.pk,
        lon_e7=command.point.lon_e7 if command.point else None,
        lat_e7=command.point.lat_e7 if command.point else None,
        located=given.found.how,
        fields=fields,
        **indexed(matter, fields, titles),
    )
    seal(detail, fields=sealed_keys(given.type.fields))
    return detail


def parts_of(work: Work, matter: Matter, command: ReportMatter) -> list[Party | ExternalNumber]:
    """Who reported it, where anything is known of them, and its number in another system."""
    parts: list[Party | ExternalNumber] = []
    if command.contact is not None:
        one = command.contact
        contact = {
            key: value for key, value in (("name", one.name), ("phone", one.phone), ("email", one.email)) if value
        }
        party = Party(id=work.new_id(), matter_id=matter.pk, role="reporter", contact=contact, follow=one.follow)
        party.known_by = known_by(one.phone)
        seal(party, contact=contact)
        parts.append(party)
    if command.external is not None:
        known = command.external
        parts.append(
            ExternalNumber(
                id=work.new_id(), matter_id=matter.pk, source=known.source, number=known.number, digest=known.digest
            )
        )
    return parts


def start_clocks(work: Work, matter: Matter, matter_type: MatterType, rules: Rules, fields: Mapping[str, Any]) -> None:
    """The clocks that the report itself starts, counted from the opening; the due moment follows."""
    on = rules.day_of(matter.opened_at)
    for rule in matter_type.clocks:
        if rule.key not in matter_type.starts:
            continue
        calendar = calendar_of(rules, CITY_CALENDAR, on)
        found = limits_of(rules, matter, matter_type, fields, rule.key)
        segment = beginning("start", matter.opened_at, found, calendar)
        if segment is None:
            continue  # nobody set a limit: the matter has no due moment, and the page says so
        clock = new_clock(work, matter, rule.key, segment, calendar)
        if rule.measures_due and clock.due_at is not None:
            matter.due_at = min(clock.due_at, matter.due_at or clock.due_at)


def _reported_by(work: Work, matter: Matter, at: datetime.datetime) -> Step:
    """That a member of staff reported it, in which post: who did that is not independent later."""
    return Step(
        id=work.new_id(),
        matter_id=matter.pk,
        action=REPORT,
        actor=work.actor.reference,
        post=work.duty.post,
        at=at,
        state=matter.state,
        content={},
    )


def opening_facts(matter: Matter, command: ReportMatter, given: Prepared) -> dict[str, Any]:
    """What the first entry of a matter tells of it, however it comes in: codes and ids only."""
    return {
        "type": given.type.key,
        "type_version": given.type.version,
        "category": command.category,
        "area": given.place.code if given.place else "",
        **given.found.facts,
        "channel": command.channel,
        "unit": matter.unit_id,
    }


def _facts(matter: Matter, command: ReportMatter, given: Prepared, chosen: Routed | None) -> dict[str, Any]:
    facts = {**opening_facts(matter, command, given), "happened": matter.opened_at}
    if command.claimed:
        facts["claimed"] = command.claimed
    if command.condition:
        facts["condition"] = command.condition
    if chosen is not None:
        facts["route"] = facts_of(chosen)
    if command.external is not None:
        facts["source"] = command.external.source
    return facts
