"""Values of the rulebook as rows of a workbook: one column for each member that people edit, the values in force to
begin with, and each row as the form of that value would have sent it. Of a calendar a row is a day."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.rulebook.commands import problems_of
from jingwei.kernel.rulebook.drafting import NewValue
from jingwei.kernel.rulebook.drafting.rules import MOST
from jingwei.kernel.rulebook.parameters import PARAMETERS
from jingwei.kernel.rulebook.snapshot import Dated, rules_of
from jingwei.kernel.tables.writing import Mark, Page, workbook
from jingwei.kernel.values.complaints import in_one
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.sheets import Column, Fault, Row, Sheet, read_sheets
from jingwei.surfaces.desk.rules.drafts.difference import OFF, WORKED
from jingwei.surfaces.desk.rules.drafts.editing import content_of, naming
from jingwei.surfaces.desk.rules.drafts.member import Member
from jingwei.surfaces.desk.rules.drafts.members import MEMBERS

NOT_IN_SHEETS = ("sign_in", "feed", "channel", "cutover")
"""One value alone, and values that are tables themselves: no list."""

_CALENDAR = "calendar"
_SUBJECT, _BASIS, _ENDS = Text("代码", "code"), Text("依据", "basis"), Text("不再适用", "ends")
_YES = frozenset({"是", "yes", "true", "1"})
_CORRECT = Text("请改正这一格。", "Correct the cell.")
_NAMED = 8
"""Choices that a fault names; more would not be read."""

_USUAL = Text("照常", "as usual")
_DAYS = (
    Column("calendar", Text("日历", "calendar"), required=True, longest=60),
    Column("day", Text("日期", "day"), required=True, longest=20),
    Column("kind", Text("上班或休息", "worked or off"), required=True, longest=20),
    Column("zh", Text("中文名称", "name in Chinese")),
    Column("en", Text("英文名称", "name in English")),
    Column("basis", _BASIS, required=True, longest=400),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file says: the values that would change, how many are as they were, and everything that is wrong."""

    values: tuple[NewValue, ...]
    same: int
    faults: tuple[Fault, ...]


def in_sheets(parameter: str) -> bool:
    """Whether the values of a parameter are taken from a workbook."""
    return parameter in MEMBERS and parameter not in NOT_IN_SHEETS


@dataclass(frozen=True)
class RuleSheet:
    """The sheet of one parameter, in this city and on this day."""

    scope: Scope
    parameter: str
    on: datetime.date

    @cached_property
    def standing(self) -> Mapping[str, Dated]:
        """The values in force on the day, by subject."""
        return rules_of(self.scope).all_of(self.parameter, self.on)

    @cached_property
    def sheet(self) -> Sheet:
        """The code names a row."""
        title = PARAMETERS[self.parameter].title
        if self.parameter == _CALENDAR:
            return Sheet(self.parameter, title, _DAYS, ("calendar", "day"))
        columns = (
            Column("subject", _SUBJECT, required=True, longest=160),
            *(Column(one.key, one.title, longest=one.longest) for one in MEMBERS[self.parameter]),
            Column("basis", _BASIS, required=True, longest=400),
            Column("ends", _ENDS, longest=10),
        )
        return Sheet(self.parameter, title, columns, ("subject",), MOST)

    def workbook(self, language: str, mark: Mark | None = None) -> bytes:
        """The values in force, to be changed and sent back; rows that are left as they are change nothing."""
        heads = [one.title.in_(language) for one in self.sheet.columns]
        rows = self._days(language) if self.parameter == _CALENDAR else self._rows(language)
        return workbook([Page(self.sheet.title.in_(language), heads, list(rows))], mark)

    def _rows(self, language: str) -> Iterator[Sequence[str]]:
        for subject, dated in sorted(self.standing.items()):
            cells = [self._cell(member, dated.content, language) for member in MEMBERS[self.parameter]]
            yield [subject, *cells, dated.basis, ""]

    def _cell(self, member: Member, content: Mapping[str, Any], language: str) -> str:
        shown = member.shown(content)
        if member.groups is None or not member.said:
            return shown
        titles = dict(choice for group in member.groups(self.scope) for choice in group.choices)
        return titles[shown].in_(language) if shown in titles else shown

    def _days(self, language: str) -> Iterator[Sequence[str]]:
        for name, dated in sorted(self.standing.items()):
            titles = dated.content.get("titles", {})
            for day, kind in sorted(dated.content["days"].items()):
                title = titles.get(day, {"zh": "", "en": ""})
                words = (WORKED if kind == "work" else OFF).in_(language)
                yield [name, day, words, title["zh"], title["en"], dated.basis]

    def taken(self, content: bytes, zone: ZoneInfo) -> Taken:
        """The rows as values of a draft."""
        rows, faults = read_sheets(content, zone, [self.sheet])
        found = rows[self.parameter]
        if self.parameter == _CALENDAR:
            return self._calendars(found, faults)
        values = list(self._values(found, faults))
        changed = tuple(one for one in values if not self._is_same(one))
        return Taken(changed, len(values) - len(changed), tuple(faults))

    def _is_same(self, value: NewValue) -> bool:
        dated = self.standing.get(value.subject)
        return dated is not None and value.content == dated.content

    def _values(self, rows: Sequence[Row], faults: list[Fault]) -> Iterator[NewValue]:
        for row in rows:
            try:
                yield self._value(row)
            except Invalid as refusal:
                place = refusal.place if refusal.place in row.values else "subject"
                faults.append(row.fault(place, refusal.reason, _CORRECT))

    def _value(self, row: Row) -> NewValue:
        subject, basis = row.values["subject"], row.values["basis"]
        dated = self.standing.get(subject)
        if dated is None and naming(self.parameter) is None:
            raise Invalid(Text(f"没有 {subject}。", f"There is no {subject}."), place="subject")
        if row.values["ends"].casefold() in _YES:
            if dated is None:
                raise Invalid(
                    Text(f"没有 {subject}，无从取消。", f"There is no {subject} that could end."), place="ends"
                )
            return NewValue(parameter=self.parameter, subject=subject, content=None, basis=basis)
        typed = {one.key: self._typed(one, row.values[one.key]) for one in MEMBERS[self.parameter]}
        content = content_of(self.parameter, typed, dated.content if dated else None)
        problems = problems_of(self.parameter, content)
        if problems:
            raise Invalid(in_one(problems), place="subject")
        return NewValue(parameter=self.parameter, subject=subject, content=content, basis=basis)

    def _typed(self, member: Member, text: str) -> str:
        """The code of what was chosen, by its code or its name. Raises Invalid."""
        if member.groups is None or not text:
            return text
        choices = [choice for group in member.groups(self.scope) for choice in group.choices]
        for code, title in choices:
            if text == code or text.casefold() in (title.zh.casefold(), title.en.casefold()):
                return code
        zh = "、".join(title.zh for _, title in choices[:_NAMED])
        en = ", ".join(title.en for _, title in choices[:_NAMED])
        raise Invalid(Text(f"没有“{text}”，可填：{zh}。", f"“{text}” is none of these: {en}."), place=member.key)

    def _calendars(self, rows: Sequence[Row], faults: list[Fault]) -> Taken:
        """Each calendar that changes whole, with the days of the file in place of its own."""
        changed: dict[str, NewValue] = {}
        same = 0
        for row in rows:
            name = row.values["calendar"]
            before = changed[name].content if name in changed else self._content(name)
            if before is None:
                what = Text(f"没有日历 {name}。", f"There is no calendar {name}.")
                faults.append(row.fault("calendar", what, _CORRECT))
                continue
            try:
                content = _with_day(before, row)
            except Invalid as refusal:
                faults.append(row.fault(refusal.place, refusal.reason, _CORRECT))
                continue
            if content == before:
                same += 1
            else:
                basis = row.values["basis"]
                changed[name] = NewValue(parameter=_CALENDAR, subject=name, content=content, basis=basis)
        return Taken(tuple(changed.values()), same, tuple(faults))

    def _content(self, name: str) -> Mapping[str, Any] | None:
        dated = self.standing.get(name)
        return dated.content if dated else None


def _with_day(content: Mapping[str, Any], row: Row) -> dict[str, Any]:
    """A calendar with the day of a row, or without it. Raises Invalid with the column as its place."""
    days, titles = dict(content["days"]), dict(content.get("titles", {}))
    try:
        day = datetime.date.fromisoformat(row.values["day"]).isoformat()
    except ValueError as error:
        what = Text(
            f"“{row.values['day']}”不是 2026-10-01 这样的日期。", f"“{row.values['day']}” is no date like 2026-10-01."
        )
        raise Invalid(what, place="day") from error
    kinds = {word.casefold(): key for key, text in _KINDS.items() for word in (key, text.zh, text.en)}
    kind = kinds.get(row.values["kind"].casefold())
    if kind is None:
        raise Invalid(Text("应为上班、休息或照常。", "It is worked, off or as usual."), place="kind")
    days.pop(day, None)
    titles.pop(day, None)
    if kind != "usual":
        days[day] = kind
    if kind != "usual" and row.values["zh"]:
        titles[day] = {"zh": row.values["zh"], "en": row.values["en"] or row.values["zh"]}
    return {**content, "days": days, "titles": titles} if titles or "titles" in content else {**content, "days": days}


_KINDS = {"work": WORKED, "off": OFF, "usual": _USUAL}
