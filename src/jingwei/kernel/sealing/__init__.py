"""Sealing: the personal members of a row are encrypted under a key of its own, which lies in another database."""

from jingwei.kernel.sealing.gone import BASES, GONE, GROUNDS, TERM, Gone, Ground, held
from jingwei.kernel.sealing.models import SealedModel
from jingwei.kernel.sealing.rows import AWAY, conceal, erase, reveal, revealed, seal, shown, unerased

__all__ = [
    "AWAY",
    "BASES",
    "GONE",
    "GROUNDS",
    "TERM",
    "Gone",
    "Ground",
    "SealedModel",
    "conceal",
    "erase",
    "held",
    "reveal",
    "revealed",
    "seal",
    "shown",
    "unerased",
]
