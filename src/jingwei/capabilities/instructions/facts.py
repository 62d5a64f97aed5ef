"""What the record says of an instruction, in the words that its figures share."""

from jingwei.kernel.measures.figures import Figures
from jingwei.kernel.measures.predicates import AllOf, AnyOf, Did, Is, Not

FIGURES = Figures("instruction", "指令签收、反馈统计：按单位和地点，不按人")
INSTRUCTIONS = FIGURES.matters
WITH_A_UNIT = AllOf((INSTRUCTIONS, Not(AnyOf((Is("state", "withdrawn"), Is("state", "returned"))))))
"""Instructions that stand with a unit: one that was withdrawn, or sent back as another unit's, says nothing of it."""

ANSWERED = AllOf((INSTRUCTIONS, Did(("answer",))))
