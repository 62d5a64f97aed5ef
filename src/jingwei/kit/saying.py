"""What is stored, in words for people: values of declared fields, classes of matters, persons."""

import datetime
import uuid
from collections.abc import Iterable
from typing import Any

from jingwei.kernel.agencies.models import Person
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope, as_uuid
from jingwei.kernel.matters.types import Field, MatterType
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.words import Text
from jingwei.kit.moments import day_written

_YES, _NO = Text("是", "Yes"), Text("否", "No")


def in_words(scope: Scope, field: Field, value: Any) -> Text | str:
    """The value of a declared field; a plain one reads the same in both languages."""
    if isinstance(value, Text):  # what stands in the place of a value that was erased
        return value
    if field.kind == "yes_no":
        return _YES if value else _NO
    if field.kind == "day":
        return day_in_words(str(value))
    if field.kind == "choice":
        return dict(field.choices).get(str(value), str(value))
    if field.kind == "unit":
        body = agencies_of(scope).unit_by_id.get(uuid.UUID(str(value)))
        return body.name if body else str(value)
    if field.kind == "post":
        post = agencies_of(scope).posts.get(uuid.UUID(str(value)))
        return post.title if post else str(value)
    if field.kind == "category":
        return category_title(scope, str(value))
    return str(value)


def day_in_words(value: str) -> Text | str:
    """A day as it was kept, `2026-11-27`; what is none stays as it is."""
    try:
        return day_written(datetime.date.fromisoformat(value))
    except ValueError:
        return value


def public_title(matter_type: MatterType, state: str) -> Text:
    """What a state is called before residents."""
    declared = matter_type.state(state)
    return declared.public_title or declared.title


def category_title(scope: Scope, key: str) -> Text:
    """What a class of matters is called today; its key, where it is no more."""
    known = rules_of(scope).categories(scope.today).get(key)
    return known.title if known else Text(key, key)


def level_title(scope: Scope, level: str) -> Text:
    """What a level of the area tree is called; its key, where the city has no word for it."""
    return rules_of(scope).word(f"level.{level}", scope.today) or Text(level, level)


def names_of(references: Iterable[str]) -> dict[str, str]:
    """The persons' names by how entries and rows refer to them (`person:ID`); what is no person is left out. One
    statement, none where nobody is meant."""
    wanted = (as_uuid(one.removeprefix("person:")) for one in set(references) if one.startswith("person:"))
    named = Person.objects.filter(pk__in=[key for key in wanted if key]).values_list("pk", "name")
    return {f"person:{key}": name for key, name in named}
