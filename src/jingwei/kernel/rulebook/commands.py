"""Changing the rulebook: a new dated value ends the one before it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.commands.actor import by_grant
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.rulebook.models import Value
from jingwei.kernel.rulebook.parameters import PARAMETERS
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, kw_only=True)
class SetValue(Command):
    """设定: from a day on, a parameter has this value for this subject."""

    parameter: str
    subject: str
    from_on: datetime.date
    content: Mapping[str, Any]
    basis: str


def problems_of(parameter: str, content: Mapping[str, Any]) -> list[str]:
    """What is wrong with a value, a sentence each."""
    known = PARAMETERS.get(parameter)
    return list(known.problems(content)) if known else [f"{parameter} is not a declared parameter"]


@handles(SetValue, grant="rulebook.edit")
def set_value(work: Work, command: SetValue) -> Result:
    """Ends the value in force on that day and enters the new one; a later value already entered is a refusal."""
    problems = problems_of(command.parameter, command.content)
    if problems:
        sentence = "; ".join(problems)
        raise Invalid(
            Text(
                f"{command.parameter} {command.subject}：{sentence}",
                f"{command.parameter} {command.subject}: {sentence}",
            )
        )
    before = (
        Value.objects.filter(parameter=command.parameter, subject=command.subject, until_on=None)
        .select_for_update(no_key=True)
        .first()
    )
    if before is not None:
        before = work.lock(Value, before.pk)
    value = work.open(
        Value(
            id=work.new_id(),
            parameter=command.parameter,
            subject=command.subject,
            from_on=command.from_on,
            content=dict(command.content),
            basis=command.basis,
        )
    )
    work.authorise("rulebook.edit", by_grant(work.actor, "rulebook.edit"))
    if before is not None:
        work.require(_later_problem(before, command), place="from_on")
        before.until_on = command.from_on
        work.save(before, "until_on")
        work.record(before, "rulebook.value_ended", {"until": command.from_on})
    work.insert(value)
    work.record(
        value,
        "rulebook.value_set",
        {"parameter": command.parameter, "subject": command.subject, "from": command.from_on},
    )
    work.raise_edition("rulebook")
    return {"value": str(value.pk)}


def _later_problem(before: Value, command: SetValue) -> Text | None:
    if command.from_on <= before.from_on:
        return Text(
            f"已有自 {before.from_on} 起的值；新值须从更晚的日子起。",
            f"There is a value from {before.from_on} on; the new one must begin later.",
        )
    return None
