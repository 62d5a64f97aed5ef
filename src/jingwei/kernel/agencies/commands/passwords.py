"""Changing the own password. What was typed is in no command and in no entry."""

import uuid
from dataclasses import dataclass

from jingwei.kernel.agencies import sessions
from jingwei.kernel.agencies.accounts import keep_password
from jingwei.kernel.agencies.commands.factors import OWN_LOGIN, lock_oneself
from jingwei.kernel.agencies.commands.invitations import end_unused
from jingwei.kernel.agencies.commands.known import PERSON, ended_problem
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.values.errors import not_found


@dataclass(frozen=True, kw_only=True)
class ChangeOwnPassword(Command):
    """更改本人密码: kept as it was hashed; every other session ends, only the one named goes on; so does a link."""

    hashed: str
    going_on: uuid.UUID


@handles(ChangeOwnPassword, grant=OWN_LOGIN)
def change_own_password(work: Work, command: ChangeOwnPassword) -> Result:
    """The surface has asked for the old password, and judged the new one, before. Raises Denied as not found."""
    person = lock_oneself(work)
    account = person.account
    if account is None:
        raise not_found()
    work.require(ended_problem(not person.active, PERSON))
    keep_password(account, command.hashed)
    end_unused(work, person)
    others = [one.id for one in sessions.open_of(account.pk, work.now) if one.id != command.going_on]
    ended = sessions.end(account.pk, others)
    work.record(person, "agencies.password_changed", {"sessions": ended})
    return {"sessions": ended}
