"""What enterprise needs bring to a city: the table of contents of this capability."""

from jingwei.capabilities.enterprise_needs.matter_type import ENTERPRISE_NEED
from jingwei.capabilities.enterprise_needs.measures import MEASURES
from jingwei.kernel.values.words import Text

TITLE = Text("企业法治需求", "Legal needs of enterprises")
TYPES = (ENTERPRISE_NEED,)
GRANTS = ENTERPRISE_NEED.grants

__all__ = ["GRANTS", "MEASURES", "TITLE", "TYPES"]
