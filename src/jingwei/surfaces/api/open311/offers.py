"""Which services a city offers by Open311: the classes that residents may choose, of the types that they may report.

A service's attributes are the fields that its type asks everybody for, beyond the words and the place, which the
specification names itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.fields import spelled
from jingwei.kernel.matters.types import Field, MatterType
from jingwei.kernel.rulebook.snapshot import Category, rules_of
from jingwei.kernel.values.errors import Denied
from jingwei.kernel.values.words import Text
from jingwei.kit.intake import asked_fields
from jingwei.kit.publishing.figures import public_types

NAMED = ("text", "address")
"""Declared fields that the specification has under names of its own: `description`, `address_string`."""

_DATATYPES = {
    "line": "string",
    "text": "text",
    "number": "number",
    "day": "datetime",
    "choice": "singlevaluelist",
    "yes_no": "singlevaluelist",
}
"""Kinds of fields in the specification's words; what has none (a unit, a post) cannot be asked for here."""

_DAY = Text("日期，写成 2026-11-26", "a day, written 2026-11-26")
_YES_NO = (("true", Text("是", "Yes")), ("false", Text("否", "No")))


@dataclass(frozen=True, slots=True)
class Offer:
    """One service: a class of the catalogue with the type that takes it."""

    category: Category
    group: Text
    type: MatterType
    attributes: tuple[Field, ...]


def reportable(scope: Scope) -> list[MatterType]:
    """The types whose matters Open311 shows and takes: residents may report them, their counts may be public, and a
    report needs neither a unit nor a file."""
    return [one for one in public_types(scope) if not one.names_unit and not any(rule.least for rule in one.files)]


def offers(scope: Scope) -> list[Offer]:
    """All services of today, by code."""
    types = reportable(scope)
    return [found for _, one in sorted(_open(scope).items()) if (found := _offer(scope, one, types)) is not None]


def offer(scope: Scope, code: str) -> Offer:
    """The service with this code. Raises Denied (404)."""
    one = _open(scope).get(code)
    found = _offer(scope, one, reportable(scope)) if one is not None else None
    if found is None:
        reason = Text(f"没有服务 {code[:60]}。", f"There is no service {code[:60]}.")
        raise Denied(reason, found=False, place="service_code")
    return found


def _open(scope: Scope) -> dict[str, Category]:
    known = rules_of(scope).categories(scope.today)
    return {code: one for code, one in known.items() if one.leaf and one.open}


def _offer(scope: Scope, one: Category, types: list[MatterType]) -> Offer | None:
    """None where no type takes the class, or its form asks for what the specification has no datatype for."""
    taking = next((known for known in types if known.takes(one.type)), None)
    if taking is None:
        return None
    rules, on = rules_of(scope), scope.today
    asked = spelled(asked_fields(taking, staff=False), rules.conditions(one.code, on))
    if any(field.required and field.kind not in _DATATYPES for field in asked):
        return None
    parent = rules.categories(on).get(one.parent)
    attributes = tuple(field for field in asked if field.kind in _DATATYPES and field.key not in NAMED)
    return Offer(one, parent.title if parent else Text("", ""), taking, attributes)


def listed(one: Offer) -> dict[str, Any]:
    """The service as the list has it (GeoReport v2, “GET Service List”)."""
    language, title = get_language() or "zh-hans", one.category.title
    other = title.en if title.in_(language) == title.zh else title.zh
    group = one.group.in_(language)
    return {
        "service_code": one.category.code,
        "service_name": title.in_(language),
        "description": " · ".join(filter(None, (group, title.in_(language)))),
        "metadata": bool(one.attributes),
        "type": "realtime",
        "keywords": other,
        "group": group,
    }


def defined(one: Offer) -> dict[str, Any]:
    """The service with what is asked for (“GET Service Definition”)."""
    return {"service_code": one.category.code, "attributes": list(_attributes(one))}


def _attributes(one: Offer) -> Iterator[dict[str, Any]]:
    language = get_language() or "zh-hans"
    for order, field in enumerate(one.attributes, 1):
        choices = _YES_NO if field.kind == "yes_no" else field.choices
        written = {
            "variable": True,
            "code": field.key,
            "datatype": _DATATYPES[field.kind],
            "required": field.required,
            "datatype_description": _DAY.in_(language) if field.kind == "day" else None,
            "order": order,
            "description": field.title.in_(language) + (f" ({field.hint.in_(language)})" if field.hint else ""),
        }
        values = [{"key": key, "name": title.in_(language)} for key, title in choices]
        yield {**written, "values": values} if values else written
