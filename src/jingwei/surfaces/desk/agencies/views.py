"""The pages of units, posts and people."""

from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.agencies.commands.known import EDIT
from jingwei.kernel.agencies.invitations import digest_of, path_of, secret_for
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands.posts.hand_over import open_by_category, open_tasks_of
from jingwei.kernel.matters.policies import in_reach
from jingwei.kernel.values.errors import Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.agencies import forms, queries
from jingwei.surfaces.desk.agencies.history import day_of, read_day
from jingwei.surfaces.desk.agencies.invitations import invitations_of, invitations_waiting
from jingwei.surfaces.desk.agencies.resets import resets_shown
from jingwei.surfaces.desk.doing import Refused, done_by, form, moment, status_after
from jingwei.surfaces.desk.queries import category_title

_DOWN = Text("离岗", "Step down")
_WHEN = moment("until_at", Text("到", "Until"), required=False, hint=Text("留空：现在。", "Empty: now."))
_LONGEST = 60


@grants(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def agencies(request: HttpRequest) -> HttpResponse:
    """The tree of units with their posts, holders and open matters."""
    actor = cast(ActorRequest, request).actor
    tried, link, secret = None, "", _secret(request, actor)
    if request.POST.get("_do") == "enter_person":
        tried = _not_entered(request, actor, digest_of(secret))
        link = "" if tried else request.build_absolute_uri(path_of(secret))
    elif request.method == "POST":
        answer = done_by(request, actor, forms.on_agencies(digest_of(secret)))
        if isinstance(answer, Refused):
            tried = answer
        elif "invitation" in answer:
            link = request.build_absolute_uri(path_of(secret))
        else:
            return HttpResponseRedirect("?done=1", status=HTTPStatus.SEE_OTHER)
    words, on = request.GET.get("q", "").replace("\0", "")[:_LONGEST], read_day(request.GET.get("on", ""))
    with reading(actor) as scope:
        face = face_of(scope)
        units = queries.units_of(scope, words, day_of(on, face.zone) if on else None)
        drawn = forms.agencies_forms(scope, tried)
        beside = {"resets": resets_shown(scope), "invitations": invitations_waiting(scope, tried)}
    context = {"units": units, "forms": drawn, "done": "done" in request.GET, "link": link, "words": words, "on": on}
    context |= {**beside, "inviting": tried is not None and tried.act in ("again", "withdraw")}
    return show(request, "desk/agencies/agencies.html", face, context, status_after(tried))


def _secret(request: HttpRequest, actor: Actor) -> str:
    """Of the link that this form would make."""
    return secret_for(f"{actor.reference}:{request.POST.get('_key', '')}")


def _not_entered(request: HttpRequest, actor: Actor, link: bytes) -> Refused | None:
    """Why the person was not entered; None where it was."""
    values = {name: str(value) for name, value in request.POST.items()}
    try:
        forms.enter_person(actor, values, link)
    except Refusal as refusal:
        return Refused("enter_person", "", values, refusal)
    return None


@grants(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, post: str) -> HttpResponse:
    """One post: who held it when, what it served, what is open with it. Raises Denied as not found."""
    actor = cast(ActorRequest, request).actor
    tried, found = None, queries.found_post(post)
    if request.method == "POST":
        answer = done_by(request, actor, forms.on_post(found))
        if not isinstance(answer, Refused):
            handed = answer.get("receipts")
            done = f"handed={answer['matters']}&tasks={answer['tasks']}" if handed else "done=1"
            return HttpResponseRedirect(f"?{done}", status=HTTPStatus.SEE_OTHER)
        tried, found = answer, queries.found_post(post)
    on = read_day(request.GET.get("on", ""))
    with reading(actor) as scope:
        face, seen = face_of(scope), in_reach(actor, EDIT)
        day = day_of(on, face.zone) if on else None
        counts = [(code, number, category_title(scope, code)) for code, number in open_by_category(found, seen)]
        holdings = [
            (one, form("step_down", _DOWN, (_WHEN,), str(one.id), tried) if one.now and found.active else None)
            for one in queries.holdings_of(scope, post=found, day=day)
        ]
        context = {
            "post": found,
            "title": Text(found.title_zh, found.title_en),
            "unit": Text(found.unit.name_zh, found.unit.name_en),
            "counts": counts,
            "open": sum(number for _, number, _ in counts),
            "tasks": open_tasks_of(found, seen),
            "holdings": holdings,
            "terms": queries.terms_of(found, day),
            "on": on,
            "forms": forms.post_forms(scope, found, counts, tried) if found.active else (),
            "done": "done" in request.GET,
            "handed": request.GET.get("handed", ""),
            "handed_tasks": request.GET.get("tasks", ""),
        }
    return show(request, "desk/agencies/post.html", face, context, status_after(tried))


@grants(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, login: str) -> HttpResponse:
    """One person: posts held, name and telephone, the one-time link (shown once), leaving. Raises Denied."""
    actor = cast(ActorRequest, request).actor
    tried, link, secret = None, "", _secret(request, actor)
    found = queries.found_person(login)
    if request.method == "POST":
        answer = done_by(request, actor, forms.on_person(found, digest_of(secret)))
        if isinstance(answer, Refused):
            tried = answer
        elif "invitation" in answer:
            link = request.build_absolute_uri(path_of(secret))
        else:
            return HttpResponseRedirect(f"{reverse('desk:person', args=[login])}?done=1", status=HTTPStatus.SEE_OTHER)
    on = read_day(request.GET.get("on", ""))
    with reading(actor) as scope:
        face, invitations = face_of(scope), invitations_of(scope, found.pk, tried)
        context = {
            "person": found,
            "on": on,
            "holdings": queries.holdings_of(scope, person=found, day=day_of(on, face.zone) if on else None),
            "resets": resets_shown(scope, tried, found.pk),
            "invitations": invitations,
            "forms": forms.person_forms(scope, found, any(one.forms for one in invitations), tried)
            if found.active
            else (),
            "link": link,
            "done": "done" in request.GET,
        }
    return show(request, "desk/agencies/person.html", face, context, status_after(tried))
