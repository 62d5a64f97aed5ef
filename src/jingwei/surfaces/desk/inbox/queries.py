"""What the inbox shows: unread lines first, together by matter, in pages by key."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.commands.actor import NOBODY
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.types import MatterType, all_types
from jingwei.kernel.outbox.models import Notice, Preference
from jingwei.kernel.values.words import Text
from jingwei.kit.pages import Cursor, newest_page
from jingwei.surfaces.desk.queries import category_title, place_name

PAGE = 50

_TOPICS = {
    "matter.reported": Text("新上报，等待受理", "Newly reported, to be accepted"),
    "matter.merged_in": Text("另一件事并入", "Another matter was merged in"),
    "matter.urged": Text("催办，请答复", "Urged: please answer"),
    "matter.urging_answered": Text("催办已答复", "The urging was answered"),
    "agencies.reset_proposed": Text(
        "有人提出重置您的验证方式；不是您要求的？请立即告诉审计管理员",
        "Somebody proposed to reset your second factors. You did not ask for it? Tell the audit administrator at once",
    ),
    "agencies.factors_reset": Text(
        "您的验证方式已被重置，请重新设置；不是您要求的？请立即告诉审计管理员",
        "Your second factors were reset: set up new ones. You did not ask for it? Tell the audit administrator at once",
    ),
    "agencies.invited": Text(
        "有人给您的账户发放了设置新密码的链接；不是您要求的？请立即告诉审计管理员",
        "Somebody made a link to set your password anew. You did not ask for it? Tell the audit administrator at once",
    ),
    "agencies.sessions_ended": Text("安全管理员结束了您的全部登录", "A security administrator ended all your sessions"),
}
_NEWS = Text("事项有新进展", "News of the matter")
_SUPERVISED = Text("督办，请答复", "Supervised: please answer")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was told."""

    what: Text
    created_at: datetime.datetime
    late: bool


@dataclass(frozen=True, slots=True)
class MatterLines:
    """The lines of one matter on this page, the newest first; of the own login where there is no number."""

    number: str
    about: tuple[Text, ...]  # its class and place; nothing where the reader's posts no longer reach it
    lines: tuple[Line, ...]
    unread: bool


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of the inbox."""

    unread: tuple[MatterLines, ...]
    read: tuple[MatterLines, ...]
    more_unread: str  # cursor; "" on the last page
    more_read: str


def posts_of(scope: Scope) -> list[uuid.UUID]:
    """The posts whose inbox the reader reads, and the reader, who has one for what is about the own login."""
    own = [scope.actor.id] if scope.actor.id else []
    return [*(duty.post for duty in scope.actor.duties), *own]


def inbox_page(scope: Scope, unread_after: Cursor | None, read_after: Cursor | None) -> InboxPage:
    """Unread lines until there are no more, then those read. Two or three statements."""
    mine = Notice.objects.filter(post__in=posts_of(scope))
    unread: list[Notice] = []
    more = False
    if read_after is None:
        unread, more = newest_page(mine.filter(read_at=None), "created_at", unread_after, PAGE)
    if more:
        about = about_of(scope, unread)
        return InboxPage(_by_matter(unread, about), (), Cursor(unread[-1].created_at, unread[-1].pk).text, "")
    read, more = newest_page(mine.filter(read_at__isnull=False), "created_at", read_after, PAGE)
    following = Cursor(read[-1].created_at, read[-1].pk).text if more else ""
    about = about_of(scope, [*unread, *read])
    return InboxPage(_by_matter(unread, about), _by_matter(read, about), "", following)


def about_of(scope: Scope, rows: Sequence[Notice]) -> Mapping[str, tuple[Text, ...]]:
    """Class and place of the matters in scope, by number. One statement."""
    numbers = {str(row.body.get("number", "")) for row in rows}
    found = Matter.objects.filter(in_scope(scope.actor), number__in=numbers).values_list("number", "category", "area")
    return {number: (category_title(scope, category), place_name(scope, area)) for number, category, area in found}


def _by_matter(rows: Sequence[Notice], about: Mapping[str, tuple[Text, ...]]) -> tuple[MatterLines, ...]:
    found: dict[str, list[Line]] = {}
    for row in rows:
        line = Line(told(row), row.created_at, bool(row.body.get("late")))
        found.setdefault(str(row.body.get("number", "")), []).append(line)
    unread = any(row.read_at is None for row in rows)
    return tuple(MatterLines(number, about.get(number, ()), tuple(lines), unread) for number, lines in found.items())


def told(notice: Notice) -> Text:
    """What a line tells, in words."""
    body = notice.body
    if notice.topic == "matter.clock_rang":
        return _rang(int(body.get("mark", 100)), _timed(body))
    if notice.topic == "matter.urged" and body.get("action") == "supervise":
        return _SUPERVISED
    if notice.topic in _TOPICS:
        return _TOPICS[notice.topic]
    known = _type_of(body)
    task = known.task(str(body.get("task", ""))) if known else None
    if task is not None:
        return task.title
    action = known.action(str(body.get("action", ""))) if known else None
    return action.title if action else _NEWS


def _type_of(body: Mapping[str, Any]) -> MatterType | None:
    return {one.key: one for one in all_types()}.get(str(body.get("type", "")))


def _timed(body: Mapping[str, Any]) -> Text:
    """What the clock that rang is of: a stage of the matter, a task, the answer to an urging."""
    declared, clock = _type_of(body), str(body.get("clock", ""))
    task = declared.task(str(body.get("task", ""))) if declared else None
    titles = {rule.key: rule.title for rule in declared.clocks} if declared else {}
    if task is not None:
        return task.title
    return titles.get(clock) or (Text("催办答复", "Answer to an urging") if "." in clock else Text(clock, clock))


def _rang(mark: int, title: Text) -> Text:
    if mark < 100:
        return Text(f"{title.zh}：已用 {mark}%", f"{title.en}: {mark} % used")
    if mark == 100:
        return Text(f"{title.zh}：已到期", f"{title.en}: due now")
    return Text(f"{title.zh}：已逾期，用时 {mark}%", f"{title.en}: overdue, {mark} % used")


@dataclass(frozen=True, slots=True)
class Unread:
    """The count of the header, and whether a new line makes a sound."""

    count: int
    newest: str
    sound: bool


def unread_of(scope: Scope) -> Unread:
    """Two statements, both by key."""
    mine = Notice.objects.filter(post__in=posts_of(scope), read_at=None)
    found = list(mine.order_by("-created_at").values_list("pk", flat=True)[:100])
    wish = Preference.objects.filter(person=scope.actor.id or NOBODY).values_list("sound", flat=True).first()
    return Unread(len(found), str(found[0]) if found else "", bool(wish))
