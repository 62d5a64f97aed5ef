"""Foreign keys protect what they point to and point home or downwards; every table is guarded or listed by name."""

import tomllib
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from jingwei.kernel.writes.models import GuardedModel
from tests.architecture.tables import THIRD_PARTY, UNGUARDED
from tests.architecture.tree import ROOT

OUTER = ["project", "surfaces", "handoffs", "capabilities", "kernel"]


@cache
def _kernel_ranks() -> dict[str, int]:
    """How high a kernel package stands, read from the import contract so that both say the same."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract.get("containers") == ["jingwei.kernel"]]
    return {name.strip(" ()"): height for height, layer in enumerate(reversed(layers)) for name in layer.split("|")}


def may_point(home: str, target: str) -> bool:
    """Whether a table of the app in package `home` may point to one of the app in package `target`."""
    if home == target:
        return True
    here, there = home.split("."), target.split(".")
    if here[0] != "jingwei" or there[0] != "jingwei":
        return False
    if here[1] != there[1]:
        return OUTER.index(here[1]) < OUTER.index(there[1])
    return here[1] == "kernel" and _kernel_ranks()[here[2]] > _kernel_ranks()[there[2]]


@pytest.mark.parametrize(
    ("home", "target", "allowed"),
    [
        ("jingwei.kernel.matters", "jingwei.kernel.places", True),
        ("jingwei.kernel.places", "jingwei.kernel.matters", False),
        ("jingwei.capabilities.grid_events", "jingwei.kernel.matters", True),
        ("jingwei.kernel.matters", "jingwei.capabilities.grid_events", False),
        ("jingwei.capabilities.grid_events", "jingwei.capabilities.custody", False),
        ("jingwei.kernel.matters", "django.contrib.auth", False),
    ],
)
def test_the_order_is_understood(home: str, target: str, allowed: bool) -> None:
    assert may_point(home, target) is allowed


def _ours() -> list[type[models.Model]]:
    found = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("jingwei.")]
    assert len(found) > 5, "Django's registry holds hardly any table of ours"
    return found


def _relations() -> list[tuple[type[models.Model], Any]]:
    return [
        (model, field)
        for model in _ours()
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if field.is_relation
    ]


def test_foreign_keys_protect() -> None:
    loose = [
        f"{model.__name__}.{field.name}"
        for model, field in _relations()
        if not field.many_to_many and field.remote_field.on_delete is not models.PROTECT
    ]
    assert loose == [], "a cascade deletes without asking anybody: on_delete=PROTECT"


def test_foreign_keys_point_home_or_down() -> None:
    sideways = [
        f"{model.__name__}.{field.name} → {field.related_model.__name__}"
        for model, field in _relations()
        if not may_point(model._meta.app_config.name, field.related_model._meta.app_config.name)
    ]
    assert sideways == []


def test_many_to_many_goes_through_a_guarded_table() -> None:
    hidden = [
        f"{model.__name__}.{field.name}"
        for model, field in _relations()
        if field.many_to_many and not issubclass(field.remote_field.through, GuardedModel)
    ]
    assert hidden == [], "Django's hidden tables are not guarded: name the table between"


def test_every_table_of_ours_is_guarded_or_named() -> None:
    unguarded = {model._meta.db_table for model in _ours() if not issubclass(model, GuardedModel)}
    assert unguarded == set(UNGUARDED)


def test_the_tables_of_others_are_the_written_list() -> None:
    foreign = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if not model.__module__.startswith("jingwei.")
    }
    assert foreign == THIRD_PARTY
