"""What the hand-over sheet and its receipt show."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from jingwei.kernel.agencies.models import Post, Shift
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope, as_uuid
from jingwei.kernel.matters.commands.posts.hand_over import counts_of, matters_of
from jingwei.kernel.matters.models import HandOver, Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.matters.urgings import Urging
from jingwei.kernel.reads.note import Seen, seen
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.moments import TimeLeft, time_left
from jingwei.kit.saying import names_of
from jingwei.surfaces.desk.queries import category_title, place_name

SHOWN = 300
"""Matters drawn on a sheet; its counts are of all."""

HALF_DAY = datetime.timedelta(hours=12)
COUNTS: Mapping[str, Text] = {
    "open": Text("未结", "open"),
    "tasks": Text("任务", "tasks"),
    "placed": Text("移入新网格", "put into their new cells"),
    "overdue": Text("已逾期", "overdue"),
    "due_next": Text("下一班到期", "due in the next shift"),
    "urged": Text("被催未答复", "urged, not answered"),
    "new": Text("本班新增", "new in this shift"),
}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One matter on the sheet, with what the next shift must know."""

    number: str
    category: Text
    place: Text
    state: Text
    due_at: datetime.datetime | None
    left: TimeLeft
    marks: tuple[Text, ...]
    seen: Seen


@dataclass(frozen=True, slots=True)
class Times:
    """When this shift began and when the next one ends."""

    since: datetime.datetime
    until: datetime.datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """One hand-over as it stands in the record."""

    id: uuid.UUID
    kind: Text
    from_post: Text
    to_post: Text
    given_by: str
    given_at: datetime.datetime
    accepted_by: str
    accepted_at: datetime.datetime | None
    counts: tuple[tuple[Text, int], ...]
    note: str
    mine: bool  # waits for the reader


_KINDS = {
    "shift": Text("交接班", "Shift hand-over"),
    "post_ended": Text("撤岗移交", "Hand-over of a post that ended"),
    "redraw": Text("区划调整移交", "Hand-over after a redraw"),
}


def times_of(scope: Scope, post: uuid.UUID) -> Times:
    """From the roster: the shift under way began then, the next one ends then; else half a day each way."""
    shifts = Shift.objects.filter(post=post, cancelled=False, until_at__gt=scope.now).order_by("from_at")
    coming = list(shifts.values_list("from_at", "until_at")[:2])
    under_way = [one for one in coming if one[0] <= scope.now]
    later = [one for one in coming if one[0] > scope.now]
    since = under_way[0][0] if under_way else scope.now - HALF_DAY
    return Times(since, later[0][1] if later else (under_way[0][1] if under_way else scope.now) + HALF_DAY)


def counted(scope: Scope, post: Post, whose: str, times: Times) -> tuple[tuple[Text, int], ...]:
    """The counts of the sheet as it stands now."""
    return _titled(counts_of(matters_of(post, whose), scope.now, times.since, times.until))


def _titled(counts: Mapping[str, int]) -> tuple[tuple[Text, int], ...]:
    return tuple((title, counts[key]) for key, title in COUNTS.items() if key in counts)


def rows_of(scope: Scope, post: Post, whose: str, times: Times, most: int = SHOWN) -> tuple[SheetRow, ...]:
    """The open matters by due moment, at most so many. One statement."""
    return _rows(scope, matters_of(post, whose), times, most)


def _rows(scope: Scope, matters: "QuerySet[Matter]", times: Times, most: int = SHOWN) -> tuple[SheetRow, ...]:
    found = (
        matters.filter(in_scope(scope.actor))
        .annotate(urged=Exists(Urging.objects.filter(matter=OuterRef("pk"), answered_at=None)))
        .order_by("due_at", "pk")
    )
    rows = []
    for one in found[:most]:
        said = (
            (one.due_at is not None and scope.now <= one.due_at < times.until, COUNTS["due_next"]),
            (one.urged, COUNTS["urged"]),
            (one.opened_at >= times.since, COUNTS["new"]),
        )
        rows.append(
            SheetRow(
                one.number,
                category_title(scope, one.category),
                place_name(scope, one.area_id),
                type_of(one.type, one.type_version).state(one.state).title,
                one.due_at,
                time_left(one.due_at, one.closed_at, scope.now, one.opened_at),
                tuple(title for holds, title in said if holds),
                seen(one),
            )
        )
    return tuple(rows)


def receipts(scope: Scope) -> tuple[Receipt, ...]:
    """The hand-overs from and to the actor's posts, those that wait first, at most 30. Two statements."""
    posts = [duty.post for duty in scope.actor.duties]
    found = list(
        HandOver.objects.filter(Q(from_post__in=posts) | Q(to_post__in=posts)).order_by("accepted_at", "-given_at")[:30]
    )
    found.sort(key=lambda one: (one.accepted_at is not None, -one.given_at.timestamp()))
    return _receipts(scope, found)


def _receipts(scope: Scope, found: Sequence[HandOver]) -> tuple[Receipt, ...]:
    names = names_of(reference for one in found for reference in (one.given_by, one.accepted_by))
    titles = agencies_of(scope).post_titles
    mine = {duty.post for duty in scope.actor.duties}
    return tuple(
        Receipt(
            one.pk,
            _KINDS[one.kind],
            titles[one.from_post_id],
            titles[one.to_post_id],
            names.get(one.given_by, one.given_by),
            one.given_at,
            names.get(one.accepted_by, one.accepted_by),
            one.accepted_at,
            _titled(one.counts),
            one.note,
            one.accepted_at is None and one.to_post_id in mine,
        )
        for one in found
    )


def found_receipt(scope: Scope, key: str, most: int = SHOWN) -> tuple[Receipt, tuple[SheetRow, ...], int]:
    """A receipt of the actor's posts, its matters as they now stand (in scope), and how many it names.

    Raises Denied as not found.
    """
    posts = [duty.post for duty in scope.actor.duties]
    wanted = as_uuid(key)
    known = (
        HandOver.objects.filter(Q(from_post__in=posts) | Q(to_post__in=posts), pk=wanted).first() if wanted else None
    )
    if known is None:
        raise not_found()
    times = Times(known.given_at, known.given_at)
    rows = _rows(scope, Matter.objects.filter(in_scope(scope.actor), pk__in=known.matters[:most]), times, most)
    return _receipts(scope, [known])[0], rows, len(known.matters)
