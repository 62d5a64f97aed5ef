"""Reads a feed's file row by row; what is damaged is named by file, row, column and remedy before anything changes."""

import csv
import datetime
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from jingwei.kernel.feeds.definition import Feed, parse_moment
from jingwei.kernel.values.coordinates import Point, parse_degrees
from jingwei.kernel.values.errors import Invalid, Refusal
from jingwei.kernel.values.words import Text

_LARGEST_FILE = 4_000_000_000  # bytes unpacked


@dataclass(frozen=True, slots=True)
class Stated:
    """What one row states, read but not yet judged."""

    row: int  # line of the file, the header is 1
    key: str
    digest: bytes
    opened_at: datetime.datetime
    opened_text: str
    target_at: datetime.datetime | None
    target_text: str
    closed_at: datetime.datetime | None
    closed_text: str
    is_closed: bool
    category: str
    point: Point | None
    channel: str
    unit: str
    duplicate_of: str
    verdict: str
    fields: Mapping[str, str]
    closing_fields: Mapping[str, str]
    flags: tuple[str, ...]


class DamagedFile(Invalid):
    """The file cannot be taken; nothing was changed."""

    def __init__(self, file: Path, row: int, column: str, reason: Text, remedy: Text) -> None:
        place = f"{file.name}, row {row}" + (f", column {column}" if column else "")
        super().__init__(Text(f"{reason.zh} {remedy.zh}", f"{reason.en} {remedy.en}"), place=place)
        self.file, self.row, self.column, self.remedy = file.name, row, column, remedy


_AGAIN = Text("请重新导出或下载该文件后再试。", "Export or download the file again.")
_MEND = Text("请改正这一格后再导入；本次没有改动任何数据。", "Mend this cell and import again; nothing was changed.")


def read_rows(feed: Feed, file: Path) -> Iterator[Stated]:
    """The rows of the file. Raises DamagedFile at the first that cannot be read."""
    number = 1
    try:
        with _opened(file) as raw, io.TextIOWrapper(raw, encoding=feed.encoding, newline="") as text:
            reader = csv.reader(_within(text, file, feed), strict=True)
            _check_header(feed, file, next(reader, []))
            seen: set[str] = set()
            for cells in reader:
                number += 1
                yield _row(feed, file, number, cells, seen)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        reason = Text(f"文件不完整或已损坏（{error}）。", f"The file is cut or damaged ({error}).")
        raise DamagedFile(file, number + 1, "", reason, _AGAIN) from error
    except UnicodeDecodeError as error:
        reason = Text(f"文件不是 {feed.encoding} 编码。", f"The file is not {feed.encoding}.")
        remedy = Text("请以该编码另存后再导入。", "Save it in that encoding and import again.")
        raise DamagedFile(file, *_undecodable(feed, file), reason, remedy) from error
    except csv.Error as error:
        reason = Text(f"表格格式有误（{error}）。", f"The table is malformed ({error}).")
        raise DamagedFile(file, number + 1, "", reason, _AGAIN) from error


def _opened(file: Path) -> gzip.GzipFile | io.BufferedReader:
    if not file.is_file():
        reason = Text("没有这个文件。", "There is no such file.")
        raise DamagedFile(file, 0, "", reason, Text("请检查路径。", "Check the path."))
    with file.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    return gzip.open(file, "rb") if packed else file.open("rb")


def _undecodable(feed: Feed, file: Path) -> tuple[int, str]:
    """(row, column) of the first byte that is not in the feed's encoding; text is decoded far ahead of the rows."""
    with _opened(file) as raw:
        for number, line in enumerate(raw, 1):
            try:
                line.decode(feed.encoding)
            except UnicodeDecodeError as error:
                return number, _column_after(feed, line[: error.start].decode(feed.encoding))
    return 1, ""


def _within(text: TextIO, file: Path, feed: Feed) -> Iterator[str]:
    """Lines of the file; a line longer than any row may be is refused before it is held in memory."""
    longest = feed.longest_cell * 4
    csv.field_size_limit(max(csv.field_size_limit(), longest))  # so that a cell too long is named by its column
    total, number = 0, 0
    while line := text.readline(longest):
        number += 1
        total += len(line)
        if len(line) >= longest or total > _LARGEST_FILE:
            reason = Text("这一行过长。", "This line is too long.")
            raise DamagedFile(file, number, _column_after(feed, line[: feed.longest_cell]), reason, _MEND)
        yield line


def _column_after(feed: Feed, line: str) -> str:
    """The column in which a line that breaks off here breaks off."""
    cells = next(csv.reader([line]), [""])
    return feed.columns[min(len(cells), len(feed.columns)) - 1]


def _check_header(feed: Feed, file: Path, header: list[str]) -> None:
    if header and header[0].startswith("\ufeff"):
        header[0] = header[0].removeprefix("\ufeff")
    if tuple(header) == feed.columns:
        return
    missing = [column for column in feed.columns if column not in header]
    added = [column for column in header if column not in feed.columns]
    reason = Text(
        f"表头与数据源声明不符：缺 {missing[:5]}，多 {added[:5]}。",
        f"The header is not the feed's: missing {missing[:5]}, unknown {added[:5]}.",
    )
    moved = next((wanted for wanted, cell in zip(feed.columns, header, strict=False) if wanted != cell), "")
    remedy = Text(
        "请使用该数据源的原始导出，列名与次序不变。", "Use the feed's own export, columns unchanged and in order."
    )
    raise DamagedFile(file, 1, (missing or added or [moved])[0], reason, remedy)


def _row(feed: Feed, file: Path, number: int, cells: list[str], seen: set[str]) -> Stated:
    if len(cells) != len(feed.columns):
        reason = Text(
            f"应有 {len(feed.columns)} 列，实有 {len(cells)} 列。",
            f"{len(feed.columns)} cells expected, {len(cells)} found.",
        )
        raise DamagedFile(file, number, "", reason, _AGAIN)
    values = dict(zip(feed.columns, cells, strict=True))
    long = next((column for column, cell in values.items() if len(cell) > feed.longest_cell), None)
    if long is not None:
        reason = Text(
            f"这一格有 {len(values[long])} 个字符，过长。", f"The cell has {len(values[long])} characters, too many."
        )
        raise DamagedFile(file, number, long, reason, _MEND)
    barred = next((column for column, cell in values.items() if "\0" in cell), None)
    if barred is not None:
        reason = Text("这一格含有空字符（NUL）。", "The cell holds a NUL character.")
        raise DamagedFile(file, number, barred, reason, _MEND)
    key = values[feed.key]
    if not feed.key_pattern.fullmatch(key) or key in seen:
        reason = Text(f"编号 {key[:40]!r} 重复或不合格式。", f"The number {key[:40]!r} is repeated or malformed.")
        raise DamagedFile(file, number, feed.key, reason, _MEND)
    seen.add(key)
    return _stated(feed, file, number, values)


def _stated(feed: Feed, file: Path, number: int, values: Mapping[str, str]) -> Stated:
    flags: list[str] = []
    opened = _moment(feed, file, number, feed.opened, values, flags)
    target = _moment(feed, file, number, feed.target, values, flags)
    closed = _moment(feed, file, number, feed.closed, values, flags)
    if opened is None:
        reason = Text("没有开始时间。", "The opening time is missing.")
        raise DamagedFile(file, number, feed.opened, reason, _MEND)
    if target is not None and target < opened:
        flags.append("target_before_opening")
    point = _point(feed, file, number, values, flags)
    return Stated(
        row=number,
        key=values[feed.key],
        digest=hashlib.sha256("\x1f".join(values.values()).encode()).digest(),
        opened_at=opened,
        opened_text=values[feed.opened],
        target_at=target,
        target_text=values.get(feed.target, ""),
        closed_at=closed,
        closed_text=values.get(feed.closed, ""),
        is_closed=_is_closed(feed, file, number, values, closed),
        category=feed.categories.get(tuple(values[column] for column in feed.category_columns), ""),
        point=point,
        channel=feed.channels.get(values[feed.channel], ""),
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
        raise DamagedFile(file, number, column, reason, _MEND) from error
    if flag:
        flags.append(flag)
    return moment


def _point(feed: Feed, file: Path, number: int, values: Mapping[str, str], flags: list[str]) -> Point | None:
    if not values[feed.lon] or not values[feed.lat]:
        return None
    try:
        point = parse_degrees(values[feed.lon], values[feed.lat])
    except Refusal as refusal:
        column = feed.lat if refusal.place == "lat" else feed.lon
        raise DamagedFile(file, number, column, refusal.reason, _MEND) from refusal
    if point in feed.unknown_points:
        flags.append("default_point")
        return None
    return point


def _is_closed(feed: Feed, file: Path, number: int, values: Mapping[str, str], closed: object) -> bool:
    state = values[feed.state]
    if state not in feed.open_states | feed.closed_states:
        reason = Text(f"状态 {state[:40]!r} 未声明。", f"The state {state[:40]!r} is not declared.")
        raise DamagedFile(file, number, feed.state, reason, _MEND)
    if state in feed.closed_states and closed is None:
        reason = Text("已结案却没有结案时间。", "Closed, but without a closing time.")
        raise DamagedFile(file, number, feed.closed, reason, _MEND)
    return state in feed.closed_states


def _verdict(feed: Feed, values: Mapping[str, str]) -> str:
    if not feed.verdict:
        return ""
    return {feed.verdict_met: "met", feed.verdict_missed: "missed"}.get(values[feed.verdict], "")
