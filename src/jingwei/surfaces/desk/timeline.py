"""What happened to a matter, told from its entries and the steps written down."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.ledger.entries import Told
from jingwei.kernel.matters.models import Step
from jingwei.kernel.matters.types import Field, MatterType
from jingwei.kernel.values.words import Text
from jingwei.kit.parts.timeline import Happened, Shown
from jingwei.kit.saying import in_words

_STEPS = "matters_step:"
_KINDS = {
    "matter.reported": Text("上报", "Reported"),
    "matter.carried_over": Text("由旧系统转入", "Carried over from another system"),
    "matter.limit_given": Text("来源系统给定时限", "Limit given by the source"),
    "matter.handed_over": Text("经手岗位撤销，移交", "Handed over as its post ended"),
    "matter.tasks_handed_over": Text("接任务的岗位撤销，任务移交", "Tasks handed over as their post ended"),
    "matter.placed": Text("改定网格", "Put into a cell"),
    "matter.linked": Text("关联另一件事", "Linked to another matter"),
    "matter.restated": Text("来源系统更正内容", "Restated by the source"),
    "matter.urging_answered": Text("答复催办", "Urging answered"),
    "matter.self_check_opened": Text("开始自检", "Self-check begun"),
    "matter.merged_in": Text("另一件事并入本件", "Another matter was merged into this one"),
    "matter.hold_placed": Text("暂缓销毁", "Legal hold placed"),
    "matter.hold_lifted": Text("解除暂缓销毁", "Legal hold lifted"),
    "matter.destroyed": Text("保存期满，内容已销毁", "Its term was over: its content was destroyed"),
    "matter.separated": Text("撤销另一件事的并入", "Another matter was separated again"),
    "matter.sealed": Text("个人信息已加密封存", "Personal data was sealed"),
    "matter.erasure_wished": Text("本人申请清除个人信息", "Whom it concerns asked to be erased"),
    "matter.erasure_proposed": Text("提出清除个人信息", "Erasing personal data was proposed"),
    "matter.erasure_refused": Text("不同意清除个人信息", "Erasing personal data was refused"),
    "matter.erasure_ordered": Text("批准清除个人信息", "Personal data was erased"),
    "matter.erasure_repeated": Text("恢复备份后重新清除个人信息", "Personal data was erased again after a restore"),
    "matter.erased": Text("个人信息的密钥已销毁", "The keys of erased personal data were destroyed"),
}
_WHOLE = ("matter.sealed", "matter.erasure_ordered", "matter.erasure_repeated")
"""Entries that touch steps of long before, and tell of none of them."""
_MOVED = ("matter.acted", "matter.carried_over")
"""Entries whose `to` is a state; that of a task asked for is a post."""
_PARTS = {
    "timer": Text("到时提醒", "timer"),
    "self-check": Text("自检", "self-check"),
    "founding": Text("建城", "founding"),
    "console": Text("控制台", "console"),
    "import": Text("导入", "import"),
    "feed": Text("数据源", "feed"),
    "return": Text("回传", "return"),
    "cutover": Text("旧系统转入", "cut-over"),
}
"""The parts of the system that write entries; after a colon stands which of them."""
_INSTEAD = Text("代行", "standing in for")
_REASON = Text("理由", "Reason")
_SEALED = Text("（密封，仅办理岗位可看）", "(sealed: only for those who work on the matter)")


def timeline_of(
    scope: Scope,
    matter_type: MatterType,
    entries: Sequence[Told],
    steps: Sequence[Step],
    names: Mapping[str, str],
    works: bool,
) -> tuple[Happened, ...]:
    """The newest first; `works`: whether this reader sees what is sealed."""
    by_id = {step.pk: step for step in steps}
    told = [_happened(scope, matter_type, entry, _step_of(entry, by_id), names, works) for entry in entries]
    return tuple(reversed(told))


def _step_of(entry: Told, steps: Mapping[uuid.UUID, Step]) -> Step | None:
    for row in entry.rows if entry.kind not in _WHOLE else ():
        if row.startswith(_STEPS):
            return steps.get(uuid.UUID(row.removeprefix(_STEPS)))
    return None


def _happened(
    scope: Scope, matter_type: MatterType, entry: Told, step: Step | None, names: Mapping[str, str], works: bool
) -> Happened:
    facts = entry.facts
    at = datetime.datetime.fromisoformat(facts["happened"]) if "happened" in facts else entry.recorded_at
    later = abs(entry.recorded_at - at) >= datetime.timedelta(minutes=1)
    action = matter_type.action(str(facts.get("action", "")))
    what = action.title if action else _task_words(matter_type, facts) or _told(matter_type, entry)
    moved = entry.kind in _MOVED and facts["to"] != facts.get("from")
    fields = (*action.fields, Field(key="reason", title=_REASON, kind="text")) if action else ()
    return Happened(
        at,
        entry.recorded_at if later else None,
        what,
        _who(entry, names),
        matter_type.state(str(facts["to"])).title if moved else None,
        str(facts.get("claimed", "")),
        shown_fields(scope, fields, step.content, works) if step else (),
    )


def _told(matter_type: MatterType, entry: Told) -> Text:
    if entry.kind == "matter.urged":
        supervised = entry.facts.get("kind") == "supervise"
        return Text("督办", "Supervised") if supervised else Text("催办", "Urged")
    if entry.kind == "matter.clock_rang":
        return _rang(matter_type, entry.facts)
    return _KINDS.get(entry.kind, Text(entry.kind, entry.kind))


def _rang(matter_type: MatterType, facts: Mapping[str, Any]) -> Text:
    """Which clock rang and how much of it was used; a matter may have several."""
    mark = facts.get("mark", 100)
    zh, en = ("（晚到）", " (late)") if "late_minutes" in facts else ("", "")
    title = next((one.title for one in matter_type.clocks if one.key == facts.get("clock")), None)
    of = Text(f"“{title.zh}”", f"“{title.en}”") if title else Text("时限", "the time")
    return Text(f"到时提醒：{of.zh}已用 {mark}%{zh}", f"Reminder: {mark} % of {of.en} used{en}")


_ANSWERED = {
    "accepted": Text("已接办", "accepted"),
    "done": Text("已答复", "answered"),
    "refused": Text("已拒接", "refused"),
    "withdrawn": Text("已撤回", "taken back"),
}


def _task_words(matter_type: MatterType, facts: Mapping[str, Any]) -> Text | None:
    """What became of a task, where the entry tells of one."""
    rule = matter_type.task(str(facts.get("role", "")))
    if rule is None:
        return None
    answer = _ANSWERED.get(str(facts.get("answer", "")))
    return Text(f"{rule.title.zh}：{answer.zh}", f"{rule.title.en}: {answer.en}") if answer else rule.title


def _who(entry: Told, names: Mapping[str, str]) -> Text:
    """Who acted; of a stand-in also for whom."""
    who, absent = named(entry.actor, names), entry.post.partition(";for:")[2]
    if not absent:
        return who
    instead = names.get(f"person:{absent}", absent)
    return Text(f"{who.zh}（{_INSTEAD.zh} {instead}）", f"{who.en} ({_INSTEAD.en} {instead})")


def named(reference: str, names: Mapping[str, str]) -> Text:
    """A reference of an entry in words; `names` are those of persons."""
    kind, _, rest = reference.partition(":")
    if reference in names:
        return Text(names[reference], names[reference])
    if kind == "public":
        return Text("公众", "The public")
    if kind == "key":
        return Text("合作系统", "A partner system")
    return _part(rest) if kind == "system" else Text(reference, reference)


def _part(name: str) -> Text:
    key, _, which = name.partition(":")
    part = _PARTS.get(key, Text(key, key))
    return Text(f"系统（{part.zh} {which}".rstrip() + "）", f"System ({part.en} {which}".rstrip() + ")")


def shown_fields(scope: Scope, fields: Sequence[Field], values: Mapping[str, Any], works: bool) -> tuple[Shown, ...]:
    """The fields that have a value, in the declared order; sealed ones only where the reader works on the matter."""
    return tuple(
        Shown(one.title, in_words(scope, one, values[one.key]) if works or not one.sealed else _SEALED)
        for one in fields
        if one.key in values
    )
