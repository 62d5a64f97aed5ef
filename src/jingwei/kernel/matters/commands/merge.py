"""Merge: several reports of one thing become one matter; its reporters stay informed, and none learns of another."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.registry import Bulk, Result, handles, handles_prepared
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.commands.act import Act, Prepared, begin, carry_out, prepare
from jingwei.kernel.matters.kin import MERGED
from jingwei.kernel.matters.models import Link, Matter, Step
from jingwei.kernel.matters.policies import may_read
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, kw_only=True)
class MergeMatters(Act):
    """合并: this matter ends as a part of another (the master), which goes on for both."""

    kind: ClassVar[str] = "merge"

    other_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class SeparateMatter(Act):
    """撤销合并: what was merged by mistake goes on by itself."""

    kind: ClassVar[str] = "separate"


@handles_prepared(
    MergeMatters,
    grant=lambda command: command.grant,
    prepare=prepare,
    bulk=Bulk(head=Matter, touches=lambda command: (command.matter_id, command.other_id), parts=(Clock, Step)),
)
def merge_matters(work: Work, command: MergeMatters, given: Prepared) -> Result:
    """Both matters are locked, in the order of their ids, and both records tell of it."""
    matter, master = _both(work, command, command.other_id)
    if not may_read(work.actor, master):
        raise not_found("other_id")
    begun = begin(work, matter, command, given)
    work.require(_problem(matter, master), "other_id")
    work.insert(Link(id=work.new_id(), matter=matter, other_id=master.pk, kind=MERGED))
    result = carry_out(work, begun, command, {"other": master.pk})
    work.record(master, "matter.merged_in", {"other": matter.pk, "happened": work.now})
    body = {"number": master.number, "type": master.type, "action": begun.action.key, "tells": ["holder"]}
    work.publish("matter.merged_in", master, body)
    return result


def _both(work: Work, command: Act, other: uuid.UUID) -> tuple[Matter, Matter]:
    versions = {command.matter_id: command.expected_version}
    locked = {key: work.lock(Matter, key, versions.get(key)) for key in sorted({command.matter_id, other})}
    return locked[command.matter_id], locked[other]


def _problem(matter: Matter, master: Matter) -> Text | None:
    if matter.pk == master.pk:
        return Text("不能并入自己。", "A matter cannot be merged into itself.")
    if matter.type != master.type:
        return Text("两件事不是同一类型。", "The two are not of one type.")
    if master.closed_at is not None:
        return Text(
            "要并入的那件事已经办结；可以改为关联。", "The other matter is closed; a link may be made in its place."
        )
    return None


@handles(SeparateMatter, grant=lambda command: command.grant)
def separate_matter(work: Work, command: SeparateMatter) -> Result:
    """The link to the master ends; the master's record tells of it as well."""
    master_id = (
        Link.objects.filter(matter_id=command.matter_id, kind=MERGED, ended_at=None)
        .values_list("other_id", flat=True)
        .first()
    )
    matter, master = _both(work, command, master_id or command.matter_id)
    links: Sequence[Link] = [one for one in work.parts(Link, matter) if one.kind == MERGED and one.ended_at is None]
    (given,) = prepare(work.scope, [command])
    begun = begin(work, matter, command, given)
    work.require(_not_merged_problem(links, master), "action")
    for link in links:
        link.ended_at = work.now
        work.save(link, "ended_at")
    result = carry_out(work, begun, command, {"other": master.pk})
    work.record(master, "matter.separated", {"other": matter.pk, "happened": work.now})
    return result


def _not_merged_problem(links: Sequence[Link], master: Matter) -> Text | None:
    if [link.other_id for link in links] == [master.pk]:
        return None
    return Text("这件事没有并入别的事项。", "This matter is not merged into another.")
