"""The matters that wait for a unit as a file, with what is proposed for each and what speaks against it."""

from collections.abc import Iterator

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.reads.note import Seen
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.listing import Listing
from jingwei.kit.pages import read_cursor
from jingwei.kit.parts.table import Cell, Column
from jingwei.surfaces.desk.dispatching.waiting import waiting_list

_COLUMNS = (
    Column("number", Text("编号", "Number")),
    Column("class", Text("类别", "Category")),
    Column("excerpt", Text("内容", "Text")),
    Column("place", Text("地点", "Place")),
    Column("opened", Text("上报时间", "Reported")),
    Column("dispatch", Text("派遣时限", "To be dispatched")),
    Column("left", Text("办结时限", "To be closed")),
    Column("first", Text("首选单位", "First unit")),
    Column("second", Text("次选单位", "Second unit")),
    Column("doubts", Text("要看的", "To look at")),
)
_PIECE = 500


def waiting_listing(scope: Scope) -> Listing:
    """All of them, the nearest due first."""
    noted: list[Seen] = []
    title = Text("等待派遣", "Waiting for a unit")
    return Listing(name="dispatch", title=title, columns=_COLUMNS, rows=_rows(scope, noted), seen=noted)


def _rows(scope: Scope, noted: list[Seen]) -> Iterator[dict[str, Cell]]:
    page = waiting_list(scope, None, _PIECE)
    while page.rows:
        for row in page.rows:
            noted.append(row.seen)
            first, second = row.choice.first, row.choice.second
            yield {
                "number": Cell(text=row.number),
                "class": Cell(words=row.category),
                "excerpt": Cell(text=row.excerpt),
                "place": Cell(words=row.place),
                "opened": Cell(at=row.opened_at),
                "dispatch": Cell(left=row.to_dispatch),
                "left": Cell(left=row.left),
                "first": Cell(words=first.name if first else None),
                "second": Cell(words=second.name if second else None),
                "doubts": Cell(marks=row.choice.doubts),
            }
        if not page.following:
            return
        page = waiting_list(scope, read_cursor(page.following), _PIECE)
