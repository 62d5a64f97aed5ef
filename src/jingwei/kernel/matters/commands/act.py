"""Act: the generic action. A type whose actions are all declared needs no command of its own."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.registry import Bulk, Command, Result, handles_prepared
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.commands.work import Work
from jingwei.kernel.files.attaching import Chosen, FileGiven, attach
from jingwei.kernel.files.models import Upload
from jingwei.kernel.files.uploads import uploads_of
from jingwei.kernel.matters.commands.terms import Turn, count_anew, turn_clocks
from jingwei.kernel.matters.fields import checked, clean_text, spelled
from jingwei.kernel.matters.filing import chosen_files
from jingwei.kernel.matters.guards import Case, why_not
from jingwei.kernel.matters.limits import CONDITION
from jingwei.kernel.matters.models import Detail, Matter, Step, Task
from jingwei.kernel.matters.policies import may_act
from jingwei.kernel.matters.types import Action, MatterType, sealed_keys, type_of
from jingwei.kernel.rulebook.snapshot import Rules, rules_of
from jingwei.kernel.sealing import revealed, seal
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

LONGEST_REASON = 1000


@dataclass(frozen=True, kw_only=True)
class Act(Command):
    """办理: one declared action on one matter. `happened_at` and `claimed` are for acts a source states."""

    matter_id: uuid.UUID
    action: str
    fields: Mapping[str, Any]
    files: tuple[FileGiven, ...] = ()
    reason: str = ""
    expected_version: int | None = None
    grant: str = "matter.read"  # of the action; the coarse question, asked again of the declaration on the locked row
    happened_at: datetime.datetime | None = None
    claimed: str = ""

    kind: ClassVar[str] = "act"  # of the actions that this command carries out


@dataclass(frozen=True, slots=True)
class Prepared:
    """Slow data an act needs, and the files that come along."""

    rules: Rules
    uploads: Mapping[uuid.UUID, Upload]


def prepare(scope: Scope, commands: Sequence[Act]) -> list[Prepared]:
    """The rulebook, held in the process, and the files of all."""
    uploads = uploads_of(scope.actor, [one.upload for command in commands for one in command.files], scope.now)
    return [Prepared(rules_of(scope), uploads)] * len(commands)


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in and sent along, checked."""

    values: Mapping[str, Any]
    files: Sequence[Chosen]


@dataclass(frozen=True, slots=True)
class Begun:
    """An authorised act that nothing bars: the locked matter for its guards, its declaration, what came along."""

    case: Case
    action: Action
    filled: Filled


@handles_prepared(
    Act,
    grant=lambda command: command.grant,
    prepare=prepare,
    bulk=Bulk(head=Matter, touches=lambda command: (command.matter_id,), parts=(Clock, Step)),
)
def act(work: Work, command: Act, given: Prepared) -> Result:
    """Lock, authorise, guards, then state, owner, clocks and the written record follow the declaration."""
    matter = work.lock(Matter, command.matter_id, command.expected_version)
    return carry_out(work, begin(work, matter, command, given), command)


def begin(work: Work, matter: Matter, command: Act, given: Prepared) -> Begun:
    """What every act begins with once its matter is locked: the declared action, the authority for it, its guards.
    Raises Denied, Invalid."""
    matter_type = type_of(matter.type, matter.type_version)
    action = declared(matter_type, command.action)
    work.authorise(action.grant, may_act(work.actor, matter, action.grant))
    case = _case_of(work, matter, matter_type, action, given.rules, command.happened_at)
    return Begun(case, action, _guard(work, case, action, command, given.uploads))


def declared(matter_type: MatterType, key: str) -> Action:
    """The type's action with this key. Raises Invalid."""
    action = matter_type.action(key)
    if action is None:
        reason = Text(f"{matter_type.title.zh}没有“{key}”这个动作。", f"{matter_type.title.en} has no action “{key}”.")
        raise Invalid(reason, place="action")
    return action


def _case_of(
    work: Work,
    matter: Matter,
    matter_type: MatterType,
    action: Action,
    rules: Rules,
    happened_at: datetime.datetime | None,
) -> Case:
    """The locked matter for the guards of one action; of its parts only those that the declaration asks for."""
    asks_tasks = bool(matter_type.tasks)
    asks_fields = (
        bool(action.sets)
        or any(not when.of.startswith("category.") for when in action.when)
        or any(one.key == CONDITION or one.limits for one in matter_type.fields)
    )
    steps = sorted(work.parts(Step, matter), key=lambda step: (step.seq, step.pk))
    return Case(
        matter=matter,
        type=matter_type,
        rules=rules,
        at=happened_at or _moment(work, matter, steps),
        steps=steps,
        clocks=work.parts(Clock, matter),
        tasks=sorted(work.parts(Task, matter), key=lambda task: task.seq) if asks_tasks else (),
        fields=work.parts(Detail, matter)[0].fields if asks_fields else {},
    )


def _moment(work: Work, matter: Matter, steps: Sequence[Step]) -> datetime.datetime:
    """Now, or where the machine's clock was put back meanwhile the moment of the step before: in the life of a matter
    no time runs backwards. The entry tells both."""
    return max([work.now, matter.opened_at, *(step.at for step in steps)])


def _guard(work: Work, case: Case, action: Action, command: Act, uploads: Mapping[uuid.UUID, Upload]) -> Filled:
    """Whatever may bar an authorised action; gives its fields and files, checked. Raises Invalid."""
    work.require(_kind_problem(action, command.kind), "action")
    work.require(_person_problem(work, action), "action")
    work.require(_reason_problem(action, command.reason), "reason")
    work.require(why_not(action, case, work.actor.reference, work.actor.duties), "action")
    conditions = case.rules.conditions(case.matter.category, case.rules.day_of(case.matter.opened_at))
    values = checked(spelled(action.fields, conditions), command.fields)
    reason = clean_text(command.reason, LONGEST_REASON, lines=True)
    files = chosen_files(action.files, command.files, uploads, history=work.actor.history)
    return Filled({**values, "reason": reason} if reason else values, files)


def carry_out(work: Work, begun: Begun, command: Act, facts: Mapping[str, Any] | None = None) -> Result:
    """Move, owner, clocks, step, files, entry and message; `facts` are what a command of its own tells besides."""
    case, action, filled = begun.case, begun.action, begun.filled
    matter, before, was_closed = case.matter, case.matter.state, case.matter.closed_at is not None
    if action.ends:
        matter.state = action.ends
        matter.closed_at = case.at if case.type.state(action.ends).final else None
        matter.kept_until = case.type.kept_until(action.ends, case.at) if matter.closed_at else None
    _assign(work, matter, action, filled.values)
    case = _set_fields(work, case, action, filled.values)
    if was_closed and matter.closed_at is None:
        _leave_ended(work, matter)
    turn_clocks(work, Turn(case, action, was_closed, filled.values))
    if matter.closed_at is not None:
        _end_tasks(work, case)
    work.save(matter, "state", "closed_at", "kept_until", "due_at", "unit_id", "holder_id")
    step = _step(work, case, action, filled.values)
    work.insert(step)
    attached = attach(work, matter, step.id, filled.files)
    told = {"action": action.key, "from": before, "to": matter.state, "happened": case.at, "unit": matter.unit_id}
    kept = matter.kept_until if action.ends else None
    optional = {**(facts or {}), "claimed": command.claimed, "files": attached, "kept_until": kept}
    work.record(matter, "matter.acted", told | {name: value for name, value in optional.items() if value})
    if (action.tells or _is_heard(work, case)) and not work.actor.history:
        body = {"number": matter.number, "action": action.key, "type": matter.type, "tells": list(action.tells)}
        work.publish("matter.acted", matter, body)
    return {"matter": str(matter.pk), "state": matter.state, "version": matter.version}


def _is_heard(work: Work, case: Case) -> bool:
    """Whether another system is told of acts of which the type tells nobody."""
    known = case.rules.all_of("channel", work.scope.today).values()
    return any(one.content["kind"] == "webhook" for one in known)


def _kind_problem(action: Action, kind: str) -> Text | None:
    if action.kind == kind:
        return None
    return Text(f"“{action.title.zh}”要用另一种办理方式。", f"“{action.title.en}” is done by another command.")


def _person_problem(work: Work, action: Action) -> Text | None:
    if action.system_only and work.actor.kind != "system":
        return Text("这个动作只由系统完成。", "This is done by the system only.")
    return None


def _reason_problem(action: Action, reason: str) -> Text | None:
    try:
        written = clean_text(reason, LONGEST_REASON, lines=True)
    except ValueError as error:
        return Text(f"理由不能这样写：{error}", f"The reason cannot be this: {error}")
    return Text("请写明理由。", "Please give the reason.") if action.reason and not written else None


def _assign(work: Work, matter: Matter, action: Action, values: Mapping[str, Any]) -> None:
    if action.assigns == "unit" and "unit" in values:
        body = agencies_of(work.scope).unit_by_id.get(uuid.UUID(values["unit"]))
        if body is None:
            raise Invalid(Text("没有这个单位。", "There is no such unit."), place="unit")
        matter.unit_id, matter.holder_id = body.id, None
    elif action.assigns == "holder":
        matter.holder_id = work.duty.post
    elif action.assigns == "nobody":
        matter.holder_id = None


def _set_fields(work: Work, case: Case, action: Action, values: Mapping[str, Any]) -> Case:
    """What the act says of the matter becomes its own; limits that begin now hang on it already, and under a condition
    those that the report began are counted anew from there."""
    said = {key: values[key] for key in action.sets if key in values}
    if not said:
        return case
    (detail,) = work.parts(Detail, case.matter)
    fields = {**detail.fields, **said}
    hidden = sealed_keys(case.type.fields)
    detail.fields = {**revealed(detail).fields, **said} if hidden & said.keys() else fields
    if hidden & said.keys():
        seal(detail, fields=hidden)
    work.save(detail, "fields", "key", "sealed")
    case = replace(case, fields=fields)
    if CONDITION in said:
        count_anew(work, case)
    return case


def _leave_ended(work: Work, matter: Matter) -> None:
    """What opens again is not left with a post or unit that has ended meanwhile: whoever comes next takes it up."""
    agencies = agencies_of(work.scope)
    unit = agencies.unit_by_id.get(matter.unit_id) if matter.unit_id else None
    if unit is not None and unit.ended:
        matter.unit_id = matter.holder_id = None
    elif matter.holder_id not in agencies.posts:
        matter.holder_id = None


def _end_tasks(work: Work, case: Case) -> None:
    """The end of the matter is the end of what is still asked of others."""
    for task in case.tasks:
        if task.ended_at is None:
            task.state, task.ended_at = "lapsed", case.at
            work.save(task, "state", "ended_at")


def _step(work: Work, case: Case, action: Action, content: Mapping[str, Any]) -> Step:
    step = Step(
        id=work.new_id(),
        matter_id=case.matter.pk,
        seq=case.matter.version + 1,
        action=action.key,
        actor=work.actor.reference,
        post=work.duty.post,
        at=case.at,
        state=case.matter.state,
        content=dict(content),
    )
    seal(step, content=sealed_keys(action.fields))
    return step
