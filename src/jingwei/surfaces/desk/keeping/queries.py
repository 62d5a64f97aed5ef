"""What the page of one matter's retention shows."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.keeping.holds import GRANT, held
from jingwei.kernel.matters.models import LegalHold, Matter
from jingwei.kernel.matters.policies import may_act
from jingwei.kernel.matters.types import MatterType, Retention, type_of
from jingwei.kernel.reads.note import Seen, seen
from jingwei.kernel.values.words import Text
from jingwei.kit.saying import names_of
from jingwei.surfaces.desk.matter_page import found_matter


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the type: for which results, how long, by which law, and whether it is this matter's."""

    results: tuple[Text, ...]  # none: every other result
    years: Text
    basis: Text
    applies: bool


@dataclass(frozen=True, slots=True)
class HoldRow:
    """One hold with who placed and lifted it, and whether the reader may lift it."""

    id: uuid.UUID
    reason: str
    placed_by: str
    placed_at: datetime.datetime
    lifted_by: str
    lifted_at: datetime.datetime | None
    lifted_because: str
    mine: bool  # whoever placed it does not lift it


@dataclass(frozen=True, slots=True)
class KeepingPage:
    """One matter's retention, whole."""

    number: str
    state: Text
    closed_at: datetime.datetime | None
    kept_until: datetime.datetime | None
    terms: tuple[Term, ...]
    holds: tuple[HoldRow, ...]
    held: bool
    may_hold: bool
    seen: Seen


def keeping_page(scope: Scope, number: str) -> KeepingPage:
    """The term with its source, and every hold, the newest first. Raises Denied as not found."""
    matter = found_matter(scope, number)
    matter_type = type_of(matter.type, matter.type_version)
    holds = list(LegalHold.objects.filter(matter=matter).order_by("-placed_at", "id"))
    return KeepingPage(
        number=matter.number,
        state=matter_type.state(matter.state).title,
        closed_at=matter.closed_at,
        kept_until=matter.kept_until,
        terms=_terms(matter_type, matter),
        holds=_rows(scope.actor, holds),
        held=held(holds),
        may_hold=may_act(scope.actor, matter, GRANT).allowed,
        seen=seen(matter),
    )


def _terms(matter_type: MatterType, matter: Matter) -> tuple[Term, ...]:
    now = matter_type.retention_of(matter.state) if matter.closed_at else None
    return tuple(_term(matter_type, one, one == now) for one in matter_type.retention)


def _term(matter_type: MatterType, one: Retention, applies: bool) -> Term:
    return Term(tuple(matter_type.state(result).title for result in one.results), _years(one.years), one.basis, applies)


def _years(count: int) -> Text:
    return Text(f"办结后 {count} 年", f"{count} year{'s' if count > 1 else ''} from the closing")


def _rows(actor: Actor, holds: Sequence[LegalHold]) -> tuple[HoldRow, ...]:
    names = names_of(reference for one in holds for reference in (one.placed_by, one.lifted_by))
    return tuple(
        HoldRow(
            one.pk,
            one.reason,
            names.get(one.placed_by, one.placed_by),
            one.placed_at,
            names.get(one.lifted_by, one.lifted_by),
            one.lifted_at,
            one.lifted_because,
            mine=one.placed_by == actor.reference,
        )
        for one in holds
    )
