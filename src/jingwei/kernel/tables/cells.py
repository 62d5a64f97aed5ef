"""What a cell holds, as text and as a moment."""

import datetime
import re
from zoneinfo import ZoneInfo

_SERIAL_BEGINS = datetime.datetime(1899, 12, 30)
_SERIALS = (20_000, 80_000)  # 1954 to 2119: what else is a number in a column of dates is no date
_YEARS = (1900, 2199)  # others are slips of the finger
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]*(\d{1,2})\s*[:：时点]\s*(?:(\d{1,2})\s*分?)?(?:[:：]?\s*(\d{1,2})(?:\.\d+)?\s*秒?)?)?"
)


def text_of(cell: object) -> str:
    """A cell as it is seen: what Excel took for a number comes back without a fraction, a moment in ISO 8601."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ")
    return str(cell).strip()


def moment_of(cell: object, zone: ZoneInfo) -> datetime.datetime | None:
    """The moment (UTC) that a cell means, a day being its first; None where it is no date.

    Taken are dates, the serial numbers that Excel keeps them as, and texts such as 2026-11-26 20:00, 2026/11/26,
    2026年11月26日 20时; without an offset it is a time of `zone`, the first where it occurs twice.
    """
    local = _local(cell)
    if local is None or not _YEARS[0] <= local.year <= _YEARS[1]:
        return None
    return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(datetime.UTC)


def _local(cell: object) -> datetime.datetime | None:
    if isinstance(cell, datetime.datetime):
        return cell
    if isinstance(cell, datetime.date):
        return datetime.datetime.combine(cell, datetime.time())
    text = text_of(cell)
    if isinstance(cell, float | int) or _SERIAL.fullmatch(text):
        return _from_serial(text)
    try:
        found = _DATE.fullmatch(text)
        if found:
            return datetime.datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]  # six
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return None


def _from_serial(text: str) -> datetime.datetime | None:
    try:
        days = float(text)
    except ValueError:
        return None
    if _SERIALS[0] <= days < _SERIALS[1]:
        return _SERIAL_BEGINS + datetime.timedelta(seconds=round(days * 86_400))
    try:  # 20261126, which was typed without signs between
        return datetime.datetime.strptime(text, "%Y%m%d")
    except ValueError:
        return None
