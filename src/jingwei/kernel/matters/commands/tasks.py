"""Tasks: asking another unit or post for something beside the lead unit, and what becomes of it."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from jingwei.kernel.agencies.snapshot import Agencies, agencies_of
from jingwei.kernel.clocks.counting import Limit
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import add_segment, calendar_of, new_clock
from jingwei.kernel.clocks.segments import Segment
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.fields import checked
from jingwei.kernel.matters.limits import CONDITION
from jingwei.kernel.matters.models import Detail, Matter, Task
from jingwei.kernel.matters.policies import may_act, may_answer
from jingwei.kernel.matters.types import Field, MatterType, TaskRule, sealed_keys, type_of
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, rules_of
from jingwei.kernel.sealing import revealed, seal
from jingwei.kernel.values.errors import Invalid, not_found
from jingwei.kernel.values.words import Text

CLOCK = "task-"
"""How the key of a task's clock begins."""

Answer = Literal["accepted", "done", "refused", "withdrawn"]
ANSWERED_FROM: Mapping[str, frozenset[str]] = {
    "accepted": frozenset({"asked"}),
    "done": frozenset({"asked", "accepted"}),
    "refused": frozenset({"asked"}),
    "withdrawn": frozenset({"asked", "accepted", "refused"}),
}
"""The states of a task from which each answer leads on."""

_NO_SIGHT = {"refused", "withdrawn"}  # such tasks no longer give their unit sight of the matter


@dataclass(frozen=True, kw_only=True)
class AskTask(Command):
    """交办任务: asks a unit, or one post of it, for assistance, advice, a signature, or to take the matter over."""

    matter_id: uuid.UUID
    role: str
    unit: uuid.UUID
    post: uuid.UUID | None = None
    fields: Mapping[str, Any]
    expected_version: int | None = None
    grant: str = "matter.read"  # of the rule; the coarse question, asked again of the declaration on the locked row


@dataclass(frozen=True, kw_only=True)
class AnswerTask(Command):
    """答复任务: accepts, answers or refuses a task, or takes it back. A hand-over is complete when it is accepted."""

    matter_id: uuid.UUID
    task_id: uuid.UUID
    answer: Answer
    fields: Mapping[str, Any]
    expected_version: int | None = None
    grant: str = "matter.read"


@handles(AskTask, grant=lambda command: command.grant)
def ask_task(work: Work, command: AskTask) -> Result:
    """The unit sees the matter from now on; its clock runs if the rulebook has a limit."""
    matter = work.lock(Matter, command.matter_id, command.expected_version)
    tasks = work.parts(Task, matter)
    matter_type = type_of(matter.type, matter.type_version)
    rule = _rule(matter_type, command.role)
    work.authorise(rule.grant, may_act(work.actor, matter, rule.grant))
    agencies = agencies_of(work.scope)
    work.require(ask_problem(rule, matter, matter_type), "role")
    work.require(_receiver_problem(rule, command, matter, agencies), "post" if command.post else "unit")
    work.require(_repeated_problem(rule, command, tasks), "unit")
    task = Task(
        id=work.new_id(),
        matter=matter,
        seq=matter.version + 1,
        role=rule.role,
        state="asked",
        unit_id=command.unit,
        post_id=command.post,
        asked_by=work.duty.post,
        asked_at=work.now,
        clock="",
        content=checked(rule.fields, command.fields),
        result={},
    )
    _seal(task, rule)
    _start_clock(work, matter, matter_type, rule, task)
    matter.assisting = assisting_of([*tasks, task])
    work.insert(task)
    work.save(matter, "assisting")
    facts = {"task": task.pk, "role": rule.role, "unit": command.unit, "to": command.post, "happened": work.now}
    work.record(matter, "matter.task_asked", facts)
    _tell(work, matter, task, [asked_of(task)])
    return {"matter": str(matter.pk), "task": str(task.pk), "version": matter.version}


def _seal(task: Task, rule: TaskRule) -> None:
    seal(task, content=sealed_keys(rule.fields), result=sealed_keys(rule.result))


def _rule(matter_type: MatterType, role: str) -> TaskRule:
    rule = matter_type.task(role)
    if rule is None:
        reason = Text(f"{matter_type.title.zh}没有“{role}”任务。", f"{matter_type.title.en} has no task “{role}”.")
        raise Invalid(reason, place="role")
    return rule


def ask_problem(rule: TaskRule, matter: Matter, matter_type: MatterType) -> Text | None:
    """Why the task cannot be asked for in the state the matter is in."""
    if matter.state in rule.begins:
        return None
    state = matter_type.state(matter.state).title
    return Text(
        f"现在是“{state.zh}”，不能“{rule.title.zh}”。",
        f"The matter is “{state.en}”; “{rule.title.en}” cannot be asked for now.",
    )


def _receiver_problem(rule: TaskRule, command: AskTask, matter: Matter, agencies: Agencies) -> Text | None:
    if command.unit not in {unit.id for unit in agencies.unit_by_code.values()}:
        return Text("没有这个单位。", "There is no such unit.")
    post = agencies.posts.get(command.post) if command.post else None
    if command.post and (post is None or post.unit != command.unit):
        return Text("该单位没有这个岗位。", "The unit has no such post.")
    if rule.role == "hand_over":
        if post is None or post.id not in receivers(rule, matter, agencies):
            return Text("这个岗位不能接办这件事。", "This post cannot take the matter over.")
    elif command.unit == matter.unit_id and post is None:
        return Text("这是主办单位自己。", "This is the lead unit itself.")
    return None


def receivers(rule: TaskRule, matter: Matter, agencies: Agencies) -> list[uuid.UUID]:
    """The posts that a matter may be handed over to: they may do what it takes and reach it; not who has it now."""
    able = agencies.posts_with(rule.answers, matter.area_lft, matter.unit_id)
    return [post for post in able if post != matter.holder_id]


def _repeated_problem(rule: TaskRule, command: AskTask, tasks: Iterable[Task]) -> Text | None:
    """One hand-over at a time; of the other roles one for each receiver."""
    waiting = [task for task in tasks if task.role == rule.role and task.ended_at is None]
    if rule.role == "hand_over" and waiting:
        return Text("已在等待对方接办；可以先撤回。", "A hand-over is waiting to be accepted; it can be taken back.")
    if any((task.unit_id, task.post_id) == (command.unit, command.post) for task in waiting):
        return Text("已经交给了该单位，还没有答复。", "It was asked for there already and waits for an answer.")
    return None


def _start_clock(work: Work, matter: Matter, matter_type: MatterType, rule: TaskRule, task: Task) -> None:
    rules, on = rules_of(work.scope), work.scope.day_of(matter.opened_at)
    hangs_on_condition = any(one.key == CONDITION for one in matter_type.fields)
    fields = work.parts(Detail, matter)[0].fields if rule.limit and hangs_on_condition else {}
    found = rules.limit(matter.category, str(fields.get(CONDITION, "")), rule.limit, on) if rule.limit else None
    if found is None:
        return
    task.clock = f"{CLOCK}{task.pk.hex[-24:]}"
    segment = Segment("start", work.now, Limit.from_content(found.content), basis=found.basis)
    new_clock(work, matter, task.clock, segment, calendar_of(rules, CITY_CALENDAR, on))


def assisting_of(tasks: Iterable[Task]) -> list[uuid.UUID] | None:
    """The units that read a matter because of these tasks of it."""
    return sorted({task.unit_id for task in tasks if task.state not in _NO_SIGHT}) or None


@handles(AnswerTask, grant=lambda command: command.grant)
def answer_task(work: Work, command: AnswerTask) -> Result:
    """Only who was asked answers; only who may ask takes back; a final answer stops the task's clock."""
    matter = work.lock(Matter, command.matter_id, command.expected_version)
    tasks = work.parts(Task, matter)
    task = next((one for one in tasks if one.pk == command.task_id), None)
    if task is None:
        raise not_found()
    rule = _rule(type_of(matter.type, matter.type_version), task.role)
    if command.answer == "withdrawn":
        work.authorise(rule.grant, may_act(work.actor, matter, rule.grant))
    else:
        work.authorise(rule.answers, may_answer(work.actor, matter, task, rule.answers))
    work.require(answer_problem(rule, task, command.answer), "answer")
    work.require(_handed_over_problem(rule, matter, command.answer), "answer")
    result = checked(answer_fields(rule, command.answer), command.fields)
    if sealed_keys(rule.result) & result.keys():
        revealed(task).result = result
        _seal(task, rule)
    else:
        task.result = result
    task.state = command.answer
    if rule.role == "hand_over" and command.answer == "accepted":
        task.state, matter.holder_id = "done", work.duty.post
    if task.state != "accepted":
        task.ended_at = max(work.now, task.asked_at)
        _stop_clock(work, matter, task)
    matter.assisting = assisting_of(tasks)
    work.save(task, "state", "result", "ended_at", "key", "sealed")
    work.save(matter, "assisting", "holder_id")
    facts = {"task": task.pk, "role": rule.role, "answer": command.answer, "happened": work.now}
    work.record(matter, "matter.task_answered", facts)
    _tell(work, matter, task, [asked_of(task) if command.answer == "withdrawn" else _asker(work, task)])
    return {"matter": str(matter.pk), "task": str(task.pk), "state": task.state, "version": matter.version}


def asked_of(task: Task) -> str:
    """Whom a task is asked of, as `tells` of a message names them."""
    return f"post:{task.post_id}" if task.post_id else f"unit:{task.unit_id}"


def _asker(work: Work, task: Task) -> str:
    """Who asked; where that post has ended, whoever has the matter now."""
    return f"post:{task.asked_by}" if task.asked_by in agencies_of(work.scope).posts else "holder"


def answer_fields(rule: TaskRule, answer: str) -> tuple[Field, ...]:
    """What has to be filled in for an answer: the result, the cause of a refusal, or nothing."""
    if answer == "refused":
        title = Text("不接的原因", "Why it is refused")
        return (Field(key="cause", title=title, kind="choice", required=True, choices=rule.refusals),)
    return rule.result if answer == "done" else ()


def answer_problem(rule: TaskRule, task: Task, answer: str) -> Text | None:
    """Why a task in its state cannot be answered so."""
    if answer == "refused" and not rule.refusals:
        return Text(f"“{rule.title.zh}”不能拒接。", f"“{rule.title.en}” may not be refused.")
    if answer == "done" and rule.role == "hand_over":
        return Text("移交只需接办，不用答复。", "A hand-over is accepted, not answered.")
    withdrawable = answer != "withdrawn" or task.ended_at is None or rule.role == "cosign"
    if task.state not in ANSWERED_FROM.get(answer, ()) or not withdrawable:
        return Text("这项任务已有结果，或者还不能这样办。", "This task is settled, or cannot be answered so now.")
    return None


def _handed_over_problem(rule: TaskRule, matter: Matter, answer: str) -> Text | None:
    if rule.role != "hand_over" or answer != "accepted":
        return None
    return ask_problem(rule, matter, type_of(matter.type, matter.type_version))


def _stop_clock(work: Work, matter: Matter, task: Task) -> None:
    calendar = calendar_of(rules_of(work.scope), CITY_CALENDAR, work.scope.day_of(matter.opened_at))
    for clock in work.parts(Clock, matter):
        if clock.key == task.clock and clock.status in ("running", "paused"):
            add_segment(work, clock, Segment("stop", work.now), calendar)


def _tell(work: Work, matter: Matter, task: Task, tells: list[str]) -> None:
    body = {"number": matter.number, "type": matter.type, "task": task.role, "answer": task.state, "tells": tells}
    work.publish("matter.task", matter, body)
