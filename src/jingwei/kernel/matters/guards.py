"""Why an act may not be done now: one sentence for each guard, the same for the command and for the page."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.clocks.counting import Limit, after
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import calendar_of, segments_of
from jingwei.kernel.clocks.segments import fold
from jingwei.kernel.commands.actor import Duty
from jingwei.kernel.matters.limits import limits_of
from jingwei.kernel.matters.models import Matter, Step, Task
from jingwei.kernel.matters.types import Action, MatterType, When
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, LimitFound, Rules
from jingwei.kernel.values.draws import draw
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A matter as the guards look at it; parts that its type's declaration never asks for may be left out."""

    matter: Matter
    type: MatterType
    rules: Rules
    at: datetime.datetime
    steps: Sequence[Step] = ()
    clocks: Sequence[Clock] = ()
    tasks: Sequence[Task] = ()
    fields: Mapping[str, Any]

    @property
    def given_by_somebody(self) -> bool:
        """Whether a person gave the matter to its unit, whose word the rules do not undo."""
        if self.type.names_unit:
            return True
        giving = {action.key for action in self.type.actions if action.assigns == "unit"}
        return any(step.action in giving for step in self.steps)

    def limits(self, clock: str) -> list[LimitFound]:
        """The limits of a clock of this matter, by its category and condition and by what its fields say."""
        return limits_of(self.rules, self.matter, self.type, self.fields, clock)


def why_not(action: Action, case: Case, actor: str, duties: Collection[Duty]) -> Text | None:
    """The first reason for which `actor`, with these duties, cannot do the action now; None if nothing bars it."""
    guards = (
        _state(action, case),
        *(_when(when, action, case) for when in action.when),
        _then(action, case),
        _times(action, case),
        _within(action, case),
        _past(action, case),
        _not_by(action, case, actor),
        _other_unit(action, case, duties),
        _after(action, case),
        _unless(action, case),
        _only_by(action, case, duties),
        _tasks(action, case),
    )
    return next((reason for reason in guards if reason is not None), None)


def _state(action: Action, case: Case) -> Text | None:
    if case.matter.state in action.begins:
        return None
    state = case.type.state(case.matter.state).title
    return Text(
        f"现在是“{state.zh}”，不能“{action.title.zh}”。",
        f"The matter is “{state.en}”; “{action.title.en}” cannot be done now.",
    )


ASKED = {
    "category.urgency": Text("本类的紧急程度", "the urgency of its class"),
    "category.verify": Text("本类的核实方式", "how its class is verified"),
    "category.check": Text("本类的核查方式", "how its class is checked"),
    "matter.late": Text("是否超期", "whether it is late"),
    "matter.opened": Text("上报的日子", "the day it was reported"),
}
ANSWERS = {
    "site": Text("现场", "on site"),
    "phone": Text("电话", "by telephone"),
    "none": Text("不需要", "not at all"),
    "picture": Text("他方照片", "by a picture of another unit"),
    "reporter": Text("上报人确认", "by the reporter"),
    "sample": Text("抽中核查", "drawn for a check"),
    "spared": Text("未抽中", "not drawn for a check"),
    "today": Text("当天", "today"),
    "earlier": Text("更早", "earlier"),
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "": Text("未填写", "not filled in"),
}


def _when(when: When, action: Action, case: Case) -> Text | None:
    answer = answered(when.of, case)
    if answer in when.among:
        return None
    field = next((one for one in case.type.fields if one.key == when.of), None)
    asked = field.title if field else ASKED[when.of]
    words = {**ANSWERS, **(dict(field.choices) if field else {})}
    given = words.get(answer, Text(answer, answer))
    wanted = [words.get(one, Text(one, one)) for one in when.among]
    return Text(
        f"“{asked.zh}”是“{given.zh}”，“{action.title.zh}”只用于：{'、'.join(one.zh for one in wanted)}。",
        f"“{asked.en}” is “{given.en}”; “{action.title.en}” is only for: {', '.join(one.en for one in wanted)}.",
    )


def answered(of: str, case: Case) -> str:
    """What a condition asks of the matter, as text.

    Where the class has a share of its results checked (`sample`), the draw decides: `sample` or `spared`. It follows
    from the city's seed and the matter's number (`values.draws`), so it never changes, and an auditor recomputes it.
    """
    if of == "matter.late":
        due, until = case.matter.due_at, case.matter.closed_at or case.at
        return "yes" if due is not None and until > due else "no"
    if of == "matter.opened":
        return "today" if case.rules.day_of(case.matter.opened_at) == case.rules.day_of(case.at) else "earlier"
    if not of.startswith("category."):
        value = case.fields.get(of, "")
        return str(value).lower() if isinstance(value, bool) else str(value)
    on = case.rules.day_of(case.matter.opened_at)
    category = case.rules.categories(on).get(case.matter.category)
    if category is None:
        return ""
    answer = category.answer(of.removeprefix("category."))
    if answer != "sample":
        return answer
    return "sample" if draw(case.rules.seed(on), case.matter.number, "check") < category.sample else "spared"


def _then(action: Action, case: Case) -> Text | None:
    """After an act that says what may follow, nothing else moves the matter."""
    if not action.ends or action.system_only:
        return None
    moves = (case.type.action(step.action) for step in reversed(case.steps))
    last = next((one for one in moves if one is not None and one.ends), None)
    if last is None or not last.then or action.key in last.then:
        return None
    allowed = [one.title for key in last.then if (one := case.type.action(key)) is not None]
    return Text(
        f"“{last.title.zh}”之后只能：{'、'.join(one.zh for one in allowed)}。",
        f"After “{last.title.en}” only this may follow: {', '.join(one.en for one in allowed)}.",
    )


def _times(action: Action, case: Case) -> Text | None:
    if action.times is None:
        return None
    done = 0
    for step in case.steps:
        done = 0 if step.action in action.times.since else done + (step.action == action.key)
    if done < action.times.most:
        return None
    most = action.times.most
    return Text(
        f"“{action.title.zh}”最多 {most} 次，已经用完。",
        f"“{action.title.en}” may be done {'once' if most == 1 else f'{most} times'} only, and has been.",
    )


def _within(action: Action, case: Case) -> Text | None:
    rule = next((one for one in case.type.clocks if one.key == action.within), None)
    if rule is None or not (_window_past(rule.key, case) if rule.window else _clock_past(rule.key, case)):
        return None
    return Text(
        f"已超过“{rule.title.zh}”，不能再“{action.title.zh}”。",
        f"“{rule.title.en}” has passed; “{action.title.en}” can no longer be done.",
    )


def _past(action: Action, case: Case) -> Text | None:
    running = [one for one in case.clocks if one.key == action.past and one.status != "stopped"]
    if not running or _clock_past(action.past, case):
        return None
    title = next(one.title for one in case.type.clocks if one.key == action.past)
    return Text(
        f"“{title.zh}”还没有到期，不能“{action.title.zh}”。",
        f"“{title.en}” has not passed yet; “{action.title.en}” cannot be done before.",
    )


def _window_past(key: str, case: Case) -> bool:
    found = case.limits(key)
    if not found or case.matter.closed_at is None:
        return False  # nobody set a limit
    calendar = calendar_of(case.rules, CITY_CALENDAR, case.rules.day_of(case.matter.opened_at))
    return case.at > after(case.matter.closed_at, Limit.from_content(found[0].content), calendar)


def _clock_past(key: str, case: Case) -> bool:
    calendar = calendar_of(case.rules, CITY_CALENDAR, case.rules.day_of(case.matter.opened_at))
    return any(fold(segments_of(one), calendar).late_at(case.at) for one in case.clocks if one.key == key)


def _not_by(action: Action, case: Case, actor: str) -> Text | None:
    if any(step.action in action.not_by and step.actor == actor for step in case.steps):
        return Text("须由另一个人办理：您已办过前一步。", "A second person must do this: you did the step before.")
    return None


def _other_unit(action: Action, case: Case, duties: Collection[Duty]) -> Text | None:
    if not action.other_unit or case.matter.unit_id not in {duty.unit for duty in duties}:
        return None
    return Text(
        "须由另一个单位办理：本单位承办了这件事，不能自己核查。",
        "Another unit must do this: yours handled the matter and does not check its own work.",
    )


def _after(action: Action, case: Case) -> Text | None:
    if not action.after or any(step.action in action.after for step in case.steps):
        return None
    first = [one.title for key in action.after if (one := case.type.action(key)) is not None]
    return Text(
        f"先要办过：{'、'.join(one.zh for one in first)}。",
        f"This must have been done first: {', '.join(one.en for one in first)}.",
    )


def _unless(action: Action, case: Case) -> Text | None:
    done = next((one for key in action.unless if (one := case.type.action(key)) and _has_done(key, case)), None)
    if done is None:
        return None
    return Text(
        f"已办过“{done.title.zh}”，不能再“{action.title.zh}”。",
        f"“{done.title.en}” has been done; “{action.title.en}” can no longer be done.",
    )


def _has_done(key: str, case: Case) -> bool:
    return any(step.action == key for step in case.steps)


def _only_by(action: Action, case: Case, duties: Collection[Duty]) -> Text | None:
    if not action.only_by:
        return None
    newest = next((step for step in reversed(case.steps) if step.action in action.only_by), None)
    if newest is not None and newest.post in {duty.post for duty in duties}:
        return None
    return Text("只有办了上一步的岗位可以撤回。", "Only the post that did the step before may take it back.")


def _tasks(action: Action, case: Case) -> Text | None:
    rules = [rule for rule in case.type.tasks if action.key in rule.blocks]
    waiting = [task for rule in rules for task in blocking(case.tasks, rule.role)]
    if not waiting:
        return None
    titles = [rule.title for rule in rules if any(task.role == rule.role for task in waiting)]
    return Text(
        f"还有 {len(waiting)} 项未了：{'、'.join(one.zh for one in titles)}。",
        f"{len(waiting)} not settled yet: {', '.join(one.en for one in titles)}.",
    )


def blocking(tasks: Sequence[Task], role: str) -> list[Task]:
    """The tasks of a role that stand in the way: unanswered ones, and a signature refused, until it is asked for anew
    or the request for it withdrawn."""
    newest = {(task.unit_id, task.post_id): task for task in tasks if task.role == role}
    states = {"asked", "accepted", "refused"} if role == "cosign" else {"asked", "accepted"}
    return [task for task in newest.values() if task.state in states]
