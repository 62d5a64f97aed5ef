"""The morning's check as a page, for operators."""

import datetime
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.self_check.matter_type import OPERATE
from jingwei.kit.checking.lines import State
from jingwei.kit.checking.morning import morning
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants


@grants(OPERATE)
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """The page: faults first, then warnings, then what is in order."""
    actor = cast(ActorRequest, request).actor
    with reading(actor) as scope:
        face = face_of(scope)
    lines = sorted(morning(settings.HOME, settings.CITY, actor), key=lambda line: -line.state)
    context = {
        "wrong": [line for line in lines if line.state is not State.OK],
        "fine": [line for line in lines if line.state is State.OK],
        "faults": sum(line.state is State.FAULT for line in lines),
        "warnings": sum(line.state is State.WARNING for line in lines),
        "looked_at": datetime.datetime.now(datetime.UTC),
    }
    return show(request, "desk/check.html", face, context)
