"""Reads a feed's file row by row; what is damaged is named by file, row, column and remedy before anything changes."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jingwei.kernel.feeds.damage import AGAIN, MEND, DamagedFile
from jingwei.kernel.feeds.definition import Feed, parse_moment
from jingwei.kernel.feeds.tables import rows_of
from jingwei.kernel.matters.personal.statements import statement_digest
from jingwei.kernel.values.coordinates import Point, parse_degrees, to_wgs84
from jingwei.kernel.values.errors import Refusal
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, slots=True)
class Stated:
    """What one row states, read but not yet judged."""

    row: int  # line of the file, the header is 1
    key: str
    digest: bytes  # keyed
    opened_at: datetime.datetime
    opened_text: str
    target_at: datetime.datetime | None
    target_text: str
    closed_at: datetime.datetime | None
    closed_text: str
    is_closed: bool
    category: str
    point: Point | None
    area: str
    contact: Mapping[str, str]
    channel: str
    unit: str
    duplicate_of: str
    verdict: str
    fields: Mapping[str, str]
    closing_fields: Mapping[str, str]
    flags: tuple[str, ...]

    @property
    def number(self) -> str:
        """Its number there."""
        return self.key

    @property
    def state(self) -> str:
        """Of our states none: a feed says only whether it is open."""
        return ""


def read_rows(feed: Feed, file: Path) -> Iterator[Stated]:
    """The rows of the file. Raises DamagedFile at the first that cannot be read."""
    seen: set[str] = set()
    for number, cells in rows_of(feed, file):
        yield _row(feed, file, number, cells, seen)


def _row(feed: Feed, file: Path, number: int, cells: list[str], seen: set[str]) -> Stated:
    if len(cells) != len(feed.columns):
        reason = Text(
            f"应有 {len(feed.columns)} 列，实有 {len(cells)} 列。",
            f"{len(feed.columns)} cells expected, {len(cells)} found.",
        )
        raise DamagedFile(file, number, "", reason, AGAIN)
    values = dict(zip(feed.columns, cells, strict=True))
    whole = "\x1f".join(cells)
    if len(whole) > feed.longest_cell or "\0" in whole:  # looked at cell by cell only then
        _check_cells(feed, file, number, values)
    key = values[feed.key]
    if not feed.key_pattern.fullmatch(key) or key in seen:
        reason = Text(f"编号 {key[:40]!r} 重复或不合格式。", f"The number {key[:40]!r} is repeated or malformed.")
        raise DamagedFile(file, number, feed.key, reason, MEND)
    seen.add(key)
    return _stated(feed, file, number, values, statement_digest(whole))


def _check_cells(feed: Feed, file: Path, number: int, values: Mapping[str, str]) -> None:
    for column, cell in values.items():
        if len(cell) > feed.longest_cell:
            reason = Text(f"这一格有 {len(cell)} 个字符，过长。", f"The cell has {len(cell)} characters, too many.")
            raise DamagedFile(file, number, column, reason, MEND)
        if "\0" in cell:
            reason = Text("这一格含有空字符（NUL）。", "The cell holds a NUL character.")
            raise DamagedFile(file, number, column, reason, MEND)


def _stated(feed: Feed, file: Path, number: int, values: Mapping[str, str], digest: bytes) -> Stated:
    flags: list[str] = []
    opened = _moment(feed, file, number, feed.opened, values, flags)
    target = _moment(feed, file, number, feed.target, values, flags)
    closed = _moment(feed, file, number, feed.closed, values, flags)
    if opened is None:
        reason = Text("没有开始时间。", "The opening time is missing.")
        raise DamagedFile(file, number, feed.opened, reason, MEND)
    if target is not None and target < opened:
        flags.append("target_before_opening")
    point = _point(feed, file, number, values, flags)
    return Stated(
        row=number,
        key=values[feed.key],
        digest=digest,
        opened_at=opened,
        opened_text=values[feed.opened],
        target_at=target,
        target_text=values.get(feed.target, ""),
        closed_at=closed,
        closed_text=values.get(feed.closed, ""),
        is_closed=_is_closed(feed, file, number, values, closed),
        category=feed.categories.get(tuple(values[column] for column in feed.category_columns), feed.other_category),
        point=point,
        area=values.get(feed.area, ""),
        contact={part: values[column] for part, column in feed.contact.items() if values[column]},
        channel=feed.channels.get(values.get(feed.channel, ""), feed.every_channel),
        unit=feed.units.get(values.get(feed.unit, ""), ""),
        duplicate_of=values.get(feed.duplicate, ""),
        verdict=_verdict(feed, values),
        fields=_fields(feed, values, flags),
        closing_fields={field: values[column] for field, column in feed.closing_fields.items() if values[column]},
        flags=tuple(dict.fromkeys(flags)),
    )


def _fields(feed: Feed, values: Mapping[str, str], flags: list[str]) -> dict[str, str]:
    fields = {field: values[column] for field, column in feed.fields.items() if values[column]}
    if feed.address and values[feed.address]:
        fields["address"] = values[feed.address]
    if flags:
        fields["flags"] = ",".join(dict.fromkeys(flags))
    return fields


def _moment(
    feed: Feed, file: Path, number: int, column: str, values: Mapping[str, str], flags: list[str]
) -> datetime.datetime | None:
    text = values.get(column, "") if column else ""
    if not text:
        return None
    try:
        moment, flag = parse_moment(feed, text)
    except ValueError as error:
        reason = Text(
            f"{text[:40]!r} 不是日期时间。", f"{text[:40]!r} is not a date and time like {feed.moment_format}."
        )
        raise DamagedFile(file, number, column, reason, MEND) from error
    if flag:
        flags.append(flag)
    return moment


def _point(feed: Feed, file: Path, number: int, values: Mapping[str, str], flags: list[str]) -> Point | None:
    if not values.get(feed.lon) or not values.get(feed.lat):
        return None
    try:
        point = parse_degrees(values[feed.lon], values[feed.lat])
    except Refusal as refusal:
        column = feed.lat if refusal.place == "lat" else feed.lon
        raise DamagedFile(file, number, column, refusal.reason, MEND) from refusal
    if point in feed.unknown_points:
        flags.append("default_point")
        return None
    return to_wgs84(point, feed.datum)


def _is_closed(feed: Feed, file: Path, number: int, values: Mapping[str, str], closed: object) -> bool:
    state = values[feed.state]
    if state not in feed.open_states | feed.closed_states:
        reason = Text(f"状态 {state[:40]!r} 未声明。", f"The state {state[:40]!r} is not declared.")
        raise DamagedFile(file, number, feed.state, reason, MEND)
    if state in feed.closed_states and closed is None:
        reason = Text("已结案却没有结案时间。", "Closed, but without a closing time.")
        raise DamagedFile(file, number, feed.closed, reason, MEND)
    return state in feed.closed_states


def _verdict(feed: Feed, values: Mapping[str, str]) -> str:
    if not feed.verdict:
        return ""
    return {feed.verdict_met: "met", feed.verdict_missed: "missed"}.get(values[feed.verdict], "")
