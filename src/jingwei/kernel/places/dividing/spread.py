"""How evenly a load lies on cells: the figures that a division and its proposal are compared by."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """The loads of some cells in three figures; shares are of the mean."""

    cells: int
    total: float
    mean: float
    farthest: float  # how far the cell furthest from the mean is off: 0.5 is half as much again, or half
    variation: float  # standard deviation (of all cells, not of a sample) as a share of the mean


def spread_of(loads: Sequence[float]) -> Spread | None:
    """The figures of some loads; None where there is no cell or nothing on them."""
    total = math.fsum(loads)
    if not loads or total <= 0:
        return None
    mean = total / len(loads)
    off = [load - mean for load in loads]
    variation = math.sqrt(math.fsum(one * one for one in off) / len(loads)) / mean
    return Spread(len(loads), total, mean, max(abs(one) for one in off) / mean, variation)
