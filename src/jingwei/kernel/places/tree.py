"""The area tree from its rows: the order, the interval of each area, and all that keeps rows from being a tree."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from jingwei.kernel.places.problems import Findings, Problem
from jingwei.kernel.values.words import Text

LAST_NUMBER = 2**31 - 1  # what the columns hold
LEAST_ROOM = 1_000  # numbers kept free in every area above the cells: a village of ten cells redrawn whole 100 times

_PROBLEMS = {
    "no_root": (
        Text("没有最上级区划。", "No area is the root."),
        Text("让且仅让一行的上级编码为空。", "Leave the parent of exactly one row empty."),
    ),
    "many_roots": (
        Text("“{code}”没有上级，而“{first}”已是最上级。", "“{code}” has no parent, yet “{first}” is the root already."),
        Text("给它填上级编码。", "Give it a parent."),
    ),
    "no_code": (Text("编码为空。", "The code is empty."), Text("填写编码。", "Give it a code.")),
    "duplicate_code": (
        Text("编码“{code}”在第{first}行已有。", "The code “{code}” stands in row {first} already."),
        Text("改编码，或删去一行。", "Change the code, or delete one of the rows."),
    ),
    "unknown_parent": (
        Text("“{code}”的上级“{parent}”不在表中。", "The parent “{parent}” of “{code}” is not in the table."),
        Text("补上该上级，或改正编码。", "Add the parent, or correct the code."),
    ),
    "unknown_level": (
        Text("“{code}”的层级“{level}”未声明。", "The level “{level}” of “{code}” is not declared."),
        Text("层级只能是：{levels}。", "A level is one of: {levels}."),
    ),
    "level_order": (
        Text(
            "“{code}”的层级“{level}”不在其上级的层级“{above}”之下。",
            "The level “{level}” of “{code}” is not below “{above}”, the level of its parent.",
        ),
        Text("由外到内依次为：{levels}。", "From the outermost inwards they are: {levels}."),
    ),
    "ring": (
        Text("“{code}”经由上级又回到自身。", "The parents of “{code}” lead back to itself."),
        Text("改正环上某一行的上级：{ring}。", "Correct the parent of one row of the ring: {ring}."),
    ),
    "too_deep": (
        Text("区划层次过深，编号超出{limit}。", "The tree is too deep: its numbers go beyond {limit}."),
        Text("减少层次，或把本市分成几个。", "Take fewer levels, or make several cities of it."),
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One area as the table names it; `parent` is empty only for the root."""

    code: str
    parent: str
    level: str


@dataclass(frozen=True, slots=True)
class Node:
    """An area in its place: `lft` rises in tree order; all below it, now and later, have numbers up to `rgt`."""

    code: str
    parent: str
    level: str
    lft: int
    rgt: int


def grow(
    rows: Sequence[Row], levels: Sequence[str], *, file: str = "", first_row: int = 2
) -> tuple[list[Node], list[Problem]]:
    """
    The nodes in tree order (siblings in the order of the rows), or no node and every problem.

    `levels` go from the outermost inwards; a child may skip levels. An area of the last level has one number; any other
    keeps as many free as it uses, at least `LEAST_ROOM`, for areas to come: a number is never given anew, because
    matters carry it. `first_row` is the line of the first row in `file`, below its header.
    """
    findings = Findings(file, _PROBLEMS, {})
    known = _known(rows, findings, first_row)
    _check_parents(rows, known, findings, first_row)
    _check_levels(rows, known, levels, findings, first_row)
    _check_rings(rows, known, findings, first_row)
    nodes = [] if findings.problems else _ordered(rows, levels[-1])
    if nodes and nodes[0].rgt > LAST_NUMBER:
        findings.problem("too_deep", limit=LAST_NUMBER)
        nodes = []
    return nodes, findings.problems


def width(used: int, *, innermost: bool) -> int:
    """How many numbers an area takes whose areas below take `used`: its own, theirs and the room for more."""
    return 1 if innermost and not used else 1 + used + max(LEAST_ROOM, used)


def _known(rows: Sequence[Row], findings: Findings, first_row: int) -> dict[str, Row]:
    at: dict[str, int] = {}
    for number, row in enumerate(rows, first_row):
        if not row.code:
            findings.problem("no_code", f"row {number}")
        elif row.code in at:
            findings.problem("duplicate_code", f"row {number}", code=row.code, first=at[row.code])
        else:
            at[row.code] = number
    return {code: rows[number - first_row] for code, number in at.items()}


def _check_parents(rows: Sequence[Row], known: dict[str, Row], findings: Findings, first_row: int) -> None:
    root: Row | None = None
    for number, row in enumerate(rows, first_row):
        if row.parent and row.parent not in known:
            findings.problem("unknown_parent", f"row {number}", code=row.code, parent=row.parent)
        elif not row.parent and root is not None:
            findings.problem("many_roots", f"row {number}", code=row.code, first=root.code)
        elif not row.parent:
            root = row
    if root is None:
        findings.problem("no_root")


def _check_levels(
    rows: Sequence[Row], known: dict[str, Row], levels: Sequence[str], findings: Findings, first_row: int
) -> None:
    rank = {level: place for place, level in enumerate(levels)}
    order = " > ".join(levels)
    for number, row in enumerate(rows, first_row):
        above = known.get(row.parent)
        if row.level not in rank:
            findings.problem("unknown_level", f"row {number}", code=row.code, level=row.level, levels=order)
        elif above is not None and rank.get(above.level, -1) >= rank[row.level]:
            values = {"code": row.code, "level": row.level, "above": above.level, "levels": order}
            findings.problem("level_order", f"row {number}", **values)


def _check_rings(rows: Sequence[Row], known: dict[str, Row], findings: Findings, first_row: int) -> None:
    """Names each ring once, at the first of its rows."""
    done: set[str] = set()
    for number, row in enumerate(rows, first_row):
        path: dict[str, None] = {}
        code = row.code
        while code in known and code not in done and code not in path:
            path[code] = None
            code = known[code].parent
        if code in path:
            ring = list(path)[list(path).index(code) :]
            findings.problem("ring", f"row {number}", code=code, ring=" > ".join([*ring, code]))
        done.update(path)


def _ordered(rows: Sequence[Row], innermost: str) -> list[Node]:
    below: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        below[row.parent].append(row)
    walk: list[Row] = []
    waiting = list(below[""])
    while waiting:
        row = waiting.pop()
        walk.append(row)
        waiting.extend(reversed(below[row.code]))
    used = dict.fromkeys((row.code for row in rows), 0)
    widths: dict[str, int] = {}
    for row in reversed(walk):
        widths[row.code] = width(used[row.code], innermost=row.level == innermost)
        if row.parent:
            used[row.parent] += widths[row.code]
    free = {"": 1}  # the next number to give below each area
    nodes = []
    for row in walk:
        lft = free[row.parent]
        free[row.parent] = lft + widths[row.code]
        free[row.code] = lft + 1
        nodes.append(Node(row.code, row.parent, row.level, lft, lft + widths[row.code] - 1))
    return nodes
