"""Draws for spot checks: nobody can choose what is drawn, and an auditor recomputes it from what he may read.

A draw follows from the city's seed (the value `draw/seed` of the rulebook on the day the matter was opened, shown to
auditors alone), from what it is drawn for, and from the public number of the matter.
"""

import hashlib

DRAW_SQL = (
    "mod(('x' || encode(substr(sha256(convert_to({seed} || ':' || {purpose} || ':' || m.number, 'UTF8')), 1, 4),"
    " 'hex'))::bit(32)::bigint & 4294967295, 100)"
)
"""The same number in PostgreSQL, of a row `m`."""


def draw(seed: str, number: str, purpose: str) -> int:
    """A number from 0 to 99; whatever is below the per cent to be checked is drawn."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{purpose}:{number}".encode()).digest()[:4]) % 100
