"""Which kinds a resident's words may mean: put forward with their reasons, never chosen for anybody."""

from collections.abc import Mapping
from dataclasses import dataclass

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.proposing.classes import propose_classes
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.rulebook.snapshot import Category, rules_of
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind that may be meant, and why; or the one that was chosen, which stays to be seen."""

    code: str
    title: Text
    why: Text | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Kinds:
    """What is put forward for a text; whether there was a text."""

    asked: bool
    found: tuple[Kind, ...]

    @property
    def chosen(self) -> bool:
        """Whether the kind that was chosen is among them."""
        return any(one.chosen for one in self.found)


def kinds_for(scope: Scope, matter_type: MatterType, values: Mapping[str, str], *, keep: bool = False) -> Kinds:
    """What the text may mean of what residents may report. `keep`: with the kind already chosen, whatever it is."""
    known, picked = rules_of(scope).categories(scope.today), values.get("category", "")

    def taken(one: Category) -> bool:
        return one.open and matter_type.takes(one.type)

    text = values.get("text", "").strip()
    proposed = propose_classes(rules_of(scope), text, scope.today, taken) if text else []
    found = [Kind(one.code, known[one.code].title, one.reason, one.code == picked) for one in proposed]
    if keep and picked in known and taken(known[picked]) and all(one.code != picked for one in proposed):
        found.append(Kind(picked, known[picked].title, None, True))
    return Kinds(bool(text), tuple(found))
