"""Draws for spot checks: reproducible by an auditor, and not to be known or chosen beforehand.

The draw follows from the secret salt that a matter is given when it is opened, which no page shows and the ledger
vouches for, and from what it is drawn for.
"""

import hashlib

DRAW_SQL = (
    "mod(('x' || encode(substr(sha256(m.salt || convert_to({purpose}, 'UTF8')), 1, 4), 'hex'))::bit(32)::bigint"
    " & 4294967295, 100)"
)
"""The same number in PostgreSQL, of a row `m`."""


def draw(salt: bytes, purpose: str) -> int:
    """A number from 0 to 99; whatever is below the per cent to be checked is drawn."""
    return int.from_bytes(hashlib.sha256(salt + purpose.encode()).digest()[:4]) % 100
