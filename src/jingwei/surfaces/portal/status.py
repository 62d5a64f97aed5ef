"""How the service stands, for everybody: whether it answers, the last checkpoint, delays, what work is planned."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.ledger.proofs import latest_signed
from jingwei.kernel.outbox.waiting import waiting
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.words import Text
from jingwei.kit.checking.running import LONGEST_WAIT
from jingwei.kit.moments import length
from jingwei.kit.page import face_of, show

MAINTENANCE = "maintenance."
"""The city's words for planned work, by its day: `maintenance.2026-12-05`."""


@dataclass(frozen=True, slots=True)
class Planned:
    """Work that is planned for a day."""

    on: datetime.date
    words: Text


def planned(scope: Scope) -> list[Planned]:
    """Work of today and later, the next first. No statement but for slow data."""
    return sorted(_planned(scope), key=lambda one: one.on)


def _planned(scope: Scope) -> Iterator[Planned]:
    today = scope.today
    for key, one in rules_of(scope).all_of("word", today).items():
        if not key.startswith(MAINTENANCE):
            continue
        try:
            on = datetime.date.fromisoformat(key.removeprefix(MAINTENANCE))
        except ValueError:
            continue  # a word of another use
        if on >= today:
            yield Planned(on, Text(one.content["zh"], one.content["en"]))


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """That it answers shows that it is up: the page is read from the database, and nothing of it is kept."""
    with reading(public()) as scope:
        queue, signed = waiting(), latest_signed(1)
        oldest = datetime.timedelta(seconds=queue.oldest_seconds)
        context = {
            "now": scope.now,
            "signed": signed[0] if signed else None,
            "late": length(oldest) if queue.oldest_seconds > LONGEST_WAIT else None,
            "planned": planned(scope),
        }
        face = face_of(scope)
    answer = show(request, "portal/status.html", face, context)
    answer["Cache-Control"] = "no-store"
    return answer
