"""One unit's page: where it stands, its posts with who holds them and what is open there, and what may be done."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from jingwei.kernel.agencies.commands.known import EDIT, may_edit
from jingwei.kernel.agencies.models import Holding, Unit
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.commands.posts.hand_over import open_of_posts, open_tasks_by_post, open_without_post
from jingwei.kernel.matters.policies import in_reach
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.agencies.forms import KINDS, on_unit, unit_forms
from jingwei.surfaces.desk.agencies.history import Span, day_of, read_day, within
from jingwei.surfaces.desk.agencies.queries import living_posts, living_units
from jingwei.surfaces.desk.doing import Refused, done_by, status_after


@dataclass(frozen=True, slots=True)
class Holder:
    """That somebody holds a post, or will."""

    login: str
    name: str
    from_at: datetime.datetime
    until_at: datetime.datetime | None
    now: bool  # or on the day that was asked for


@dataclass(frozen=True, slots=True)
class Seat:
    """One post of the unit: its holders, and what of the matters seen is open with it."""

    code: str
    title: Text
    area: Text
    holders: tuple[Holder, ...]
    open: int
    tasks: int

    @property
    def vacant(self) -> bool:
        """Nobody holds it."""
        return not any(one.now for one in self.holders)


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit as it stands: what is above and below it, its posts, what lies with the unit and with none of them."""

    kind: Text
    area: Text
    parent: tuple[str, Text] | None
    children: tuple[tuple[str, Text], ...]
    seats: tuple[Seat, ...]
    open: int
    tasks: int


def found_unit(code: str) -> Unit:
    """The unit with this code, ended or not. Raises Denied as not found."""
    unit = Unit.objects.filter(code=code.replace("\0", "")).select_related("area", "parent").first()
    if unit is None:
        raise not_found()
    return unit


def standing_of(scope: Scope, unit: Unit, day: Span | None = None) -> Standing:
    """The unit with its living posts; what is open is counted within the reader's reach. `day`: as it was then,
    without what was open.

    Six statements; three for a day.
    """
    posts = list(living_posts(day).filter(unit=unit))
    keys = [one.pk for one in posts]
    holders = _holders(scope, keys, day)
    by_post: Mapping[uuid.UUID, int] = {}
    unheld, tasks = 0, dict[uuid.UUID | None, int]()
    if day is None:
        seen = in_reach(scope.actor, EDIT)
        by_post = open_of_posts(seen & Q(holder__in=keys))
        unheld = open_without_post(seen & Q(unit=unit)).get(unit.pk, 0)
        tasks = open_tasks_by_post(unit, seen)
    seats = tuple(
        Seat(
            one.code,
            Text(one.title_zh, one.title_en),
            Text(one.area.name_zh, one.area.name_en),
            tuple(holders.get(one.pk, ())),
            by_post.get(one.pk, 0),
            tasks.get(one.pk, 0),
        )
        for one in posts
    )
    below = living_units(day).filter(parent=unit)
    return Standing(
        dict(KINDS)[unit.kind],
        Text(unit.area.name_zh, unit.area.name_en),
        _named(unit.parent) if unit.parent else None,
        tuple(_named(one) for one in below),
        seats,
        unheld,
        tasks.get(None, 0),
    )


def _named(unit: Unit) -> tuple[str, Text]:
    return unit.code, Text(unit.name_zh, unit.name_en)


def _holders(scope: Scope, posts: Sequence[uuid.UUID], day: Span | None) -> dict[uuid.UUID, list[Holder]]:
    """By post: who holds it now and who will, or who held it on the day; in the order in which they began."""
    when = within(day) if day else Q(until_at=None) | Q(until_at__gt=scope.now)
    found: dict[uuid.UUID, list[Holder]] = {}
    for one in Holding.objects.filter(when, post__in=posts).select_related("person__account").order_by("from_at", "pk"):
        login = one.person.account.username if one.person.account else ""
        now = day is not None or one.from_at <= scope.now
        found.setdefault(one.post_id, []).append(Holder(login, one.person.name, one.from_at, one.until_at, now))
    return found


@grants(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: HttpRequest, unit: str) -> HttpResponse:
    """One unit; whoever may edit it changes it, enters a post or a unit below it, ends it. Raises Denied as not
    found."""
    actor = cast(ActorRequest, request).actor
    tried, found = None, found_unit(unit)
    if request.method == "POST":
        answer = done_by(request, actor, on_unit(found))
        if not isinstance(answer, Refused):
            return HttpResponseRedirect("?done=1", status=HTTPStatus.SEE_OTHER)
        tried = answer
    on = read_day(request.GET.get("on", ""))
    with reading(actor) as scope:
        face = face_of(scope)
        editable = found.ended_at is None and may_edit(actor, EDIT, found.area.lft, found.pk).allowed
        context = {
            "unit": found,
            "title": Text(found.name_zh, found.name_en),
            "standing": standing_of(scope, found, day_of(on, face.zone) if on else None),
            "on": on,
            "forms": unit_forms(scope, found, tried) if editable and not on else (),
            "done": "done" in request.GET,
        }
    return show(request, "desk/agencies/unit.html", face, context, status_after(tried))
