"""How the daily self-check of reminders stands, what it means, and what to do when it is silent; for operators."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.self_check.matter_type import OPERATE
from jingwei.kernel.matters.self_check.probe import days_checked, self_check_of
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants

_DAYS = 14


@grants(OPERATE)
@require_safe
def self_check(request: HttpRequest) -> HttpResponse:
    """The page. Two statements beside those of the actor."""
    with reading(cast(ActorRequest, request).actor) as scope:
        face, check, days = face_of(scope), self_check_of(scope), days_checked(scope, _DAYS)
    return show(request, "desk/self_check.html", face, {"check": check, "days": days})
