"""What a clock would have come to: begun or done at another moment, under the rules of another day. Nothing changes."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jingwei.kernel.clocks.calendars import BeyondCalendar, WorkCalendar
from jingwei.kernel.clocks.explain import Line, explain
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import calendar_of, segments_of
from jingwei.kernel.clocks.segments import ImpossibleSegment, Segment, fold, replayed
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.limits import beginning, limits_of
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import READ
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.reads.note import note_reads, seen
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, rules_of
from jingwei.kernel.values.errors import Invalid, not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.moments import time_left
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.matter_page import found_matter

_BAD = Text("请写成日期或时刻，如 2026-11-24 14:05。", "Write a day or a moment, like 2026-11-24 14:05.")
_NO_LIMIT = Text("那一天的规则没有给这个时限定值。", "The rules of that day set no limit for this clock.")
_STATED = Text(
    "期限是来源直接写明的，不从某一刻起算。", "The due time was stated by its source: it runs from no moment."
)
_ORDER = Text("这样的先后次序不可能：办到早于起算，或起算晚于后来的事。", "No clock can run in this order of moments.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What if: begun at a moment, done at one, under the rules of a day; what is None stays as it is."""

    start: datetime.datetime | None = None
    stop: datetime.datetime | None = None
    rules: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Came:
    """What a clock came to, and why."""

    due_at: datetime.datetime | None
    verdict: Text
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """One clock as it is, and as it would be; `would` is None as long as nothing was asked."""

    key: str
    title: Text
    now: Came
    would: Came | None


@grants(READ)
@require_safe
def replay(request: HttpRequest, number: str, clock: str) -> HttpResponse:
    """The form and its answer: a part of the matter's page, and a page of its own."""
    problem, status = None, HTTPStatus.OK
    with reading(cast(ActorRequest, request).actor) as scope:
        face, matter = face_of(scope), found_matter(scope, number)
        kept = next((one for one in Clock.objects.filter(stream_id=matter.pk) if one.key == clock), None)
        if kept is None:
            raise not_found()
        try:
            found = replay_of(scope, matter, kept, _asked(request, calendar_now(scope, matter)))
        except Invalid as refusal:
            problem, status = refusal, HTTPStatus.UNPROCESSABLE_ENTITY
            found = replay_of(scope, matter, kept, Asked())
    note_reads(scope.actor, "page", [seen(matter)])
    asked = {name: request.GET.get(name, "")[:30] for name in ("start", "stop", "rules")}
    context = {"replay": found, "number": matter.number, "asked": asked, "problem": problem}
    return show(request, "desk/matter/replay.html", face, context, status)


def calendar_now(scope: Scope, matter: Matter) -> WorkCalendar:
    """The working calendar that a matter's clocks are explained by."""
    return calendar_of(rules_of(scope), CITY_CALENDAR, scope.day_of(matter.opened_at))


def replay_of(scope: Scope, matter: Matter, clock: Clock, asked: Asked) -> Replay:
    """A clock as it is and as it would be. Raises Invalid for what cannot have been."""
    segments, calendar = segments_of(clock), calendar_now(scope, matter)
    rule = next((one for one in type_of(matter.type, matter.type_version).clocks if one.key == clock.key), None)
    title = rule.title if rule else Text(clock.key, clock.key)
    now = _came(scope, segments, calendar)
    if asked == Asked():
        return Replay(clock.key, title, now, None)
    if asked.start is not None:
        segments = _begun(segments, asked.start)
    if asked.rules is not None:
        calendar = calendar_of(rules_of(scope), CITY_CALENDAR, asked.rules)
        segments = _under(scope, matter, (clock.key, segments), calendar, asked.rules)
    if asked.stop is not None:
        segments = [one for one in segments if one.at <= asked.stop]
        while segments and segments[-1].kind == "stop":
            segments.pop()
        segments.append(Segment("stop", asked.stop))
    try:
        return Replay(clock.key, title, now, _came(scope, segments, calendar))
    except (ImpossibleSegment, BeyondCalendar) as error:
        raise Invalid(_ORDER, place="start") from error


def _came(scope: Scope, segments: Sequence[Segment], calendar: WorkCalendar) -> Came:
    state = fold(segments, calendar)
    verdict = time_left(state.due_at, state.stopped_at, scope.now).words
    return Came(state.due_at, verdict, tuple(explain(segments, calendar)))


def _begun(segments: Sequence[Segment], start: datetime.datetime) -> list[Segment]:
    """As if begun at this moment; what was set in the moment of the beginning moves with it. Raises Invalid."""
    first = segments[0]
    if first.kind != "start":
        raise Invalid(_STATED, place="start")
    return [replace(one, at=start) if one.at == first.at else one for one in segments]


def _under(
    scope: Scope, matter: Matter, clock: tuple[str, list[Segment]], calendar: WorkCalendar, day: datetime.date
) -> list[Segment]:
    """The segments under the limits of another day's rules. Raises Invalid where that day sets none."""
    key, segments = clock
    matter_type = type_of(matter.type, matter.type_version)
    found = limits_of(rules_of(scope), matter, matter_type, matter.detail.fields, key, day)
    first = beginning("start", segments[0].at, found, calendar)
    if first is None or first.limit is None:
        raise Invalid(_NO_LIMIT, place="rules")
    return [first, *replayed(segments, first.limit)[1:]]


def _asked(request: HttpRequest, calendar: WorkCalendar) -> Asked:
    """What the form asks, moments on the city's wall clock. Raises Invalid."""
    try:
        start, stop = (_moment(request.GET.get(name, ""), calendar) for name in ("start", "stop"))
        day = request.GET.get("rules", "")
        return Asked(start, stop, datetime.date.fromisoformat(day[:10]) if day else None)
    except (ValueError, OverflowError) as error:
        raise Invalid(_BAD, place="start") from error


def _moment(text: str, calendar: WorkCalendar) -> datetime.datetime | None:
    if not text:
        return None
    local = datetime.datetime.fromisoformat(text[:19]).replace(tzinfo=calendar.zone)
    return local.astimezone(datetime.UTC)
