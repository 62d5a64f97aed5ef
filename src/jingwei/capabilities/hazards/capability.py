"""What hazards bring to a city: the table of contents of this capability."""

from jingwei.capabilities.hazards.matter_type import HAZARD
from jingwei.capabilities.hazards.measures import MEASURES
from jingwei.kernel.values.words import Text

TITLE = Text("公共安全隐患", "Hazards")
TYPES = (HAZARD,)
GRANTS = HAZARD.grants

__all__ = ["GRANTS", "MEASURES", "TITLE", "TYPES"]
