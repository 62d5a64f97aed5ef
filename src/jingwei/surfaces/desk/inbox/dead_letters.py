"""What could not be delivered, for operators: channel, fault, tries; and trying again. No receiver and no content."""

import datetime
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jingwei.kernel.commands.scope import Scope, as_uuid, reading
from jingwei.kernel.matters.self_check.matter_type import OPERATE
from jingwei.kernel.outbox.marks import try_again
from jingwei.kernel.outbox.models import Delivery
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.lists.listing import Listing
from jingwei.kit.page import face_of, show
from jingwei.kit.pages import Cursor, newest_page, read_cursor
from jingwei.kit.parts.table import Cell, Column
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.inbox.sent import AUDIENCES

PAGE = 50
_COLUMNS = (
    Column("at", Text("时间", "When")),
    Column("channel", Text("渠道", "Channel")),
    Column("audience", Text("收件人", "Receiver")),
    Column("tries", Text("尝试次数", "Tries")),
    Column("error", Text("故障", "Fault")),
)


@dataclass(frozen=True, slots=True)
class Dead:
    """One delivery that was given up."""

    id: uuid.UUID
    channel: str
    audience: Text
    created_at: datetime.datetime
    tries: int
    error: str


def dead_letters(scope: Scope, after: Cursor | None) -> tuple[tuple[Dead, ...], str]:
    """Given up, the newest first, and the next page's cursor. One statement."""
    found, more = newest_page(Delivery.objects.filter(state=Delivery.FAILED), "created_at", after, PAGE)
    rows = tuple(
        Dead(row.pk, row.channel, AUDIENCES[row.audience], row.created_at, row.tries, row.error) for row in found
    )
    return rows, Cursor(found[-1].created_at, found[-1].pk).text if more else ""


@grants(OPERATE)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The page, or the whole list as a file."""
    if file_asked(request):
        return as_file(request, lambda _, __: _listing())
    with reading(cast(ActorRequest, request).actor) as scope:
        face = face_of(scope)
        rows, following = dead_letters(scope, read_cursor(request.GET.get("after", "")))
    context = {"rows": rows, "following": following, "again": request.GET.get("again", "")[:6]}
    return show(request, "desk/dead_letters.html", face, context)


def _listing() -> Listing:
    failed = Delivery.objects.filter(state=Delivery.FAILED).order_by("-created_at", "-pk")
    rows = (
        {
            "at": Cell(at=one.created_at),
            "channel": Cell(text=one.channel),
            "audience": Cell(words=AUDIENCES[one.audience]),
            "tries": Cell(number=one.tries),
            "error": Cell(text=one.error),
        }
        for one in failed.iterator(chunk_size=1000)
    )
    return Listing(name="undelivered", title=Text("未送达的消息", "Not delivered"), columns=_COLUMNS, rows=rows)


@grants(OPERATE)
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Queues the chosen ones once more, under the same keys."""
    chosen = [key for key in map(as_uuid, request.POST.getlist("delivery")[:PAGE]) if key is not None]
    count = try_again(chosen, datetime.datetime.now(datetime.UTC))
    return HttpResponseRedirect(f"{reverse('desk:dead_letters')}?again={count}", status=HTTPStatus.SEE_OTHER)
