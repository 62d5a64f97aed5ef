"""Everything that is kept about whoever proved it, and nothing about anybody else: as one archive to read and to use.

Left out: what other people said, who works on the matter, and readings that would tell of others (decision 0014).
"""

import datetime
import io
import json
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.translation import get_language

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.files.kinds import KINDS
from jingwei.kernel.files.models import Attachment
from jingwei.kernel.files.opening import stored_of
from jingwei.kernel.files.store import Stored, store
from jingwei.kernel.matters.fields import spelled_type
from jingwei.kernel.matters.filing import rules_of_files
from jingwei.kernel.matters.models import Detail, Party, Step
from jingwei.kernel.matters.types import Field, MatterType, type_of
from jingwei.kernel.outbox.models import Delivery
from jingwei.kernel.reads.shown import Day, readings_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.sealing import reveal, revealed
from jingwei.kernel.values.canonical import moment_text
from jingwei.kernel.values.words import Text
from jingwei.kit.intake import CONTACT
from jingwei.kit.page import Face
from jingwei.surfaces.portal.own.queries import Row, row_of
from jingwei.surfaces.portal.queries import Stage, stages_of, words_of

_TITLES = {name: title for name, title, _, _ in CONTACT}
_SENT = {
    Delivery.QUEUED: Text("待发送", "waiting"),
    Delivery.SENT: Text("已发送", "sent"),
    Delivery.FAILED: Text("没有送达", "not delivered"),
    Delivery.DROPPED: Text("不再需要", "no longer needed"),
}
_OF_REPORTER = "public"  # reference of whoever acts by the code
_INNER = ("stored", "step")  # what the archive itself is made with


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was written down, under its title."""

    title: Text
    value: Text


@dataclass(frozen=True, slots=True)
class Did:
    """An act of the person."""

    at: datetime.datetime
    title: Text
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """A message to the person."""

    channel: str
    at: datetime.datetime
    state: Text


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that the person sent; `name` is where it lies in the archive."""

    name: str
    title: Text
    added_at: datetime.datetime
    stored: Stored


@dataclass(frozen=True, slots=True)
class Mine:
    """One matter, as far as it is about the person."""

    head: Row
    contact: tuple[Said, ...]
    said: tuple[Said, ...]
    stages: tuple[Stage, ...]
    did: tuple[Did, ...]
    sent: tuple[Sent, ...]
    files: tuple[Kept, ...]
    readings: tuple[Day, ...]


def everything_of(scope: Scope, parties: Sequence[Party], zone: ZoneInfo) -> list[Mine]:
    """What is kept of the person in each of these matters. At most nine statements a matter."""
    return [_mine(scope, party, zone) for party in parties]


def _mine(scope: Scope, party: Party, zone: ZoneInfo) -> Mine:
    matter = party.matter
    conditions = rules_of(scope).conditions(matter.category, scope.day_of(matter.opened_at))
    declared = spelled_type(type_of(matter.type, matter.type_version), conditions)
    detail = revealed(Detail.objects.get(pk=matter.pk))
    steps = list(Step.objects.filter(matter=matter).order_by("at", "id"))
    reveal(step for step in steps if step.actor == _OF_REPORTER)
    told = [one for one in declared.fields if one.asked_of != "act"]
    return Mine(
        row_of(scope, matter),
        tuple(Said(title, _plain(party.contact[key])) for key, title in _TITLES.items() if key in party.contact),
        tuple(_said(scope, told, detail.fields)),
        tuple(stages_of(scope, declared, matter, steps)),
        tuple(_did(scope, declared, steps)),
        tuple(_sent(party)),
        tuple(_files(declared, matter.pk, steps, matter.number)),
        tuple(_readings(scope, matter.pk, zone)),
    )


def _said(scope: Scope, fields: Sequence[Field], values: Mapping[str, Any]) -> Iterator[Said]:
    for one in fields:
        if one.key in values:
            yield Said(one.title, words_of(scope, one, values[one.key]))


def _plain(value: Any) -> Text:
    return value if isinstance(value, Text) else Text(str(value), str(value))


def _did(scope: Scope, declared: MatterType, steps: Sequence[Step]) -> Iterator[Did]:
    for step in steps:
        action = declared.action(step.action)
        if action is not None and step.actor == _OF_REPORTER:
            yield Did(step.at, action.title, tuple(_said(scope, action.fields, step.content)))


def _sent(party: Party) -> Iterator[Sent]:
    """One statement."""
    for one in Delivery.objects.filter(audience="reporter", receiver=party.pk).order_by("created_at", "pk"):
        yield Sent(one.channel, one.sent_at or one.created_at, _SENT[one.state])


def _files(declared: MatterType, matter: uuid.UUID, steps: Sequence[Step], number: str) -> Iterator[Kept]:
    """The clean copy of a picture, else the file itself; what came with the report and with the person's acts. One
    statement."""
    acts = {matter, *(step.pk for step in steps if step.actor == _OF_REPORTER)}
    titles = {key: rule.title for key, rule in rules_of_files(declared).items()}
    found = Attachment.objects.filter(stream_id=matter, act__in=acts).order_by("added_at", "id")
    for place, one in enumerate((one for one in found if not one.gone), 1):
        suffix = "jpg" if one.copy is not None else KINDS[one.kind].suffix
        name = f"files/{number}-{place}.{suffix}"
        stored = stored_of(one, "original" if one.copy is None else "copy")
        yield Kept(name, titles.get(one.rule, _plain(one.rule)), one.added_at, stored)


def _readings(scope: Scope, matter: uuid.UUID, zone: ZoneInfo) -> Iterator[Day]:
    """Page by page, to the first day."""
    before: datetime.date | None = None
    while True:
        page = readings_of(scope, matter, zone, before)
        yield from page.days
        before = page.following
        if before is None:
            return


def zipped(everything: Sequence[Mine], face: Face) -> bytes:
    """The archive: a page to read, the same for machines, and the files."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        context = {"matters": everything, "city": face, "language": get_language() or "zh-hans"}
        archive.writestr("index.html", render_to_string("portal/own/everything.html", context))
        archive.writestr("everything.json", json.dumps(_for_machines(everything, face), ensure_ascii=False, indent=1))
        for file in (one for mine in everything for one in mine.files):
            with archive.open(file.name, "w") as into:
                into.writelines(store().open(file.stored).chunks)
    return kept.getvalue()


def _for_machines(everything: Sequence[Mine], face: Face) -> Any:
    origin = {"city": "training"} if face.training else {}
    return {"format": "jingwei.everything.1", **origin, "matters": [_members(asdict(mine)) for mine in everything]}


def _members(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _members(one) for name, one in value.items() if name not in _INNER}
    if isinstance(value, datetime.datetime):
        return moment_text(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return [_members(one) for one in value] if isinstance(value, list | tuple) else value
