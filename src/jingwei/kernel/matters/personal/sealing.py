"""Seals what earlier editions kept in clear: contacts, the sealed fields of matters, acts and tasks, and files; keys
what they kept of the rows of other systems, whose cells could be found by trying."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from jingwei.kernel.commands.actor import by_grant
from jingwei.kernel.commands.registry import Bulk, Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.files.models import Attachment
from jingwei.kernel.files.upgrading import lies_open, seal_contents
from jingwei.kernel.matters.models import Detail, ExternalNumber, Matter, Party, Step, Task
from jingwei.kernel.matters.personal.statements import UNKEYED, keyed_statement
from jingwei.kernel.matters.types import MatterType, every_version, sealed_keys, type_of
from jingwei.kernel.sealing import SealedModel, seal
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

GRANT = "matter.seal"

_OPEN_PARTIES = "SELECT DISTINCT matter_id FROM matters_party WHERE contact <> '{}' LIMIT %s"
_UNKEYED = "SELECT DISTINCT matter_id FROM matters_externalnumber WHERE octet_length(digest) = %s LIMIT %s"
_OPEN_FILES = """SELECT DISTINCT stream_id FROM files_attachment
WHERE sealed IS NULL AND original IS NOT NULL LIMIT %s"""
_OPEN_ROWS = """SELECT DISTINCT r.matter_id FROM {rows} r JOIN matters_matter m ON m.id = r.matter_id
WHERE m.type = %s AND m.type_version = %s AND {of} = %s AND r.{column} ?| %s LIMIT %s"""
_DETAILS = _OPEN_ROWS.format(rows="matters_detail", of="m.type", column="fields")
_STEPS = _OPEN_ROWS.format(rows="matters_step", of="r.action", column="content")
_ASKED = _OPEN_ROWS.format(rows="matters_task", of="r.role", column="content")
_ANSWERED = _OPEN_ROWS.format(rows="matters_task", of="r.role", column="result")


@dataclass(frozen=True, kw_only=True)
class SealMatter(Command):
    """Seals what lies in clear of one matter, though it is declared sealed."""

    matter_id: uuid.UUID


@handles(
    SealMatter,
    grant=GRANT,
    bulk=Bulk(
        head=Matter,
        touches=lambda command: (command.matter_id,),
        parts=(Party, Detail, Step, Task, ExternalNumber, Attachment),
    ),
)
def seal_matter(work: Work, command: SealMatter) -> Result:
    """The entry tells of every row that was sealed; the matter itself stays as it is."""
    matter = work.lock(Matter, command.matter_id)
    work.authorise(GRANT, by_grant(work.actor, GRANT))
    matter_type = type_of(matter.type, matter.type_version)
    count = 0
    for row, names in _open_of(work, matter, matter_type):
        seal(row, **names)
        work.save(row, *names, "key", "sealed")
        count += 1
    for stated in work.parts(ExternalNumber, matter):
        kept = bytes(stated.digest or b"")
        if len(kept) == UNKEYED:
            stated.digest = keyed_statement(kept)
            work.save(stated, "digest")
            count += 1
    for file in work.parts(Attachment, matter):
        if lies_open(file):
            work.save(file, *seal_contents(file))
            count += 1
    if count == 0:
        raise Invalid(Text("这件事没有明文的个人信息。", "Nothing of this matter lies in clear."), place="matter_id")
    work.record(matter, "matter.sealed", {"rows": count, "happened": work.now})
    return {"matter": str(matter.pk), "rows": count}


def _open_of(
    work: Work, matter: Matter, matter_type: MatterType
) -> Iterator[tuple[SealedModel, dict[str, frozenset[str]]]]:
    """The rows of which something lies in clear, with all that is to be sealed of each."""
    declared: list[tuple[SealedModel, dict[str, frozenset[str]]]] = []
    for party in work.parts(Party, matter):
        declared.append((party, {"contact": frozenset(party.contact)}))
    for detail in work.parts(Detail, matter):
        declared.append((detail, {"fields": sealed_keys(matter_type.fields)}))
    for step in work.parts(Step, matter):
        action = matter_type.action(step.action)
        declared.append((step, {"content": sealed_keys(action.fields if action else ())}))
    for task in work.parts(Task, matter):
        rule = matter_type.task(task.role)
        fields, result = (rule.fields, rule.result) if rule else ((), ())
        declared.append((task, {"content": sealed_keys(fields), "result": sealed_keys(result)}))
    for row, names in declared:
        if row.sealed is None and any(keys & getattr(row, attribute).keys() for attribute, keys in names.items()):
            yield row, names


def lying_open(most: int) -> list[uuid.UUID]:
    """Matters with something in clear; where there are more, about so many."""
    found: set[uuid.UUID] = set()
    with connection.cursor() as cursor:
        for query, values in _searches():
            if len(found) < most:
                cursor.execute(query, [*values, most])
                found |= {row[0] for row in cursor.fetchall()}
    return sorted(found)


def _searches() -> Iterator[tuple[str, list[Any]]]:
    """A query with its values for contacts, rows of other systems, files, and whatever a type declares sealed."""
    yield _OPEN_PARTIES, []
    yield _UNKEYED, [UNKEYED]
    yield _OPEN_FILES, []
    for one in every_version():
        yield _DETAILS, [one.key, one.version, one.key, sorted(sealed_keys(one.fields))]
        for action in one.actions:
            if keys := sealed_keys(action.fields):
                yield _STEPS, [one.key, one.version, action.key, sorted(keys)]
        for rule in one.tasks:
            yield _ASKED, [one.key, one.version, rule.role, sorted(sealed_keys(rule.fields))]
            yield _ANSWERED, [one.key, one.version, rule.role, sorted(sealed_keys(rule.result))]
