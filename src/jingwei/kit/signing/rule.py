"""The city's rule of signing in: which grants need a second factor, and after how long a session ends."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.rulebook.snapshot import rules_of

SUBJECT = "desk"


@dataclass(frozen=True, slots=True)
class SignInRule:
    """As the rulebook has it on a day; without a value, what every city begins with."""

    second_factor: Collection[str] = (
        "system.operate",
        "agencies.edit",
        "reads.audit",
        "file.original",
        "matter.erase",
        "matter.finish_erasure",
        "retention.review",
        "retention.destroy",
    )
    """The grants that hold only for whoever proved a second factor in this session."""
    idle: int = 30  # minutes without a request after which a session ends
    lock: int = 5  # the same at a counter, where persons take turns
    midnight: datetime.datetime = datetime.datetime.max.replace(tzinfo=datetime.UTC)
    """The end of the city's day, until which somebody may come back by PIN."""


def sign_in_rule() -> SignInRule:
    """The rule in force today."""
    with reading(public()) as scope:
        found = rules_of(scope).value("sign_in", SUBJECT, scope.today)
        tomorrow, here = scope.today + datetime.timedelta(days=1), scope.zone
    midnight = datetime.datetime.combine(tomorrow, datetime.time(), here).astimezone(datetime.UTC)
    if found is None:
        return SignInRule(midnight=midnight)
    return SignInRule(tuple(found.content["second_factor"]), found.content["idle"], found.content["lock"], midnight)
