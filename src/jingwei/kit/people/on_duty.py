"""Who is on duty, roster by roster: the day's names, as every duty room has them on its board."""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from jingwei.kernel.agencies.duty import OnDuty, on_roster
from jingwei.kernel.agencies.models import Person, Roster
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, slots=True)
class Line:
    """One roster with who is on duty at the moment asked about."""

    code: str
    title: Text
    unit: Text
    area: uuid.UUID  # for which it holds
    people: tuple["Present", ...]


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody on duty, in which post, perhaps for somebody on leave."""

    name: str
    post: Text
    instead_of: str
    until_at: datetime.datetime


def rosters_then(scope: Scope, at: datetime.datetime) -> tuple[Line, ...]:
    """Every roster that was open then, with who was on duty. Three to five statements."""
    rosters = list(Roster.objects.filter(Q(closed_at=None) | Q(closed_at__gt=at)).order_by("code"))
    found = on_roster([roster.pk for roster in rosters], at)
    names = _names_of(found)
    agencies = agencies_of(scope)
    return tuple(
        Line(
            roster.code,
            Text(roster.title_zh, roster.title_en),
            agencies.unit_by_id[roster.unit_id].name,
            roster.area_id,
            tuple(_present(scope, one, names) for one in found if one.roster == roster.pk),
        )
        for roster in rosters
    )


def _names_of(found: Iterable[OnDuty]) -> Mapping[uuid.UUID, str]:
    """The names of those on duty and of those they stand in for. One statement."""
    people = {person for one in found for person in (one.person, one.stands_in_for) if person}
    return dict(Person.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}


def _present(scope: Scope, one: OnDuty, names: Mapping[uuid.UUID, str]) -> Present:
    """Somebody on duty, in words."""
    instead = names.get(one.stands_in_for, "") if one.stands_in_for else ""
    return Present(names[one.person], agencies_of(scope).post_titles[one.post], instead, one.until_at)
