"""What each row of the old table says, in our words; what cannot be said so is a fault with its column and remedy."""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from jingwei.kernel.clocks.elsewhere import Ran
from jingwei.kernel.feeds.cutover.columns import FIELD, meanings_for
from jingwei.kernel.feeds.cutover.mapping import Mapped
from jingwei.kernel.feeds.cutover.table import Line, OldTable
from jingwei.kernel.matters.commands import Contact
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.tables.cells import moment_of
from jingwei.kernel.values.canonical import moment_text
from jingwei.kernel.values.coordinates import Point, parse_degrees
from jingwei.kernel.values.errors import Refusal
from jingwei.kernel.values.words import Text

_LONGEST_NUMBER = 80
_APART = re.compile(r"[\s()（）.\-－—–]+")
_PHONE = re.compile(r"\+?\d{5,20}")
_AMOUNT = re.compile(r"(\d{1,5})(?:\.(\d+))?\s*(?:个?工作日|个?工作时|天|日|小时|时|h|d)?")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be taken: in which of their columns, what is wrong, what to do."""

    column: str
    what: Text
    remedy: Text


@dataclass(slots=True)
class OldRow:
    """One row in our words, as far as it could be read."""

    row: int
    number: str
    state: str = ""
    final: bool = False
    received: datetime.datetime | None = None
    due: datetime.datetime | None = None
    ran: Ran | None = None
    category: str = ""
    unit: str = ""
    holder: str = ""
    area: str = ""
    channel: str = ""
    point: Point | None = None
    contact: Contact | None = None
    fields: dict[str, str] = field(default_factory=dict)
    repeats: int = 0  # the row that has its number already
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_closed(self) -> bool:
        """Whether there is nothing left to do."""
        return self.final

    @property
    def opened_text(self) -> str:
        """When it was received."""
        return moment_text(self.received) if self.received else ""

    @property
    def target_at(self) -> datetime.datetime | None:
        """The due moment promised there."""
        return self.due


OLD_CHANNEL = "old_system"
"""The channel of what the table does not say how it came."""

_EMPTY = Text("没有填写。", "It is empty.")
_FILL = Text("请在旧表补上后再转入。", "Fill it in and carry over again.")
_FORM = Text("写成 2026-11-26 或 2026-11-26 20:00。", "Write 2026-11-26 or 2026-11-26 20:00.")
_MAP = Text("请在“值对应”表填上代码。", "Enter its code on the sheet of values.")
_BY_CODE = Text(
    "请在旧表改写代码；指的都是同一个，才在“值对应”表填代码。",
    "Write its code into the table; enter one on the sheet of values only where all rows mean the same.",
)


def missing_columns(mapped: Mapped, matter_type: MatterType) -> list[Text]:
    """The meanings that no column has and without which no row can be taken."""
    heads = mapped.head_of
    return [one.title for one in meanings_for(matter_type) if one.needed and one.key not in heads]


def read_rows(table: OldTable, mapped: Mapped, matter_type: MatterType, zone: ZoneInfo) -> Iterator[OldRow]:
    """Every row; of two with one number the second has a fault."""
    reading = _Reading(mapped, matter_type, zone)
    seen: dict[str, int] = {}
    for line in table.lines:
        row = reading.row(line)
        if row.number and row.number in seen:
            row.repeats = seen[row.number]
            what = Text(f"编号与第 {seen[row.number]} 行重复。", f"Row {seen[row.number]} has this number already.")
            row.faults.append(
                reading.fault("number", what, Text("删去一行，或改正编号。", "Delete one, or correct it."))
            )
        seen.setdefault(row.number, line.row)
        yield row


class _Reading:
    """One table under way."""

    def __init__(self, mapped: Mapped, matter_type: MatterType, zone: ZoneInfo) -> None:
        self._head = mapped.head_of
        self._codes: Mapping[str, Mapping[str, str]] = {kind: mapped.code(kind) for kind in mapped.values}
        self._several = {kind: mapped.several(kind) for kind in mapped.values}
        self._final = {one.key for one in matter_type.states if one.final}
        self._fields: Sequence[str] = [key for key in self._head if key.startswith(FIELD)]
        self._zone = zone

    def fault(self, key: str, what: Text, remedy: Text) -> Fault:
        return Fault(self._head.get(key, ""), what, remedy)

    def row(self, line: Line) -> OldRow:
        row = OldRow(line.row, line.text(self._head.get("number", "")))
        if not row.number:
            row.faults.append(self.fault("number", _EMPTY, _FILL))
        elif len(row.number) > _LONGEST_NUMBER or not row.number.isprintable():
            long = Text(f"编号超过 {_LONGEST_NUMBER} 字。", f"Longer than {_LONGEST_NUMBER} characters.")
            row.faults.append(self.fault("number", long, Text("请改正编号。", "Correct the number.")))
        row.state = self._code(row, line, "state", needed=True)
        row.final = row.state in self._final
        row.received = self._moment(row, line, "received", needed=True)
        row.due = self._end_of_day(self._moment(row, line, "due"))
        row.ran = self._ran(row, line)
        row.category = self._code(row, line, "category", needed=True)
        row.unit = self._code(row, line, "unit")
        row.holder = self._code(row, line, "holder")
        row.area = self._code(row, line, "area")
        channel = line.text(self._head.get("channel", ""))
        row.channel = self._codes["channel"].get(channel, OLD_CHANNEL)
        row.point = self._point(row, line)
        row.contact = self._contact(row, line)
        said = ((key.removeprefix(FIELD), line.text(self._head[key])) for key in self._fields)
        row.fields = {key: text for key, text in said if text}
        return row

    def _code(self, row: OldRow, line: Line, kind: str, *, needed: bool = False) -> str:
        theirs = line.text(self._head.get(kind, ""))
        if theirs in self._several[kind]:
            several = Text(f"有几个都叫“{theirs[:40]}”。", f"More than one is called “{theirs[:40]}”.")
            row.faults.append(self.fault(kind, several, _BY_CODE))
        elif theirs and theirs not in self._codes[kind]:
            unknown = Text(f"“{theirs[:40]}”还没有对应。", f"“{theirs[:40]}” is not mapped yet.")
            row.faults.append(self.fault(kind, unknown, _MAP))
        if not theirs and needed:
            row.faults.append(self.fault(kind, _EMPTY, _FILL))
        return self._codes[kind].get(theirs, "")

    def _moment(self, row: OldRow, line: Line, key: str, *, needed: bool = False) -> datetime.datetime | None:
        cell = line.cells.get(self._head.get(key, ""), "")
        moment = moment_of(cell, self._zone)
        text = line.text(self._head.get(key, ""))
        if text and moment is None:
            row.faults.append(self.fault(key, Text(f"“{text[:40]}”不是日期。", f"“{text[:40]}” is no date."), _FORM))
        if not text and needed:
            row.faults.append(self.fault(key, _EMPTY, _FILL))
        return moment

    def _end_of_day(self, due: datetime.datetime | None) -> datetime.datetime | None:
        """Who was promised a day may wait until it is over; lists write a day without a time as its midnight."""
        local = due.astimezone(self._zone) if due else None
        if due is None or local is None or local.time() != datetime.time():
            return due
        return local.replace(hour=23, minute=59, second=59).astimezone(datetime.UTC)

    def _ran(self, row: OldRow, line: Line) -> Ran | None:
        """What was used goes before what was paused; part of a day or hour counts as the whole of it."""
        ways: tuple[tuple[str, Callable[[int], Ran]], ...] = (
            ("elapsed_days", lambda amount: Ran(amount, "day")),
            ("elapsed_hours", lambda amount: Ran(amount, "hour")),
            ("paused_days", lambda amount: Ran(amount, "day", paused=True)),
        )
        for key, ran in ways:
            text = line.text(self._head.get(key, ""))
            found = _AMOUNT.fullmatch(text)
            if found:
                part = key != "paused_days" and bool((found[2] or "").strip("0"))
                return ran(int(found[1]) + part)
            if text:
                what = Text(f"“{text[:40]}”不是天数或小时数。", f"“{text[:40]}” is no number of days or hours.")
                row.faults.append(self.fault(key, what, Text("写成数字。", "Write a number.")))
        return None

    def _point(self, row: OldRow, line: Line) -> Point | None:
        lon, lat = line.text(self._head.get("lon", "")), line.text(self._head.get("lat", ""))
        if not lon or not lat:
            return None
        try:
            return parse_degrees(lon, lat)
        except Refusal as refusal:
            key = "lat" if refusal.place == "lat" else "lon"
            row.faults.append(self.fault(key, refusal.reason, Text("改正坐标，或清空。", "Correct it, or clear it.")))
            return None

    def _contact(self, row: OldRow, line: Line) -> Contact | None:
        """Without a single digit (“匿名”, “无”) there is no telephone; a number that is none is a fault."""
        name, said = line.text(self._head.get("name", "")), line.text(self._head.get("phone", ""))
        phone = _APART.sub("", said)
        if not any(one.isdigit() for one in phone):
            phone = ""
        elif not _PHONE.fullmatch(phone):
            what = Text("这不是一个电话号码。", "This is no single telephone number.")
            row.faults.append(
                self.fault("phone", what, Text("只留一个号码，或清空。", "Keep one number, or clear it."))
            )
        return Contact(name=name, phone=phone) if name or phone else None
