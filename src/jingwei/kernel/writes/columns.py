"""The columns of our tables, by the names the database knows them by."""

from typing import Any

from django.db import models


def column_of(field: "models.Field[Any, Any]") -> str:
    """The column of a stored field. Raises TypeError for a field that stores nothing."""
    if field.column is None:
        raise TypeError(f"{field} has no column; ask only for concrete fields")
    return field.column


def key_of(model: type[models.Model]) -> "models.Field[Any, Any]":
    """The primary key of a model. Raises TypeError for an abstract one, which has none."""
    key = model._meta.pk
    if key is None:
        raise TypeError(f"{model.__name__} has no primary key; ask only for models with a table")
    return key
