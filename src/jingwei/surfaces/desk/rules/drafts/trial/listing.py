"""Every matter that a draft would treat otherwise, as a file: where it would go, which of its clocks would be late."""

from collections.abc import Iterator

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.rules.comparing import Difference, compare, in_parts
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.reads.note import Seen
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.listing import Listing
from jingwei.kit.parts.table import Cell, Column
from jingwei.surfaces.desk.queries import work_rows
from jingwei.surfaces.desk.rules.drafts.trial.carried import Asked
from jingwei.surfaces.desk.rules.drafts.trial.shown import MOST, unit_or_nobody
from jingwei.surfaces.desk.rules.values import counted
from jingwei.surfaces.desk.tables.columns import cells_of, columns_of

_CHANGES = (
    Column("before", Text("现行规则派给", "Goes to, as it is")),
    Column("after", Text("草案派给", "Goes to, under the draft")),
    Column("late", Text("会变成逾期的", "Would become late")),
    Column("spared", Text("不再逾期的", "Would no longer be late")),
)
_DRAFT, _SINCE, _UNTIL = (
    Text("草案", "Draft"),
    Text("上报自", "Reported from"),
    Text("至（不含当日）", "until (not that day)"),
)
_PIECE = 1000


def trial_listing(asked: Asked, title: str) -> Listing:
    """Those in the reader's sight, the newest first, tried anew part by part while the file is written."""
    noted: list[Seen] = []
    since, until = (Text(str(day), str(day)) for day in (asked.since, asked.ends))
    return Listing(
        name="draft-trial",
        title=Text("试算：会有变化的事项", "Trial: matters that would be treated otherwise"),
        columns=[*columns_of(("number", "class", "excerpt", "place", "unit", "state", "opened")), *_CHANGES],
        rows=_rows(asked, noted),
        filters=[(_DRAFT, Text(title, title)), (_SINCE, since), (_UNTIL, until)],
        seen=noted,
    )


def _rows(asked: Asked, noted: list[Seen]) -> Iterator[dict[str, Cell]]:
    scope = asked.scope
    for since, until in in_parts(scope, asked.since, asked.until, MOST):
        changed = [one for one in compare(scope, asked.changes, since, until).differences if _is_named(one)]
        for start in range(0, len(changed), _PIECE):
            piece = {one.matter.id: one for one in changed[start : start + _PIECE]}
            matters = Matter.objects.filter(in_scope(scope.actor), pk__in=piece)
            for row in work_rows(scope, matters.order_by("-opened_at", "-pk")):
                noted.append(row.seen)
                yield {**cells_of(row), **_cells(scope, piece[row.seen.matter])}


def _is_named(one: Difference) -> bool:
    """Whether it would go elsewhere, or be late otherwise; a due moment that moves and changes nothing is no row."""
    return one.way is not None or bool(one.becomes_late or one.no_longer_late)


def _cells(scope: Scope, one: Difference) -> dict[str, Cell]:
    before, after = (Cell(words=unit_or_nobody(scope, code)) for code in one.way) if one.way else (Cell(), Cell())
    titles = counted(type_of(one.matter.type, one.matter.type_version))
    late, spared = (
        Cell(marks=tuple(titles.get(key, Text(key, key)) for key in keys))
        for keys in (one.becomes_late, one.no_longer_late)
    )
    return {"before": before, "after": after, "late": late, "spared": spared}
