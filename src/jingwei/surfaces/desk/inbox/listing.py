"""The inbox as a file: every line with its matter, the unread ones first."""

from collections.abc import Iterator
from itertools import chain, islice

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.outbox.models import Notice
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.listing import Listing
from jingwei.kit.parts.table import Cell, Column
from jingwei.surfaces.desk.inbox.queries import about_of, posts_of, told

_COLUMNS = (
    Column("read", Text("已读", "Read")),
    Column("at", Text("时间", "When")),
    Column("what", Text("通知", "Notice")),
    Column("number", Text("编号", "Number")),
    Column("class", Text("类别", "Category")),
    Column("place", Text("地点", "Place")),
)
_YES, _NO = Text("是", "yes"), Text("否", "no")
_PIECE = 1000


def inbox_listing(scope: Scope) -> Listing:
    """What the posts of the reader were told."""
    return Listing(name="inbox", title=Text("收件箱", "Inbox"), columns=_COLUMNS, rows=_rows(scope))


def _rows(scope: Scope) -> Iterator[dict[str, Cell]]:
    mine = Notice.objects.filter(post__in=posts_of(scope)).order_by("-created_at", "-pk")
    parts = (mine.filter(read_at=None), mine.filter(read_at__isnull=False))
    every = chain.from_iterable(part.iterator(chunk_size=_PIECE) for part in parts)
    while piece := list(islice(every, _PIECE)):
        about = about_of(scope, piece)
        for row in piece:
            number = str(row.body.get("number", ""))
            category, place = (*about.get(number, ()), None, None)[:2]
            yield {
                "read": Cell(words=_YES if row.read_at else _NO),
                "at": Cell(at=row.created_at),
                "what": Cell(words=told(row)),
                "number": Cell(text=number),
                "class": Cell(words=category),
                "place": Cell(words=place),
            }
