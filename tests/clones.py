"""Clones of a template database, for tests that commit: the ledger refuses to be flushed, so each has its own copy."""

import copy
import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
import pytest
from django.db import connection, connections
from psycopg import sql
from pytest_django import DjangoDbBlocker

from jingwei.installation import clone_database, drop_database, server
from jingwei.kernel.agencies import snapshot as agencies
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.places import snapshot as places
from jingwei.kernel.places.checking import survey
from jingwei.kernel.rulebook import snapshot as rulebook
from jingwei.kit.maps import outlines, sheets
from jingwei.kit.publishing import figures as published
from jingwei.surfaces.command_map import figures as counted
from tests.city import City, make_city
from tests.database import EVERYTHING, bare, lead_to

T = TypeVar("T")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Clone:
    """One copy of the template that Django's connections now lead to."""

    name: str
    city: City

    def fresh_city(self) -> City:
        """The city for one test, whose logins it may change."""
        return City({post: copy.copy(account) for post, account in self.city.accounts.items()})

    def app(self) -> "psycopg.Connection[Any]":
        """A new connection of the role that runs, with autocommit."""
        return connect(self.name, connection.settings_dict)

    def owner(self) -> "psycopg.Connection[Any]":
        """A new connection of the role that owns the tables, with autocommit."""
        return connect(self.name, server().django_database("owner", "public"))

    def dump(self) -> dict[str, bytes]:
        """Every table of the city in the order of its key, as COPY writes it."""
        with self.owner() as owner:
            return {table: copied(owner, table) for table in tables(owner)}


Clones = Callable[[], AbstractContextManager[Clone]]


def connect(name: str, settings: dict[str, Any]) -> "psycopg.Connection[Any]":
    """A connection to a database with the address and the role of Django's settings, in the city's schema."""
    return psycopg.connect(
        dbname=name,
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        user=settings["USER"],
        password=settings["PASSWORD"] or None,
        options=connection.settings_dict["OPTIONS"]["options"] + EVERYTHING,
        autocommit=True,
    )


def tables(owner: "psycopg.Connection[Any]") -> list[str]:
    """The tables of the city's schema by name."""
    found = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
    return [row[0] for row in found if row[0] != "django_migrations"]


def copied(owner: "psycopg.Connection[Any]", table: str) -> bytes:
    """All rows of a table in the order of its first column, which is its key. What waits for the log has no order
    of its own: batches and single commands may queue differently."""
    columns = sql.SQL("entry" if table == "ledger_pending" else "*")
    query = sql.SQL("COPY (SELECT {} FROM {} ORDER BY 1) TO STDOUT").format(columns, sql.Identifier(table))
    with owner.cursor() as cursor, cursor.copy(query) as rows:
        return b"".join(bytes(block) for block in rows)


_SLOW = (agencies, places, rulebook)
"""What processes hold of the slow data, by edition."""


def forget_snapshots() -> None:
    """Two databases may be at the same edition with different content."""
    for module in _SLOW:
        module.__dict__["_held"] = None
    forget_worked_out()


def forget_worked_out() -> None:
    """What was drawn of places and counted of matters stands by edition and moment, and so might another test's."""
    survey.__dict__["_held"] = None
    for drawn in (sheets._sheet, outlines._outlines):
        drawn.cache_clear()
    counted.forget()
    published.forget()


@contextmanager
def snapshots_put_back() -> Iterator[None]:
    """What is held after a rollback to the state of the beginning: what was held there."""
    held = [module.__dict__["_held"] for module in _SLOW]
    try:
        yield
    finally:
        for module, one in zip(_SLOW, held, strict=True):
            module.__dict__["_held"] = one


def in_threads(tasks: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Runs all at once, each on a connection of its own; what was raised stands in the place of the answer."""

    def run(task: Callable[[], T]) -> T | Exception:
        try:
            return task()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def _point_at(name: str) -> None:
    lead_to(name)
    forget_snapshots()


@contextmanager
def copy_of(template: str) -> Iterator[str]:
    """A copy of a database under a new name, with Django's connections led to it; dropped at the end."""
    before = connection.settings_dict["NAME"]
    name = f"jw_clone_{os.getpid()}_{next(_numbers)}"
    _point_at(before)  # no connection may be open to the template while it is copied
    clone_database(server(), template, name)
    try:
        _point_at(name)
        yield name
    finally:
        _point_at(before)
        drop_database(server(), name)


@contextmanager
def template_with(make: Callable[[], T], of: str = "") -> Iterator[tuple[str, T]]:
    """A copy of the bare database, or of the template `of`, with what `make` writes, for clones to be copied from;
    nobody else writes to it. Where Django's connections lead just now depends on the test before."""
    led_to = connection.settings_dict["NAME"]
    with copy_of(of or bare()) as name:
        made = make()
        _point_at(led_to)
        yield name, made


@pytest.fixture(scope="session")
def template(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Clone]:
    """The database with the test city in it."""
    with django_db_blocker.unblock(), template_with(make_city) as (name, made), django_db_blocker.block():
        yield Clone(name, made)


@dataclass(frozen=True)
class CityDatabase(Clone):
    """A copy of the template that tests share, and the slow data of its city as a process holds it."""

    held: Sequence[object] = ()

    def hold(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The process has read the slow data already, as any but a new one has."""
        for module, one in zip(_SLOW, self.held, strict=True):
            monkeypatch.setattr(module, "_held", one)
        forget_worked_out()


@pytest.fixture(scope="session")
def city_database(template: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[CityDatabase]:
    """The copy of the template in which tests of the city work one after another, each in a transaction that is rolled
    back. Whoever asks for it finds Django's connections led to it (`tests.database`)."""
    with django_db_blocker.unblock():
        tested, name = connection.settings_dict["NAME"], f"jw_city_{os.getpid()}"
        clone_database(server(), template.name, name)
        _point_at(name)
        with reading(system("tests")) as scope:
            agencies.agencies_of(scope), places.places_of(scope), rulebook.rules_of(scope)
        held = [module.__dict__["_held"] for module in _SLOW]
        _point_at(tested)
        with django_db_blocker.block():
            yield CityDatabase(name, template.city, held)
        lead_to(tested)
        drop_database(server(), name)


@pytest.fixture
def clones(template: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[Clones]:
    """Opens one copy of the template after another: `with clones() as clone`."""

    @contextmanager
    def opened() -> Iterator[Clone]:
        with copy_of(template.name) as name:
            yield Clone(name, template.fresh_city())

    with django_db_blocker.unblock():
        yield opened


@pytest.fixture
def clone(clones: Clones) -> Iterator[Clone]:
    """A copy of the template for one test that commits."""
    with clones() as opened:
        yield opened
