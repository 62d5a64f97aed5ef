"""What the record says of a hazard, in the words that its figures share."""

from jingwei.kernel.measures.figures import Figures
from jingwei.kernel.measures.predicates import AllOf, Did, Said

FIGURES = Figures("hazard", "公共安全隐患整改统计：按地点和行业，不按人")
HAZARDS = FIGURES.matters
GRADED = ("grade", "regrade")
SECURED = ("secure", "secure_on_site")
HUNG_UP = ("hang", "hang_at_work")
MAJOR = AllOf((HAZARDS, Did(GRADED), Said(GRADED, "grade", ("major",))))
LIFE_AT_RISK = AllOf((HAZARDS, Did(GRADED), Said(GRADED, "life", ("yes",))))
