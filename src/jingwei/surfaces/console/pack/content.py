"""Rows of a pack as contents of the rulebook."""

from typing import Any

from jingwei.surfaces.console.pack.tables import Pack


def category(row: dict[str, str]) -> dict[str, Any]:
    """A row of catalogue.csv."""
    return {
        "zh": row["title_zh"],
        "en": row["title_en"],
        "parent": row["parent"],
        "urgency": row["urgency"],
        "open": row["open"] == "1",
    }


def limit(row: dict[str, str]) -> dict[str, Any]:
    """A row of limits.csv. Raises ValueError when the amount is not a whole number."""
    return {"counting": row["counting"], "amount": int(row["amount"]), "unit": row["unit"]}


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
    """calendar.csv with the working time of pack.toml."""
    time = pack.settings["working_time"]
    return {
        "zone": pack.settings["zone"],
        "weekdays": time["weekdays"],
        "hours": time["hours"],
        "after_hours": time.get("after_hours", "same_day"),
        "days": {row["date"]: row["kind"] for _, row in pack.rows("calendar.csv")},
    }
