"""Guarded tables are written by Work alone: every other way that Django offers refuses, and so does the database."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import models
from psycopg import sql

from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import guarded_models
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.values.errors import OutOfOrder
from jingwei.kernel.writes import GuardedModel
from tests.architecture.tables import UNGUARDED
from tests.city import City
from tests.clones import Clone

GUARDED = guarded_models()


def test_every_kind_of_row_a_city_has_is_guarded() -> None:
    names = {model._meta.db_table for model in GUARDED}
    assert {
        "matters_matter",
        "matters_party",
        "clocks_clock",
        "agencies_post",
        "rulebook_value",
        "places_area",
    } <= names


@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model._meta.db_table)
def test_a_guarded_model_refuses_every_way_of_writing(model: type[GuardedModel]) -> None:
    rows: Any = model._default_manager
    row: Any = model()
    writes: list[Callable[[], Any]] = [
        lambda: row.save(),
        lambda: row.delete(),
        lambda: rows.create(),
        lambda: rows.get_or_create(),
        lambda: rows.update_or_create(),
        lambda: rows.all().update(),
        lambda: rows.all().delete(),
        lambda: rows.bulk_create([row]),
        lambda: rows.bulk_update([row], []),
        lambda: model._base_manager.all().delete(),
    ]
    for write in writes:
        with pytest.raises(OutOfOrder, match="only by a command"):
            write()


def test_entries_refuse_the_bulk_ways_too() -> None:
    rows: Any = Entry.objects
    writes: list[Callable[[], Any]] = [
        lambda: rows.create(),
        lambda: rows.update(),
        lambda: rows.all().delete(),
        lambda: rows.bulk_create([]),
    ]
    for write in writes:
        with pytest.raises(OutOfOrder):
            write()


def test_related_rows_cannot_be_written_through_their_owner(city: City) -> None:
    unit: Any = Unit.objects.get(code="ROADS")
    before = Matter.objects.count()
    writes: list[Callable[[], Any]] = [
        lambda: unit.matter_set.create(),
        lambda: unit.matter_set.update(state="closed"),
        lambda: unit.matter_set.all().delete(),
    ]
    for write in writes:
        with pytest.raises(OutOfOrder):
            write()
    assert Matter.objects.count() == before


def test_no_guarded_model_is_left_out_of_the_guard() -> None:
    """A model of ours is guarded, or stands in the written list of plumbing."""
    from django.apps import apps

    ours = [model for model in apps.get_models() if model.__module__.startswith("jingwei.")]
    bare = {model._meta.db_table for model in ours if not issubclass(model, GuardedModel)}
    assert bare == set(UNGUARDED)
    assert all(isinstance(model, models.base.ModelBase) for model in ours)


def test_the_running_role_owns_no_table_and_cannot_truncate_or_alter_one(clone: Clone) -> None:
    with clone.app() as app:
        for model in GUARDED:
            for verb in ("TRUNCATE {} CASCADE", "DROP TABLE {}", "ALTER TABLE {} DISABLE TRIGGER ALL"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute(sql.SQL(verb).format(sql.Identifier(model._meta.db_table)))
