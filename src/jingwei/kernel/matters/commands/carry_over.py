"""Carry over: a matter that is open in the system a city leaves goes on here, in the state it had reached there."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.agencies.snapshot import Agencies, Desk
from jingwei.kernel.clocks.calendars import FIRST_DAY, WorkCalendar
from jingwei.kernel.clocks.elsewhere import Ran, elapsed_of
from jingwei.kernel.clocks.running import calendar_of, new_clock, put_segments
from jingwei.kernel.clocks.segments import Segment
from jingwei.kernel.commands.actor import by_grant
from jingwei.kernel.commands.registry import Bulk, Result, handles_prepared
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.commands.report import (
    Prepared,
    ReportMatter,
    area_problem,
    category_problem,
    detail_of,
    opening_facts,
    parts_of,
    unit_named,
)
from jingwei.kernel.matters.commands.report import prepare as prepare_reports
from jingwei.kernel.matters.fields import checked
from jingwei.kernel.matters.limits import CONDITION, beginning, due_of, limits_of
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.rules.routing import facts_of, routed
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.matters.types.standing import Standing, standing_in
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, Routed
from jingwei.kernel.values.canonical import moment_text
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.ids import public_number
from jingwei.kernel.values.words import Text

GRANT = "matter.carry_over"
_BEGINS = datetime.datetime.combine(FIRST_DAY, datetime.time(), datetime.UTC)
"""Before it no calendar counts."""


@dataclass(frozen=True, kw_only=True)
class CarryOver(ReportMatter):
    """转入: what the old system knows of an open matter. `happened_at` is when it was received there.

    `until` is the moment as of which the old system's list was made, `ran` what had run of the term by then, and
    `promised` the due moment that the reporter was told: it is kept, whatever our own limit says.
    """

    state: str
    until: datetime.datetime
    ran: Ran | None = None
    promised: datetime.datetime | None = None
    holder: str = ""  # code of the post in whose hands it is
    file: str  # SHA-256 of the list it stands in
    row: int


def prepare(scope: Scope, commands: Sequence[CarryOver]) -> list[Prepared]:
    """Locates all at once, as for reports."""
    return prepare_reports(scope, commands)


@handles_prepared(CarryOver, grant=GRANT, prepare=prepare, bulk=Bulk(head=Matter, touches=lambda _: ()))
def carry_over(work: Work, command: CarryOver, given: Prepared) -> Result:
    """Opens the stream with the matter as it stands. Nobody is told of each: new to them is the list, not its rows.

    What happened before lies in the other system; the entry names the list and the row it was taken from.
    """
    received = command.happened_at or command.until
    matter = _head(command, given, received)
    work.open(matter)
    work.authorise(GRANT, by_grant(work.actor, GRANT))
    work.require(_moment_problem(command, received, work.now), place="happened_at")
    on = given.rules.day_of(received)
    work.require(category_problem(given.type, command.category, given.rules, on), place="category")
    work.require(area_problem(command, given.places), place="area")
    work.require(_state_problem(given.type, command.state), place="state")
    standing = standing_in(given.type, command.state)
    work.require(_asked_problem(given.type, command.state, standing), place="state")
    chosen = _assign(matter, command, given, standing)
    fields = checked(given.type.fields, command.fields)
    work.insert(matter, detail_of(matter, command, given, fields), *parts_of(work, matter, command))
    clocks = _start_clocks(work, matter, command, given, (fields, standing))
    work.record(matter, "matter.carried_over", _facts(matter, command, given, chosen))
    return {
        "matter": str(matter.pk),
        "number": matter.number,
        "due": moment_text(matter.due_at) if matter.due_at else None,
        "area": given.place.code if given.place else "",
        "located": given.found.how,
        "unit": given.agencies.unit_by_id[matter.unit_id].code if matter.unit_id else "",
        "held": matter.holder_id is not None,
        "clocks": clocks,
    }


def _head(command: CarryOver, given: Prepared, received: datetime.datetime) -> Matter:
    return Matter(
        id=command.matter_id,
        type=given.type.key,
        type_version=given.type.version,
        number=public_number(command.matter_id),
        state=command.state,
        category=command.category,
        area_id=given.place.id if given.place else None,
        area_lft=given.lft,
        channel=command.channel,
        confidentiality=given.type.confidentiality,
        opened_at=received,
    )


def _moment_problem(command: CarryOver, received: datetime.datetime, now: datetime.datetime) -> Text | None:
    if received < _BEGINS:
        return Text("受理时间早于 2000 年。", "It was received before the year 2000.")
    if command.until > now:
        return Text("截止时点在将来。", "The moment as of which the list was made lies in the future.")
    if received > command.until:
        return Text("受理时间晚于清单截止时点。", "It was received after the list was made.")
    if command.promised and command.promised < received:
        return Text("期限早于受理时间。", "It fell due before it was received.")
    if command.ran and not command.ran.paused and command.ran.unit == "day":
        passed = (command.until - received).days + 1
        if command.ran.amount > passed:
            return Text(f"已用 {command.ran.amount} 天，但受理至今只有 {passed} 天。", _TOO_MUCH.format(passed))
    return None


_TOO_MUCH = "More of the term is used than the {} days that have passed since it was received."


def _state_problem(matter_type: MatterType, key: str) -> Text | None:
    """Why no matter can be carried over into this state: there is none, or it is final."""
    known = next((one for one in matter_type.states if one.key == key), None)
    if known is None:
        return Text(f"{matter_type.title.zh}没有状态 {key}。", f"{matter_type.title.en} has no state {key}.")
    if known.final:
        return Text(
            f"“{known.title.zh}”是终结状态，不转入。", f"“{known.title.en}” is final: nothing is left to do here."
        )
    return None


def _asked_problem(matter_type: MatterType, key: str, standing: Standing) -> Text | None:
    if not standing.asked:
        return None
    title = matter_type.state(key).title
    return Text(
        f"“{title.zh}”要有在本平台提出的申请；请对应到申请之前的状态，再在这里申请。",
        f"“{title.en}” needs what was asked for here; map it to the state before, and ask again.",
    )


def _assign(matter: Matter, command: CarryOver, given: Prepared, standing: Standing) -> Routed | None:
    """Unit and holder as the old system has them; where no unit is needed yet, the one that our own rules choose."""
    if standing.unit and not command.unit:
        title = given.type.state(command.state).title
        raise Invalid(
            Text(f"“{title.zh}”的事项要有承办单位。", f"A matter that is “{title.en}” needs its unit."), place="unit"
        )
    question = (command.category, given.place, command.condition)
    own = None if command.unit else routed(given.rules, given.agencies, question, given.rules.day_of(matter.opened_at))
    matter.unit_id = unit_named(command.unit or (own.unit if own else ""), given.agencies)
    if command.holder:
        matter.holder_id = next(
            (one.id for one in _posts_of(matter, given.agencies) if one.code == command.holder), None
        )
        if matter.holder_id is None:
            raise Invalid(
                Text(f"该单位没有岗位 {command.holder}。", f"The unit has no post {command.holder}."), place="holder"
            )
    return own


def _posts_of(matter: Matter, agencies: Agencies) -> Iterator[Desk]:
    return (one for one in agencies.posts.values() if one.unit == matter.unit_id)


def _start_clocks(
    work: Work, matter: Matter, command: CarryOver, given: Prepared, known: tuple[dict[str, Any], Standing]
) -> int:
    """The clock of the due moment as it ran there; clocks of the stage begin here: nobody knows when it was reached."""
    fields, standing = {**known[0], CONDITION: command.condition}, known[1]
    calendar = calendar_of(given.rules, CITY_CALENDAR, given.rules.day_of(matter.opened_at))
    begun = []
    for rule in given.type.clocks:
        whole = rule.key == given.type.due_clock
        if not whole and rule.key not in standing.clocks:
            continue
        found = limits_of(given.rules, matter, given.type, fields, rule.key)
        if whole:
            first = beginning("start", matter.opened_at, found, calendar)
            segments = list(_carried(command, first, matter.opened_at, calendar))
        else:
            first = beginning("start", work.now, found, calendar)
            segments = [first] if first else []
        if not segments:
            continue
        if rule.key in standing.paused:
            segments.append(Segment("pause", max(command.until, segments[-1].at)))
        clock = new_clock(work, matter, rule.key, segments[0], calendar, fires=False)
        clock.rang_at = work.now  # marks passed before are the old system's business; the next ones ring here
        put_segments(clock, segments, calendar, fires=True)
        begun.append(clock)
    matter.due_at = due_of(given.type, begun, calendar)
    return len(begun)


def _carried(
    command: CarryOver, first: Segment | None, received: datetime.datetime, calendar: WorkCalendar
) -> Iterator[Segment]:
    """Begun when it was received, what ran there, and what was promised; the promise goes before everything."""
    source = command.external.source if command.external else ""
    if first is not None:
        yield first
        if command.ran is not None and first.limit is not None:
            elapsed = elapsed_of(command.ran, first.limit, received, command.until, calendar)
            yield Segment("carried", command.until, elapsed=elapsed, basis=source)
    if command.promised is not None:
        yield Segment("given", command.until if first else received, due=command.promised, basis=source)


def _facts(matter: Matter, command: CarryOver, given: Prepared, own: Routed | None) -> dict[str, Any]:
    return {
        **opening_facts(matter, command, given),
        "holder": matter.holder_id,
        "to": matter.state,
        "received": matter.opened_at,
        "happened": command.until,
        "source": command.external.source if command.external else "",
        "file": command.file,
        "row": command.row,
        **({"route": facts_of(own)} if own else {}),
    }
