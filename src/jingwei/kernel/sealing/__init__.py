"""Sealing: the personal members of a row are encrypted under a key of its own, which lies in another database."""

from jingwei.kernel.sealing.models import SealedModel
from jingwei.kernel.sealing.rows import AWAY, GONE, conceal, reveal, revealed, seal, shown

__all__ = ["AWAY", "GONE", "SealedModel", "conceal", "reveal", "revealed", "seal", "shown"]
