"""Reads a feed's file as rows of text, whether CSV (plain or gzip) or Excel; every fault names file, row and remedy."""

import csv
import datetime
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from jingwei.kernel.feeds.damage import AGAIN, MEND, DamagedFile
from jingwei.kernel.feeds.definition import Feed
from jingwei.kernel.tables.cells import text_of
from jingwei.kernel.tables.reading import Bounds, Unreadable, read_workbook
from jingwei.kernel.values.words import Text

_LARGEST_FILE = 4_000_000_000  # bytes of text, unpacked
_WORKBOOK = Bounds(file=300_000_000, cells=25_000_000)

Row = tuple[int, list[str]]
"""Number of a row as a person counts it (the header is 1), and its cells."""


def rows_of(feed: Feed, file: Path) -> Iterator[Row]:
    """The rows below the header. Raises DamagedFile where the file cannot be read or its header is not the feed's."""
    if not file.is_file():
        reason = Text("没有这个文件。", "There is no such file.")
        raise DamagedFile(file, 0, "", reason, Text("请检查路径。", "Check the path."))
    rows = _sheet_rows(feed, file) if file.suffix.lower() == ".xlsx" else _text_rows(feed, file)
    _, header = next(rows, (1, []))
    _check_header(feed, file, header)
    yield from rows


def _text_rows(feed: Feed, file: Path) -> Iterator[Row]:
    number = 0
    try:
        with _opened(file) as raw, io.TextIOWrapper(raw, encoding=feed.encoding, newline="") as text:
            for cells in csv.reader(_within(text, file, feed), strict=True):
                number += 1
                yield number, cells
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        reason = Text(f"文件不完整或已损坏（{error}）。", f"The file is cut or damaged ({error}).")
        raise DamagedFile(file, max(number, 1) + 1, "", reason, AGAIN) from error
    except UnicodeDecodeError as error:
        reason = Text(f"文件不是 {feed.encoding} 编码。", f"The file is not {feed.encoding}.")
        remedy = Text("请以该编码另存后再导入。", "Save it in that encoding and import again.")
        raise DamagedFile(file, *_undecodable(feed, file), reason, remedy) from error
    except csv.Error as error:
        reason = Text(f"表格格式有误（{error}）。", f"The table is malformed ({error}).")
        raise DamagedFile(file, max(number, 1) + 1, "", reason, AGAIN) from error


def _opened(file: Path) -> gzip.GzipFile | io.BufferedReader:
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
            raise DamagedFile(file, number, _column_after(feed, line[: feed.longest_cell]), reason, MEND)
        yield line


def _column_after(feed: Feed, line: str) -> str:
    """The column in which a line that breaks off here breaks off."""
    cells = next(csv.reader([line]), [""])
    return feed.columns[min(len(cells), len(feed.columns)) - 1]


def _sheet_rows(feed: Feed, file: Path) -> Iterator[Row]:
    """The rows of the named sheet, of the first where none is named; wholly empty rows are passed over."""
    try:
        grids = read_workbook(file, _WORKBOOK)
    except Unreadable as fault:
        raise DamagedFile(file, 0, "", fault.reason, fault.remedy) from fault
    names = [grid.name for grid in grids]
    if feed.sheet and feed.sheet not in names:
        reason = Text(f"没有工作表 {feed.sheet}，有：{'、'.join(names)}。", f"It has no sheet {feed.sheet}: {names}.")
        raise DamagedFile(file, 0, "", reason, AGAIN)
    for number, cells in enumerate(grids[names.index(feed.sheet) if feed.sheet else 0].lines, 1):
        texts = [_cell_text(feed, cell) for cell in cells]
        while len(texts) > len(feed.columns) and not texts[-1]:
            texts.pop()  # columns that were only formatted
        if any(texts):
            yield number, texts


def _cell_text(feed: Feed, cell: object) -> str:
    """A cell as the same column of a CSV would write it: moments in the feed's form."""
    if isinstance(cell, datetime.datetime):
        return cell.strftime(feed.moment_format)
    if isinstance(cell, datetime.date):
        return datetime.datetime.combine(cell, datetime.time()).strftime(feed.moment_format)
    return text_of(cell)


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
