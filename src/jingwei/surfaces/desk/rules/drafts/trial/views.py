"""The page of a trial: part after part, added up, by a button or by itself; and its file."""

import datetime
from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.reads.note import note_reads
from jingwei.kernel.rulebook.drafting.rules import GRANT
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.lists.listing import Listing
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.rules.drafts.reading import changes_of, draft_page, found_draft
from jingwei.surfaces.desk.rules.drafts.trial.carried import FIELD, TRIED, Asked, brought_back
from jingwei.surfaces.desk.rules.drafts.trial.listing import trial_listing
from jingwei.surfaces.desk.rules.drafts.trial.shown import go_on, trial_of
from jingwei.surfaces.desk.rules.pages import parts

QUARTER = datetime.timedelta(days=91)
_LONG_AGO = datetime.date(1971, 1, 1)  # no matter is older than computers


@grants(GRANT)
@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: HttpRequest, key: str) -> HttpResponse:
    """The draft on the real matters of the last 91 days, or of `?since=` and `?until=`: a day that is none is as if it
    were not asked. The newest part at first; a form of the page that brings back what it has come to goes on from
    there, or stops there. Nothing is written.

    Raises Denied as not found, Invalid for what was brought back altered; where the draft or the rules have changed
    since, it begins anew and says so.
    """
    actor = cast(ActorRequest, request).actor
    if file_asked(request):
        return as_file(request, lambda scope, _: _listing(scope, request, key), by_heads=True)
    with reading(actor, everywhere=True) as scope:  # it counts; what it names is within the reader's sight
        face, page, asked = face_of(scope), draft_page(scope, key), _asked(scope, request, key)
        went = brought_back(asked, request.POST.get(FIELD, "")) if request.method == "POST" else None
        anew, stops = request.method == "POST" and went is None, "stop" in request.POST
        if went is None or not (stops or went.reached <= asked.since):
            went = go_on(asked, went)
        found = trial_of(asked, went)
        context = {
            "parts": parts(scope),
            "page": page,
            "trial": found,
            "since": asked.since.isoformat(),
            "until": asked.until.isoformat() if asked.until else "",
            "file": urlencode({"since": went.reached.isoformat(), "until": asked.until or ""}),
            "anew": anew,
            "stopped": stops,
            "field": FIELD,
        }
    note_reads(actor, "list", found.shown)
    return show(request, "desk/drafts/trial.html", face, context)


def _asked(scope: Scope, request: HttpRequest, key: str) -> Asked:
    one = found_draft(scope, key)
    changes = [(row.parameter, row.subject, row.content) for row in changes_of(one) if row.parameter in TRIED]
    since, until = _day(request, "since"), _day(request, "until")
    return Asked(scope, one.pk, changes, since or (until or scope.today) - QUARTER, until)


def _day(request: HttpRequest, name: str) -> datetime.date | None:
    try:
        asked = datetime.date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    return asked if asked >= _LONG_AGO else None


def _listing(scope: Scope, request: HttpRequest, key: str) -> Listing:
    return trial_listing(_asked(scope, request, key), found_draft(scope, key).title)
