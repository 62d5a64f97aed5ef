"""What counts as done, asked of the record itself: each check a key of the declaration, with words for what is missing.

state: of the matter. did: an act by whoever practises, since the beginning. unit: in charge now (`routed`: as the rules
say). field: `act.field` of that act, with `is`, `is_unit` or `least` (characters). task, of: asked of a unit. urged: of
this kind, by whoever practises, `least` characters. in_time: what was done was before the limit. reported: a matter of
this class. read: in this way, by the read log, `least` times (once), `of` the second matter or the prepared one.
recorded: an entry of this kind by whoever practises, in the stream of what was prepared `about` (in any without it),
whose facts are those of the prepared that `with` names; `says` what it is in words.
"""

import datetime
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.actor import NOBODY, Actor
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.ledger.entries import entries_since
from jingwei.kernel.matters.models import Matter, Step, Task, Urging
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.types import MatterType, type_of
from jingwei.kernel.matters.types.words import REPORT
from jingwei.kernel.reads.models import Read
from jingwei.kernel.reads.shown import HOW
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.words import Text
from jingwei.surfaces.training.declared import Exercise, Said
from jingwei.surfaces.training.preparing import ROUTED, TYPE, Prepared, routed_unit


@dataclass(frozen=True, slots=True)
class Found:
    """One check: what is asked, whether it is met, and how it stands where it is not."""

    asked: Text
    met: bool
    instead: Text | None = None


@dataclass(frozen=True, slots=True)
class _Record:
    """What the record holds for one exercise."""

    scope: Scope
    actor: Actor
    type: MatterType
    begun: datetime.datetime
    matter: Matter | None
    steps: tuple[Step, ...]  # by whoever practises, since the beginning
    made: Mapping[str, str]

    def unit_name(self, code: str) -> Text:
        """A unit as pages name it."""
        known = agencies_of(self.scope).unit_by_code.get(code)
        return known.name if known else Text(code or "未定", code or "none")

    def act_title(self, key: str) -> Text:
        """An act as pages name it."""
        action = self.type.action(key)
        return action.title if action else Text(key, key)


def look(exercise: Exercise, prepared: Prepared, actor: Actor) -> list[Found]:
    """Every check of the exercise, held against the record as it stands now."""
    with reading(actor) as scope:
        by_me = Step.objects.filter(actor=actor.reference).order_by("seq")
        record = _Record(
            scope,
            actor,
            type_of(TYPE),
            prepared.begun,
            Matter.objects.filter(in_scope(actor), pk=prepared.matter).first() if prepared.matter else None,
            tuple(by_me.filter(matter=prepared.matter, seq__gt=prepared.version))
            if prepared.matter
            else tuple(by_me.filter(action=REPORT, at__gte=prepared.begun)),
            prepared.made,
        )
        return [_KINDS[_kind(said)](record, said) for said in exercise.checks]


def _kind(said: Said) -> str:
    return next(key for key in said if key in _KINDS)


def _state(record: _Record, said: Said) -> Found:
    wanted = record.type.state(said["state"]).title
    now = record.type.state(record.matter.state).title if record.matter else Text("没有", "none")
    asked = Text(f"状态是“{wanted.zh}”", f"The state is “{wanted.en}”")
    met = record.matter is not None and record.matter.state == said["state"]
    return Found(asked, met, Text(f"现在是“{now.zh}”", f"It is “{now.en}” now"))


def _did(record: _Record, said: Said) -> Found:
    title = record.act_title(said["did"])
    met = any(one.action == said["did"] for one in record.steps)
    return Found(
        Text(f"由您办理“{title.zh}”", f"You did “{title.en}”"),
        met,
        Text("记录里还没有您的这一步", "The record has no such act of yours yet"),
    )


def _unit(record: _Record, said: Said) -> Found:
    matter = record.matter
    routed = said["unit"] == ROUTED
    wanted = (routed_unit(record.scope, matter) if matter else "") if routed else said["unit"]
    known = agencies_of(record.scope).unit_by_id.get(matter.unit_id) if matter and matter.unit_id else None
    dispatched = any(one.state == "dispatched" for one in record.steps) or not routed
    name, now = record.unit_name(wanted), known.name if known else Text("未定", "none")
    by = Text("，即规则提议的单位", ", as the rules propose") if routed else Text("", "")
    return Found(
        Text(f"派给“{name.zh}”{by.zh}", f"It is with “{name.en}”{by.en}"),
        dispatched and known is not None and known.code == wanted,
        Text(f"现在是“{now.zh}”", f"It is with “{now.en}” now")
        if dispatched
        else Text("您还没有派出", "You have not dispatched it yet"),
    )


def _field(record: _Record, said: Said) -> Found:
    key, _, name = said["field"].partition(".")
    action, step = record.type.action(key), next((one for one in reversed(record.steps) if one.action == key), None)
    field = next((one for one in action.fields if one.key == name), None) if action else None
    title, value = field.title if field else Text(name, name), step.content.get(name) if step else None
    choices: Mapping[str, Text] = dict(field.choices) if field else {}
    if "least" in said:
        least, length = said["least"], len(str(value or ""))
        return Found(
            Text(f"“{title.zh}”至少写 {least} 个字", f"“{title.en}” has {least} characters at least"),
            length >= least,
            Text(f"现在 {length} 个字", f"It has {length} now"),
        )
    if "is_unit" in said:
        code = next((one.code for one in agencies_of(record.scope).unit_by_code.values() if str(one.id) == value), "")
        wanted, now, met = record.unit_name(said["is_unit"]), record.unit_name(code), code == said["is_unit"]
    else:
        wanted, now, met = _shown(said["is"], choices), _shown(value, choices), value == said["is"]
    return Found(
        Text(f"“{title.zh}”是“{wanted.zh}”", f"“{title.en}” is “{wanted.en}”"),
        met,
        Text(f"现在是“{now.zh}”", f"It is “{now.en}” now"),
    )


def _shown(value: Any, choices: Mapping[str, Text]) -> Text:
    if value is None:
        return Text("没有填", "nothing")
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    return choices.get(str(value), Text(str(value), str(value)))


def _task(record: _Record, said: Said) -> Found:
    rule, unit = record.type.task(said["task"]), record.unit_name(said["of"])
    title = rule.title if rule else Text("", "")
    asked = Task.objects.filter(matter=record.matter, role=said["task"], asked_at__gte=record.begun)
    codes = {one.code for one in agencies_of(record.scope).unit_by_code.values()} & {
        one.unit.code for one in asked.select_related("unit")
    }
    names = [record.unit_name(code) for code in sorted(codes)]
    instead = Text("、".join(one.zh for one in names), ", ".join(one.en for one in names))
    return Found(
        Text(f"请“{unit.zh}”{title.zh}", f"“{unit.en}” is asked: {title.en}"),
        said["of"] in codes,
        Text(f"现在请的是：{instead.zh or '没有'}", f"Asked so far: {instead.en or 'nobody'}"),
    )


def _urged(record: _Record, said: Said) -> Found:
    mine = Urging.objects.filter(matter=record.matter, kind=said["urged"], actor=record.actor.reference)
    length = max((len(one.text) for one in mine), default=0)
    zh, en = ("督办", "supervised") if said["urged"] == "supervise" else ("催办", "urged")
    return Found(
        Text(f"您发了{zh}，写了至少 {said['least']} 个字", f"You {en} it, in {said['least']} characters at least"),
        length >= said["least"],
        Text(f"现在 {length} 个字", f"There are {length} now"),
    )


def _in_time(record: _Record, said: Said) -> Found:
    due = record.matter.due_at if record.matter else None
    last = record.steps[-1].at if record.steps else None
    return Found(
        Text("在时限之内办理", "It was done before the limit"),
        last is not None and (due is None or last <= due),
        Text("还没有办", "Nothing is done yet") if last is None else Text("已经超期", "It is late"),
    )


def _reported(record: _Record, said: Said) -> Found:
    on = record.scope.today
    known = rules_of(record.scope).categories(on)
    classes = Matter.objects.filter(in_scope(record.actor), pk__in=[one.matter_id for one in record.steps]).values_list(
        "category", flat=True
    )
    wanted, given = known[said["reported"]].title, [known[one].title for one in classes if one in known]
    instead = Text("、".join(one.zh for one in given), ", ".join(one.en for one in given))
    return Found(
        Text(f"由您登记了一件“{wanted.zh}”", f"You registered one of “{wanted.en}”"),
        said["reported"] in classes,
        Text(f"您登记的是：{instead.zh or '还没有'}", f"Registered so far: {instead.en or 'nothing'}"),
    )


def _read(record: _Record, said: Said) -> Found:
    matter, least = record.made[said.get("of", "matter")], said.get("least", 1)
    lines = Read.objects.filter(
        reader=record.actor.id or NOBODY, matter=matter, what=said["read"], at__gte=record.begun
    )
    times, how = len(lines[:least]), HOW[said["read"]]
    number = record.made["other" if said.get("of") == "second" else "number"]
    often = Text(f"（{least} 次）", f" ({least} times)") if least > 1 else Text("", "")
    return Found(
        Text(f"阅看记录里有您：{number} {how.zh}{often.zh}", f"The read log has you: {number}, {how.en}{often.en}"),
        times >= least,
        Text(f"现在有 {times} 次", f"It has {times} so far") if times else Text("还没有", "It has not yet"),
    )


def _recorded(record: _Record, said: Said) -> Found:
    stream = uuid.UUID(record.made[said["about"]]) if "about" in said else None
    found = entries_since(said["recorded"], record.begun, stream)
    facts = {name: record.made[key] for name, key in said.get("with", {}).items()}
    mine = [one for one in found if one.actor == record.actor.reference]
    return Found(
        Text(*said["says"]),
        any(facts.items() <= one.facts.items() for one in mine),
        Text("记在别的上面，不是这一个", "It is recorded of another one")
        if mine
        else Text("台账里还没有您的这一笔", "The ledger has no such entry of yours yet"),
    )


_KINDS: Mapping[str, Callable[[_Record, Said], Found]] = {
    "state": _state,
    "did": _did,
    "unit": _unit,
    "field": _field,
    "task": _task,
    "urged": _urged,
    "in_time": _in_time,
    "reported": _reported,
    "read": _read,
    "recorded": _recorded,
}
