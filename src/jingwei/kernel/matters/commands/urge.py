"""Urge, supervise, answer: whoever acts on a matter is asked to get on with it, and owes an answer by a moment."""

import datetime
import hmac
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from jingwei.kernel.clocks.counting import Limit
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import add_segment, calendar_of, new_clock
from jingwei.kernel.clocks.segments import Segment
from jingwei.kernel.commands.registry import Bulk, Command, Result, handles_prepared
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.fields import written
from jingwei.kernel.matters.models import Matter, Party, Urging
from jingwei.kernel.matters.policies import may_act
from jingwei.kernel.matters.receivers import HANDLE, SUPERVISE, acting_grant
from jingwei.kernel.matters.urgings import CLOCK
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, Rules, rules_of
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

URGE = "matter.urge"
LONGEST = 1000
"""Characters of what is asked or answered."""

Side = Literal["urge", "resident", "supervise"]

STANDARD: Mapping[Side, Mapping[str, Any]] = {
    "urge": {"pause_hours": 4, "most": 20, "answer": {"counting": "working_hour", "amount": 8, "unit": "hour"}},
    "resident": {"pause_hours": 24, "most": 5, "answer": {"counting": "working_day", "amount": 2, "unit": "day"}},
    "supervise": {"pause_hours": 0, "most": 20, "answer": {"counting": "working_day", "amount": 1, "unit": "day"}},
}
"""How often and by when, where the city's rulebook (`urging`) says nothing."""


@dataclass(frozen=True, kw_only=True)
class Urge(Command):
    """催办: asks whoever acts on the matter for progress; a resident proves by the digest of the follow code."""

    matter_id: uuid.UUID
    text: str = ""
    follow: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Supervise(Command):
    """督办: a supervising post demands that the matter be dealt with; the unit's head is told as well."""

    matter_id: uuid.UUID
    text: str


@dataclass(frozen=True, kw_only=True)
class AnswerUrging(Command):
    """答复催办: what is being done; `public_text` is read by whoever follows the matter by code."""

    matter_id: uuid.UUID
    number: int
    text: str
    public_text: str = ""
    grant: str = HANDLE  # of those who act next; asked again of the matter's state on the locked row


def rule_of(rules: Rules, side: Side, on: datetime.date) -> Mapping[str, Any]:
    """How often this side may urge, and by when it must be answered."""
    dated = rules.value("urging", side, on)
    return dated.content if dated else STANDARD[side]


def pause_problem(before: Sequence[Urging], side: Side, rule: Mapping[str, Any], now: datetime.datetime) -> Text | None:
    """Why this side may not urge now: too soon after its last one, or as often as it may already."""
    mine = [one for one in before if side_of(one) == side]
    if len(mine) >= rule["most"]:
        return Text(
            f"已达上限：每件事项最多 {rule['most']} 次。", f"The limit is reached: at most {rule['most']} a matter."
        )
    pause = datetime.timedelta(hours=rule["pause_hours"])
    again = max((one.at for one in mine), default=now - pause) + pause
    if now < again:
        hours, minutes = divmod(-((now - again) // datetime.timedelta(minutes=1)), 60)
        return Text(
            f"距上次不足 {rule['pause_hours']} 小时，请在 {hours} 小时 {minutes} 分后再催。",
            f"The last was less than {rule['pause_hours']} h ago; wait {hours} h {minutes} min.",
        )
    return None


def side_of(urging: Urging) -> Side:
    """Which rule an urging fell under."""
    return "supervise" if urging.kind == "supervise" else "resident" if urging.side == "resident" else "urge"


def prepare(scope: Scope, commands: Sequence[Command]) -> list[Rules]:
    """The rulebook: how often, and by when."""
    return [rules_of(scope)] * len(commands)


@handles_prepared(
    Urge,
    grant=URGE,
    prepare=prepare,
    bulk=Bulk(head=Matter, touches=lambda command: (command.matter_id,), parts=(Urging, Party)),
)
def urge(work: Work, command: Urge, rules: Rules) -> Result:
    """Refused too soon after the last one; whoever acts is told at once, and an answer falls due."""
    matter = work.lock(Matter, command.matter_id)
    before, parties = work.parts(Urging, matter), work.parts(Party, matter)
    work.authorise(URGE, may_act(work.actor, matter, URGE))
    side: Side = "resident" if work.actor.kind == "public" else "urge"
    if side == "resident":
        work.require(_proof_problem(command.follow, parties), place="code")
    text = written(command.text, LONGEST, "text")
    return _opened(work, matter, _Asked("urge", side, text, before), rules)


@handles_prepared(
    Supervise,
    grant=SUPERVISE,
    prepare=prepare,
    bulk=Bulk(head=Matter, touches=lambda command: (command.matter_id,), parts=(Urging,)),
)
def supervise(work: Work, command: Supervise, rules: Rules) -> Result:
    """What is demanded must be written; the answer is owed sooner than for an urging."""
    matter = work.lock(Matter, command.matter_id)
    before = work.parts(Urging, matter)
    work.authorise(SUPERVISE, may_act(work.actor, matter, SUPERVISE))
    text = written(command.text, LONGEST, "text")
    work.require(None if text else Text("请写明督办要求。", "Say what is demanded."), place="text")
    return _opened(work, matter, _Asked("supervise", "supervise", text, before), rules)


@dataclass(frozen=True, slots=True)
class _Asked:
    kind: Literal["urge", "supervise"]
    side: Side
    text: str
    before: Sequence[Urging]


def _opened(work: Work, matter: Matter, asked: _Asked, rules: Rules) -> Result:
    rule = rule_of(rules, asked.side, work.scope.today)
    work.require(_closed_problem(matter))
    work.require(pause_problem(asked.before, asked.side, rule, work.now), place="text")
    number = max((one.number for one in asked.before), default=0) + 1
    urging = Urging(
        id=work.new_id(),
        matter=matter,
        number=number,
        kind=asked.kind,
        side="resident" if asked.side == "resident" else "staff",
        actor=work.actor.reference,
        post=work.duty.post,
        at=work.now,
        text=asked.text,
    )
    work.insert(urging)
    calendar = calendar_of(rules, CITY_CALENDAR, rules.day_of(matter.opened_at))
    segment = Segment("start", work.now, Limit.from_content(rule["answer"]), basis=_basis(rules, asked.side, work.now))
    clock = new_clock(work, matter, f"{CLOCK}{number}", segment, calendar, fires=not work.actor.history)
    facts = {"urging": number, "kind": urging.kind, "side": urging.side, "due": clock.due_at, "happened": work.now}
    work.record(matter, "matter.urged", facts)
    levels = ["level-0", "level-1"] if asked.kind == "supervise" else ["level-0"]
    body = {"number": matter.number, "type": matter.type, "action": asked.kind, "tells": levels}
    work.publish("matter.urged", matter, body)
    return {"matter": str(matter.pk), "urging": number}


def _basis(rules: Rules, side: Side, now: datetime.datetime) -> str:
    dated = rules.value("urging", side, rules.day_of(now))
    return dated.basis if dated else ""


@handles_prepared(
    AnswerUrging,
    grant=lambda command: command.grant,
    prepare=prepare,
    bulk=Bulk(head=Matter, touches=lambda command: (command.matter_id,), parts=(Urging, Clock)),
)
def answer_urging(work: Work, command: AnswerUrging, rules: Rules) -> Result:
    """The clock of the answer stops, in time or late for ever; whoever asked is told, a resident by the follow page."""
    matter = work.lock(Matter, command.matter_id)
    urging = next((one for one in work.parts(Urging, matter) if one.number == command.number), None)
    clocks = {clock.key: clock for clock in work.parts(Clock, matter)}
    grant = acting_grant(matter)
    work.authorise(grant, may_act(work.actor, matter, grant))
    text, public_text = written(command.text, LONGEST, "text"), written(command.public_text, LONGEST, "public_text")
    if urging is None or urging.answered_at is not None:
        raise Invalid(Text("没有这条待答复的催办。", "There is no such urging to be answered."), place="number")
    work.require(None if text else Text("请写明答复。", "Please write the answer."), place="text")
    urging.answered_at, urging.answered_by = max(work.now, urging.at), work.actor.reference
    urging.answer, urging.public_answer = text, public_text
    work.save(urging, "answered_at", "answered_by", "answer", "public_answer")
    clock = clocks.get(f"{CLOCK}{urging.number}")
    if clock is not None and clock.status in ("running", "paused"):
        calendar = calendar_of(rules, CITY_CALENDAR, rules.day_of(matter.opened_at))
        add_segment(work, clock, Segment("stop", work.now), calendar)
    work.record(matter, "matter.urging_answered", {"urging": urging.number, "happened": work.now})
    if urging.side == "staff":
        body = {"number": matter.number, "type": matter.type, "action": "answered", "tells": [f"post:{urging.post}"]}
        work.publish("matter.urging_answered", matter, body)
    elif public_text:
        body = {"number": matter.number, "type": matter.type, "action": "answered", "tells": ["reporter"]}
        work.publish("matter.urging_answered", matter, body)
    return {"matter": str(matter.pk), "urging": urging.number}


def _closed_problem(matter: Matter) -> Text | None:
    if matter.closed_at is None:
        return None
    return Text("这件事已经办结，不能再催。", "The matter is closed; it cannot be urged any more.")


def _proof_problem(follow: bytes | None, parties: Sequence[Party]) -> Text | None:
    known = [bytes(party.follow) for party in parties if party.follow is not None]
    if follow is not None and any(hmac.compare_digest(follow, one) for one in known):
        return None
    return Text("查询码与这件事项不符。", "The follow code does not belong to this matter.")
