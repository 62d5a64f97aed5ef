"""What the page of a roster's draft shows: day by day who comes and who goes, and what nobody covers then."""

import datetime
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from jingwei.kernel.agencies.commands.drafting.writing import CURRENT
from jingwei.kernel.agencies.commands.known import ROSTER
from jingwei.kernel.agencies.gaps import uncovered, windows
from jingwei.kernel.agencies.models import Person, Roster, RosterChange, RosterDraft, Shift
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope, as_uuid
from jingwei.kernel.drafts.life import STATES, second_problem
from jingwei.kernel.ledger.entries import Told, entries_of_since
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.saying import names_of
from jingwei.surfaces.desk.duty.queries import DAY, hours_written, midnight

SHOWN = 20
"""Earlier drafts, and changes at short notice, that a page names."""

_MOMENT = datetime.timedelta(microseconds=1)

LOOKED_BACK = datetime.timedelta(days=31)
"""For how long a roster shows what was changed at short notice."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a draft stands, and who did what."""

    id: uuid.UUID
    state: str
    words: Text
    writers: Text
    begun_at: datetime.datetime
    asked_by: str
    asked_at: datetime.datetime | None
    returned_by: str
    returned_because: str
    ended_by: str
    ended_at: datetime.datetime | None
    version: int
    undoes: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Change:
    """One shift that comes or goes."""

    id: uuid.UUID
    goes: bool
    name: str
    post: Text
    from_at: datetime.datetime
    until_at: datetime.datetime
    written_by: str


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """One day that the draft changes: who comes and goes, whoever stays, what nobody covers before and after."""

    on: datetime.date
    changes: tuple[Change, ...]
    stays: tuple[str, ...]
    gaps: tuple[str, ...]
    filled: tuple[str, ...]  # what nobody covers without the draft


@dataclass(frozen=True, slots=True)
class DraftPage:
    """One draft, and what its reader may do with it."""

    head: Head
    days: tuple[ChangedDay, ...]
    comes: int
    goes: int
    own: bool  # the reader wrote in it: somebody else publishes


@dataclass(frozen=True, slots=True)
class AtOnce:
    """One change at short notice: when, by whom, who went and who came."""

    at: datetime.datetime
    by: str
    what: Text
    went: str
    came: str


def edits(scope: Scope, roster: Roster) -> bool:
    """Whether the reader may edit the roster."""
    return scope.actor.duty_for(ROSTER, roster.area.lft, roster.unit_id) is not None


def current(roster: Roster) -> RosterDraft | None:
    """The draft that is being written or waits. One statement."""
    return RosterDraft.objects.filter(roster=roster, state__in=CURRENT).first()


def found_draft(roster: Roster, key: str) -> RosterDraft | None:
    """The draft asked for, else the one that is being written or waits. Raises Denied as not found."""
    if not key:
        return current(roster)
    wanted = as_uuid(key)
    found = RosterDraft.objects.filter(roster=roster, pk=wanted).first() if wanted else None
    if found is None:
        raise not_found()
    return found


def waiting(scope: Scope) -> list[RosterDraft]:
    """Drafts of rosters that wait for a second person and that this one may publish. One statement, none for whoever
    edits no roster."""
    if not scope.actor.holds(ROSTER):
        return []
    asked = RosterDraft.objects.filter(state="asked").select_related("roster__area").order_by("asked_at", "id")
    return [one for one in asked if second_problem(scope.actor, one) is None and edits(scope, one.roster)]


def earlier(roster: Roster) -> tuple[Head, ...]:
    """What was published or withdrawn, the newest first. Two statements."""
    found = RosterDraft.objects.filter(roster=roster).exclude(state__in=CURRENT).order_by("-ended_at", "-id")[:SHOWN]
    return _heads(list(found))


def draft_page(scope: Scope, roster: Roster, one: RosterDraft, zone: ZoneInfo) -> DraftPage:
    """One draft day by day. Four statements."""
    rows = list(
        RosterChange.objects.filter(draft=one, left_out_at=None).select_related("person").order_by("from_at", "id")
    )
    names, titles = names_of(row.written_by for row in rows), agencies_of(scope).post_titles
    changes = [
        Change(
            row.pk,
            row.goes_id is not None,
            row.person.name,
            titles[row.post_id],
            row.from_at,
            row.until_at,
            names.get(row.written_by, row.written_by),
        )
        for row in rows
    ]
    return DraftPage(
        head=_heads([one])[0],
        days=_days(roster, one, rows, changes, zone),
        comes=sum(not row.goes for row in changes),
        goes=sum(row.goes for row in changes),
        own=second_problem(scope.actor, one) is not None,
    )


def _days(
    roster: Roster, one: RosterDraft, rows: Collection[RosterChange], changes: Collection[Change], zone: ZoneInfo
) -> tuple[ChangedDay, ...]:
    """The days that something touches, each with what begins on it; of a published draft without what it brought."""
    touched = {at.astimezone(zone).date() for row in changes for at in (row.from_at, row.until_at - _MOMENT)}
    days = sorted(touched)
    if not days:
        return ()
    low, high = midnight(days[0], zone), midnight(days[-1] + DAY, zone)
    found = Shift.objects.filter(roster=roster, from_at__lt=high, until_at__gt=low).select_related("person")
    away, mine = {row.goes_id for row in rows}, {row.becomes_id for row in rows}
    shifts = [shift for shift in found if shift.pk in away or not (shift.cancelled or shift.pk in mine)]
    made = []
    for day in days:
        begins, ends = midnight(day, zone), midnight(day + DAY, zone)
        here = [shift for shift in shifts if shift.from_at < ends and shift.until_at > begins]
        stay = [shift for shift in here if shift.pk not in away]
        wanted = windows(roster.covers, zone, begins, ends)
        coming = [(row.from_at, row.until_at) for row in changes if not row.goes]
        after = uncovered(wanted, [*((one.from_at, one.until_at) for one in stay), *coming])
        before = uncovered(wanted, [(one.from_at, one.until_at) for one in here])
        today = tuple(row for row in changes if row.from_at.astimezone(zone).date() == day)
        gaps, was = ([hours_written(a, b, ends, zone) for a, b in some] for some in (after, before))
        filled = tuple(one for one in was if one not in gaps)
        if today or gaps != was:
            made.append(ChangedDay(day, today, tuple(one.person.name for one in stay), tuple(gaps), filled))
    return tuple(made)


def _heads(found: Collection[RosterDraft]) -> tuple[Head, ...]:
    names = names_of(name for one in found for name in (*one.hands, one.asked_by, one.returned_by, one.ended_by))
    return tuple(_head(one, names) for one in found)


def _head(one: RosterDraft, names: Mapping[str, str]) -> Head:
    hands = [names.get(hand, hand) for hand in one.hands]
    return Head(
        one.pk,
        one.state,
        STATES[one.state],
        Text("、".join(hands), ", ".join(hands)),
        one.begun_at,
        names.get(one.asked_by, one.asked_by),
        one.asked_at,
        names.get(one.returned_by, one.returned_by),
        one.returned_because,
        names.get(one.ended_by, one.ended_by),
        one.ended_at,
        one.version,
        one.undoes_id,
    )


# --- At short notice --------------------------------------------------------------------------------------------------

_REPLACED = Text("临时换人", "Replaced")
_ENTERED = Text("临时加班次", "Entered")
_CANCELLED = Text("临时取消", "Cancelled")


def at_once(scope: Scope, roster: Roster) -> tuple[AtOnce, ...]:
    """What one person changed at short notice in the last month, the newest first. One to three statements."""
    told = [one for one in entries_of_since(roster.pk, scope.now - LOOKED_BACK) if one.facts.get("short_notice")]
    told = told[: -SHOWN - 1 : -1]
    people = {person for one in told for some in _people(one)[1:] for person in some}
    named = dict(Person.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}
    by = names_of(one.actor for one in told) if told else {}
    return tuple(_at_once(one, {str(key): name for key, name in named.items()}, by) for one in told)


def _people(one: Told) -> tuple[Text, list[str], list[str]]:
    """What happened, who went, who came."""
    if one.kind == "agencies.shift_replaced":
        return _REPLACED, [one.facts["person"]], [one.facts["by"][1]]
    if one.kind == "agencies.shift_cancelled":
        return _CANCELLED, [one.facts["person"]], []
    return _ENTERED, [], [shift[2] for shift in one.facts["shifts"]]


def _at_once(one: Told, named: Mapping[str, str], by: Mapping[str, str]) -> AtOnce:
    what, went, came = _people(one)
    said = ("、".join(dict.fromkeys(named.get(person, "") for person in some)) for some in (went, came))
    return AtOnce(one.recorded_at, by.get(one.actor, one.actor), what, *said)
