"""The rulebook's pages for whoever may read it."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.rules.problems import rules_problems
from jingwei.kernel.rulebook.drafting.rules import GRANT
from jingwei.kernel.rulebook.parameters import PARAMETERS
from jingwei.kernel.values.errors import not_found
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants
from jingwei.kit.signing.rule import SUBJECT as SIGN_IN
from jingwei.surfaces.desk.rules import pages
from jingwei.surfaces.desk.rules.drafts.editing import editable, naming, usual
from jingwei.surfaces.desk.rules.drafts.reading import open_drafts
from jingwei.surfaces.desk.rules.drafts.sheet import in_sheets
from jingwei.surfaces.desk.rules.listing import rules_listing
from jingwei.surfaces.desk.rules.values import subject_page

READS = "rulebook.read"

_FEW = 12
"""So many values are seen at a glance: no search, nothing folded."""

_LONGEST_SEARCH = 100

_PAGES: Mapping[str, tuple[str, Callable[[Scope], Any]]] = {
    "category": ("desk/rules_category.html", pages.catalogue),
    "limit": ("desk/rules_limit.html", pages.limits),
    "routing": ("desk/rules_routing.html", pages.routing),
    "calendar": ("desk/rules_calendar.html", pages.calendars),
    "print": ("desk/rules_print.html", pages.papers),
}


@grants(READS)
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """What the rulebook holds, and everything that is wrong with it."""
    with reading(cast(ActorRequest, request).actor) as scope:
        face = face_of(scope)
        context = {"parts": pages.parts(scope), "problems": rules_problems(scope), "drafts": open_drafts(scope)}
    return show(request, "desk/rules.html", face, context)


@grants(READS)
@require_safe
def parameter(request: HttpRequest, parameter: str) -> HttpResponse:
    """The values of one parameter, with `?q=` those that hold its words; with `?subject=` one with its whole history.

    Raises Denied as not found.
    """
    declared, subject = PARAMETERS.get(parameter), request.GET.get("subject", "")
    words = request.GET.get("q", "")[:_LONGEST_SEARCH]
    sealed = declared is not None and declared.sealed and not cast(ActorRequest, request).actor.holds(pages.AUDITS)
    if declared is None or sealed:
        raise not_found()
    if file_asked(request) and not subject:
        return as_file(request, lambda scope, _: rules_listing(scope, parameter, words))
    with reading(cast(ActorRequest, request).actor) as scope:
        face = face_of(scope)
        context: dict[str, Any] = {"parameter": declared, "parts": pages.parts(scope), "drafts": open_drafts(scope)}
        edits = scope.actor.holds(GRANT)
        context |= {"edits": edits and editable(parameter), "adds": naming(parameter) is not None}
        context["imports"] = edits and in_sheets(parameter)
        context["begins"] = SIGN_IN if edits and usual(parameter, SIGN_IN) else ""
        if subject:
            template = "desk/rules_subject.html"
            context |= {"page": subject_page(scope, parameter, subject), "subject": subject}
            context |= {"problems": pages.problems_about(scope, parameter, subject)}
        else:
            template, rows_of = _PAGES.get(
                parameter, ("desk/rules_value.html", lambda one: pages.values(one, parameter))
            )
            rows = rows_of(scope)
            context |= {"rows": pages.matching(rows, words), "words": words, "searched": len(rows) > _FEW}
            context["unfolded"] = bool(words) or not context["searched"]
            context |= {"problems": [one for one in rules_problems(scope) if one.parameter == parameter]}
    return show(request, template, face, context)
