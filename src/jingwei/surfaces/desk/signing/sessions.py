"""Where somebody is signed in, as the own page lists it; ending one of these sessions, or all others."""

import datetime
import uuid
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from jingwei.kernel.agencies.commands import EndOwnSessions
from jingwei.kernel.agencies.sessions import open_of
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import as_uuid
from jingwei.kernel.values.errors import not_found
from jingwei.kit.permission import signed_in
from jingwei.kit.signing.session import own_id
from jingwei.surfaces.desk.signing.means import closed_to, owner

_OTHERS = "others"


@signed_in
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Ends the one that is named, or all others than this; this one ends by signing out. Raises Denied as not found."""
    if refused := closed_to(request):
        return refused
    actor, account = owner(request)
    asked, here = request.POST.get("session", ""), own_id(request)
    if asked == _OTHERS:
        found = open_of(account.pk, datetime.datetime.now(datetime.UTC))
        which = tuple(one.id for one in found if one.id != here)
    else:
        which = tuple(filter(None, (as_uuid(asked),)))
    if not which or here in which:
        raise not_found()
    execute(actor, EndOwnSessions(sessions=which), str(uuid.uuid4()))
    return HttpResponseRedirect(f"{reverse('desk:means')}?done=sessions", status=HTTPStatus.SEE_OTHER)
