"""Ending sessions: one's own in another browser, or, by a security administrator, all of somebody's."""

import uuid
from dataclasses import dataclass

from jingwei.kernel.agencies import sessions
from jingwei.kernel.agencies.commands.factors import OWN_LOGIN, lock_oneself
from jingwei.kernel.agencies.commands.known import EDIT, PERSON, ended_problem, may_edit_person
from jingwei.kernel.agencies.models import Person
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, kw_only=True)
class EndOwnSessions(Command):
    """结束本人的登录: those named, each at its next request."""

    sessions: tuple[uuid.UUID, ...]


@dataclass(frozen=True, kw_only=True)
class EndSessionsOf(Command):
    """结束某人的全部登录: wherever somebody is signed in, at the next request there."""

    person: uuid.UUID


@handles(EndOwnSessions, grant=OWN_LOGIN)
def end_own_sessions(work: Work, command: EndOwnSessions) -> Result:
    """Another's session looks absent. The entry says how many were ended, not in which browsers."""
    person = lock_oneself(work)
    ended = sessions.end(person.account_id, command.sessions) if person.account_id else 0
    if not ended:
        raise not_found()
    work.record(person, "agencies.sessions_ended", {"sessions": ended})
    return {"sessions": ended}


@handles(EndSessionsOf, grant=EDIT)
def end_sessions_of(work: Work, command: EndSessionsOf) -> Result:
    """The login itself stays: who may not come back has left, or gets no link."""
    person = work.lock(Person, command.person)
    work.authorise(EDIT, may_edit_person(work.actor, person.pk, work.now))
    work.require(ended_problem(not person.active, PERSON), place="person")
    ended = sessions.end(person.account_id) if person.account_id else 0
    work.require(None if ended else Text("此人现在没有登录。", "This person is signed in nowhere."), place="person")
    work.record(person, "agencies.sessions_ended", {"sessions": ended})
    work.publish("agencies.sessions_ended", person, {"person": person.pk})
    return {"sessions": ended}
