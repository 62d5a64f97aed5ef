"""What is destroyed of a matter whose term is over, and what stays.

The head stays, with its number, type, class, cell, times and result, and every entry: its proofs hold as before. Of
what was written down only what figures count stays: choices, numbers, days. Free words, contacts, codes to follow by,
the point, the words of the search and whatever was sealed are gone; so is the salt of the row hashes, so that nobody
can try guesses against the entries. Only that a contact was left is still told, for the figures of its time.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.work import Work
from jingwei.kernel.files.models import Attachment
from jingwei.kernel.matters.models import Detail, ExternalNumber, LegalHold, Link, Matter, Party, Step, Task, Urging
from jingwei.kernel.matters.types import FREE_WORDS, Field, MatterType, type_of
from jingwei.kernel.sealing import TERM, Ground, SealedModel, erase
from jingwei.kernel.subjects.models import Erasure
from jingwei.kernel.writes import GuardedModel


@dataclass(frozen=True, slots=True)
class Remains:
    """What lies outside the city's tables still, and is cleared once the destruction is committed."""

    keys: tuple[uuid.UUID, ...]
    files: tuple[bytes, ...]  # SHA-256 of sealed contents; an upload may still refer to the same


@dataclass(frozen=True, slots=True)
class Case:
    """By what the rows of one matter are emptied: its declaration, and the day and law that stand in their place."""

    type: MatterType
    ground: Ground


_SEALED = ("key", "sealed", "erased")


def destroy_content(work: Work, matter: Matter) -> Remains:
    """Destroys the content of a locked matter; the entry that the caller records tells of every row of the stream."""
    matter_type = type_of(matter.type, matter.type_version)
    case = Case(matter_type, Ground(work.scope.today, TERM))
    rows = [row for model in EMPTIED for row in work.parts(model, matter)]
    files = {one for row in rows if isinstance(row, Attachment) for one in _contents(row)}
    keys = [row.key for row in rows if isinstance(row, SealedModel) and row.key]
    for row in rows:
        work.save(row, *EMPTIED[type(row)](row, case))
    matter.salt, matter.kept_until = work.new_id().bytes, None
    work.save(matter, "salt", "kept_until")
    return Remains(tuple(keys), tuple(sorted(files)))


def lasting(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """What of the values stays: of declared fields that are neither free words nor sealed."""
    return {
        one.key: values[one.key]
        for one in fields
        if one.key in values and not one.sealed and one.kind not in FREE_WORDS
    }


def _contents(row: Attachment) -> Sequence[bytes]:
    return [bytes(one) for one in (row.original, row.copy, row.thumb) if one is not None]


def _freed(values: Mapping[str, Any], fields: Iterable[Field]) -> tuple[str, ...]:
    """The members that do not stay."""
    return tuple(values.keys() - lasting(fields, values).keys())


def _detail(row: Detail, case: Case) -> tuple[str, ...]:
    erase(row, case.ground, fields=_freed(row.fields, case.type.fields))
    row.lon_e7 = row.lat_e7 = None
    row.words, row.initials = "", ""
    return (*_SEALED, "fields", "lon_e7", "lat_e7", "words", "initials")


def _party(row: Party, case: Case) -> tuple[str, ...]:
    erase(row, case.ground, contact=tuple(row.contact))
    row.follow = row.known_by = None
    return (*_SEALED, "contact", "follow", "known_by")


def _step(row: Step, case: Case) -> tuple[str, ...]:
    action = case.type.action(row.action)
    erase(row, case.ground, content=_freed(row.content, action.fields if action else ()))
    return (*_SEALED, "content")


def _task(row: Task, case: Case) -> tuple[str, ...]:
    rule = case.type.task(row.role)
    fields, result = (rule.fields, rule.result) if rule else ((), ())
    erase(row, case.ground, content=_freed(row.content, fields), result=_freed(row.result, result))
    return (*_SEALED, "content", "result")


def _urging(row: Urging, _: Case) -> tuple[str, ...]:
    row.text = row.answer = row.public_answer = ""
    return "text", "answer", "public_answer"


def _hold(row: LegalHold, _: Case) -> tuple[str, ...]:
    row.reason = row.lifted_because = ""
    return "reason", "lifted_because"


def _external(row: ExternalNumber, _: Case) -> tuple[str, ...]:
    row.digest = None
    return ("digest",)


def _attachment(row: Attachment, case: Case) -> tuple[str, ...]:
    erase(row, case.ground)
    row.width = row.height = row.taken_at = None
    return (*_SEALED, *row.let_go(), "width", "height", "taken_at")


def _link(_: Link, __: Case) -> tuple[str, ...]:
    return ("kind",)  # as it is; its hash is anew


def _clock(_: Clock, __: Case) -> tuple[str, ...]:
    return ("status",)  # as it is; its hash is anew


def _erasure(_: Erasure, __: Case) -> tuple[str, ...]:
    return ("state",)  # as it is; its hash is anew


EMPTIED: Mapping[type[GuardedModel], Callable[[Any, Case], tuple[str, ...]]] = {
    Detail: _detail,
    Party: _party,
    Step: _step,
    Task: _task,
    Urging: _urging,
    LegalHold: _hold,
    ExternalNumber: _external,
    Attachment: _attachment,
    Link: _link,
    Clock: _clock,
    Erasure: _erasure,
}
"""Every kind of row that a matter's stream holds, and what of it is emptied: gives the attributes to be saved."""
