"""One line of the check: what was looked at, how it stands, what to do."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from jingwei.kernel.values.words import Text

NOTHING = Text("", "")


class State(IntEnum):
    """How a line stands; the worst of them is the exit code of `jingwei check`."""

    OK = 0
    WARNING = 1
    FAULT = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at. `remedy` is empty where it is in order."""

    key: str
    title: Text
    state: State
    said: Text
    remedy: Text = NOTHING


def read_sign(path: Path) -> Mapping[str, Any]:
    """What a command noted about its last run (a JSON object); empty where there is no note, or a damaged one."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def hours_since(noted: object, now: datetime.datetime) -> float | None:
    """The hours from a moment of a note (ISO, with offset) until now; None where it says none."""
    try:
        return (now - datetime.datetime.fromisoformat(str(noted))).total_seconds() / 3600
    except (ValueError, TypeError):
        return None


def age(hours: float) -> Text:
    """An age in whole minutes, from two hours on in hours, from two days on in days."""
    days, whole, minutes = int(hours // 24), int(hours), int(hours * 60)
    if hours < 2:
        return Text(f"{minutes} 分钟", f"{minutes} minute{'s' * (minutes != 1)}")
    return Text(f"{days} 天", f"{days} days") if hours >= 48 else Text(f"{whole} 小时", f"{whole} hours")
