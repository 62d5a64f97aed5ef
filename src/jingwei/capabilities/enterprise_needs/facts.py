"""What the record says of a need, in the words that its figures share."""

from jingwei.kernel.measures.figures import Figures
from jingwei.kernel.measures.predicates import AllOf, AnyOf, Did, Is, Not, Said

FIGURES = Figures("enterprise_need", "三张法治清单：需求、供给、落实")
NEEDS = FIGURES.matters
STANDING = AllOf((NEEDS, Not(AnyOf((Is("state", "joined"), Is("state", "withdrawn"))))))
"""Needs that stand for themselves: what was joined with another counts there, what was withdrawn nowhere."""

SERVED = AllOf((STANDING, Did(("serve",))))
RATED = AllOf((STANDING, Did(("rate",))))


def of_nature(nature: str) -> AllOf:
    """The needs settled as common or individual, by their newest settling."""
    return AllOf((Did(("settle",)), Said(("settle",), "nature", (nature,))))
