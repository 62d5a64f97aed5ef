"""How long a matter is kept: worked out at its closing from the type and the result, gone when it is opened again; and
what stops its destruction."""

import datetime
import json
import uuid
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as some

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import WRITING, begin
from jingwei.kernel.commands.sql import raw_connection
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.commands import SplitMatter
from jingwei.kernel.matters.commands.split import Part
from jingwei.kernel.matters.keeping.holds import LiftLegalHold, PlaceLegalHold, held
from jingwei.kernel.matters.models import LegalHold, Matter
from jingwei.kernel.matters.types import all_types
from jingwei.kernel.values.errors import Denied, Invalid
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.spans import years_after
from tests.city import City, add_post
from tests.procedure import MONDAY, PROCEDURE, Procedure, named

DAY = datetime.timedelta(days=1)
LATER = datetime.datetime(2028, 2, 29, 23, 59, 59, tzinfo=datetime.UTC)


@given(
    some.dates(datetime.date(1900, 1, 1), datetime.date(2200, 1, 1)),
    some.integers(1, 100),
)
def test_a_term_ends_on_its_day_and_of_a_day_that_is_not_there_on_the_next(day: datetime.date, years: int) -> None:
    closed = datetime.datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=datetime.UTC)
    until = years_after(closed, years)
    assert until.timetz() == closed.timetz() and until.year == day.year + years
    on = (day.month, day.day)
    assert (until.month, until.day) == on or (on == (2, 29) and (until.month, until.day) == (3, 1))


def test_the_calendar_ends_and_no_closing_fails_at_it() -> None:
    end = datetime.datetime(9998, 12, 31, tzinfo=datetime.UTC)
    assert years_after(end, 100).year == datetime.MAXYEAR


def test_every_result_of_every_type_has_a_term_with_its_source() -> None:
    for one in all_types():
        for state in one.states:
            if state.final:
                term = one.retention_of(state.key)
                assert term.years >= 1 and term.basis.zh and term.basis.en, f"{one.key} {state.key}"


def test_the_term_follows_the_result_and_the_closing(procedure: Procedure) -> None:
    asked = procedure.act("dispatcher", procedure.report(request="ask"), "answer", LATER)
    assert asked.kept_until == LATER.replace(year=2029, month=3, day=1)
    parted = procedure.report()
    parts = tuple(Part(matter_id=new_id(), category="ROAD-1", fields={"title": "一"}) for _ in "ab")
    parted = procedure.send("dispatcher", SplitMatter(matter_id=parted.pk, fields={}, parts=parts, **named("split")))
    assert parted.state == "parted" and parted.kept_until == years_after(MONDAY, 3)
    told = json.loads(bytes(Entry.objects.filter(stream=asked.pk).latest("seq").body))
    assert told["facts"]["kept_until"] == "2029-03-01T23:59:59.000Z"


def test_opened_again_it_has_no_term_until_it_is_closed_again(procedure: Procedure) -> None:
    matter = procedure.act("dispatcher", procedure.report(request="ask"), "answer")
    again = procedure.act("supervisor", matter, "reopen", MONDAY + DAY, reason="没有答复清楚")
    assert again.closed_at is None and again.kept_until is None
    told = json.loads(bytes(Entry.objects.filter(stream=matter.pk).latest("seq").body))
    assert "kept_until" not in told["facts"]
    anew = procedure.act("dispatcher", again, "answer", MONDAY + 2 * DAY)
    assert anew.kept_until == years_after(MONDAY + 2 * DAY, 1)


def test_what_was_closed_before_gets_the_same_term_from_the_upgrade(procedure: Procedure) -> None:
    """The SQL of the migration counts as the types do, of a 29 February too; what is open gets none."""
    closings = [LATER, LATER.replace(year=2027, month=2, day=28), LATER.replace(month=3, day=1), MONDAY]
    closed = {procedure.act("dispatcher", procedure.report(request="ask"), "answer", at).pk: at for at in closings}
    still_open = procedure.report()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE matters_matter SET kept_until = NULL")
    migration = import_module("jingwei.kernel.matters.migrations.0014_kept_and_held")
    with transaction.atomic():
        begin(system("upgrade"), None, read_only=False)  # it ran before the table asked who writes
        raw_connection().execute(WRITING)
        migration.keep(apps, SimpleNamespace(connection=connection))
    found = dict(Matter.objects.filter(pk__in=closed).values_list("pk", "kept_until"))
    assert found == {key: PROCEDURE.kept_until("closed", at) for key, at in closed.items()}
    assert Matter.objects.get(pk=still_open.pk).kept_until is None


@pytest.fixture
def held_city(city: City) -> City:
    """Two posts that may hold: for the whole city, and for the roads alone."""
    for code in ("legal-one", "legal-two"):
        add_post(city, code, "CITY", "T", "legal", ("matter.read", "retention.hold"))
    add_post(city, "legal-west", "CITY", "T2", "legal", ("matter.read", "retention.hold"))
    return city


def place(city: City, post: str, matter: Matter, reason: str = "（2026）鲁16民初1号") -> uuid.UUID:
    command = PlaceLegalHold(matter_id=matter.pk, reason=reason)
    return uuid.UUID(str(execute(city.actor(post), command, city.key())["hold"]))


def lift(city: City, post: str, matter: Matter, hold: uuid.UUID, reason: str = "已结案") -> None:
    execute(city.actor(post), LiftLegalHold(matter_id=matter.pk, hold=hold, reason=reason), city.key())


def test_a_hold_stands_until_somebody_else_lifts_it(held_city: City) -> None:
    city, matter = held_city, held_city.report()
    first, second = place(city, "legal-one", matter), place(city, "legal-two", matter, "审计第 7 号")
    with pytest.raises(Invalid, match="A second person must lift it"):
        lift(city, "legal-one", matter, first)
    lift(city, "legal-two", matter, first)
    assert held(list(LegalHold.objects.filter(matter=matter)))  # the other still stands
    lift(city, "legal-one", matter, second)
    assert not held(list(LegalHold.objects.filter(matter=matter)))
    with pytest.raises(Invalid, match="lifted already"):
        lift(city, "legal-two", matter, first)
    one = LegalHold.objects.get(pk=first)
    assert (one.placed_by, one.lifted_by) == tuple(city.actor(post).reference for post in ("legal-one", "legal-two"))
    told = b"".join(bytes(entry.body) for entry in Entry.objects.filter(stream=matter.pk)).decode()
    assert told.count("matter.hold_placed") == told.count("matter.hold_lifted") == 2
    assert "民初" not in told and "结案" not in told


def test_a_hold_needs_a_reason_the_grant_and_the_matter_in_reach(held_city: City) -> None:
    city, matter = held_city, held_city.report(cell="T1-01")
    with pytest.raises(Invalid, match="Give the reason"):
        place(city, "legal-one", matter, "  ")
    with pytest.raises(Denied, match="place and lift legal holds"):
        place(city, "supervisor", matter)
    with pytest.raises(Denied) as hidden:
        place(city, "legal-west", matter)
    assert not hidden.value.found
    hold = place(city, "legal-one", matter)
    with pytest.raises(Invalid, match="Give the reason"):
        lift(city, "legal-two", matter, hold, "")
    with pytest.raises(Denied) as foreign:  # a hold of another matter
        lift(city, "legal-two", city.report(), hold)
    assert not foreign.value.found
    assert held(list(LegalHold.objects.filter(matter=matter)))
