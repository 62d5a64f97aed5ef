"""The training city beside a real one: whether this process serves it, and where the other one is served."""

import json
import os
from dataclasses import dataclass

from jingwei.installation import home, training_note, training_notes
from jingwei.project.settings.database import CITY

TRAINING = bool(CITY) and training_note(CITY) is not None
"""Whether this process serves a training city. For cookies alone: what may be done asks the city's own record."""

COOKIE_SUFFIX = f"-{CITY}" if TRAINING else ""
"""The real city may be served by the same host, whose ports share their cookies."""


@dataclass(frozen=True, slots=True)
class _Neighbour:
    city: str
    address: str  # told by JINGWEI_TRAINING_URL or JINGWEI_REAL_URL; "" where none was
    port: int
    tls: bool


def NEIGHBOUR() -> _Neighbour | None:  # noqa: N802  # Django's names of settings
    """Of a real city its training city, of a training city the real one; None where there is none, or nobody has
    started it and no address was told."""
    notes = training_notes()
    own = next((one for one in notes if one.name == CITY), None)
    other = own.of if own else next((one.name for one in notes if one.of == CITY), "")
    told = os.environ.get("JINGWEI_REAL_URL" if own else "JINGWEI_TRAINING_URL", "").rstrip("/")
    if not other:
        return None
    try:
        site = json.loads((home().run / f"web-{other}.json").read_text(encoding="utf-8"))
        return _Neighbour(other, told, site["port"], site["tls"])
    except (OSError, ValueError, KeyError):
        return _Neighbour(other, told, 0, tls=False) if told else None
