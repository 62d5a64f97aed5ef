"""The tasks of a matter as its page shows them: what was asked of whom, by when, what came of it, what one may do."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.commands.tasks import answer_problem
from jingwei.kernel.matters.guards import Case
from jingwei.kernel.matters.models import Task
from jingwei.kernel.matters.policies import may_act, may_answer
from jingwei.kernel.matters.types import TaskRule
from jingwei.kernel.values.words import Text
from jingwei.kit.acts.orders import ANSWERS
from jingwei.kit.moments import TimeLeft, time_left
from jingwei.kit.parts.timeline import Shown
from jingwei.surfaces.desk.offers import Attempt, Offer, offer_of
from jingwei.surfaces.desk.timeline import shown_fields

_STATES = {
    "asked": Text("待接办", "Asked"),
    "accepted": Text("已接办", "Accepted"),
    "done": Text("已完成", "Done"),
    "refused": Text("已拒接", "Refused"),
    "withdrawn": Text("已撤回", "Taken back"),
    "lapsed": Text("随事项办结终止", "Ended with the matter"),
}


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task."""

    title: Text
    whom: Text
    state: Text
    asked_at: datetime.datetime
    ended_at: datetime.datetime | None
    due_at: datetime.datetime | None
    left: TimeLeft
    content: tuple[Shown, ...]
    offers: tuple[Offer, ...]


def task_rows(scope: Scope, case: Case, works: bool, attempt: Attempt | None) -> tuple[TaskRow, ...]:
    """All tasks in the order in which they were asked; `works`: whether this reader sees what is sealed."""
    clocks = {clock.key: clock for clock in case.clocks}
    rows = []
    for task in case.tasks:
        rule = case.type.task(task.role)
        if rule is None:
            continue
        due = clocks[task.clock].due_at if task.clock in clocks else None
        content = shown_fields(scope, rule.fields, task.content, works)
        result = shown_fields(scope, rule.result, task.result, works)
        rows.append(
            TaskRow(
                rule.title,
                _whom(scope, task),
                _STATES.get(task.state, Text(task.state, task.state)),
                task.asked_at,
                task.ended_at,
                due,
                time_left(due, task.ended_at, scope.now, task.asked_at),
                (*content, *result, *_cause(rule, task)),
                tuple(_answers(scope, case, rule, task, attempt)),
            )
        )
    return tuple(rows)


def _whom(scope: Scope, task: Task) -> Text:
    agencies = agencies_of(scope)
    post = agencies.posts.get(task.post_id) if task.post_id else None
    unit = agencies.unit_by_id.get(task.unit_id)
    return post.title if post else unit.name if unit else Text("", "")


def _cause(rule: TaskRule, task: Task) -> Iterator[Shown]:
    if "cause" in task.result:
        yield Shown(Text("拒接原因", "Why refused"), dict(rule.refusals).get(task.result["cause"], ""))


def _answers(scope: Scope, case: Case, rule: TaskRule, task: Task, attempt: Attempt | None) -> Iterator[Offer]:
    for answer, title in ANSWERS.items():
        if answer == "withdrawn":
            decision = may_act(scope.actor, case.matter, rule.grant)
        else:
            decision = may_answer(scope.actor, case.matter, task, rule.answers)
        if decision.allowed and answer_problem(rule, task, answer) is None:
            yield offer_of(scope, case.type, f"answer.{rule.role}.{answer}.{task.pk}", title, attempt)
