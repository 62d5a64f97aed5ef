"""The inbox, the count in the header, and the marks of what was read."""

import datetime
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.policies import READ
from jingwei.kernel.outbox.marks import mark_read
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.page import face_of, show
from jingwei.kit.pages import read_cursor
from jingwei.kit.permission import ActorRequest, grants, signed_in
from jingwei.kit.signing.session import in_background
from jingwei.surfaces.desk.inbox.alarms import alarms_for
from jingwei.surfaces.desk.inbox.listing import inbox_listing
from jingwei.surfaces.desk.inbox.queries import inbox_page, posts_of, unread_of
from jingwei.surfaces.desk.matter_page import found_matter


@signed_in
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What the posts of this person were told."""
    if file_asked(request):
        return as_file(request, lambda scope, _: inbox_listing(scope))
    asked = request.GET
    with reading(cast(ActorRequest, request).actor) as scope:
        face = face_of(scope)
        page = inbox_page(scope, read_cursor(asked.get("after", "")), read_cursor(asked.get("read", "")))
    return show(request, "desk/inbox.html", face, {"page": page})


@signed_in
@in_background
@require_safe
def unread(request: HttpRequest) -> HttpResponse:
    """The count for the header, asked again every minute; for operators the alarms as well."""
    with reading(cast(ActorRequest, request).actor) as scope:
        face, found, alarms = face_of(scope), unread_of(scope), alarms_for(scope)
    return show(request, "desk/unread.html", face, {"found": found, "alarms": alarms})


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Everything in the inbox is read; or what is about the own login alone."""
    with reading(cast(ActorRequest, request).actor) as scope:
        posts = posts_of(scope)
    if request.POST.get("of") == "login":
        posts = [one for one in posts if one == scope.actor.id]
    mark_read(posts, datetime.datetime.now(datetime.UTC))
    return HttpResponseRedirect(reverse("desk:inbox"), status=HTTPStatus.SEE_OTHER)


@grants(READ)
@require_POST
def seen(request: HttpRequest, number: str) -> HttpResponse:
    """The lines of this matter are read: its page was opened, or they were marked in the inbox."""
    with reading(cast(ActorRequest, request).actor) as scope:
        matter, posts = found_matter(scope, number), posts_of(scope)
    mark_read(posts, datetime.datetime.now(datetime.UTC), matter.pk)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return HttpResponseRedirect(reverse("desk:inbox"), status=HTTPStatus.SEE_OTHER)
