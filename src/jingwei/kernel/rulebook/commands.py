"""Entering values where no second person is asked: a city's founding, and what machines keep; people write drafts
(docs/decisions/0031)."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.commands.actor import by_grant
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.scope import PRACTICE
from jingwei.kernel.commands.work import Work
from jingwei.kernel.rulebook.models import Value
from jingwei.kernel.rulebook.parameters import PARAMETERS
from jingwei.kernel.values.complaints import in_one
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

_GRANT = "rulebook.edit"
FOUNDING = "system:founding"
"""Who enters a new city's pack."""

_MARK = ("city", "practice")
MARKS = (_MARK, ("city", "training"))
_BY_DRAFT = Text(
    "规则由人起草、由另一个人发布：请用草案修改。",
    "People change the rulebook by a draft that somebody else publishes: write one.",
)
_FOUNDED_SO = Text(
    "城市是否为演练或练习城市，在建市时确定，以后不能改。",
    "Whether a city is one for practice or training is decided when it is founded, and never after.",
)


@dataclass(frozen=True, kw_only=True)
class SetValue(Command):
    """设定: from a day on, a parameter has this value for this subject."""

    parameter: str
    subject: str
    from_on: datetime.date
    content: Mapping[str, Any]
    basis: str


@dataclass(frozen=True, kw_only=True)
class SetManyValues(Command):
    """批量设定: many values at once, for subjects that have none yet (a new city, a new catalogue)."""

    values: tuple[SetValue, ...]


def problems_of(parameter: str, content: Mapping[str, Any]) -> list[Text]:
    """What is wrong with a value, a sentence each."""
    known = PARAMETERS.get(parameter)
    if known is None:
        return [Text(f"规则库里没有 {parameter} 这一类", f"{parameter} is not a declared parameter")]
    return list(known.problems(content))


def complaint(parameter: str, subject: str, content: Mapping[str, Any]) -> Text | None:
    """Everything that is wrong with a value of a subject, as one refusal."""
    problems = problems_of(parameter, content)
    if not problems:
        return None
    known = PARAMETERS.get(parameter)
    named = known.title.zh if known else parameter
    said = in_one(problems)
    return Text(f"{named} {subject}：{said.zh}。", f"{parameter} {subject}: {said.en}.")


def _checked(command: SetValue) -> None:
    problem = complaint(command.parameter, command.subject, command.content)
    if problem is not None:
        raise Invalid(problem)


def _opened(work: Work, command: SetValue) -> Value:
    return work.open(
        Value(
            id=work.new_id(),
            parameter=command.parameter,
            subject=command.subject,
            from_on=command.from_on,
            content=dict(command.content),
            basis=command.basis,
        )
    )


def _entered(work: Work, value: Value) -> None:
    work.insert(value)
    facts = {"parameter": value.parameter, "subject": value.subject, "from": value.from_on}
    work.record(value, "rulebook.value_set", facts)


@handles(SetValue, grant=_GRANT)
def set_value(work: Work, command: SetValue) -> Result:
    """Ends the value in force on that day and enters the new one; a later value already entered is a refusal."""
    _checked(command)
    current = Value.objects.filter(parameter=command.parameter, subject=command.subject, until_on=None).first()
    before = work.lock(Value, current.pk) if current else None
    value = _opened(work, command)
    work.authorise(_GRANT, by_grant(work.actor, _GRANT))
    work.require(_BY_DRAFT if work.actor.kind == "person" else None)
    work.require(_FOUNDED_SO if (command.parameter, command.subject) in MARKS else None, place="subject")
    if before is not None:
        work.require(_later_problem(before, command), place="from_on")
        before.until_on = command.from_on
        work.save(before, "until_on")
        work.record(before, "rulebook.value_ended", {"until": command.from_on})
    _entered(work, value)
    work.raise_edition("rulebook")
    return {"value": str(value.pk)}


@handles(SetManyValues, grant=_GRANT)
def set_many_values(work: Work, command: SetManyValues) -> Result:
    """All or none. A subject that has a value already is a Conflict: it is changed one by one, on purpose."""
    for one in command.values:
        _checked(one)
    values = [_opened(work, one) for one in command.values]
    work.authorise(_GRANT, by_grant(work.actor, _GRANT))
    work.require(_BY_DRAFT if work.actor.kind == "person" else None)
    subjects = {(one.parameter, one.subject) for one in command.values}
    marked = _MARK in subjects
    work.require(
        _FOUNDED_SO if subjects.intersection(MARKS) and work.actor.reference != FOUNDING else None, place="subject"
    )
    for value in values:
        _entered(work, value)
    if marked:
        work.raise_edition(PRACTICE)
    work.raise_edition("rulebook")
    return {"values": len(values)}


def _later_problem(before: Value, command: SetValue) -> Text | None:
    if command.from_on <= before.from_on:
        return Text(
            f"已有自 {before.from_on} 起的值；新值须从更晚的日子起。",
            f"There is a value from {before.from_on} on; the new one must begin later.",
        )
    return None
