"""Returns what was done here to the system a matter came from, in that system's own columns."""

import csv
import datetime
import os
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db.models import F, Q

from jingwei.kernel.agencies.snapshot import Agencies, agencies_of
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.bulk import Keyed, execute_many
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.feeds.commands import GRANT, NoteReturned
from jingwei.kernel.feeds.definition import Feed
from jingwei.kernel.feeds.returning import Returning
from jingwei.kernel.matters.models import ExternalNumber, Step
from jingwei.kernel.sealing import reveal
from jingwei.kernel.tables.writing import Page, workbook
from jingwei.kernel.values.cells import csv_cell
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

_BATCH = 1000


def return_results(feed: Feed, file: Path) -> dict[str, Any]:
    """Writes the results not yet returned to `file` (.xlsx or .csv) and notes that they were; gives how many.

    A matter reopened and closed again is returned again. The file stands, whole, before anything is noted: killed in
    between, the next run returns the same rows once more, which their numbers make harmless. Raises Invalid where the
    feed declares no return, or the file cannot be of that kind or is there already.
    """
    if feed.returning is None:
        reason = Text(f"数据源 {feed.name} 没有声明回传。", f"The feed {feed.name} declares no return.")
        raise Invalid(reason, place="return")
    if file.suffix.lower() not in (".xlsx", ".csv") or file.exists():
        raise Invalid(_NOT_THERE, place=file.name)
    with reading(system(f"return:{feed.name}", "matter.read")) as scope:
        waiting = _waiting(feed, feed.returning)
        table = _table(scope, feed, feed.returning, waiting)
    if not waiting:
        return {"returned": 0, "file": ""}
    _write(file, [one.title for one in feed.returning.columns], table)
    actor = system(f"return:{feed.name}", "matter.read", GRANT)
    for start in range(0, len(waiting), _BATCH):
        commands = [
            Keyed(
                f"returned|{feed.source}|{one.number}|{one.matter.version}",
                NoteReturned(matter_id=one.matter_id, source=feed.source),
            )
            for one in waiting[start : start + _BATCH]
        ]
        refused = [outcome.refusal for outcome in execute_many(actor, commands) if outcome.refusal]
        if refused:
            raise refused[0]
    return {"returned": len(waiting), "file": str(file)}


_NOT_THERE = Text(
    "回传文件须为 .xlsx 或 .csv，且不得已存在；请另取文件名。",
    "The file must end in .xlsx or .csv and must not exist yet; choose another name.",
)


def _waiting(feed: Feed, returning: Returning) -> list[ExternalNumber]:
    """The numbers of that system whose matters are ready and closed after they were last returned."""
    ready = ExternalNumber.objects.filter(source=feed.source, matter__state__in=returning.states)
    since = Q(returned_at=None) | Q(matter__closed_at__gt=F("returned_at"))
    return list(ready.filter(since).select_related("matter", "matter__detail").order_by("number"))


def _table(scope: Scope, feed: Feed, returning: Returning, waiting: Sequence[ExternalNumber]) -> list[list[str]]:
    written: dict[str, dict[uuid.UUID, dict[str, Any]]] = {}
    ids = [one.matter_id for one in waiting]
    reveal(one.matter.detail for one in waiting)
    for step in reveal(Step.objects.filter(matter_id__in=ids, action__in=returning.acts).order_by("id")):
        written.setdefault(step.action, {})[step.matter_id] = step.content
    agencies = agencies_of(scope)
    table = []
    for one in waiting:
        heads = _heads(feed, one, agencies)
        cells = []
        for column in returning.columns:
            kind, _, rest = column.value.partition(":")
            if kind == "field":
                value = str(one.matter.detail.fields.get(rest, ""))
            elif kind == "act":
                action, _, field = rest.partition(".")
                value = str(written.get(action, {}).get(one.matter_id, {}).get(field, ""))
            else:
                value = rest if kind == "text" else heads[kind]
            cells.append(column.words.get(value, value))
        table.append(cells)
    return table


def _heads(feed: Feed, one: ExternalNumber, agencies: Agencies) -> dict[str, str]:
    """What every matter has, by the names of `Column.value`."""
    matter = one.matter
    unit = agencies.unit_by_id.get(matter.unit_id) if matter.unit_id else None
    return {
        "number": one.number,
        "matter": matter.number,
        "state": matter.state,
        "unit": unit.code if unit else "",
        "opened_at": _local(feed, matter.opened_at),
        "due_at": _local(feed, matter.due_at),
        "closed_at": _local(feed, matter.closed_at),
        "in_time": _in_time(matter.due_at, matter.closed_at),
    }


def _in_time(due: datetime.datetime | None, closed: datetime.datetime | None) -> str:
    if due is None or closed is None:
        return ""
    return "yes" if closed <= due else "no"


def _local(feed: Feed, moment: datetime.datetime | None) -> str:
    return moment.astimezone(feed.zone).strftime(feed.moment_format) if moment else ""


def _write(file: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The whole file or none."""
    unfinished = file.with_name(f".{file.name}.part{file.suffix}")
    if file.suffix.lower() == ".csv":
        with unfinished.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows([[csv_cell(cell) for cell in row] for row in (header, *rows)])
    else:
        unfinished.write_bytes(workbook([Page("Sheet1", header, rows)]))
    with unfinished.open("rb") as done:
        os.fsync(done.fileno())
    unfinished.replace(file)
