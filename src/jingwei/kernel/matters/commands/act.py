"""Act: the generic action. A type whose actions are all declared needs no command of its own."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.agencies.snapshot import Agencies, agencies_of
from jingwei.kernel.clocks.counting import Limit
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import CITY_CALENDAR, add_segment, calendar_of, new_clock, put_segments, segments_of
from jingwei.kernel.clocks.segments import Kind, Segment
from jingwei.kernel.commands.registry import Bulk, Command, Result, handles_prepared
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.commands.work import Work
from jingwei.kernel.files.attaching import FileGiven, attach
from jingwei.kernel.files.models import Upload
from jingwei.kernel.files.uploads import uploads_of
from jingwei.kernel.matters.fields import checked, clean_text
from jingwei.kernel.matters.filing import chosen_files
from jingwei.kernel.matters.models import Matter, Step
from jingwei.kernel.matters.policies import may_act
from jingwei.kernel.matters.types import Action, MatterType, type_of
from jingwei.kernel.rulebook.snapshot import Rules, rules_of
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


@dataclass(frozen=True, slots=True)
class Prepared:
    """Slow data an act may need."""

    rules: Rules
    agencies: Agencies
    uploads: Mapping[uuid.UUID, Upload]


def prepare(scope: Scope, commands: Sequence[Act]) -> list[Prepared]:
    """Rulebook and agencies, both held in the process, and the files that come along."""
    uploads = uploads_of(scope.actor, [one.upload for command in commands for one in command.files], scope.now)
    return [Prepared(rules_of(scope), agencies_of(scope), uploads)] * len(commands)


@handles_prepared(
    Act,
    grant=lambda command: command.grant,
    prepare=prepare,
    bulk=Bulk(head=Matter, touches=lambda command: (command.matter_id,), parts=(Clock, Step)),
)
def act(work: Work, command: Act, given: Prepared) -> Result:
    """Lock, authorise, guards, then state, owner, clocks and the written record follow the declaration."""
    matter = work.lock(Matter, command.matter_id, command.expected_version)
    clocks = work.parts(Clock, matter)
    steps = work.parts(Step, matter)
    matter_type = type_of(matter.type, matter.type_version)
    action = _declared(matter_type, command.action)
    work.authorise(action.grant, may_act(work.actor, matter, action.grant))
    for problem, place in _problems(work, command, action, matter, steps):
        work.require(problem, place)
    values = checked(action.fields, command.fields)
    files = chosen_files(action.files, command.files, given.uploads, history=work.actor.history)
    at = command.happened_at or work.now
    turn = _Turn(matter, matter_type, action, at, begun=matter.state, was_closed=matter.closed_at is not None)
    _move(turn)
    _assign(work, matter, action, values, given.agencies)
    _turn_clocks(work, turn, clocks, given.rules)
    work.save(matter, "state", "closed_at", "due_at", "unit_id", "holder_id")
    reason = clean_text(command.reason, LONGEST_REASON, lines=True)
    step = _step(work, matter, action, {**values, "reason": reason} if reason else values, at)
    work.insert(step)
    attached = attach(work, matter, step.id, files)
    facts = {"action": action.key, "from": turn.begun, "to": matter.state, "happened": at, "unit": matter.unit_id}
    optional = {"claimed": command.claimed, "files": attached}
    work.record(matter, "matter.acted", facts | {name: value for name, value in optional.items() if value})
    if action.tells and not work.actor.history:
        body = {"number": matter.number, "action": action.key, "type": matter.type, "tells": list(action.tells)}
        work.publish("matter.acted", matter, body)
    return {"matter": str(matter.pk), "state": matter.state, "version": matter.version}


def _declared(matter_type: MatterType, key: str) -> Action:
    action = matter_type.action(key)
    if action is None:
        reason = Text(f"{matter_type.title.zh}没有“{key}”这个动作。", f"{matter_type.title.en} has no action “{key}”.")
        raise Invalid(reason, place="action")
    return action


def _problems(
    work: Work, command: Act, action: Action, matter: Matter, steps: Sequence[Step]
) -> list[tuple[Text | None, str]]:
    return [
        (state_problem(action, matter), "action"),
        (_person_problem(work, action), "action"),
        (_reason_problem(action, command.reason), "reason"),
        (second_person_problem(action, work.actor.reference, steps), "action"),
    ]


def state_problem(action: Action, matter: Matter) -> Text | None:
    """Why the action cannot begin in the state the matter is in."""
    if matter.state in action.begins:
        return None
    state = type_of(matter.type, matter.type_version).state(matter.state).title
    return Text(
        f"现在是“{state.zh}”，不能“{action.title.zh}”。",
        f"The matter is “{state.en}”; “{action.title.en}” cannot be done now.",
    )


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


def second_person_problem(action: Action, actor: str, steps: Sequence[Step]) -> Text | None:
    """Why this actor may not do what a second person must do."""
    if any(step.action in action.not_by and step.actor == actor for step in steps):
        return Text("须由另一个人办理：您已办过前一步。", "A second person must do this: you did the step before.")
    return None


@dataclass(frozen=True, slots=True)
class _Turn:
    """One matter being moved by one action."""

    matter: Matter
    type: MatterType
    action: Action
    at: datetime.datetime
    begun: str  # the state before
    was_closed: bool

    @property
    def reopens(self) -> bool:
        return self.was_closed and self.matter.closed_at is None


def _move(turn: _Turn) -> None:
    if turn.action.ends:
        turn.matter.state = turn.action.ends
        turn.matter.closed_at = turn.at if turn.type.state(turn.action.ends).final else None


def _assign(work: Work, matter: Matter, action: Action, values: Mapping[str, Any], agencies: Agencies) -> None:
    if action.assigns == "unit" and "unit" in values:
        body = agencies.unit_by_id.get(uuid.UUID(values["unit"]))
        if body is None:
            raise Invalid(Text("没有这个单位。", "There is no such unit."), place="unit")
        matter.unit_id, matter.holder_id = body.id, None
    elif action.assigns == "holder":
        matter.holder_id = work.duty.post
    elif action.assigns == "nobody":
        matter.holder_id = None


def _turn_clocks(work: Work, turn: _Turn, clocks: Sequence[Clock], rules: Rules) -> None:
    matter, on = turn.matter, turn.matter.opened_at.date()
    due = next((rule.key for rule in turn.type.clocks if rule.measures_due), "")
    calendar = calendar_of(rules, CITY_CALENDAR, on)
    known = {clock.key: clock for clock in clocks}
    for clock in clocks:
        kind = _segment_kind(turn, clock, due)
        if kind is not None:
            add_segment(work, clock, Segment(kind, turn.at), calendar, fires=not work.actor.history)
        elif not work.actor.history and clock.status == "running" and not (clock.fires_at or clock.rang_at):
            put_segments(clock, segments_of(clock), calendar, fires=True)  # adopted: from now on it fires
            work.save(clock, "fires_at")
    for key in turn.action.starts:
        found = rules.limit(matter.category, "", key, on)
        if key not in known and found is not None:
            segment = Segment("start", turn.at, Limit.from_content(found.content), basis=found.basis)
            known[key] = new_clock(work, matter, key, segment, calendar, fires=not work.actor.history)
    if due in known:
        matter.due_at = known[due].due_at


def _segment_kind(turn: _Turn, clock: Clock, due: str) -> Kind | None:
    """What the action does to a clock. Reopening restarts the due moment's clock only: stages begin anew by name."""
    action, ended = turn.action, turn.matter.closed_at is not None
    if clock.status in ("running", "paused") and (ended or clock.key in action.stops):
        return "stop"
    if clock.status == "stopped" and turn.reopens and clock.key == due:
        return "restart"
    if clock.status == "running" and clock.key in action.pauses:
        return "pause"
    return "resume" if clock.status == "paused" and clock.key in action.resumes else None


def _step(work: Work, matter: Matter, action: Action, content: dict[str, Any], at: datetime.datetime) -> Step:
    return Step(
        id=work.new_id(),
        matter=matter,
        action=action.key,
        actor=work.actor.reference,
        post=work.duty.post,
        at=at,
        state=matter.state,
        content=content,
    )
