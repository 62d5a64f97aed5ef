"""The pages of duty: who is on duty now or was then, one's own shifts and leave, and a roster by week or month."""

import datetime
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from jingwei.kernel.agencies.commands.known import OWN, ROSTER
from jingwei.kernel.agencies.commands.roster import SHORT_NOTICE
from jingwei.kernel.agencies.models import Holding, Roster
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.values.words import Text
from jingwei.kit import moments
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.lists.listing import Listing
from jingwei.kit.page import Face, face_of, show
from jingwei.kit.people.on_duty import rosters_then
from jingwei.kit.permission import ActorRequest, signed_in
from jingwei.surfaces.desk.doing import Refused, done_by, form, status_after, written
from jingwei.surfaces.desk.duty import forms, queries
from jingwei.surfaces.desk.duty.listing import roster_listing, rosters_listing
from jingwei.surfaces.desk.duty.reading import at_once, current, draft_page, waiting
from jingwei.surfaces.desk.duty.reading import edits as may_edit

_AGREE, _DECLINE = Text("同意换班", "Agree"), Text("不同意", "Decline")
_WITHDRAW, _BACK = Text("撤回请求", "Withdraw"), Text("销假", "End this leave")
_WEEK = 7  # days
_CANCEL, _AWAY = Text("临时取消", "Cancel at once"), Text("取消（写进草案）", "Cancel (in the draft)")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def duty(request: HttpRequest) -> HttpResponse:
    """Who is on duty, one's own shifts, swaps and leave."""
    actor = cast(ActorRequest, request).actor
    if file_asked(request):
        return as_file(
            request,
            lambda scope, face: rosters_listing(scope, _moment(request.GET.get("at", ""), face.zone) or scope.now),
        )
    tried = None
    if request.method == "POST":
        answer = done_by(request, actor, forms.own(actor))
        if not isinstance(answer, Refused):
            return HttpResponseRedirect("?done=1", status=HTTPStatus.SEE_OTHER)
        tried = answer
    with reading(actor) as scope:
        face = face_of(scope)
        context = _duty(scope, face, request.GET.get("at", ""), tried)
    return show(request, "desk/duty/duty.html", face, {**context, "done": "done" in request.GET}, status_after(tried))


def _duty(scope: Scope, face: Face, asked: str, tried: Refused | None) -> dict[str, Any]:
    at = _moment(asked, face.zone) or scope.now
    swaps = [
        (swap, [form(act, title, (), str(swap.id), tried) for act, title in _answers(swap)])
        for swap in queries.my_swaps(scope)
    ]
    leaves = [
        (leave, form("end_leave", _BACK, (), str(leave.id), tried) if leave.mine else None)
        for leave in queries.my_leaves(scope)
    ]
    own, edits = scope.actor.holds(OWN), scope.actor.holds(ROSTER)
    colleagues = queries.holdings_in(scope, {duty.unit for duty in scope.actor.duties}) if own else []
    return {
        "at": written(at, face.zone),
        "then": at if asked else None,
        "rosters": rosters_then(scope, at),
        "shifts": queries.my_shifts(scope),
        "swaps": swaps,
        "leaves": leaves,
        "leave_form": forms.leave_form(scope, colleagues, face.zone, tried) if own else None,
        "open_form": forms.open_roster_form(scope, tried) if edits else None,
        "waiting": [(one.roster.code, Text(one.roster.title_zh, one.roster.title_en)) for one in waiting(scope)],
        "tried": tried,
    }


def _answers(swap: queries.SwapLine) -> tuple[tuple[str, Text], ...]:
    return (("agree", _AGREE), ("decline", _DECLINE)) if swap.asks_me else (("withdraw", _WITHDRAW),)


def _moment(text: str, zone: ZoneInfo) -> datetime.datetime | None:
    """The moment asked about; None for what is none."""
    try:
        return datetime.datetime.fromisoformat(text[:16]).replace(tzinfo=zone).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return None


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: HttpRequest, roster: str) -> HttpResponse:
    """A roster by week or by month, with what nobody covers. Raises Denied as not found."""
    actor = cast(ActorRequest, request).actor
    if file_asked(request):
        return as_file(request, lambda scope, face: _listing(scope, face.zone, queries.found_roster(roster), request))
    tried = None
    if request.method == "POST":
        answer = done_by(request, actor, forms.on_roster(queries.found_roster(roster)))
        if not isinstance(answer, Refused):
            return HttpResponseRedirect(f"?done=1&from={_asked_day(request)}", status=HTTPStatus.SEE_OTHER)
        tried = answer
    with reading(actor) as scope:
        face = face_of(scope)
        context = _roster(scope, face.zone, queries.found_roster(roster), request, tried)
    return show(request, "desk/duty/roster.html", face, {**context, "done": "done" in request.GET}, status_after(tried))


def _asked_day(request: HttpRequest) -> str:
    """The first day asked for, as an address may carry it."""
    try:
        return datetime.date.fromisoformat(request.GET.get("from", "")).isoformat()
    except ValueError:
        return ""


def _span(request: HttpRequest, today: datetime.date) -> tuple[datetime.date, int]:
    """The first day asked for, this week's Monday where none is, and how many days."""
    asked = _asked_day(request)
    first = datetime.date.fromisoformat(asked) if asked else today - queries.DAY * today.weekday()
    first = min(max(first, datetime.date(1990, 1, 1)), datetime.date(2200, 1, 1))
    return first, 5 * _WEEK if request.GET.get("span") == "month" else _WEEK


def _listing(scope: Scope, zone: ZoneInfo, found: Roster, request: HttpRequest) -> Listing:
    first, number = _span(request, scope.now.astimezone(zone).date())
    days = queries.days_of(scope, found, first, number, zone)
    return roster_listing("roster", Text(found.title_zh, found.title_en), days)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What the forms of every shift of a page have in common."""

    holdings: list[Holding]
    edits: bool
    zone: ZoneInfo
    tried: Refused | None


def _roster(scope: Scope, zone: ZoneInfo, found: Roster, request: HttpRequest, tried: Refused | None) -> dict[str, Any]:
    today = scope.now.astimezone(zone).date()
    first, number = _span(request, today)
    days = queries.days_of(scope, found, first, number, zone)
    edits = may_edit(scope, found) and found.closed_at is None
    drafted = current(found) if edits else None
    holdings = queries.holdings_in(scope, [found.unit_id]) if edits or _mine(days) else []
    beside = _Beside(holdings, edits, zone, tried)
    return {
        "roster": found,
        "title": Text(found.title_zh, found.title_en),
        "unit": Text(found.unit.name_zh, found.unit.name_en),
        "area": Text(found.area.name_zh, found.area.name_en),
        "covers": ", ".join("–".join(window) for window in found.covers),
        "days": [(day, [(line, _row_forms(scope, line, days, beside)) for line in day.shifts]) for day in days],
        "gaps": sum(len(day.gaps) for day in days),
        "today": today,
        "span": "month" if number > _WEEK else "week",
        "earlier": (first - number * queries.DAY).isoformat(),
        "later": (first + number * queries.DAY).isoformat(),
        "enter_form": forms.enter_form(holdings, scope, zone, tried) if edits else None,
        "change_form": forms.change_form(found, tried) if edits else None,
        "draft": draft_page(scope, found, drafted, zone) if drafted else None,
        "at_once": at_once(scope, found),
        "tried": tried,
    }


def _mine(days: tuple[queries.Day, ...]) -> bool:
    return any(line.mine and line.coming for day in days for line in day.shifts)


def _row_forms(scope: Scope, line: queries.ShiftLine, days: tuple[queries.Day, ...], beside: _Beside) -> list[Any]:
    """One's own shift may be swapped; whoever edits changes what is near at once, and what is far by the draft."""
    made: list[Any] = []
    if line.mine and line.coming:
        made.append(forms.ask_form(line.id, _others(line, days, beside.holdings, beside.zone), beside.tried))
    if beside.edits and line.until_at > scope.now:
        if line.from_at <= scope.now + SHORT_NOTICE:
            made.append(forms.replace_form(line.id, beside.holdings, beside.tried))
            made += [form("cancel", _CANCEL, (), str(line.id), beside.tried)] if line.coming else []
        else:
            made.append(form("away", _AWAY, (), str(line.id), beside.tried))
    return made


def _others(
    line: queries.ShiftLine, days: tuple[queries.Day, ...], holdings: list[Holding], zone: ZoneInfo
) -> list[tuple[str, Text]]:
    """Colleagues who might take the shift, and coming shifts of theirs one might have in return."""
    shifts: dict[uuid.UUID, queries.ShiftLine] = {one.id: one for day in days for one in day.shifts}
    people = {one.person_id: one.person.name for one in holdings if one.person.name != line.name}
    given = [
        (f"person:{key}", Text(f"{name}（不换回）", f"{name} (nothing in return)")) for key, name in people.items()
    ]
    back = [
        (f"shift:{one.id}", Text(f"{one.name}：{begin.zh}–{end.zh}", f"{one.name}: {begin.en} – {end.en}"))
        for one in shifts.values()
        if not one.mine and one.coming
        for begin, end in [(moments.written(one.from_at, zone), moments.written(one.until_at, zone))]
    ]
    return [*given, *back]
