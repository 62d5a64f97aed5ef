"""A damaged file is refused with file, row, column and remedy in both languages, and nothing is changed."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from jingwei.kernel.feeds.damage import DamagedFile
from jingwei.kernel.feeds.definition import Feed
from jingwei.kernel.feeds.run import import_file
from tests.city import City
from tests.clones import Clone, copy_of
from tests.kernel.feeds.conftest import EXTRACT, RECORDED, changed, read_extract, write_file

ROW = 200  # in the middle, far beyond what is read ahead at once
NUMBER = read_extract()[ROW - 2]["case_enquiry_id"]  # the header is row 1


def with_cell(column: str, cell: str) -> Callable[[Path], Path]:
    """The extract with one cell of row 200 changed."""
    return lambda folder: write_file(folder / "f.csv", changed(read_extract(), {NUMBER: {column: cell}}))


def cut_gzip(folder: Path) -> Path:
    packed = gzip.compress(EXTRACT.read_bytes())
    (folder / "f.csv").write_bytes(packed[: len(packed) // 2])
    return folder / "f.csv"


def flipped_gzip(folder: Path) -> Path:
    packed = bytearray(gzip.compress(EXTRACT.read_bytes()))
    packed[len(packed) // 2] ^= 0xFF
    (folder / "f.csv").write_bytes(packed)
    return folder / "f.csv"


def wrong_checksum(folder: Path) -> Path:
    packed = bytearray(gzip.compress(EXTRACT.read_bytes()))
    packed[-6] ^= 0xFF
    (folder / "f.csv").write_bytes(packed)
    return folder / "f.csv"


def another_header(folder: Path) -> Path:
    text = EXTRACT.read_text("utf-8").replace("open_dt", "opened", 1)
    (folder / "f.csv").write_text(text, "utf-8")
    return folder / "f.csv"


def column_missing(folder: Path) -> Path:
    columns = [column for column in read_extract()[0] if column != "queue"]
    rows = [{name: row[name] for name in columns} for row in read_extract()]
    return write_file(folder / "f.csv", rows, columns)


def columns_swapped(folder: Path) -> Path:
    columns = list(read_extract()[0])
    columns[1], columns[2] = columns[2], columns[1]
    return write_file(folder / "f.csv", read_extract(), columns)


def wrong_encoding(folder: Path) -> Path:
    lines = EXTRACT.read_bytes().splitlines(keepends=True)
    queue = read_extract()[ROW - 2]["queue"].encode()
    lines[ROW - 1] = lines[ROW - 1].replace(queue, queue + "é".encode("latin-1"), 1)
    (folder / "f.csv").write_bytes(b"".join(lines))
    return folder / "f.csv"


def key_twice(folder: Path) -> Path:
    rows = read_extract()
    rows[ROW - 2] = {**rows[ROW - 2], "case_enquiry_id": rows[0]["case_enquiry_id"]}
    return write_file(folder / "f.csv", rows)


def cell_too_many(folder: Path) -> Path:
    lines = EXTRACT.read_text("utf-8").splitlines(keepends=True)
    lines[ROW - 1] = lines[ROW - 1].replace("\n", ",more\n")
    (folder / "f.csv").write_text("".join(lines), "utf-8")
    return folder / "f.csv"


def open_quote(folder: Path) -> Path:
    lines = EXTRACT.read_text("utf-8").splitlines(keepends=True)
    lines[ROW - 1] = lines[ROW - 1].replace(",", ',"', 1)
    (folder / "f.csv").write_text("".join(lines), "utf-8")
    return folder / "f.csv"


def empty(folder: Path) -> Path:
    (folder / "f.csv").write_bytes(b"")
    return folder / "f.csv"


def nowhere(folder: Path) -> Path:
    return folder / "f.csv"


DAMAGE: list[tuple[Callable[[Path], Path], int | None, str]] = [
    (cut_gzip, None, ""),  # the row is where reading broke off
    (flipped_gzip, None, ""),
    (wrong_checksum, None, ""),
    (another_header, 1, "open_dt"),
    (column_missing, 1, "queue"),
    (columns_swapped, 1, "open_dt"),
    (wrong_encoding, ROW, "queue"),
    (key_twice, ROW, "case_enquiry_id"),
    (with_cell("case_enquiry_id", "12"), ROW, "case_enquiry_id"),
    (with_cell("open_dt", "2011-13-45 99:00:00"), ROW, "open_dt"),
    (with_cell("open_dt", "01/07/2011 01:32"), ROW, "open_dt"),
    (with_cell("open_dt", ""), ROW, "open_dt"),
    (with_cell("target_dt", "tomorrow"), ROW, "target_dt"),
    (with_cell("closed_dt", "2011-07-01"), ROW, "closed_dt"),
    (with_cell("case_status", "Lost"), ROW, "case_status"),
    (with_cell("longitude", "181"), ROW, "longitude"),
    (with_cell("latitude", "north"), ROW, "latitude"),
    (with_cell("case_title", "x" * 10_000_000), ROW, "case_title"),
    (with_cell("case_title", "x" * 200_000), ROW, "case_title"),
    (with_cell("case_title", "x" * 100_001), ROW, "case_title"),
    (with_cell("closure_text", "x\n" * 5_000_000), ROW, ""),  # spread over lines
    (with_cell("case_title", "a\x00b"), ROW, "case_title"),
    (with_cell("fire_district", "\x00"), ROW, "fire_district"),  # a column nobody reads
    (cell_too_many, ROW, ""),
    (open_quote, None, ""),
    (empty, 1, "case_enquiry_id"),
    (nowhere, 0, ""),
]
NAMES = [f"{n}-{getattr(make, '__name__', '')}-{column}" for n, (make, _, column) in enumerate(DAMAGE)]


Untouched = tuple[Clone, dict[str, bytes]]


@pytest.fixture(scope="module")
def one_clone(feed_template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Untouched]:
    """One copy for all of them, with all its tables: none may change it."""
    with django_db_blocker.unblock(), copy_of(feed_template) as name:
        clone = Clone(name, City({}))
        before = clone.dump()
        with django_db_blocker.block():
            yield clone, before


@pytest.fixture
def untouched(one_clone: Untouched, django_db_blocker: DjangoDbBlocker) -> Iterator[Untouched]:
    """The copy, open to one test."""
    with django_db_blocker.unblock():
        yield one_clone


@pytest.mark.parametrize(("make", "row", "column"), DAMAGE, ids=NAMES)
def test_a_damaged_file_names_what_is_wrong_and_changes_nothing(
    untouched: Untouched, feed: Feed, tmp_path: Path, make: Callable[[Path], Path], row: int | None, column: str
) -> None:
    file = make(tmp_path)
    clone, before = untouched
    with pytest.raises(DamagedFile) as refused:
        import_file("tests", feed, file, recorded_at=RECORDED)
    damage = refused.value
    assert damage.file == "f.csv" and "f.csv" in damage.place and f"row {damage.row}" in damage.place
    assert damage.row == row if row is not None else 1 < damage.row <= 302
    if column:
        assert damage.column == column and column in damage.place
    for language in ("zh", "en"):
        assert damage.remedy.in_(language) and damage.remedy.in_(language) in damage.reason.in_(language)
        assert len(damage.reason.in_(language)) < 400
    assert clone.dump() == before
