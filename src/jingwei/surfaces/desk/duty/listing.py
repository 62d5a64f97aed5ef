"""Duty as files: who is on duty at a moment, and a roster day by day with what nobody covers."""

import datetime
from collections.abc import Iterator, Sequence

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.listing import Listing
from jingwei.kit.moments import day_written
from jingwei.kit.parts.table import Cell, Column
from jingwei.kit.people.on_duty import rosters_then
from jingwei.surfaces.desk.duty.queries import Day

_POST, _NAME = Column("post", Text("岗位", "Post")), Column("name", Text("姓名", "Name"))
_THEN = (
    Column("roster", Text("值班表", "Roster")),
    Column("unit", Text("单位", "Unit")),
    _NAME,
    _POST,
    Column("instead", Text("代行", "Stands in for")),
    Column("until", Text("至", "Until")),
)
_DAYS = (
    Column("day", Text("日期", "Day")),
    _NAME,
    _POST,
    Column("from", Text("开始", "From")),
    Column("until", Text("结束", "Until")),
    Column("gap", Text("空班", "Nobody on duty")),
)
_NOBODY = Text("无人值班", "nobody on duty")


def rosters_listing(scope: Scope, at: datetime.datetime) -> Listing:
    """Every roster that was open then, with who was on duty."""
    title = Text("谁在值班", "Who is on duty")
    local = at.astimezone(datetime.UTC).isoformat(timespec="minutes")
    return Listing(
        name="duty",
        title=title,
        columns=_THEN,
        rows=_then(scope, at),
        filters=[(Text("时刻", "At"), Text(local, local))],
    )


def _then(scope: Scope, at: datetime.datetime) -> Iterator[dict[str, Cell]]:
    for one in rosters_then(scope, at):
        begun = {"roster": Cell(words=one.title), "unit": Cell(words=one.unit)}
        for person in one.people:
            said = {"name": Cell(text=person.name), "post": Cell(words=person.post)}
            yield {**begun, **said, "instead": Cell(text=person.instead_of), "until": Cell(at=person.until_at)}
        if not one.people:
            yield {**begun, "name": Cell(words=_NOBODY), **{key: Cell() for key in ("post", "instead", "until")}}


def roster_listing(name: str, title: Text, days: Sequence[Day]) -> Listing:
    """These days of a roster."""
    first, last = day_written(days[0].on), day_written(days[-1].on)
    span = Text(f"{first.zh}–{last.zh}", f"{first.en} – {last.en}")
    return Listing(name=name, title=title, columns=_DAYS, rows=_days(days), filters=[(Text("时间", "Days"), span)])


def _days(days: Sequence[Day]) -> Iterator[dict[str, Cell]]:
    nothing = {column.key: Cell() for column in _DAYS}
    for day in days:
        for shift in day.shifts:
            when = {"day": Cell(on=day.on), "from": Cell(at=shift.from_at), "until": Cell(at=shift.until_at)}
            yield {**nothing, **when, "name": Cell(text=shift.name), "post": Cell(words=shift.post)}
        for gap in day.gaps:
            yield {**nothing, "day": Cell(on=day.on), "gap": Cell(text=gap)}
