"""What the pages of destruction lists show."""

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from jingwei.kernel.commands.actor import by_grant
from jingwei.kernel.commands.scope import Scope, as_uuid
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_reach
from jingwei.kernel.matters.types import MatterType, type_of
from jingwei.kernel.reads.note import Seen, seen
from jingwei.kernel.retention.due import BARS, due_by_type, out_of_sight, outcomes_of, why_barred
from jingwei.kernel.retention.models import DestructionList, Listed
from jingwei.kernel.retention.policies import PROPOSE, READ, REVIEW, may
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.pages import Cursor, newest_page
from jingwei.kit.saying import names_of
from jingwei.surfaces.desk.queries import category_title

SIZE = 50
"""Rows of one page."""

STATES = {
    "proposed": Text("待审核", "To be reviewed"),
    "approved": Text("已批准，正在销毁", "Approved, being carried out"),
    "returned": Text("已退回", "Sent back"),
    "withdrawn": Text("已撤回", "Withdrawn"),
    "done": Text("已执行完毕", "Carried out"),
}
OUTCOMES = {
    "": Text("在列", "Listed"),
    "taken_out": Text("已移出", "Taken out"),
    "dropped": Text("未批准，继续保存", "Not approved, kept"),
    "destroyed": Text("已销毁", "Destroyed"),
    "barred": Text("未销毁", "Not destroyed"),
}
_WAITS = Text("等待销毁", "Waits for its destruction")


@dataclass(frozen=True, slots=True)
class ListLine:
    """One list in the list of lists: who decided what, and how many matters stand how."""

    id: uuid.UUID
    state: str
    title: Text
    until: datetime.datetime
    proposed_by: str
    proposed_at: datetime.datetime
    reviewed_by: str
    reviewed_at: datetime.datetime | None
    reason: str
    done_at: datetime.datetime | None
    counts: tuple[tuple[Text, int], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One matter on a list."""

    id: str
    number: str
    type: Text
    category: Text
    result: Text
    closed_at: datetime.datetime | None
    kept_until: datetime.datetime
    basis: Text
    outcome: Text
    why: Text | None
    reason: str
    ended_at: datetime.datetime | None
    listed: bool  # nothing became of it yet
    seen: Seen


@dataclass(frozen=True, slots=True)
class ListPage:
    """One list with a page of its rows, and what its reader may do."""

    head: ListLine
    rows: tuple[Row, ...]
    unseen: int  # matters on the list that the reader does not see: other rows, and on no page
    following: str
    may_review: bool
    may_withdraw: bool
    mine: bool  # whoever proposed it does not review it


def due_now(scope: Scope) -> tuple[tuple[str, Text, int], ...]:
    """Types with what is due within reach of the post that may propose, and how many of each. One statement."""
    duty = by_grant(scope.actor, PROPOSE).duty
    if duty is None:
        return ()
    found = due_by_type(scope.now, duty)
    return tuple((key, type_of(key).title, count) for key, count in sorted(found.items()))


def lists_page(scope: Scope, after: Cursor | None) -> tuple[tuple[ListLine, ...], str]:
    """The lists within the reader's reach, the newest first, and where the next page begins."""
    found, more = newest_page(DestructionList.objects.filter(in_reach(scope.actor, READ)), "proposed_at", after, SIZE)
    following = Cursor(found[-1].proposed_at, found[-1].pk).text if more else ""
    return lines_of(found), following


def found_list(scope: Scope, key: str) -> DestructionList:
    """A list within the reader's reach. Raises Denied as not found."""
    wanted = as_uuid(key)
    found = DestructionList.objects.filter(in_reach(scope.actor, READ), pk=wanted).first() if wanted else None
    if found is None:
        raise not_found()
    return found


def list_page(scope: Scope, key: str, after: Cursor | None) -> ListPage:
    """One list. Raises Denied as not found."""
    one = found_list(scope, key)
    rows, more = newest_page(Listed.objects.filter(list=one).select_related("matter"), "kept_until", after, SIZE)
    mine = one.proposed_by == scope.actor.reference
    still_open = one.state == "proposed"
    return ListPage(
        head=lines_of([one])[0],
        rows=rows_of(scope, one, rows),
        unseen=out_of_sight(one),
        following=Cursor(rows[-1].kept_until, rows[-1].pk).text if more else "",
        may_review=still_open and may(scope.actor, one, REVIEW).allowed,
        may_withdraw=still_open and mine and may(scope.actor, one, PROPOSE).allowed,
        mine=mine,
    )


def lines_of(found: Collection[DestructionList]) -> tuple[ListLine, ...]:
    """Lists in words, with how many matters of each stand how. Two statements."""
    names = names_of(reference for one in found for reference in (one.proposed_by, one.reviewed_by))
    counted = outcomes_of(found)
    return tuple(
        ListLine(
            one.pk,
            one.state,
            STATES[one.state],
            one.until,
            names.get(one.proposed_by, one.proposed_by),
            one.proposed_at,
            names.get(one.reviewed_by, one.reviewed_by),
            one.reviewed_at,
            one.reason,
            one.done_at,
            tuple((title, counted[one.pk][key]) for key, title in OUTCOMES.items() if key in counted[one.pk]),
        )
        for one in found
    )


def rows_of(scope: Scope, one: DestructionList, found: Collection[Listed]) -> tuple[Row, ...]:
    """Matters on a list in words, with what became of each."""
    waiting = [row.matter for row in found if not row.outcome]
    barred = why_barred(waiting, scope.now) if waiting else {}
    return tuple(_row(scope, one, row, barred.get(row.matter, "")) for row in found)


def _row(scope: Scope, one: DestructionList, row: Listed, barred: str) -> Row:
    matter, matter_type = row.matter, _type_of(row.matter)
    outcome = _WAITS if one.state == "approved" and not row.outcome else OUTCOMES[row.outcome]
    why = BARS.get(row.why or barred)
    return Row(
        str(row.pk),
        matter.number,
        matter_type.title if matter_type else Text(matter.type, matter.type),
        category_title(scope, matter.category),
        matter_type.state(matter.state).title if matter_type else Text(matter.state, matter.state),
        matter.closed_at,
        row.kept_until,
        matter_type.retention_of(matter.state).basis if matter_type and matter.closed_at else Text("", ""),
        outcome,
        why,
        row.taken_out_because,
        row.ended_at,
        not row.outcome,
        seen(matter, READ),
    )


def _type_of(matter: Matter) -> MatterType | None:
    try:
        return type_of(matter.type, matter.type_version)
    except LookupError:
        return None
