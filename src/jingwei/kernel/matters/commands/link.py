"""Link: a matter has to do with another."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from jingwei.kernel.commands.registry import Bulk, Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.models import Link, Matter
from jingwei.kernel.matters.policies import may_act, may_read
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text

GRANT = "matter.link"


@dataclass(frozen=True, kw_only=True)
class LinkMatters(Command):
    """关联: this matter names another as its original (`duplicate_of`) or as related; the link stays as named."""

    matter_id: uuid.UUID
    other_id: uuid.UUID
    kind: str
    happened_at: datetime.datetime | None = None
    claimed: str = ""


@handles(
    LinkMatters,
    grant=GRANT,
    bulk=Bulk(head=Matter, touches=lambda command: (command.matter_id, command.other_id), parts=(Link,)),
)
def link_matters(work: Work, command: LinkMatters) -> Result:
    """Refuses a link to itself, to what is not there, and the same link twice; neither matter is touched.

    The other is locked as well, so that one reported earlier in the same batch is there as it is one by one.
    """
    found = {one.pk: one for one in work.lock_many(Matter, {command.matter_id, command.other_id})}
    matter, other = found.get(command.matter_id), found.get(command.other_id)
    if matter is None:
        raise not_found()
    links = work.parts(Link, matter)
    work.authorise(GRANT, may_act(work.actor, matter, GRANT))
    other_known = other is not None and may_read(work.actor, other)
    work.require(_problem(command, links, other_known), place="other_id")
    link = Link(id=work.new_id(), matter=matter, other_id=command.other_id, kind=command.kind)
    work.insert(link)
    facts = {"other": command.other_id, "kind": command.kind, "happened": command.happened_at or work.now}
    work.record(matter, "matter.linked", {**facts, "claimed": command.claimed} if command.claimed else facts)
    return {"link": str(link.pk)}


def _problem(command: LinkMatters, links: Sequence[Link], other_known: bool) -> Text | None:
    if command.kind not in ("duplicate_of", "related_to"):
        return Text(f"没有这种关联：{command.kind}", f"There is no such link: {command.kind}")
    if command.other_id == command.matter_id:
        return Text("不能把一件事关联到它自己。", "A matter cannot be linked to itself.")
    if not other_known:
        return Text("被关联的事项不存在，或不在您的权限内。", "The matter named is not there, or not yours.")
    if any(link.other_id == command.other_id and link.kind == command.kind for link in links):
        return Text("已有同样的关联。", "They are linked so already.")
    return None
