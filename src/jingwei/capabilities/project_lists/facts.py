"""What the record says of a project, in the words that its figures share."""

from jingwei.kernel.measures.figures import Figures
from jingwei.kernel.measures.predicates import AllOf, Did, IsNull

FIGURES = Figures("project", "项目化管理：进度与逾期；只评项目，不评个人")
PROJECTS = FIGURES.matters
UNDER_WAY = AllOf((PROJECTS, Did(("assign",)), IsNull("closed_at")))
