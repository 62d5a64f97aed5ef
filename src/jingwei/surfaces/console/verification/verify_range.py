"""Verifies one range of streams in a process of its own; imports nothing of Django before it has entered the city."""

import uuid
from typing import TYPE_CHECKING

from jingwei.installation import connect, server
from jingwei.surfaces.console.process import enter_city

if TYPE_CHECKING:
    from jingwei.kernel.ledger.faults import Report


def verify_range(city: str, low: uuid.UUID | None, high: uuid.UUID | None) -> "Report":
    """The report on the streams with low ≤ id < high."""
    enter_city(city)
    from jingwei.kernel.ledger.verify import verify

    return verify(lambda: connect(server(), "app", city, autocommit=True), low, high)
