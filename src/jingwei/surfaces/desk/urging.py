"""Urging on a matter: what was asked and answered, and the forms to urge, to supervise, to answer."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.commands import AnswerUrging, Supervise, Urge
from jingwei.kernel.matters.commands.urge import URGE, pause_problem, rule_of
from jingwei.kernel.matters.models import Matter, Urging
from jingwei.kernel.matters.policies import READ, may_act
from jingwei.kernel.matters.receivers import SUPERVISE, acting_grant
from jingwei.kernel.matters.urgings import CLOCK
from jingwei.kernel.reads.note import note_reads, seen
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import Conflict, Denied, Invalid, Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import status_of
from jingwei.kit.forms import new_key, read_key
from jingwei.kit.moments import TimeLeft, time_left
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants
from jingwei.kit.saying import names_of
from jingwei.surfaces.desk.inbox.sent import Sent, sent_of
from jingwei.surfaces.desk.matter_page import found_matter

_KINDS = {"urge": Text("催办", "Urging"), "supervise": Text("督办", "Supervision")}
_RESIDENT = Text("上报人（凭查询码）", "Whoever reported it (by follow code)")


@dataclass(frozen=True, slots=True)
class Asked:
    """One urging with its answer, or with the time left for it."""

    number: int
    kind: Text
    who: Text
    at: datetime.datetime
    text: str
    left: TimeLeft
    answered_at: datetime.datetime | None
    answer: str
    public_answer: str
    settled: bool  # by its answer, or by the end of the matter


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything about urging on one matter, and what the reader may do."""

    number: str
    urged: int
    supervised: int
    answered: int
    rows: tuple[Asked, ...]
    may_urge: bool
    wait: Text | None  # why not now
    may_supervise: bool
    may_answer: bool
    form_key: str
    told: tuple[Sent, ...]


def panel_of(scope: Scope, matter: Matter) -> Panel:
    """What was asked of whoever acts on this matter. Five statements, six with names."""
    found = list(Urging.objects.filter(matter=matter).order_by("number"))
    clocks = {one.key: one for one in Clock.objects.filter(stream_id=matter.pk, key__startswith=CLOCK)}
    names = names_of(one.actor for one in found)
    is_open = matter.closed_at is None
    rule = rule_of(rules_of(scope), "urge", scope.today)
    supervised = sum(one.kind == "supervise" for one in found)
    return Panel(
        matter.number,
        len(found) - supervised,
        supervised,
        sum(one.answered_at is not None for one in found),
        tuple(_row(scope, matter, one, clocks.get(f"{CLOCK}{one.number}"), names) for one in found),
        is_open and may_act(scope.actor, matter, URGE).allowed,
        pause_problem(found, "urge", rule, scope.now),
        is_open and may_act(scope.actor, matter, SUPERVISE).allowed,
        may_act(scope.actor, matter, acting_grant(matter)).allowed,
        new_key(),
        sent_of(scope, matter.pk),
    )


def _row(scope: Scope, matter: Matter, one: Urging, clock: Clock | None, names: dict[str, str]) -> Asked:
    name = names.get(one.actor, one.actor)
    return Asked(
        one.number,
        _KINDS[one.kind],
        _RESIDENT if one.side == "resident" else Text(name, name),
        one.at,
        one.text,
        time_left(clock.due_at if clock else None, one.answered_at or matter.closed_at, scope.now, one.at),
        one.answered_at,
        one.answer,
        one.public_answer,
        one.answered_at is not None or matter.closed_at is not None,
    )


@grants(READ)
@require_safe
def urging(request: HttpRequest, number: str) -> HttpResponse:
    """The page, or for htmx the part of it that the matter page takes in."""
    return _page(request, number)


def _page(
    request: HttpRequest, number: str, refusal: Refusal | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    with reading(cast(ActorRequest, request).actor) as scope:
        matter = found_matter(scope, number)
        face, panel = face_of(scope), panel_of(scope, matter)
    note_reads(scope.actor, "page", [seen(matter)])
    part = request.headers.get("HX-Request") == "true"
    template = "desk/urging_part.html" if part else "desk/urging.html"
    kept = request.POST.dict() if refusal is not None else {}
    context = {"panel": panel, "refusal": refusal, "kept": kept, "done": request.GET.get("done") == "1"}
    return show(request, template, face, context, status)


@grants(URGE)
@require_POST
def urge(request: HttpRequest, number: str) -> HttpResponse:
    """Urges whoever acts."""
    return _sent(request, number, lambda head: Urge(matter_id=head.pk, text=_written(request, "text")))


@grants(SUPERVISE)
@require_POST
def supervise(request: HttpRequest, number: str) -> HttpResponse:
    """Demands, as a supervising post."""
    return _sent(request, number, lambda head: Supervise(matter_id=head.pk, text=_written(request, "text")))


@grants(READ)
@require_POST
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Answers one urging; the public part is read by whoever follows the matter."""
    asked = request.POST.get("urging", "")

    def command(head: Matter) -> Command:
        return AnswerUrging(
            matter_id=head.pk,
            number=int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0,
            text=_written(request, "text"),
            public_text=_written(request, "public_text"),
            grant=acting_grant(head),
        )

    return _sent(request, number, command)


def _written(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "")


def _sent(request: HttpRequest, number: str, command: Callable[[Matter], Command]) -> HttpResponse:
    actor = cast(ActorRequest, request).actor
    with reading(actor) as scope:
        head = found_matter(scope, number)
    try:
        key, _ = read_key(request.POST.get("_key", ""))
        execute(actor, command(head), key)
    except (Invalid, Conflict) as refusal:
        return _page(request, number, refusal, status_of(refusal))
    except Denied as refusal:
        if not refusal.found:
            raise
        return _page(request, number, refusal, HTTPStatus.FORBIDDEN)
    return HttpResponseRedirect(f"{reverse('desk:urging', args=[number])}?done=1", status=HTTPStatus.SEE_OTHER)
