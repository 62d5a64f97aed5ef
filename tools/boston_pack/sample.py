"""The extract that ships: about 300 real cases in which everything the file knows occurs."""

import csv
import datetime
import io
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from tools.boston_pack.source import NO_PLACE, PACK, Cases, Row, moment, write_gzip

_ZONE = ZoneInfo("America/New_York")
_DEPARTMENTS = ("PWDx", "ISD", "PARK", "BTDT", "INFO", "PROP", "BWSC", "DISB", "BPS_", "BHA_", "No Q")


def write_sample(cases: Cases, nowhere: set[str]) -> None:
    """Writes sample/boston311.csv.gz; `nowhere`: keys of the cases that lie in no cell."""
    chosen = {row["case_enquiry_id"] for row in _chosen(cases, nowhere)}
    text = io.StringIO()
    writer = csv.DictWriter(text, cases.columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for row in cases.rows if row["case_enquiry_id"] in chosen)
    write_gzip(PACK / "sample" / "boston311.csv.gz", text.getvalue())


def _chosen(cases: Cases, nowhere: set[str]) -> Iterator[Row]:
    by_key = {row["case_enquiry_id"]: row for row in cases.rows}
    wanted: tuple[tuple[int, Callable[[Row], bool]], ...] = (
        (8, lambda row: (row["longitude"], row["latitude"]) == NO_PLACE and not row["location"]),
        (4, lambda row: (row["longitude"], row["latitude"]) == NO_PLACE and bool(row["location"])),
        (4, lambda row: row["case_enquiry_id"] in nowhere),
        (4, lambda row: row["duplicate_of"] == row["case_enquiry_id"]),
        (4, lambda row: bool(row["duplicate_of"]) and row["duplicate_of"] not in by_key),
        (9, _ambiguous),
        (9, _target_before_opening),
        (12, lambda row: row["case_status"] == "Open" and row["ontime"] == "OVERDUE"),
        (4, lambda row: row["case_status"] == "Open" and not row["target_dt"]),
        (4, lambda row: not row["ontime"]),
        (3, lambda row: row["source"] == "Twitter"),
        (3, lambda row: row["source"] == "Maximo Integration"),
        *((6, _in_department(name)) for name in _DEPARTMENTS),
    )
    for count, test in wanted:
        yield from [row for row in cases.rows if test(row)][:count]
    yield from _duplicates(by_key)
    yield from cases.rows[100 :: len(cases.rows) // 170]  # the ordinary mix over the half-year


def _duplicates(by_key: dict[str, Row]) -> Iterator[Row]:
    """Cases that name another, with the case they name: ten pairs, and two chains."""
    links = [row for row in by_key.values() if row["duplicate_of"] in by_key]
    links = [row for row in links if row["duplicate_of"] != row["case_enquiry_id"]]
    chains = [row for row in links if by_key[row["duplicate_of"]] in links]
    for row in [*links[:10], *chains[:2]]:
        yield row
        first = by_key[row["duplicate_of"]]
        yield first
        if first in links:
            yield by_key[first["duplicate_of"]]


def _in_department(name: str) -> Callable[[Row], bool]:
    return lambda row: row["department"] == name


def _target_before_opening(row: Row) -> bool:
    return bool(row["target_dt"]) and row["target_dt"] < row["open_dt"]


def _ambiguous(row: Row) -> bool:
    """Whether a moment of the case occurs twice, in the hour that autumn repeats."""
    moments = (moment(row[column]) for column in ("open_dt", "target_dt", "closed_dt"))
    return any(_offset(local, 0) > _offset(local, 1) for local in moments if local)


def _offset(local: datetime.datetime, fold: int) -> datetime.timedelta:
    offset = local.replace(tzinfo=_ZONE, fold=fold).utcoffset()
    assert offset is not None  # noqa: S101  (a moment with a zone has one)
    return offset
