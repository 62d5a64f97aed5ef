"""One reading of one measurement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Sample:
    """A figure with its unit, the floor of the same run (what the machine can do without us), memory in MB."""

    figure: float
    unit: str
    floor: float | None = None
    rss_mb: int = 0
    more: Mapping[str, Any] = field(default_factory=dict)
