"""What a trial has come to, carried on by its page and signed: nothing is kept here while somebody waits.

It is good for the same question alone: the same draft, rulebook, areas and units, the same time, day and reader.
"""

import datetime
import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import msgspec
from django.core import signing

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.rules.comparing import Change
from jingwei.kernel.matters.rules.tryout import Tried
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

TRIED = ("category", "limit", "routing", "calendar")
"""Parameters that decide where a matter goes and when it is due."""

FIELD = "went"
"""The hidden input that brings it back."""

_SALT = "jingwei.desk.trial"
_EDITIONS = ("rulebook", "places", "agencies")
_ALTERED = Text(
    "试算到一半的结果不完整或被改动过；请重新试算。",
    "What the trial has come to is incomplete or was altered: begin the trial again.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is tried: the changes of a draft, on the matters opened from one day until before another (or until now)."""

    scope: Scope
    draft: uuid.UUID
    changes: Sequence[Change]
    since: datetime.date
    until: datetime.date | None

    @property
    def ends(self) -> datetime.date:
        """The first day that is not tried."""
        return self.until or self.scope.today + datetime.timedelta(days=1)

    @property
    def mark(self) -> str:
        """Another one for everything by which the answer, or what of it is shown, would be another."""
        scope = self.scope
        days = [str(day) for day in (scope.today, self.since, self.until)]
        editions = [scope.edition(name) for name in _EDITIONS]
        question = [scope.actor.reference, str(self.draft), self.changes, editions, days]
        return hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Went:
    """How far a trial went: what the matters opened since the day `reached` come to."""

    reached: datetime.date
    found: Tried


def carried(asked: Asked, went: Went) -> str:
    """What the page carries on. The numbers in it are those that it shows."""
    told = [asked.mark, went.reached.isoformat(), msgspec.to_builtins(went.found)]
    return signing.dumps(told, salt=_SALT, compress=True)


def brought_back(asked: Asked, text: str) -> Went | None:
    """What a page brought back; None where another question is asked now. Raises Invalid for what was not signed here,
    or was altered."""
    try:
        mark, reached, found = cast(tuple[str, str, Any], signing.loads(text, salt=_SALT))
    except signing.BadSignature as error:
        raise Invalid(_ALTERED, place=FIELD) from error
    if mark != asked.mark:
        return None
    return Went(datetime.date.fromisoformat(reached), msgspec.convert(found, Tried))
