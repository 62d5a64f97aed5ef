"""Console commands on workbooks of units, posts and people: people import, people export."""

import argparse
from pathlib import Path
from typing import Any

from jingwei.surfaces.console.answer import Answer, Faults
from jingwei.surfaces.console.process import enter_city


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """`people`."""
    parts = commands.add_parser("people", help="units, posts, people, shifts by Excel").add_subparsers(required=True)
    taken = parts.add_parser("import", parents=[shared], help="says what the file would change; --apply does it")
    taken.add_argument("file", type=Path, help="the workbook (.xlsx)")
    taken.add_argument("--apply", action="store_true", help="carry the changes out")
    taken.set_defaults(run=import_)
    given = parts.add_parser("export", parents=[shared], help="the city's units, posts, people and shifts")
    given.add_argument("file", type=Path, help="a new workbook (.xlsx)")
    given.add_argument("--language", choices=("zh-hans", "en"), default="zh-hans", help="of the column heads (zh-hans)")
    given.set_defaults(run=export)


def import_(given: argparse.Namespace, answer: Answer) -> None:
    """Every fault with sheet, row, column and remedy; nothing is applied while there is one."""
    content = given.file.read_bytes()
    enter_city(given.city)
    from jingwei.kernel.commands.scope import reading
    from jingwei.kit.page import face_of
    from jingwei.kit.people.apply import apply
    from jingwei.kit.people.plan import plan_of
    from jingwei.surfaces.console.pack.enter import FOUNDER

    with reading(FOUNDER) as scope:
        plan = plan_of(scope, content, face_of(scope).zone)
    faults = list(plan.faults)
    document: dict[str, Any] = {
        "changes": [
            {"sheet": one.kind, "row": one.row.number, "verb": one.verb, "what": one.what} for one in plan.changes
        ],
        "same": plan.same,
        "applied": 0,
    }
    for change in plan.changes:
        answer.say(f"{change.verb:6} {change.kind} row {change.row.number}: {change.what}")
    if given.apply and not faults:
        applied = apply(FOUNDER, plan)
        faults += [applied.fault] if applied.fault else []
        document |= {"applied": applied.done, "first_logins": dict(applied.links)}
        for login, path in applied.links.items():
            answer.say(f"{login} sets a password at (once): {path}")
    document["faults"] = [
        {
            "sheet": one.sheet.en,
            "row": one.row,
            "column": one.column.en,
            "what": {"zh": one.what.zh, "en": one.what.en},
            "remedy": {"zh": one.remedy.zh, "en": one.remedy.en},
        }
        for one in faults
    ]
    answer.give(document)
    for one in faults:
        answer.say(f"{one.sheet.en} row {one.row} {one.column.en}: {one.what.en} {one.remedy.en}")
    answer.say(
        f"{len(plan.changes)} changes ({document['applied']} applied), {plan.same} the same, {len(faults)} faults"
    )
    if faults:
        raise Faults(f"{len(faults)} faults in {given.file.name}")


def export(given: argparse.Namespace, answer: Answer) -> None:
    """A workbook that changes nothing when it is imported again."""
    enter_city(given.city)
    from jingwei.kernel.commands.scope import reading
    from jingwei.kit.page import face_of
    from jingwei.kit.people.export import workbook
    from jingwei.surfaces.console.pack.enter import FOUNDER

    with reading(FOUNDER) as scope:
        face = face_of(scope)
        content = workbook(scope, face.zone, given.language, face.file_mark)
    given.file.write_bytes(content)
    answer.give({"file": str(given.file), "bytes": len(content)})
    answer.say(f"{given.file}: {len(content):,} bytes")
