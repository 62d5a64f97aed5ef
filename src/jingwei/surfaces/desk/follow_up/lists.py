"""Whom to call back, what to look at again: the matters behind two figures, each under its most pressing reason."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jingwei.capabilities.grid_events.measures.follow_up import CALLED_FIRST, TO_CALL_BACK, TO_RECHECK
from jingwei.kernel.commands.scope import Scope, as_uuid, reading
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import READ
from jingwei.kernel.measures.compute import Behind, Cut, drill
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.predicates import AllOf, AnyOf, Not, Predicate
from jingwei.kernel.reads.note import Seen, note_reads
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.lists.listing import Listing
from jingwei.kit.page import face_of, show
from jingwei.kit.parts.table import Cell, Column
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.queries import WorkRow, work_rows
from jingwei.surfaces.desk.tables.columns import FOUND, columns_of
from jingwei.surfaces.desk.tables.matters import rows_behind

_MOST = 50
_REASON = Column("reason", Text("原因", "Reason"))
_LATER = Not(AnyOf(tuple(CALLED_FIRST.values())))


@dataclass(frozen=True, slots=True)
class Group:
    """Matters with one reason; `following` is the id after which the next page begins, "" on the last."""

    key: str
    title: Text
    rows: tuple[WorkRow, ...]
    following: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One list: its figure, the groups it falls into in their order, and the act that takes a matter off it."""

    key: str
    title: Text
    grant: str
    act: str
    measure: Measure
    groups: Mapping[str, tuple[Text, Predicate | None]]


_CALLED = {
    "dissatisfied": Text("不满意或未解决", "Dissatisfied, or not solved"),
    "late": Text("逾期办结", "Closed late"),
    "silent": Text("一直没有评价", "No answer so far"),
}


def _called() -> Iterator[tuple[str, tuple[Text, Predicate]]]:
    """Each matter stands under its most pressing reason alone."""
    before: list[Predicate] = []
    for key, one in CALLED_FIRST.items():
        yield key, (_CALLED[key], AllOf((one, *(Not(other) for other in before))))
        before.append(one)
    yield "drawn", (Text("抽中的", "Drawn"), _LATER)


KINDS = {
    one.key: one
    for one in (
        Kind("call-back", Text("待回访", "To call back"), "matter.accept", "call_back", TO_CALL_BACK, dict(_called())),
        Kind(
            "re-check",
            Text("待复核", "To re-check"),
            "matter.check",
            "recheck",
            TO_RECHECK,
            {"drawn": (Text("自报自结，抽中的", "Reported and closed by one unit, drawn"), None)},
        ),
    )
}


@grants(READ)
@require_safe
def follow_up(request: HttpRequest, kind: str) -> HttpResponse:
    """One list, group by group; with `?group=` one group, from the matter `after` on. Raises Denied as not found."""
    actor = cast(ActorRequest, request).actor
    known = KINDS.get(kind)
    if known is None or not actor.holds(known.grant):
        raise not_found()
    wanted = request.GET.get("group", "")
    keys = [wanted] if wanted in known.groups else list(known.groups)
    if file_asked(request):
        return as_file(request, lambda scope, _: _listing(scope, known, keys), by_heads=True)
    after = as_uuid(request.GET.get("after", "")) if wanted in known.groups else None
    with reading(actor, by_heads=True) as scope:
        face = face_of(scope)
        groups = [_group(scope, known, key, after) for key in keys]
    note_reads(actor, "list", (row.seen for group in groups for row in group.rows))
    return show(request, "desk/follow_up.html", face, {"kind": known, "groups": groups, "kinds": KINDS.values()})


def _listing(scope: Scope, kind: Kind, keys: Sequence[str]) -> Listing:
    noted: list[Seen] = []
    rows = (
        {"reason": Cell(words=title), **cells}
        for title, reason in (kind.groups[key] for key in keys)
        for cells in rows_behind(scope, kind.measure, "numerator", Cut(where=reason), noted)
    )
    columns = [_REASON, *columns_of(FOUND)]
    filters = [(_REASON.title, kind.groups[key][0]) for key in keys] if len(keys) < len(kind.groups) else ()
    return Listing(name=kind.key, title=kind.title, columns=columns, rows=rows, filters=filters, seen=noted)


def _group(scope: Scope, kind: Kind, key: str, after: uuid.UUID | None) -> Group:
    """Two statements."""
    title, reason = kind.groups[key]
    found = drill(scope, kind.measure, "numerator", Cut(where=reason), after=after, limit=_MOST + 1)
    shown = found[:_MOST]
    return Group(key, title, _rows(scope, shown), str(shown[-1].id) if len(found) > _MOST else "")


def _rows(scope: Scope, shown: Sequence[Behind]) -> tuple[WorkRow, ...]:
    return work_rows(scope, Matter.objects.filter(pk__in=[one.id for one in shown]).order_by("pk")) if shown else ()
