"""Matters as rows of a workbook: the columns that a type asks for, the form to fill in with the classes and areas to
choose from, and each row as the intake form would have sent it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.types import Field, MatterType
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.tables.writing import Mark, Page, Value, workbook
from jingwei.kernel.values.words import Text
from jingwei.kit.intake import CONTACT, asked_fields, categories_for
from jingwei.kit.lists.sheets import Column, Row, Sheet
from jingwei.surfaces.desk.intake.told import CHANNELS

MOST = 500
"""Rows of one file."""
_CLASSES, _AREAS = Text("类别", "classes"), Text("区域", "areas")
CHOSEN_FROM = (_CLASSES, _AREAS)
"""The sheets of the form from which cells are chosen; what stands in them is not read."""
_SOURCE, _NUMBER = Text("来自", "from"), Text("对方编号", "their number")
_UNIT = Text("给哪个单位", "for which unit")
_CHANNEL, _CATEGORY, _AREA = Text("来源渠道", "channel"), Text("类别", "class"), Text("区域", "area")
_LON, _LAT = Text("经度", "longitude"), Text("纬度", "latitude")
_YES_NO = {"是": "true", "yes": "true", "true": "true", "否": "false", "no": "false", "false": "false"}


@dataclass(frozen=True)
class MatterSheet:
    """The sheet of one type, in this city and on this day."""

    scope: Scope
    type: MatterType

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """What the intake form asks for."""
        return asked_fields(self.type, staff=True)

    @cached_property
    def sheet(self) -> Sheet:
        """Who keeps the list, and the number there, name a row: the same one is entered once."""
        contact = CONTACT if self.type.parties else ()
        columns = (
            Column("source", _SOURCE, required=True, longest=30),
            Column("number", _NUMBER, required=True, longest=80),
            Column("category", _CATEGORY, required=True),
            *((Column("unit", _UNIT, required=True),) if self.type.names_unit else ()),
            *(_column(one) for one in self.fields),
            Column("area", _AREA),
            Column("lon", _LON, longest=20),
            Column("lat", _LAT, longest=20),
            Column("channel", _CHANNEL, longest=30),
            *(Column(key, title, longest=longest) for key, title, _, longest in contact),
        )
        return Sheet("matters", Text("事项", "matters"), columns, ("source", "number"), MOST)

    def template(self, language: str, mark: Mark | None = None) -> bytes:
        """The form to fill in; its cells for class and area choose from the sheets beside it."""
        classes, areas = list(self._classes(language)), list(self._areas(language))
        heads = [one.title.in_(language) for one in self.sheet.columns]
        keys = [one.key for one in self.sheet.columns]
        choices = {
            keys.index(key): f"='{title.in_(language)}'!$A$2:$A${max(2, len(rows) + 1)}"
            for key, title, rows in (("category", _CLASSES, classes), ("area", _AREAS, areas))
        }
        empty = [[""] * len(heads)] * MOST
        head = (Text("填进表里的", "as written in the sheet").in_(language), Text("属于", "within").in_(language))
        return workbook(
            [
                Page(self.sheet.title.in_(language), heads, empty, choices),
                Page(_CLASSES.in_(language), head, classes),
                Page(_AREAS.in_(language), head, areas),
            ],
            mark,
        )

    def _classes(self, language: str) -> Iterator[tuple[Value, Value]]:
        for group in categories_for(self.scope, self.type, open_only=False):
            for code, title in group.choices:
                yield f"{code} {title.in_(language)}", group.title.in_(language)

    def _areas(self, language: str) -> Iterator[tuple[Value, Value]]:
        places = places_of(self.scope)
        for one in sorted(places.in_force, key=lambda place: place.lft):
            above = places.by_id.get(one.parent) if one.parent else None
            yield f"{one.code} {one.name.in_(language)}", above.name.in_(language) if above else ""

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        """Codes by what somebody may have written for a class: the code, its title, both."""
        groups = categories_for(self.scope, self.type, open_only=False)
        return _written([choice for group in groups for choice in group.choices])

    @cached_property
    def _places(self) -> Mapping[str, str]:
        return _written([(one.code, one.name) for one in places_of(self.scope).in_force])

    def post_of(self, row: Row, zone: ZoneInfo) -> dict[str, str]:
        """What the intake form would have sent for this row; what is not known there goes as it was written, and the
        command says why it cannot be."""
        values = row.values
        post = {name: values[name] for name in ("lon", "lat", "name", "phone", "email") if values.get(name)}
        post["category"] = self._codes.get(values["category"].casefold(), values["category"])
        post["area"] = self._places.get(values["area"].casefold(), values["area"])
        for one in self.fields:
            post[one.key] = self._said(one, row, post["category"], zone)
        return post

    def unit_of(self, row: Row) -> str:
        """Code of the unit that the row names, in types whose report names it; what is not known goes as written."""
        if not self.type.names_unit:
            return ""
        units = agencies_of(self.scope).unit_by_code.values()
        return _written([(one.code, one.name) for one in units]).get(row.values["unit"].casefold(), row.values["unit"])

    def channel_of(self, row: Row) -> str:
        """How it came; by telephone where nothing is written. Raises KeyError."""
        written = row.values["channel"]
        return _written(CHANNELS.items())[written.casefold()] if written else next(iter(CHANNELS))

    def _said(self, field: Field, row: Row, category: str, zone: ZoneInfo) -> str:
        written = row.values[field.key]
        if field.kind == "day" and field.key in row.moments:
            return row.moments[field.key].astimezone(zone).date().isoformat()
        if field.kind == "yes_no":
            return _YES_NO.get(written.casefold(), written)
        if field.kind in ("choice", "condition"):
            today = self.scope.today
            known = field.choices if field.kind == "choice" else rules_of(self.scope).conditions(category, today)
            return _written(known).get(written.casefold(), written)
        return written


def _column(field: Field) -> Column:
    longest = field.longest if field.kind in ("line", "text") else 200
    kind: Literal["text", "day"] = "day" if field.kind == "day" else "text"
    return Column(field.key, field.title, kind, required=field.required, longest=longest)


def _written(choices: Collection[tuple[str, Text]]) -> Mapping[str, str]:
    """The key by itself, by its words in either language and by both together, whatever the case; words that several
    share mean none of them."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for key, title in choices:
        for words in {title.zh.casefold(), title.en.casefold()}:
            shared |= {words} if found.get(words, key) != key else set()
            found[words] = key
    found = {words: key for words, key in found.items() if words not in shared}
    for key, title in choices:
        found |= {one.casefold(): key for one in (key, f"{key} {title.zh}", f"{key} {title.en}")}
    return found
