"""What a feed's columns mean, as its pack declares it."""

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from jingwei.kernel.values.coordinates import Point, parse_degrees
from jingwei.kernel.values.errors import Refusal

_NEEDED = ("source", "zone", "type", "columns", "key", "opened", "state", "category", "place", "channel")


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed, ready to be read by. Columns are named as in the file's header."""

    name: str
    source: str
    zone: ZoneInfo
    encoding: str
    matter_type: str
    columns: tuple[str, ...]
    key: str
    key_pattern: re.Pattern[str]
    opened: str
    target: str
    closed: str
    moment_format: str
    state: str
    open_states: frozenset[str]
    closed_states: frozenset[str]
    category_columns: tuple[str, ...]
    categories: Mapping[tuple[str, ...], str]
    lon: str
    lat: str
    address: str
    unknown_points: frozenset[Point]
    channel: str
    channels: Mapping[str, str]
    unit: str
    units: Mapping[str, str]
    duplicate: str
    fields: Mapping[str, str]  # declared field of the type: column
    closing_fields: Mapping[str, str]  # field of the closing act: column
    verdict: str
    verdict_met: str
    verdict_missed: str
    longest_cell: int


def feed_problems(content: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a declaration, a sentence each."""
    for name in _NEEDED:
        if name not in content:
            yield f"{name} is missing"
    columns = set(content.get("columns", ()))
    for part, keys in (
        ("key", ("column",)),
        ("opened", ("column",)),
        ("target", ("column",)),
        ("closed", ("column",)),
        ("state", ("column",)),
        ("place", ("lon", "lat", "address")),
        ("channel", ("column",)),
        ("unit", ("column",)),
        ("duplicate", ("column",)),
        ("verdict", ("column",)),
    ):
        for key in keys:
            column = content.get(part, {}).get(key, "")
            if column and column not in columns:
                yield f"{part}.{key}: the file has no column {column}"
    for column in content.get("category", {}).get("columns", ()):
        if column not in columns:
            yield f"category.columns: the file has no column {column}"


def feed_of(name: str, content: Mapping[str, Any]) -> Feed:
    """The feed that a sound declaration means. Raises ValueError naming what is wrong."""
    problems = list(feed_problems(content))
    if problems:
        raise ValueError(f"feed {name}: {'; '.join(problems)}")
    part = {key: content.get(key, {}) for key in ("target", "closed", "unit", "duplicate", "verdict", "closing_fields")}
    place, category = content["place"], content["category"]
    try:
        points = frozenset(parse_degrees(str(lon), str(lat)) for lon, lat in place.get("unknown_points", ()))
    except Refusal as refusal:
        raise ValueError(f"feed {name}: place.unknown_points: {refusal}") from refusal
    return Feed(
        name=name,
        source=content["source"],
        zone=ZoneInfo(content["zone"]),
        encoding=content.get("encoding", "utf-8"),
        matter_type=content["type"],
        columns=tuple(content["columns"]),
        key=content["key"]["column"],
        key_pattern=re.compile(content["key"].get("pattern", ".+")),
        opened=content["opened"]["column"],
        target=part["target"].get("column", ""),
        closed=part["closed"].get("column", ""),
        moment_format=content["opened"].get("format", "%Y-%m-%d %H:%M:%S"),
        state=content["state"]["column"],
        open_states=frozenset(content["state"]["open"]),
        closed_states=frozenset(content["state"]["closed"]),
        category_columns=tuple(category["columns"]),
        categories={tuple(row[:-1]): row[-1] for row in category["rows"]},
        lon=place["lon"],
        lat=place["lat"],
        address=place.get("address", ""),
        unknown_points=points,
        channel=content["channel"]["column"],
        channels=content["channel"]["map"],
        unit=part["unit"].get("column", ""),
        units=part["unit"].get("map", {}),
        duplicate=part["duplicate"].get("column", ""),
        fields=content.get("fields", {}),
        closing_fields=part["closing_fields"],
        verdict=part["verdict"].get("column", ""),
        verdict_met=part["verdict"].get("met", ""),
        verdict_missed=part["verdict"].get("missed", ""),
        longest_cell=content.get("limits", {}).get("max_cell", 100_000),
    )


def parse_moment(feed: Feed, text: str) -> tuple[datetime.datetime, str]:
    """(moment in UTC, flag) of a local time without offset: the first, where it occurs twice. Raises ValueError."""
    local = datetime.datetime.strptime(text, feed.moment_format)
    first, second = local.replace(tzinfo=feed.zone), local.replace(tzinfo=feed.zone, fold=1)
    flag = ""
    if first.utcoffset() != second.utcoffset():
        early, late = first.astimezone(datetime.UTC), second.astimezone(datetime.UTC)
        flag = "ambiguous_time" if early < late else "time_that_did_not_occur"
    return first.astimezone(datetime.UTC), flag
