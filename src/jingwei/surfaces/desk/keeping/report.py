"""Destruction lists as files: every matter of one, by which basis, who decided, when and what became of it."""

from collections.abc import Iterator

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.policies import in_reach
from jingwei.kernel.reads.note import Seen
from jingwei.kernel.retention.models import DestructionList, Listed
from jingwei.kernel.retention.policies import READ
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.listing import MOST, Listing
from jingwei.kit.parts.table import Cell, Column
from jingwei.surfaces.desk.keeping.lists import ListLine, found_list, lines_of, rows_of

_DECIDED = (
    Column("by", Text("提出", "Proposed by")),
    Column("at", Text("提出时间", "Proposed")),
    Column("reviewer", Text("审核", "Reviewed by")),
    Column("reviewed", Text("审核时间", "Reviewed")),
)
_COLUMNS = (
    Column("number", Text("编号", "Number")),
    Column("type", Text("事项类型", "Type")),
    Column("class", Text("类别", "Category")),
    Column("result", Text("结果", "Result")),
    Column("closed", Text("办结时间", "Closed")),
    Column("kept", Text("保存至", "Kept until")),
    Column("basis", Text("依据", "Basis")),
    *_DECIDED,
    Column("outcome", Text("处理", "Outcome")),
    Column("ended", Text("处理时间", "When")),
    Column("note", Text("说明", "Note")),
)
_LISTS = (
    *_DECIDED,
    Column("state", Text("状态", "State")),
    Column("until", Text("期满截至", "Due until")),
    Column("done", Text("执行完毕", "Carried out")),
    Column("counts", Text("件数", "Matters")),
    Column("reason", Text("退回理由", "Sent back because")),
)
_TITLE = Text("销毁清单", "Destruction list")


def report_of(scope: Scope, key: str) -> Listing:
    """The whole list, by number. Raises Denied as not found."""
    one = found_list(scope, key)
    (head,) = lines_of([one])
    noted: list[Seen] = []
    name = f"destruction-{one.proposed_at:%Y%m%d}"
    filters = [(Text("状态", "State"), head.title)]
    rows = _rows(scope, one, head, noted)
    return Listing(name=name, title=_TITLE, columns=_COLUMNS, rows=rows, filters=filters, seen=noted)


def _rows(scope: Scope, one: DestructionList, head: ListLine, noted: list[Seen]) -> Iterator[dict[str, Cell]]:
    decided, every = _decided(head), Listed.objects.filter(list=one).select_related("matter").order_by("matter__number")
    for row in rows_of(scope, one, list(every[: MOST + 1])):
        noted.append(row.seen)
        yield {
            "number": Cell(text=row.number),
            "type": Cell(words=row.type),
            "class": Cell(words=row.category),
            "result": Cell(words=row.result),
            "closed": Cell(at=row.closed_at),
            "kept": Cell(at=row.kept_until),
            "basis": Cell(words=row.basis),
            **decided,
            "outcome": Cell(words=row.outcome),
            "ended": Cell(at=row.ended_at),
            "note": Cell(words=row.why) if row.why else Cell(text=row.reason),
        }


def _decided(head: ListLine) -> dict[str, Cell]:
    return {
        "by": Cell(text=head.proposed_by),
        "at": Cell(at=head.proposed_at),
        "reviewer": Cell(text=head.reviewed_by),
        "reviewed": Cell(at=head.reviewed_at),
    }


def lists_listing(scope: Scope) -> Listing:
    """The lists within the reader's reach, the newest first."""
    found = DestructionList.objects.filter(in_reach(scope.actor, READ)).order_by("-proposed_at", "-pk")[: MOST + 1]
    rows = (
        {
            **_decided(one),
            "state": Cell(words=one.title),
            "until": Cell(at=one.until),
            "done": Cell(at=one.done_at),
            "counts": Cell(marks=tuple(Text(f"{title.zh} {n}", f"{title.en} {n}") for title, n in one.counts)),
            "reason": Cell(text=one.reason),
        }
        for one in lines_of(list(found))
    )
    return Listing(name="destruction-lists", title=_TITLE, columns=_LISTS, rows=rows)
