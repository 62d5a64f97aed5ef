"""The work list as a table: what every reader of a matter may see, never what is sealed and nobody's contact."""

from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.types import Field, type_of
from jingwei.kernel.reads.note import seen
from jingwei.kernel.values.words import Text
from jingwei.kit.moments import local_text, time_left
from jingwei.surfaces.desk.queries import Wanted, category_title, chosen_matters, place_name
from jingwei.surfaces.desk.tables.write import Table
from jingwei.surfaces.desk.timeline import shown_fields

MOST = 10_000
"""Rows of one table; the list itself has pages for more."""

_HEADINGS = (
    Text("编号", "Number"),
    Text("事项类型", "Type"),
    Text("类别", "Category"),
    Text("状态", "State"),
    Text("地点", "Place"),
    Text("承办单位", "Unit"),
    Text("上报时间", "Reported"),
    Text("期限", "Due"),
    Text("办结时间", "Closed"),
    Text("时限情况", "Time"),
)
_TOLD = (Text("标题", "Title"), Text("内容", "Text"))


def table_of(scope: Scope, wanted: Wanted, zone: ZoneInfo, language: str) -> Table:
    """The matters asked for by due moment, at most `MOST`; of one type with all its declared fields. One statement."""
    fields = [one for one in type_of(wanted.type).fields if not one.sealed] if _is_known(wanted.type) else []
    found = list(chosen_matters(scope, wanted).select_related("detail").order_by("due_at", "pk")[:MOST])
    own = [one.title for one in fields] or list(_TOLD)
    headings = [one.in_(language) for one in (*_HEADINGS, *own)]
    return Table(
        wanted.type or "matters", headings, _rows(scope, found, fields, (zone, language)), [seen(one) for one in found]
    )


def _is_known(key: str) -> bool:
    try:
        return bool(key and type_of(key))
    except LookupError:
        return False


def _rows(scope: Scope, found: Any, fields: Sequence[Field], written: tuple[ZoneInfo, str]) -> Iterator[list[str]]:
    zone, language = written
    units = agencies_of(scope).unit_by_id
    for one in found:
        matter_type, unit = type_of(one.type, one.type_version), units.get(one.unit_id)
        moments = [local_text(at, zone) if at else "" for at in (one.opened_at, one.due_at, one.closed_at)]
        texts = [
            matter_type.title,
            category_title(scope, one.category),
            matter_type.state(one.state).title,
            place_name(scope, one.area_id),
            unit.name if unit else Text("", ""),
        ]
        left = time_left(one.due_at, one.closed_at, scope.now).words.in_(language)
        plain = [one.number, *(text.in_(language) for text in texts), *moments, left]
        yield [*plain, *_told(scope, fields, one.detail.fields, matter_type.is_sealed, language)]


def _told(scope: Scope, fields: Sequence[Field], values: dict[str, Any], is_sealed: Any, language: str) -> list[str]:
    if fields:
        shown = {
            field.key: shown_fields(scope, [field], values, works=False)[0].words.in_(language)
            for field in fields
            if field.key in values and not is_sealed(field.key)
        }
        return [shown.get(field.key, "") for field in fields]
    return [str(values.get(key, "")) if not is_sealed(key) else "" for key in ("title", "text")]
