"""Drafts as files: all of them, and one with its difference line by line."""

from collections.abc import Iterator

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.listing import Listing
from jingwei.kit.parts.table import Cell, Column
from jingwei.surfaces.desk.rules.drafts.reading import ChangeRow, draft_page, drafts_page

_TITLE, _FROM = Column("title", Text("名称", "Name")), Column("from", Text("自", "From"))
_DRAFTS = (
    _TITLE,
    Column("state", Text("状态", "State")),
    _FROM,
    Column("count", Text("改动", "Changes")),
    Column("writers", Text("起草", "Written by")),
    Column("published", Text("发布或撤销", "Published or withdrawn by")),
    Column("at", Text("时间", "At")),
)
_CHANGES = (
    Column("kind", Text("规则", "Rule")),
    Column("subject", Text("代码", "Code")),
    _TITLE,
    Column("what", Text("项目", "What")),
    Column("before", Text("原来", "Before")),
    Column("after", Text("改为", "After")),
    Column("basis", Text("依据", "Basis")),
    Column("writer", Text("起草", "Written by")),
)
_WHOLE, _ENDS = Text("整项", "the whole value"), Text("不再适用", "ends")


def drafts_listing(scope: Scope) -> Listing:
    """The newest drafts, as their page shows them."""
    found, _ = drafts_page(scope, None)
    rows = (
        {
            "title": Cell(text=one.title),
            "state": Cell(words=one.words),
            "from": Cell(on=one.from_on),
            "count": Cell(number=one.count),
            "writers": Cell(words=one.writers),
            "published": Cell(text=one.ended_by),
            "at": Cell(at=one.ended_at),
        }
        for one in found
    )
    return Listing(name="drafts", title=Text("规则草案", "Drafts of rules"), columns=_DRAFTS, rows=rows)


def draft_listing(scope: Scope, key: str) -> Listing:
    """The difference of one draft. Raises Denied as not found."""
    page = draft_page(scope, key)
    title = Text(page.head.title, page.head.title)
    rows = (row for change in page.rows for row in _rows(change))
    return Listing(name="draft", title=title, columns=_CHANGES, rows=rows)


def _rows(change: ChangeRow) -> Iterator[dict[str, Cell]]:
    said = {
        "kind": Cell(words=change.kind),
        "subject": Cell(text=change.subject),
        "title": Cell(words=change.title),
        "basis": Cell(text=change.basis),
        "writer": Cell(text=change.written_by),
    }
    if change.ends:
        yield {**said, "what": Cell(words=_WHOLE), "before": Cell(), "after": Cell(words=_ENDS)}
        return
    for line in change.lines:
        yield {
            **said,
            "what": Cell(words=line.title),
            "before": Cell(words=line.before),
            "after": Cell(words=line.after),
        }
