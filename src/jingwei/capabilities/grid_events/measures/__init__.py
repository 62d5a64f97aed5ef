"""The figures of grid events that the records bear out, each with numerator, denominator and basis."""

from jingwei.capabilities.grid_events.measures.closing import (
    CLOSING,
    OPEN_OVERDUE,
    SHARE_CLOSED_IN_TIME,
    SHARE_OF_CLOSED_IN_TIME,
)
from jingwei.capabilities.grid_events.measures.follow_up import FOLLOW_UP, TO_CALL_BACK, TO_RECHECK
from jingwei.capabilities.grid_events.measures.honesty import HONESTY, SHARE_REOPENED
from jingwei.capabilities.grid_events.measures.intake import INTAKE, SHARE_PLACED
from jingwei.capabilities.grid_events.measures.opinions import OPINIONS
from jingwei.capabilities.grid_events.measures.stages import STAGES

MEASURES = (*INTAKE, *CLOSING, *HONESTY, *OPINIONS, *FOLLOW_UP, *STAGES)

__all__ = [
    "MEASURES",
    "OPEN_OVERDUE",
    "SHARE_CLOSED_IN_TIME",
    "SHARE_OF_CLOSED_IN_TIME",
    "SHARE_PLACED",
    "SHARE_REOPENED",
    "TO_CALL_BACK",
    "TO_RECHECK",
]
