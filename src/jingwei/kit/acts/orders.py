"""What an act on a matter asks for, and the command that it becomes; the act's key says which.

`sign` is a declared action; `ask.assist` asks for a task; `answer.assist.done.ID` answers one; `link` names another
matter.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.registry import Command
from jingwei.kernel.commands.scope import Scope, as_uuid
from jingwei.kernel.matters.commands import (
    Act,
    AnswerTask,
    AskTask,
    LinkMatters,
    MergeMatters,
    ReclassifyMatter,
    SeparateMatter,
    SplitMatter,
)
from jingwei.kernel.matters.commands.act import LONGEST_REASON
from jingwei.kernel.matters.commands.split import Part
from jingwei.kernel.matters.commands.tasks import Answer, answer_fields
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import READ, in_scope
from jingwei.kernel.matters.types import Action, Field, MatterType, TaskRule
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.ids import read_number
from jingwei.kernel.values.words import Text
from jingwei.kit.intake import matter_id_of

REASON = Field(key="reason", title=Text("理由", "Reason"), kind="text", required=True, longest=LONGEST_REASON)
OTHER = Field(key="other", title=Text("另一件事的编号", "Number of the other matter"), required=True, longest=20)
KINDS = {"related_to": Text("相关", "Related to"), "duplicate_of": Text("重复于", "Duplicate of")}
LINKING = Field(key="kind", title=Text("关系", "Relation"), kind="choice", required=True, choices=tuple(KINDS.items()))
UNIT = Field(key="to_unit", title=Text("交给单位", "Unit asked"), kind="unit", required=True)
POST = Field(key="to_post", title=Text("交给岗位", "Post asked"), kind="post", required=True)
CATEGORY = Field(key="category", title=Text("改为类别", "New category"), kind="category", required=True)
ANSWERS = {
    "accepted": Text("接办", "Accept"),
    "done": Text("答复", "Answer"),
    "refused": Text("拒接", "Refuse"),
    "withdrawn": Text("撤回", "Take back"),
}
"""What may be done with a task, in the order in which it is offered."""
PARTS = 4  # parts that the form of a split has room for


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it came back. Sent again, it becomes the same command."""

    values: Mapping[str, str]
    key: str
    made_at: int  # milliseconds
    version: int | None  # of the matter as it was shown; None where whoever acts does not say


def fields_of(matter_type: MatterType, key: str) -> tuple[Field, ...]:
    """The fields of a form, its own and those of the declaration; none for a key that is unknown."""
    verb, _, rest = key.partition(".")
    role, _, rest = rest.partition(".")
    rule, action = matter_type.task(role), matter_type.action(key)
    if verb == "ask" and rule:
        return (POST if rule.role == "hand_over" else UNIT, *rule.fields)
    if verb == "answer" and rule:
        return answer_fields(rule, rest.partition(".")[0])
    if key == "link":
        return (OTHER, LINKING)
    return _fields_of_action(matter_type, action) if action else ()


def _fields_of_action(matter_type: MatterType, action: Action) -> tuple[Field, ...]:
    special: tuple[Field, ...] = ()
    if action.kind == "merge":
        special = (OTHER,)
    elif action.kind == "reclassify":
        special = (CATEGORY,)
    elif action.kind == "split":
        least = 2 if action.ends else 1
        special = tuple(one for place in range(PARTS) for one in _part_fields(matter_type, place, place < least))
    return (*special, *action.fields, *((REASON,) if action.reason else ()))


def _part_fields(matter_type: MatterType, place: int, required: bool) -> tuple[Field, Field]:
    n, told = place + 1, _told(matter_type)
    return (
        Field(
            key=f"category_{n}",
            title=Text(f"第 {n} 件：类别", f"Matter {n}: category"),
            kind="category",
            required=required,
        ),
        Field(
            key=f"text_{n}",
            title=Text(f"第 {n} 件：{told.title.zh}", f"Matter {n}: {told.title.en}"),
            longest=told.longest,
        ),
    )


def _told(matter_type: MatterType) -> Field:
    """The field of a matter that tells a part from its original: the first that is searched."""
    return next((one for one in matter_type.fields if one.searchable), REASON)


def command_of(scope: Scope, matter: Matter, matter_type: MatterType, key: str, filled: Filled) -> Command:
    """The command that a filled-in form becomes. Raises Invalid for a number or receiver that is none."""
    values, version = filled.values, filled.version
    verb, _, rest = key.partition(".")
    role, _, rest = rest.partition(".")
    rule = matter_type.task(role)
    if verb == "ask" and rule:
        return _asked(scope, matter, rule, values, version)
    if verb == "answer" and rule:
        answer, _, task = rest.partition(".")
        return AnswerTask(
            matter_id=matter.pk,
            task_id=as_uuid(task) or uuid.UUID(int=0),
            answer=cast(Answer, answer),
            fields=values,
            expected_version=version,
            grant=rule.grant if answer == "withdrawn" else rule.answers,
        )
    if key == "link":
        other = _other(scope, values)
        return LinkMatters(matter_id=matter.pk, other_id=other, kind=values.get("kind", ""))
    return _acted(scope, matter, matter_type, key, filled)


def _asked(scope: Scope, matter: Matter, rule: TaskRule, values: Mapping[str, str], version: int | None) -> AskTask:
    post = agencies_of(scope).posts.get(as_uuid(values.get("to_post", "")) or uuid.UUID(int=0))
    unit = post.unit if post else as_uuid(values.get("to_unit", ""))
    if unit is None:
        place = "to_post" if rule.role == "hand_over" else "to_unit"
        raise Invalid(Text("请选择交给谁。", "Please choose who is asked."), place=place)
    return AskTask(
        matter_id=matter.pk,
        role=rule.role,
        unit=unit,
        post=post.id if post else None,
        fields=_only(rule.fields, values),
        expected_version=version,
        grant=rule.grant,
    )


def _acted(scope: Scope, matter: Matter, matter_type: MatterType, key: str, filled: Filled) -> Act:
    action, values, version = matter_type.action(key), filled.values, filled.version
    plain = Act(
        matter_id=matter.pk,
        action=key,
        fields=_only(action.fields, values) if action else {},
        reason=values.get("reason", ""),
        expected_version=version,
        grant=action.grant if action else READ,
    )
    if action is None or action.kind == "act":
        return plain
    said = {name: getattr(plain, name) for name in ("matter_id", "action", "fields", "reason", "grant")}
    if action.kind == "merge":
        return MergeMatters(**said, expected_version=version, other_id=_other(scope, values))
    if action.kind == "separate":
        return SeparateMatter(**said, expected_version=version)
    if action.kind == "reclassify":
        return ReclassifyMatter(**said, expected_version=version, category=values.get("category", ""))
    return SplitMatter(**said, expected_version=version, parts=_parts(matter_type, filled))


def _parts(matter_type: MatterType, filled: Filled) -> tuple[Part, ...]:
    told = _told(matter_type).key
    parts = []
    for n in range(1, PARTS + 1):
        category, text = filled.values.get(f"category_{n}", ""), filled.values.get(f"text_{n}", "")
        if category or text:
            part = matter_id_of(filled.key, filled.made_at, n)
            parts.append(Part(matter_id=part, category=category, fields={told: text} if text else {}))
    return tuple(parts)


def _other(scope: Scope, values: Mapping[str, str]) -> uuid.UUID:
    number = read_number(values.get("other", ""))
    found = Matter.objects.filter(in_scope(scope.actor), number=number).values_list("pk", flat=True).first()
    if found is None:
        raise Invalid(Text("没有这个编号的事项。", "There is no matter with this number."), place="other")
    return found


def _only(fields: Sequence[Field], values: Mapping[str, str]) -> dict[str, str]:
    return {one.key: values[one.key] for one in fields if values.get(one.key)}
