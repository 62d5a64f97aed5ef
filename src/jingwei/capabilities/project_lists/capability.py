"""What project lists bring to a city: the table of contents of this capability."""

from jingwei.capabilities.project_lists.matter_type import PROJECT
from jingwei.capabilities.project_lists.measures import MEASURES
from jingwei.kernel.values.words import Text

TITLE = Text("项目与任务清单", "Project and task lists")
TYPES = (PROJECT,)
GRANTS = PROJECT.grants

__all__ = ["GRANTS", "MEASURES", "TITLE", "TYPES"]
