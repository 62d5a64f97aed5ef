"""A pack whose cells come from a sheet: places/cells.xlsx or places/cells.csv instead of rows of areas.csv."""

from pathlib import Path

from jingwei.kernel.places.sheets.cells import read_cells
from jingwei.kernel.places.sheets.table import SheetProblem, read_table
from jingwei.kernel.values.words import Text
from jingwei.surfaces.console.pack.tables import Pack


def add_cells(pack: Pack) -> None:
    """Adds the sheet's cells to the areas, at the innermost level, and keeps what they are known by."""
    path = sheet_file(pack)
    levels = pack.settings.get("levels", ())
    if path is None or not levels:
        return
    areas = pack.tables.get("places/areas.csv", [])
    above = {row["code"] for row in areas if row["level"] != levels[-1]["key"]}
    sheet = read_cells(read_table(path, path.name), above)
    for problem in sheet.problems:
        where = place_of(problem)
        pack.wrong(f"places/{path.name}", problem.row, where + problem.text.zh, where + problem.text.en, problem.remedy)
    known = {row["code"] for row in areas}
    for row in sheet.rows:
        if row.cell.code in known:
            text = Text("areas.csv 中已有这个编码", "areas.csv has this code already")
            pack.wrong(f"places/{path.name}", row.number, text.zh, text.en, _ONCE)
    level = levels[-1]["key"]
    areas += [
        {"code": row.cell.code, "level": level, "parent": row.parent, "name_zh": row.name[0], "name_en": row.name[1]}
        for row in sheet.rows
    ]
    pack.cells = tuple(row.cell for row in sheet.rows)


def sheet_file(pack: Pack) -> Path | None:
    """The sheet of the pack's cells, if it has one."""
    paths = (pack.folder / "places" / name for name in ("cells.xlsx", "cells.csv"))
    return next((path for path in paths if path.is_file()), None)


def place_of(problem: SheetProblem) -> str:
    """Sheet and column as they go before the sentence."""
    parts = [f"[{problem.sheet}]" if problem.sheet else "", problem.column]
    return " ".join(part for part in parts if part) + (": " if any(parts) else "")


_ONCE = Text("只在其中一处写它。", "Write it in one of the two only.")
