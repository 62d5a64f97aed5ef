"""Rows that are made by the thousand: built as Django builds them, in a fifth of its time."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import models
from django.db.models.base import ModelState


@cache
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...]]:
    """What a new row holds by attribute, and what of it must be made anew for each row."""
    fields = model._meta.concrete_fields
    made = {field.attname: field.default for field in fields if field.has_default() and callable(field.default)}
    constants = {field.attname: None if field.attname in made else field.get_default() for field in fields}
    return constants, tuple(made.items())


class PlainRow(models.Model):
    """A model whose rows are made from values of its columns (`matter_id`, not `matter`) without Django's signals,
    to which nobody listens here. Other arguments, and rows read from the database, take Django's own way."""

    class Meta:
        abstract = True

    def __init__(self, *values: Any, **named: Any) -> None:
        defaults, made = _defaults(type(self))
        if values or not named.keys() <= defaults.keys():
            super().__init__(*values, **named)
            return
        mine = self.__dict__
        mine["_state"] = ModelState()
        mine.update(defaults)
        for attribute, make in made:
            if attribute not in named:
                mine[attribute] = make()
        mine.update(named)
