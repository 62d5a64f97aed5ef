"""The flat fact row of a matter: which columns a measure may speak of, and how each reads in SQL."""

from dataclasses import dataclass
from typing import Literal

from jingwei.kernel.values.words import Text

Kind = Literal["word", "moment", "flag"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the fact row. `sql` reads the row `m` and the moment `asked.as_of`.

    `before` is how the column read at an earlier moment, where the row still tells it. State, unit and due moment are
    known only as they stand: a figure of the past that speaks of them says so by its `as_of`.
    """

    key: str
    title: Text
    kind: Kind
    sql: str
    before: str = ""
    nullable: bool = False


def _asked(kind: str) -> str:
    """Whether something was asked of whoever acts on the matter and stood without an answer at the moment."""
    return (
        f"EXISTS (SELECT FROM matters_urging u WHERE u.matter_id = m.id AND u.kind = '{kind}' AND u.at <= asked.as_of"  # noqa: S608
        " AND (u.answered_at IS NULL OR u.answered_at > asked.as_of))"
    )


_COLUMNS = (
    Column(key="type", title=Text("事项类型", "Type"), kind="word", sql="m.type"),
    Column(key="type_version", title=Text("类型版本", "Version of the type"), kind="word", sql="m.type_version::text"),
    Column(key="state", title=Text("状态", "State"), kind="word", sql="m.state"),
    Column(key="category", title=Text("类别", "Category"), kind="word", sql="m.category"),
    Column(key="channel", title=Text("渠道", "Channel"), kind="word", sql="m.channel"),
    Column(key="unit", title=Text("承办单位", "Unit"), kind="word", sql="m.unit_code", nullable=True),
    Column(key="area", title=Text("网格", "Cell"), kind="word", sql="m.area_code", nullable=True),
    Column(key="opened_at", title=Text("上报时间", "Reported"), kind="moment", sql="m.opened_at"),
    Column(key="due_at", title=Text("应办结时间", "Due"), kind="moment", sql="m.due_at", nullable=True),
    Column(
        key="closed_at",
        title=Text("结案时间", "Closed"),
        kind="moment",
        sql="m.closed_at",
        before="CASE WHEN m.closed_at <= asked.as_of THEN m.closed_at END",
        nullable=True,
    ),
    Column(key="as_of", title=Text("统计时点", "As of"), kind="moment", sql="asked.as_of"),
    Column(key="placed", title=Text("已定位", "Place known"), kind="flag", sql="(m.area_id IS NOT NULL)"),
    Column(
        key="reachable",
        title=Text("诉求人可联系", "Reporter can be reached"),
        kind="flag",
        sql="EXISTS (SELECT FROM matters_party p WHERE p.matter_id = m.id"
        " AND (p.sealed IS NOT NULL OR p.contact <> '{}'"
        # was destroyed with its matter: figures of the past stay as they were
        """ OR jsonb_path_exists(p.erased, '$.*[1] ? (@ == "term")')))""",
    ),
    Column(
        key="duplicate",
        title=Text("重复件", "Duplicate"),
        kind="flag",
        sql="EXISTS (SELECT FROM matters_link l WHERE l.matter_id = m.id AND l.ended_at IS NULL "
        "AND l.kind IN ('duplicate_of', 'merged_into'))",
    ),
    Column(key="urged", title=Text("催办未复", "Urged without an answer"), kind="flag", sql=_asked("urge")),
    Column(
        key="supervised", title=Text("督办未复", "Supervised without an answer"), kind="flag", sql=_asked("supervise")
    ),
)
COLUMNS = {column.key: column for column in _COLUMNS}
"""Every column by its key."""

AREA_LEVEL = "area:"
"""A grouping that begins so names a level of the area tree (`area:district`)."""


def column(key: str) -> Column:
    """The column with this key. Raises LookupError naming the columns there are."""
    try:
        return COLUMNS[key]
    except KeyError:
        raise LookupError(f"facts have no column {key!r}; there are {', '.join(COLUMNS)}") from None
