"""The sheets of words as somebody corrected them: every row with a word of ours is confirmed by being given back."""

from collections.abc import Container, Mapping, Sequence
from pathlib import Path

from jingwei.kernel.feeds.cutover.memory import KINDS, Memory
from jingwei.kernel.feeds.cutover.report import COLUMNS, KIND_TITLES, VALUES
from jingwei.kernel.feeds.cutover.run import Read
from jingwei.kernel.feeds.damage import DamagedFile
from jingwei.kernel.tables.cells import text_of
from jingwei.kernel.tables.reading import Grid, Unreadable, read_workbook
from jingwei.kernel.values.words import Text


def corrected(read: Read, file: Path) -> Memory:
    """What is remembered with these corrections on top. Raises DamagedFile where a word of ours is none."""
    try:
        grids = read_workbook(file)
    except Unreadable as fault:
        raise DamagedFile(file, 0, "", fault.reason, fault.remedy) from fault
    columns = _columns(file, _sheet(file, grids, COLUMNS), {one.key for one in read.choices.meanings})
    values = _values(file, _sheet(file, grids, VALUES), read.choices.codes)
    return (read.memory or Memory(read.type.key)).with_more(columns, values)


def _sheet(file: Path, grids: Sequence[Grid], title: Text) -> Grid:
    found = next((grid for grid in grids if grid.name in (title.zh, title.en)), None)
    if found is None:
        missing = Text(f"没有工作表“{title.zh}”。", f"It has no sheet “{title.en}”.")
        raise DamagedFile(
            file, 0, "", missing, Text("请用试算生成的工作簿。", "Use the workbook that the dry run wrote.")
        )
    return found


def _columns(file: Path, grid: Grid, known: Container[str]) -> dict[str, str]:
    """Their head: our key; emptied on purpose, the column is left out."""
    found: dict[str, str] = {}
    for number, line in enumerate(grid.lines[1:], 2):
        theirs, ours = (text_of(cell) for cell in [*line, "", ""][:2])
        if ours and ours not in known:
            raise _no_such(file, number, grid, ours)
        if ours and ours in found.values():
            twice = Text(f"字段 {ours} 对应了两列。", f"Two columns are mapped to {ours}.")
            raise DamagedFile(
                file, number, grid.name, twice, Text("只留一列，其余清空。", "Keep one and empty the other.")
            )
        if theirs:
            found[theirs] = ours
    return found


def _values(file: Path, grid: Grid, codes: Mapping[str, Container[str]]) -> dict[str, dict[str, str]]:
    """By kind, their word: our code; emptied, what was remembered is forgotten."""
    kinds = {word: kind for kind, title in KIND_TITLES.items() for word in (kind, title.zh, title.en)}
    found: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for number, line in enumerate(grid.lines[1:], 2):
        kind, theirs, ours = (text_of(cell) for cell in [*line, "", "", ""][:3])
        if not theirs:
            continue
        if kind not in kinds or (ours and ours not in codes[kinds[kind]]):
            raise _no_such(file, number, grid, ours)
        found[kinds[kind]][theirs] = ours
    return found


def _no_such(file: Path, number: int, grid: Grid, ours: str) -> DamagedFile:
    what = Text(f"没有代码 {ours[:40]!r}。", f"There is no code {ours[:40]!r}.")
    return DamagedFile(file, number, grid.name, what, Text("请从“可选代码”中选。", "Choose one of the sheet of codes."))
