"""What instructions bring to a city: the table of contents of this capability."""

from jingwei.capabilities.instructions.matter_type import INSTRUCTION
from jingwei.capabilities.instructions.measures import MEASURES
from jingwei.kernel.values.words import Text

TITLE = Text("指令", "Instructions")
TYPES = (INSTRUCTION,)
GRANTS = INSTRUCTION.grants

__all__ = ["GRANTS", "MEASURES", "TITLE", "TYPES"]
