"""Lists of matters as files: what every reader of a matter may see, never what is sealed and nobody's contact."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.types import Field, type_of
from jingwei.kernel.measures.compute import Cut, Part, drill
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.reads.note import Seen
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.listing import MOST, Listing
from jingwei.kit.parts.table import Cell, Column
from jingwei.surfaces.desk.queries import Tab, Wanted, category_title, every_row, work_rows
from jingwei.surfaces.desk.tables.columns import cells_of
from jingwei.surfaces.desk.timeline import shown_fields

TABS: Mapping[Tab, Text] = {
    "mine": Text("我经手", "Mine"),
    "unit": Text("本单位", "My unit"),
    "area": Text("我的区域", "My area"),
    "all": Text("全部可见", "All I may see"),
    "finished": Text("已办结", "Finished"),
}
_YES = Text("是", "yes")
_PIECE = 1000


def work_listing(scope: Scope, wanted: Wanted, columns: Sequence[Column], *, fields: bool) -> Listing:
    """The matters asked for, in the order and with the columns of the page; of one type with all its declared fields
    besides where they are asked for. One statement."""
    told = _open_fields(wanted.type) if fields else ()
    seen: list[Seen] = []
    return Listing(
        name=wanted.type or "matters",
        title=Text("工作台", "Work list"),
        columns=[*columns, *(Column(_key(one), one.title) for one in told)],
        rows=_rows(scope, wanted, told, seen),
        filters=_filters(scope, wanted),
        seen=seen,
    )


def rows_behind(scope: Scope, measure: Measure, part: Part, cut: Cut, noted: list[Seen]) -> Iterator[dict[str, Cell]]:
    """All matters behind a part of a figure by their ids, and notes them; two statements a thousand."""
    found = drill(scope, measure, part, cut, limit=_PIECE)
    while found:
        matters = Matter.objects.filter(in_scope(scope.actor), pk__in=[one.id for one in found])
        for row in work_rows(scope, matters.order_by("pk")):
            noted.append(row.seen)
            yield cells_of(row)
        found = drill(scope, measure, part, cut, after=found[-1].id, limit=_PIECE)


def _open_fields(key: str) -> tuple[Field, ...]:
    try:
        return tuple(one for one in type_of(key).fields if not one.sealed) if key else ()
    except LookupError:
        return ()


def _key(one: Field) -> str:
    return f"field.{one.key}"


def _rows(scope: Scope, wanted: Wanted, told: Sequence[Field], noted: list[Seen]) -> Iterator[dict[str, Cell]]:
    for row, version, values in every_row(scope, wanted, MOST + 1, fields=bool(told)):
        noted.append(row.seen)
        sealed = type_of(wanted.type, version).is_sealed if told else None
        own = {_key(one): _cell(scope, one, values) if sealed and not sealed(one.key) else Cell() for one in told}
        yield {**cells_of(row), **own}


def _cell(scope: Scope, field: Field, values: Mapping[str, Any]) -> Cell:
    value = values.get(field.key)
    if value is None:
        return Cell()
    if field.kind == "day":
        try:
            return Cell(on=datetime.date.fromisoformat(str(value)))
        except ValueError:
            return Cell(text=str(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Cell(number=value)
    return Cell(words=shown_fields(scope, [field], values, works=False)[0].words)


def _filters(scope: Scope, wanted: Wanted) -> list[tuple[Text, Text]]:
    """What was asked for, in words."""
    of, _, state = wanted.state.rpartition(".")
    known = next((one.title for one in _states(of or wanted.type) if one.key == state), Text(state, state))
    type_title = _title(wanted.type)
    asked = (
        (Text("范围", "Scope"), TABS[wanted.tab]),
        (Text("事项类型", "Type"), type_title),
        (Text("状态", "State"), known if wanted.state else None),
        (Text("类别", "Category"), category_title(scope, wanted.category) if wanted.category else None),
        (Text("只看逾期", "Overdue only"), _YES if wanted.overdue else None),
        (Text("编号或词语", "Number or words"), Text(wanted.words, wanted.words) if wanted.words else None),
        (Text("视图", "View"), Text(wanted.view, wanted.view) if wanted.view else None),
    )
    return [(title, words) for title, words in asked if words is not None]


def _states(key: str) -> Sequence[Any]:
    try:
        return type_of(key).states if key else ()
    except LookupError:
        return ()


def _title(key: str) -> Text | None:
    try:
        return type_of(key).title if key else None
    except LookupError:
        return Text(key, key)
