"""Who read a matter, with names, for the audit administrator; of the matter itself the number alone is shown."""

import re
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_reach
from jingwei.kernel.reads.note import AUDIT, note_audit
from jingwei.kernel.reads.shown import HOW, lines_of, rules_in_force
from jingwei.kernel.values.grants import title_of
from jingwei.kernel.values.ids import NUMBER
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants

_LINE = re.compile(r"[0-9]{1,18}")


@grants(AUDIT)
@require_safe
def readings(request: HttpRequest) -> HttpResponse:
    """The readings of the matter with this number, from a line on; without a number, the question. That they were shown
    is noted before the answer."""
    actor = cast(ActorRequest, request).actor
    number, below = request.GET.get("number", "").strip().upper()[:20], request.GET.get("below", "")
    with reading(actor) as scope:
        face, rules, matter = face_of(scope), rules_in_force(scope), _found(scope, number)
        from_line = int(below) if _LINE.fullmatch(below) else None
        lines, following = lines_of(scope, matter.pk, from_line) if matter else ((), None)
    if matter is not None:
        note_audit(actor, matter.pk)
    context = {
        "number": number,
        "unknown": bool(number) and matter is None,
        "matter": matter,
        "lines": lines,
        "following": following,
        "rules": [(HOW.get(subject) or title_of(subject), days) for subject, days in sorted(rules.items())],
    }
    return show(request, "desk/audit/readings.html", face, context)


def _found(scope: Scope, number: str) -> Matter | None:
    """Within reach of the post that audits; it reads no matter by that."""
    if not NUMBER.fullmatch(number):
        return None
    return Matter.objects.filter(in_reach(scope.actor, AUDIT), number=number).first()
