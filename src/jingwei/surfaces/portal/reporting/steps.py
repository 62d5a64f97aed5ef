"""The steps of a report, and which step asks for what."""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.fields import checked
from jingwei.kernel.matters.types import Field, MatterType
from jingwei.kernel.rulebook.snapshot import Rules, rules_of
from jingwei.kernel.values.errors import Invalid, Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import sent
from jingwei.kit.intake import CONTACT, PLACED, read_contact, read_point

WHAT, WHERE, REACH, REVIEW = "what", "where", "contact", "review"
STEPS = (WHAT, WHERE, REACH, REVIEW)
WHOLE = "whole"
"""The page of all inputs at once, which devices keep for when there is no connection."""

DANGER = "danger"
"""The answer to the city's question: whoever is in danger is told whom to call, and the report stops there."""

ALIKE = "alike"
"""The page between where and contact, where something alike was reported near by; `other` in an input of the same name
says that it is another thing."""

_PLACE_INPUTS = ("cell", "area", "lon", "lat")
_REACH_INPUTS = (*(name for name, *_ in CONTACT), "anonymous")
_NUMBER = re.compile(r"(?<![\d-])\d[\d-]{1,14}\d(?![\d-])")

_NO_TEXT = Text("请写明发生了什么。", "Please say what is wrong.")
_NOT_OPEN = Text("请从列表中选择一类。", "Please choose a kind from the list.")
_NO_KIND = Text("请选择是哪一类事情。", "Please choose what kind of thing it is.")
_UNSAID = Text(
    "请先回答：现在有没有人受伤、着火或者别的危险。", "Please answer first whether anybody is hurt or in danger now."
)


_TOLD, _QUESTION = "emergency", "emergency.question"
"""The city's words: what whoever is in danger does, with the numbers to call; what everybody is asked first. The same
followed by `.CODE` for a class and those below it."""


@dataclass(frozen=True, slots=True)
class Danger:
    """What the city asks first, what it says to whoever is in danger, and the numbers that the sentence names."""

    words: Text
    numbers: tuple[str, ...]
    question: Text | None
    classes: tuple[str, ...] = ()  # those that are asked; empty where everybody is


def danger_of(scope: Scope, code: str = "") -> Danger | None:
    """What holds of a class, by the city's words; None where it says nothing. Without a question nobody is asked."""
    rules, on = rules_of(scope), scope.today
    words, question = _of_class(rules, _TOLD, code, on), _of_class(rules, _QUESTION, code, on)
    if words is None:
        return None
    numbers = dict.fromkeys(_NUMBER.findall(f"{words.zh} {words.en}"))
    return Danger(words, tuple(numbers), question)


def dangers_of(scope: Scope) -> list[Danger]:
    """Every question that the page of the first step may have to ask, each with the classes that it is asked of."""
    everybody, rules, on = danger_of(scope), rules_of(scope), scope.today
    if everybody and everybody.question:
        return [everybody]
    asked: dict[Danger, list[str]] = {}
    for code, one in rules.categories(on).items():
        danger = danger_of(scope, code) if one.leaf and one.open else None
        if danger and danger.question:
            asked.setdefault(danger, []).append(code)
    return [replace(danger, classes=tuple(codes)) for danger, codes in asked.items()]


def _of_class(rules: Rules, key: str, code: str, on: datetime.date) -> Text | None:
    """The word of the class, else of one above it, else of all."""
    named = (rules.word(f"{key}.{one}", on) for one in rules.lineage(code, on))
    return next((word for word in named if word), None) or rules.word(key, on)


def fields_at(step: str, fields: Sequence[Field]) -> list[Field]:
    """The declared fields that a step asks for."""
    if step not in (WHAT, WHERE):
        return []
    return [one for one in fields if (one.key in PLACED) == (step == WHERE)]


def names_at(step: str, fields: Sequence[Field]) -> list[str]:
    """The names of all inputs of a step, but for its files."""
    declared = [one.key for one in fields_at(step, fields)]
    own = {WHAT: (DANGER, "category"), WHERE: _PLACE_INPUTS, REACH: _REACH_INPUTS}.get(step, ())
    return [*own, *declared]


def carried(step: str, fields: Sequence[Field], values: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the page of a step brings along from the other steps, as hidden inputs."""
    others = [] if step == WHOLE else [other for other in STEPS if other != step]
    names = [name for other in others for name in names_at(other, fields)]
    seen = [ALIKE] if step in (REACH, REVIEW) else []  # asked anew once the kind or the place was looked at again
    return [(name, values.get(name, "")) for name in (*names, *seen)]


def step_of(refusal: Refusal, fields: Sequence[Field]) -> str:
    """The step that asked for what was refused; the review for what no single step did."""
    place = refusal.place or ""
    if place.startswith("files"):
        return WHAT
    return next((step for step in STEPS if place in names_at(step, fields)), REVIEW)


def check_until(
    scope: Scope, matter_type: MatterType, step: str, fields: Sequence[Field], values: Mapping[str, str]
) -> None:
    """Whether all that the steps before this one ask for can be taken. Raises Invalid at the first that cannot."""
    for before in STEPS[: STEPS.index(step)]:
        _CHECKS[before](scope, matter_type, fields, values)


def check_kind(scope: Scope, matter_type: MatterType, code: str) -> None:
    """Whether residents may report this class. Raises Invalid."""
    if not code:
        raise Invalid(_NO_KIND, place="category")
    category = rules_of(scope).categories(scope.today).get(code)
    if category is None or not (category.open and category.leaf and matter_type.takes(category.type)):
        raise Invalid(_NOT_OPEN, place="category")


def check_text(fields: Sequence[Field], values: Mapping[str, str]) -> None:
    """Whether it is said what is wrong, where the type asks for it. Raises Invalid."""
    if any(one.key == "text" for one in fields) and not values.get("text", "").strip():
        raise Invalid(_NO_TEXT, place="text")


def _what(scope: Scope, matter_type: MatterType, fields: Sequence[Field], values: Mapping[str, str]) -> None:
    danger = danger_of(scope, values.get("category", ""))
    if danger and danger.question and values.get(DANGER, "") not in ("yes", "no"):
        raise Invalid(_UNSAID, place=DANGER)
    check_kind(scope, matter_type, values.get("category", ""))
    check_text(fields, values)
    _declared(WHAT, fields, values)


def _where(_: Scope, __: MatterType, fields: Sequence[Field], values: Mapping[str, str]) -> None:
    read_point(values)
    _declared(WHERE, fields, values)


def _reach(_: Scope, __: MatterType, ___: Sequence[Field], values: Mapping[str, str]) -> None:
    read_contact(values, "")


def _declared(step: str, fields: Sequence[Field], values: Mapping[str, str]) -> None:
    asked = fields_at(step, fields)
    checked(asked, {name: value for name, value in sent(asked, values).items() if value.strip()})


_CHECKS = {WHAT: _what, WHERE: _where, REACH: _reach}
