"""Whether a city is one for training, where everything is undone each night and nothing leaves the house."""

from dataclasses import dataclass

from jingwei.kernel.commands.scope import PRACTICE, Scope
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.words import Text

MARK, RESET = "training", "training_reset"
"""The city's settings: its mark in words, and the time of the day at which it is made anew."""


@dataclass(frozen=True, slots=True)
class Training:
    """The mark in words, and when the city is made anew: `03:00` by the clock of the machine."""

    mark: Text
    reset: str


def training_of(scope: Scope) -> Training | None:
    """The mark of a training city. None in every other: only one that was founded for practice can be one, so that no
    change of a rulebook opens a real city to whoever picks a role."""
    if not scope.edition(PRACTICE):
        return None
    rules, on = rules_of(scope), scope.today
    mark, reset = rules.value("city", MARK, on), rules.value("city", RESET, on)
    if mark is None:
        return None
    return Training(Text(mark.content["zh"], mark.content["en"]), str(reset.content["zh"]) if reset else "")
