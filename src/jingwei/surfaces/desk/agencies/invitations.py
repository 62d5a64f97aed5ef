"""What is shown of invitations: those that wait, and on a person's page what became of each."""

import datetime
import uuid
from dataclasses import dataclass

from jingwei.kernel.agencies.invitations import all_of, unused
from jingwei.kernel.agencies.models import Invitation
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.values.words import Text
from jingwei.kit.saying import names_of
from jingwei.surfaces.desk.doing import Form, Refused, form
from jingwei.surfaces.desk.timeline import named

AGAIN = Text("发放新链接（原链接随即失效）", "Make a new link (the old one ends)")
_NEW_LINK = Text("新链接", "New link")
_WITHDRAW = Text("撤回", "Withdraw")
_USED, _ENDED = Text("已使用", "Used"), Text("已撤回或已被新链接代替", "Withdrawn, or followed by another")
_LAPSED, _OPEN = Text("已过期，没有使用", "Lapsed, not used"), Text("等待使用", "Waits to be used")


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """One invitation: whose, by whom, until when, and what became of it."""

    login: str
    name: str
    by: Text
    made_at: datetime.datetime
    until: datetime.datetime
    state: Text
    at: datetime.datetime | None  # of its use or end
    lapsed: bool
    forms: tuple[Form, ...]


def invitations_waiting(scope: Scope, tried: Refused | None = None) -> tuple[InvitationLine, ...]:
    """Of everybody, those that nobody used or ended; with what may be done. Two statements, one where none waits."""
    found = unused()
    names = names_of(one.made_by for one in found) if found else {}
    return tuple(
        _line(scope, one, names, (form("again", _NEW_LINK, (), str(one.pk), tried), _withdrawal(one, tried)))
        for one in found
    )


def invitations_of(scope: Scope, person: uuid.UUID, tried: Refused | None = None) -> tuple[InvitationLine, ...]:
    """All of a person, the newest first. Two statements, one where there is none."""
    found = all_of(person)
    names = names_of(one.made_by for one in found) if found else {}
    return tuple(_line(scope, one, names, (_withdrawal(one, tried),) if one.is_unused else ()) for one in found)


def _withdrawal(one: Invitation, tried: Refused | None) -> Form:
    return form("withdraw", _WITHDRAW, (), str(one.pk), tried)


def _line(scope: Scope, one: Invitation, names: dict[str, str], forms: tuple[Form, ...]) -> InvitationLine:
    lapsed = one.until <= scope.now
    waiting = _LAPSED if lapsed else _OPEN
    return InvitationLine(
        one.person.account.username if one.person.account else "",
        one.person.name,
        named(one.made_by, names),
        one.made_at,
        one.until,
        _USED if one.used_at else _ENDED if one.ended_at else waiting,
        one.used_at or one.ended_at,
        lapsed,
        forms,
    )
