"""Rows of a pack as contents of the rulebook."""

from collections.abc import Iterator
from typing import Any

from jingwei.surfaces.console.pack.tables import OWN_DAYS, Pack


def category(row: dict[str, str]) -> dict[str, Any]:
    """A row of catalogue.csv; `verify`, `check`, `sample` and `type` may be left out.

    Raises ValueError for a sample that is no whole number."""
    optional: dict[str, Any] = {key: row[key] for key in ("verify", "check", "type") if row.get(key)}
    if row.get("sample"):
        optional["sample"] = int(row["sample"])
    return {
        "zh": row["title_zh"],
        "en": row["title_en"],
        "parent": row["parent"],
        "urgency": row["urgency"],
        "open": row["open"] == "1",
        **optional,
    }


def limit(row: dict[str, str]) -> dict[str, Any]:
    """A row of limits.csv; its bounds on pauses and extensions may be left out. Raises ValueError where no whole number
    stands."""
    bounds = {key: int(row[key]) for key in ("hold_days", "extensions") if row.get(key)}
    return {"counting": row["counting"], "amount": int(row["amount"]), "unit": row["unit"], **bounds}


def routing(row: dict[str, str]) -> dict[str, Any]:
    """A row of routing.csv. Raises ValueError when the priority is not a whole number."""
    return {
        "priority": int(row["priority"]),
        "category": row["category"],
        "area": row["area"],
        "condition": row["condition"],
        "unit": row["unit"],
    }


def calendar(pack: Pack) -> dict[str, Any]:
    """The shared calendar's days and the pack's own, which go first, with the working time of pack.toml."""
    time = pack.settings["working_time"]
    own = [row for _, row in pack.rows(OWN_DAYS)]
    days = {row["date"]: row for row in (*pack.shared_days, *own)}
    content = {
        "zone": pack.settings["zone"],
        "weekdays": time["weekdays"],
        "hours": time["hours"],
        "after_hours": time.get("after_hours", "same_day"),
        "days": {date: row["kind"] for date, row in days.items()},
        "titles": {date: {"zh": row["title_zh"], "en": row["title_en"]} for date, row in days.items()},
    }
    notices: dict[str, set[str]] = {}
    for date, row in days.items():
        notices.setdefault(date[:4], set()).update(row.get("notice", "").split())
    return {**content, "notices": {year: sorted(found) for year, found in notices.items() if found}}


def reminders(pack: Pack) -> Iterator[tuple[str, str, dict[str, Any], str]]:
    """Each value of a sound reminders.toml: parameter, subject, content, basis ("" for the pack's)."""
    for parameter, subjects in pack.reminders.items():
        for subject, content in subjects.items():
            kept = {name: member for name, member in content.items() if name != "basis"}
            yield parameter, subject, kept, str(content.get("basis", ""))
