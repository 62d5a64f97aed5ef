"""The rows of a sheet of matters as reports: the command of the intake page, tried first as it would go, then done.

A row is known again by whoever keeps the list and by its number there, whoever sends the file: it is entered once.
"""

import datetime
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.bulk import Keyed, execute_many
from jingwei.kernel.commands.registry import Result
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.commands import ReportMatter
from jingwei.kernel.matters.commands.report import External
from jingwei.kernel.matters.models import ExternalNumber, Matter
from jingwei.kernel.matters.personal.statements import statement_digest
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.reads.note import Seen, seen
from jingwei.kernel.values.errors import Invalid, Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import new_key
from jingwei.kit.intake import read_report
from jingwei.kit.lists.sheets import Fault, Row, read_sheets
from jingwei.surfaces.desk.intake.sheet import CHOSEN_FROM, MatterSheet
from jingwei.surfaces.desk.intake.told import CHANNELS
from jingwei.surfaces.desk.queries import category_title

_PREFIX = "Excel "
"""Before whoever keeps the list, so that none is taken for a feed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row that stands already, would be entered, or was."""

    row: int
    number: str  # there
    category: Text
    due: datetime.datetime | None  # of what would be entered, or was
    known: bool
    ours: str = ""  # our number, where there is one and the reader may see the matter


@dataclass(frozen=True, slots=True)
class Taking:
    """A file as it was tried, or taken in: a line for each row that is right, a fault for each that is not."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]
    shown: tuple[Seen, ...]

    @property
    def fresh(self) -> int:
        """How many would be entered, or were."""
        return sum(not one.known for one in self.lines)

    @property
    def known(self) -> int:
        """How many stood already."""
        return len(self.lines) - self.fresh


@dataclass(frozen=True, slots=True)
class _Read:
    """What of the file can be tried: the reports by their rows, and the rows of what stands already."""

    reports: Mapping[int, Keyed]
    rows: Mapping[int, Row]
    stands: Mapping[int, uuid.UUID]
    titles: Mapping[int, Text]
    faults: list[Fault]


def take(actor: Actor, matter_type: MatterType, content: bytes, zone: ZoneInfo, *, do: bool) -> Taking:
    """Tries every row and takes it back, or enters those that are right, in one transaction; the others are named.

    Raises Conflict where the same list is being entered by somebody else at this moment: then nothing is."""
    with reading(actor, everywhere=True) as scope:  # whether a row stands, whoever may see its matter
        given = _read(scope, MatterSheet(scope, matter_type), content, zone)
    outcomes = execute_many(actor, list(given.reports.values()), rehearse=not do) if given.reports else []
    results: dict[int, Result] = {}
    for number, outcome in zip(given.reports, outcomes, strict=True):
        if outcome.refusal is not None:
            given.faults.append(_fault(given.rows[number], outcome.refusal))
        elif outcome.result is not None:
            results[number] = outcome.result
    entered = {number: uuid.UUID(str(result["matter"])) for number, result in results.items() if do}
    with reading(actor) as scope:
        matters = _in_sight(scope, [*given.stands.values(), *entered.values()])
    lines = [
        _line(given, number, matters.get(given.stands.get(number) or entered.get(number)), results.get(number))
        for number in sorted((*given.stands, *results))
    ]
    faults = sorted(given.faults, key=lambda one: one.row)
    return Taking(tuple(lines), tuple(faults), tuple(seen(one) for one in matters.values()))


def _read(scope: Scope, made: MatterSheet, content: bytes, zone: ZoneInfo) -> _Read:
    rows, faults = read_sheets(content, zone, (made.sheet,), CHOSEN_FROM)
    found = _Read({}, {row.number: row for row in rows[made.sheet.key]}, {}, {}, faults)
    reports: dict[int, Keyed] = {}
    stands: dict[int, uuid.UUID] = {}
    titles: dict[int, Text] = {}
    known = _known(list(found.rows.values()))
    for number, row in found.rows.items():
        try:
            report = _report(made, row, zone)
        except Refusal as refusal:
            faults.append(_fault(row, refusal))
            continue
        titles[number] = category_title(scope, report.category)
        external = known.get((_source(row), row.values["number"]))
        if external is None:
            reports[number] = Keyed(f"sheet:{report.matter_id}", report)
        elif _same(external, report):
            stands[number] = external.matter_id
        else:
            faults.append(row.fault("number", _OTHER, _OTHER_REMEDY))
    return replace(found, reports=reports, stands=stands, titles=titles)


def _known(rows: Sequence[Row]) -> dict[tuple[str, str], ExternalNumber]:
    """What of these rows was entered before. One statement."""
    found = ExternalNumber.objects.filter(
        source__in={_source(row) for row in rows}, number__in={row.values["number"] for row in rows}
    )
    return {(one.source, one.number): one for one in found}


def _source(row: Row) -> str:
    return _PREFIX + row.values["source"]


def _same(known: ExternalNumber, report: ReportMatter) -> bool:
    """Whether the row says what it said when it was entered."""
    return report.external is not None and known.digest is not None and bytes(known.digest) == report.external.digest


def _report(made: MatterSheet, row: Row, zone: ZoneInfo) -> ReportMatter:
    """As the intake page reads its form. Raises Invalid."""
    try:
        channel = made.channel_of(row)
    except KeyError as unknown:
        listed = Text("、".join(one.zh for one in CHANNELS.values()), ", ".join(one.en for one in CHANNELS.values()))
        reason = Text(f"没有这个渠道；有：{listed.zh}。", f"There is no such channel; there are: {listed.en}.")
        raise Invalid(reason, place="channel") from unknown
    post = {**made.post_of(row, zone), "_key": new_key()}
    command = replace(read_report(made.type, made.fields, post, channel).command, unit=made.unit_of(row))
    said = json.dumps([row.values[one.key] for one in made.sheet.columns], ensure_ascii=False)
    external = External(source=_source(row), number=row.values["number"], digest=statement_digest(said))
    contact = replace(command.contact, follow=None) if command.contact else None  # nobody was told a code
    reached = contact if contact and (contact.name or contact.phone or contact.email) else None
    return replace(command, external=external, contact=reached)


def _fault(row: Row, refusal: Refusal) -> Fault:
    place = refusal.place or ""
    known = {one.key for one in row.sheet.columns}
    return row.fault(place if place in known else row.sheet.keys[1], refusal.reason, _REMEDIES.get(place, _REMEDY))


def _in_sight(scope: Scope, ids: Collection[uuid.UUID]) -> dict[uuid.UUID | None, Matter]:
    """Those that the reader may see. One statement."""
    found = Matter.objects.filter(in_scope(scope.actor), pk__in=ids) if ids else ()
    return {one.pk: one for one in found}


def _line(given: _Read, number: int, matter: Matter | None, result: Result | None) -> Line:
    due = result["due"] if result else None
    return Line(
        number,
        given.rows[number].values["number"],
        given.titles[number],
        datetime.datetime.fromisoformat(str(due)) if due else None,
        known=number in given.stands,
        ours=matter.number if matter else "",
    )


_OTHER = Text(
    "这个编号登记过，那时写的不是这些内容。", "This number was entered before, and the row said something else then."
)
_OTHER_REMEDY = Text(
    "补充或更正请到那件事的页面上办；是另一件事，请给另一个编号。",
    "What is to be added or corrected is done on that matter's page; another matter takes another number.",
)
_REMEDY = Text(
    "改正这一行，再导入同一个文件；已登记的不会重复。",
    "Correct the row and send the same file again: what was entered is not repeated.",
)
_REMEDIES = {
    "category": Text("从“类别”工作表中选一个。", "Choose one from the sheet “classes”."),
    "area": Text(
        "从“区域”工作表中选一个，或只写地址。", "Choose one from the sheet “areas”, or write the address alone."
    ),
    "lon": Text("写成 119.591 这样的度数，或留空。", "Write degrees such as 119.591, or leave it empty."),
    "lat": Text("写成 32.204 这样的度数，或留空。", "Write degrees such as 32.204, or leave it empty."),
    "channel": Text("改成其中一个，或留空。", "Write one of them, or leave it empty."),
}
