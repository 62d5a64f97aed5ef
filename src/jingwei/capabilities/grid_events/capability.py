"""What grid events bring to a city: the table of contents of this capability."""

from jingwei.capabilities.grid_events.matter_type import GRID_EVENT
from jingwei.capabilities.grid_events.measures import MEASURES
from jingwei.kernel.values.words import Text

TITLE = Text("网格事件", "Grid events")
TYPES = (GRID_EVENT,)  # matters that began with the first version stay on it
GRANTS = GRID_EVENT.grants

__all__ = ["GRANTS", "MEASURES", "TITLE", "TYPES"]
