"""What the second person sees of a reset that waits: whose factors, by whom, until when, and the two answers."""

import datetime
import uuid
from dataclasses import dataclass

from jingwei.kernel.agencies.commands.resets import waiting
from jingwei.kernel.agencies.models import Person
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.values.words import Text
from jingwei.surfaces.desk.doing import Form, Refused, form

_CONFIRM = Text("确认重置", "Confirm the reset")
_REFUSE = Text("不予重置", "Refuse it")
_TAKE_BACK = Text("撤回", "Take it back")


@dataclass(frozen=True, slots=True)
class ResetLine:
    """One reset that waits for a second person."""

    login: str
    name: str
    proposer: str
    proposed_at: datetime.datetime
    until: datetime.datetime
    mine: bool  # the reader proposed it, and does not confirm it
    forms: tuple[Form, ...]


def resets_shown(scope: Scope, tried: Refused | None = None, person: uuid.UUID | None = None) -> tuple[ResetLine, ...]:
    """Of one person or of all, the oldest first. One statement, and one for names where any waits."""
    found = waiting(scope.now, person)
    if not found:
        return ()
    names = dict(Person.objects.filter(pk__in={one.proposed_by for one in found}).values_list("pk", "name"))
    lines = []
    for one in found:
        mine, subject = one.proposed_by == scope.actor.id, str(one.pk)
        forms = [form("refuse_reset", _TAKE_BACK if mine else _REFUSE, (), subject, tried)]
        if not mine and one.person_id != scope.actor.id:
            forms.insert(0, form("confirm_reset", _CONFIRM, (), subject, tried))
        login = one.person.account.username if one.person.account else ""
        proposer = names.get(one.proposed_by, "")
        lines.append(ResetLine(login, one.person.name, proposer, one.proposed_at, one.until, mine, tuple(forms)))
    return tuple(lines)
