"""Who read a matter, with names, for the audit administrator; of the matter itself the number alone is shown."""

import re
from collections.abc import Iterator
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
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.lists.listing import Listing
from jingwei.kit.page import face_of, show
from jingwei.kit.parts.table import Cell, Column
from jingwei.kit.permission import ActorRequest, grants

_LINE = re.compile(r"[0-9]{1,18}")
_COLUMNS = (
    Column("at", Text("时间", "When")),
    Column("reader", Text("姓名", "Name")),
    Column("unit", Text("单位", "Unit")),
    Column("post", Text("岗位", "Post")),
    Column("purpose", Text("用途", "Purpose")),
    Column("how", Text("方式", "How")),
    Column("withheld", Text("对本人暂不显示", "Withheld from whom it concerns")),
    Column("kept_back", Text("当时扣下的条数", "Lines withheld then"), numeric=True),
)
_YES = Text("是", "yes")


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
        if file_asked(request):
            return as_file(request, lambda scope, _: _listing(scope, matter))
    context = {
        "number": number,
        "unknown": bool(number) and matter is None,
        "matter": matter,
        "lines": lines,
        "following": following,
        "rules": [(HOW.get(subject) or title_of(subject), days) for subject, days in sorted(rules.items())],
    }
    return show(request, "desk/audit/readings.html", face, context)


def _listing(scope: Scope, matter: Matter) -> Listing:
    asked = [(Text("事项编号", "Matter"), Text(matter.number, matter.number))]
    title = Text("阅看记录", "Readings")
    return Listing(name="readings", title=title, columns=_COLUMNS, rows=_rows(scope, matter), filters=asked)


def _rows(scope: Scope, matter: Matter) -> Iterator[dict[str, Cell]]:
    lines, following = lines_of(scope, matter.pk, None)
    while lines:
        for line in lines:
            yield {
                "at": Cell(at=line.at),
                "reader": Cell(text=line.reader),
                "unit": Cell(words=line.unit),
                "post": Cell(words=line.post),
                "purpose": Cell(words=line.purpose),
                "how": Cell(words=line.how),
                "withheld": Cell(words=_YES if line.withheld else None),
                "kept_back": Cell(number=line.kept_back or None),
            }
        lines, following = lines_of(scope, matter.pk, following) if following is not None else ((), None)


def _found(scope: Scope, number: str) -> Matter | None:
    """Within reach of the post that audits; it reads no matter by that."""
    if not NUMBER.fullmatch(number):
        return None
    return Matter.objects.filter(in_reach(scope.actor, AUDIT), number=number).first()
