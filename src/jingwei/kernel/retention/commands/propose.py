"""Propose: an archivist puts what is due on a list; or takes the list back before it is reviewed."""

import datetime
import uuid
from dataclasses import dataclass
from typing import cast

from django.db import connection

from jingwei.kernel.agencies.models import Person
from jingwei.kernel.commands.actor import by_grant
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import within
from jingwei.kernel.retention.due import due
from jingwei.kernel.retention.models import DestructionList, Listed
from jingwei.kernel.retention.policies import PROPOSE, ended_problem, may
from jingwei.kernel.values.words import Text

MOST = 500
"""Matters on one list: as many as one person can review."""

NAMED = 5
"""Other lists that a refusal names; more would not be read."""

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('jingwei destruction lists'), hashtext(current_schema()))"
"""Two who propose at the same moment would both draw what is due; the second sees what the first has put on a list."""

_NOTHING = Text("没有期满可列的事项。", "Nothing is due: no term is over, or all that is over is held.")
_NO_PERSON = Text("清单须由在岗的人提出。", "People propose a list, in an office of their own.")
_NOT_YOURS = Text("只有提出的人可以撤回。", "Only whoever proposed it may withdraw it.")


@dataclass(frozen=True, kw_only=True)
class ProposeDestruction(Command):
    """提出销毁清单: what is due now within reach of the post, at most 500, of one type if named."""

    list_id: uuid.UUID
    type: str = ""


@dataclass(frozen=True, kw_only=True)
class WithdrawList(Command):
    """撤回销毁清单: by whoever proposed it, before it is reviewed."""

    list_id: uuid.UUID


def end(work: Work, row: Listed, outcome: str) -> None:
    """What became of a row that nothing became of yet."""
    if row.outcome == "":
        row.outcome, row.ended_at = outcome, work.now
        work.save(row, "outcome", "ended_at")


@handles(ProposeDestruction, grant=PROPOSE)
def propose(work: Work, command: ProposeDestruction) -> Result:
    """The list is drawn from what the database holds at this moment, so that nobody can put on it what is not due."""
    one = work.open(DestructionList(id=command.list_id, state="proposed"))
    work.authorise(PROPOSE, by_grant(work.actor, PROPOSE))
    work.require(None if work.actor.kind == "person" else _NO_PERSON)
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
    found = due(work.now).filter(within(work.duty))
    matters = list((found.filter(type=command.type) if command.type else found)[:MOST])
    work.require(None if matters else _why_none(work, command.type), "type")
    one.until, one.area_lft, one.unit_id = work.now, work.duty.area[0], work.duty.unit
    one.proposed_by, one.proposed_at = work.actor.reference, work.now
    work.insert(one)
    for matter in matters:
        until = cast(datetime.datetime, matter.kept_until)  # only what has a term is due
        work.insert(Listed(id=work.new_id(), list=one, matter=matter, kept_until=until))
    work.record(one, "retention.proposed", {"matters": len(matters), "happened": work.now})
    return {"list": str(one.pk), "matters": len(matters)}


def _why_none(work: Work, matter_type: str) -> Text:
    """Nothing is due; or on whose lists it stands already, and the remedy."""
    reached = Matter.objects.filter(within(work.duty), **({"type": matter_type} if matter_type else {}))
    lists = DestructionList.objects.filter(listed__outcome="", listed__matter__in=reached).distinct()
    named = list(lists.order_by("proposed_at", "id")[:NAMED])
    if not named:
        return _NOTHING
    authors = {one.pk: one.proposed_by.removeprefix("person:") for one in named}
    people = {str(key): one.name for key, one in Person.objects.in_bulk(list(authors.values())).items()}
    zone = work.scope.zone
    told = [(people[authors[one.pk]], f"{one.proposed_at.astimezone(zone):%Y-%m-%d %H:%M}") for one in named]
    zh = "、".join(f"{who} {at} 提出的" for who, at in told)
    en = ", ".join(f"the one that {who} proposed on {at}" for who, at in told)
    return Text(
        f"期满的事项都已在别的清单上：{zh}。请等那份清单审核、执行完毕；还没有审核的，可请提出的人撤回。",
        f"All that is due stands on another list already: {en}. Wait until that list is reviewed and carried out; "
        "before it is reviewed, whoever proposed it may withdraw it.",
    )


@handles(WithdrawList, grant=PROPOSE)
def withdraw(work: Work, command: WithdrawList) -> Result:
    """Its matters may be listed anew."""
    one = work.lock(DestructionList, command.list_id)
    rows = work.parts(Listed, one)
    work.authorise(PROPOSE, may(work.actor, one, PROPOSE))
    work.require(ended_problem(one))
    work.require(_NOT_YOURS if one.proposed_by != work.actor.reference else None)
    one.state = "withdrawn"
    work.save(one, "state")
    for row in rows:
        end(work, row, "dropped")
    work.record(one, "retention.withdrawn", {"happened": work.now})
    return {"list": str(one.pk)}
