"""What the pages of drafts show: a line for each draft, and one draft with every value's difference and origin."""

import datetime
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import models

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.scope import Scope, as_uuid
from jingwei.kernel.drafts.life import STATES, second_problem
from jingwei.kernel.rulebook.documents import MEMBER
from jingwei.kernel.rulebook.drafting.rules import GRANT
from jingwei.kernel.rulebook.drafting.standing import standing_on
from jingwei.kernel.rulebook.models import Draft, DraftChange, Value
from jingwei.kernel.rulebook.parameters import PARAMETERS
from jingwei.kernel.rulebook.snapshot import Dated
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.pages import Cursor, newest_page
from jingwei.kit.saying import names_of
from jingwei.surfaces.desk.rules.drafts.difference import Line, difference, drafted, title_of
from jingwei.surfaces.desk.rules.drafts.origins import hands_of

SIZE = 50
"""Drafts of one page."""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One draft in words: what it is about, where it stands, who did what."""

    id: uuid.UUID
    state: str
    words: Text
    title: str
    from_on: datetime.date
    count: int
    writers: Text
    begun_at: datetime.datetime
    asked_by: str
    asked_at: datetime.datetime | None
    returned_by: str
    returned_because: str
    ended_by: str
    ended_at: datetime.datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One value of a draft: what changes, on which basis, since when the old one holds, who wrote it."""

    id: uuid.UUID
    parameter: str
    kind: Text
    subject: str
    title: Text
    lines: tuple[Line, ...]
    is_new: bool
    ends: bool
    basis: str
    basis_before: str
    since: datetime.date | None  # of the value that it replaces
    written_by: str
    written_at: datetime.datetime
    changed_since: bool  # another publication has replaced what it was written against
    paper: str  # of which paper, if it is a document template
    language: str
    document: str  # its SHA-256


@dataclass(frozen=True, slots=True)
class DraftPage:
    """One draft, and what its reader may do with it."""

    head: DraftLine
    rows: tuple[ChangeRow, ...]
    writes: bool
    publishes: bool
    own: bool  # the reader wrote in it: somebody else publishes
    undoes: DraftLine | None
    undone_by: tuple[DraftLine, ...]


def drafts_page(scope: Scope, after: Cursor | None) -> tuple[tuple[DraftLine, ...], str]:
    """The drafts, the newest first, and where the next page begins; whoever only reads the rulebook sees those that
    were published."""
    found, more = newest_page(_shown(scope.actor), "begun_at", after, SIZE)
    return _lines(found), Cursor(found[-1].begun_at, found[-1].pk).text if more else ""


def _shown(actor: Actor) -> "models.QuerySet[Draft]":
    return Draft.objects.all() if actor.holds(GRANT) else Draft.objects.filter(state="published")


def open_drafts(scope: Scope) -> tuple[DraftLine, ...]:
    """Those that are being written or wait, the newest first, for whoever may edit the rulebook. Three statements at
    most, none for everybody else."""
    if not scope.actor.holds(GRANT):
        return ()
    found = Draft.objects.filter(state__in=("open", "asked")).order_by("-begun_at", "-id")[:SIZE]
    return _lines(list(found))


def waiting(scope: Scope) -> Draft | None:
    """The oldest draft that waits for a second person and may be published by this one. One statement."""
    asked = Draft.objects.filter(state="asked").order_by("asked_at", "id")[:SIZE]
    return next((one for one in asked if second_problem(scope.actor, one) is None), None)


def found_draft(scope: Scope, key: str) -> Draft:
    """A draft that the reader may see. Raises Denied as not found."""
    wanted = as_uuid(key)
    found = _shown(scope.actor).filter(pk=wanted).first() if wanted else None
    if found is None:
        raise not_found()
    return found


def changes_of(one: Draft) -> list[DraftChange]:
    """The values of a draft without those left out, in the order of the rulebook."""
    rows = DraftChange.objects.filter(draft=one, left_out_at=None).select_related("replaces", "becomes")
    order = list(PARAMETERS)
    return sorted(rows, key=lambda row: (order.index(row.parameter), row.subject))


def draft_page(scope: Scope, key: str) -> DraftPage:
    """One draft. Raises Denied as not found."""
    one = found_draft(scope, key)
    rows = changes_of(one)
    standing = _replaced(one, rows)
    names = names_of(row.written_by for row in rows)
    back = list(Draft.objects.filter(undoes=one).exclude(state="withdrawn").order_by("begun_at"))
    lines = {line.id: line for line in _lines([one, *back, *([one.undoes] if one.undoes else [])])}
    may = scope.actor.holds(GRANT)
    own = second_problem(scope.actor, one) is not None
    return DraftPage(
        head=lines[one.pk],
        rows=tuple(_row(scope, one, row, standing[row.pk], names) for row in rows),
        writes=may and one.state == "open",
        publishes=may and one.state == "asked" and not own,
        own=own,
        undoes=lines[one.undoes_id] if one.undoes_id else None,
        undone_by=tuple(lines[other.pk] for other in back),
    )


def _replaced(one: Draft, rows: Collection[DraftChange]) -> Mapping[uuid.UUID, Value | None]:
    """What each value replaces: what stands on its day, and of a draft that is decided what stood then."""
    if one.state in ("published", "withdrawn"):
        return {row.pk: row.replaces for row in rows}
    standing = standing_on(one.from_on, [(row.parameter, row.subject) for row in rows])
    return {row.pk: standing[row.parameter, row.subject].holds for row in rows}


def _row(scope: Scope, one: Draft, row: DraftChange, before: Value | None, names: Mapping[str, str]) -> ChangeRow:
    old = Dated(row.subject, before.from_on, before.until_on, before.content, before.basis) if before else None
    new = drafted(row.subject, row.content, row.basis) if row.content is not None else None
    document = (row.content or {}).get(MEMBER, "")
    paper, _, language = row.subject.partition("/")
    return ChangeRow(
        id=row.pk,
        parameter=row.parameter,
        kind=PARAMETERS[row.parameter].title,
        subject=row.subject,
        title=title_of(scope, row.parameter, row.subject, row.content or (before.content if before else None)),
        lines=difference(scope, row.parameter, old, new),
        is_new=before is None,
        ends=row.content is None,
        basis=row.basis,
        basis_before=before.basis if before else "",
        since=before.from_on if before else None,
        written_by=names.get(row.written_by, row.written_by),
        written_at=row.written_at,
        changed_since=row.replaces_id != (before.pk if before else None),
        paper=paper if document else "",
        language=language,
        document=document,
    )


def _lines(found: Collection[Draft]) -> tuple[DraftLine, ...]:
    """Drafts in words. Two statements."""
    names = names_of(_references(found))
    kept: dict[uuid.UUID, int] = {}
    for key in DraftChange.objects.filter(draft__in=found, left_out_at=None).values_list("draft_id", flat=True):
        kept[key] = kept.get(key, 0) + 1
    return tuple(
        DraftLine(
            id=one.pk,
            state=one.state,
            words=STATES[one.state],
            title=one.title,
            from_on=one.from_on,
            count=kept.get(one.pk, 0),
            writers=hands_of(one, names),
            begun_at=one.begun_at,
            asked_by=names.get(one.asked_by, one.asked_by),
            asked_at=one.asked_at,
            returned_by=names.get(one.returned_by, one.returned_by),
            returned_because=one.returned_because,
            ended_by=names.get(one.ended_by, one.ended_by),
            ended_at=one.ended_at,
            version=one.version,
        )
        for one in found
    )


def _references(found: Iterable[Draft]) -> Iterable[str]:
    for one in found:
        yield from (*one.hands, one.asked_by, one.returned_by, one.ended_by)
