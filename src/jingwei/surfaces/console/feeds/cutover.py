"""Console command for the weekend on which a city leaves its old system: feed cutover, a dry run until --do."""

import argparse
import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jingwei.surfaces.console.answer import Answer, Faults, Misuse
from jingwei.surfaces.console.process import enter_city

if TYPE_CHECKING:
    from jingwei.kernel.feeds.cutover.run import CutOver


def declare(feeds: Any, shared: argparse.ArgumentParser) -> None:
    """`feed cutover`."""
    over = feeds.add_parser(
        "cutover",
        parents=[shared],
        help="carry over the open matters of the system that is left; a dry run without --do",
    )
    over.add_argument("source", help="what the old system is called here, the same every time")
    over.add_argument("file", type=Path, help="its list of open matters (.xlsx or .csv)")
    over.add_argument("--out", type=Path, required=True, help="a new .xlsx: what becomes of each row, and the words")
    over.add_argument(
        "--map", type=Path, help="such a workbook with its sheets of words corrected; remembered from now on"
    )
    over.add_argument("--type", default="", help="type of the matters, the first time (grid_event)")
    over.add_argument("--sheet", default="", help="of the workbook (the first)")
    over.add_argument("--as-of", default="", help="when the list was made, in the city's time (now)")
    over.add_argument("--language", choices=("zh-hans", "en"), default="zh-hans", help="of the report")
    over.add_argument("--do", action="store_true", help="carry over what can be; the rest is named")
    over.set_defaults(run=cut_over)


def cut_over(given: argparse.Namespace, answer: Answer) -> None:
    """Exit 1 where rows are refused or words are not mapped: the report names each with its remedy."""
    if given.out.suffix.lower() != ".xlsx" or given.out.exists():
        raise Misuse("--out must end in .xlsx and must not exist yet; choose another name")
    city = enter_city(given.city)
    from jingwei.kernel.feeds.cutover import run
    from jingwei.kernel.feeds.cutover.corrections import corrected
    from jingwei.kernel.feeds.cutover.memory import remember
    from jingwei.kernel.feeds.cutover.report import report
    from jingwei.kernel.values.errors import Refusal

    asked = run.Asked(given.source, given.file, given.sheet, given.type, _as_of(given.as_of))
    try:
        if given.map:
            remember(given.source, corrected(run.read_asked(asked), given.map), f"{given.map.name}"[:400])
        with answer.progress() as progress:
            found = run.cut_over(city, asked, do=given.do, progress=progress)
        if given.do:
            remember(given.source, found.memory, f"{given.file.name}"[:400])
    except Refusal as refusal:
        raise Faults(f"{refusal.place}: {refusal.reason.en}\n{refusal.reason.zh}") from refusal
    given.out.write_bytes(report(found, given.language))
    _tell(found, given.out, answer)


def _as_of(text: str) -> datetime.datetime | None:
    """In the city's zone, read inside it."""
    if not text:
        return None
    from jingwei.kernel.commands.actor import system
    from jingwei.kernel.commands.scope import reading
    from jingwei.kernel.tables.cells import moment_of
    from jingwei.kit.page import face_of

    with reading(system("console")) as scope:
        moment = moment_of(text, face_of(scope).zone)
    if moment is None:
        raise Misuse(f"--as-of: {text!r} is no moment like 2026-11-28 18:00")
    return moment


def _tell(found: "CutOver", out: Path, answer: Answer) -> None:
    words = [pair for pairs in found.read.mapped.values.values() for pair in pairs if not pair.used]
    document = {
        "source": found.source,
        "done": found.done,
        **found.counts,
        "not_mapped": len(words),
        "report": str(out),
    }
    missing = [title.en for title in found.read.missing]
    answer.give({**document, "missing_columns": missing})
    for key, count in found.counts.items():
        answer.say(f"{key:10} {count}")
    answer.say(f"words not mapped: {len(words)}")
    answer.say(f"{'done' if found.done else 'a dry run, nothing was changed'}; the report is {out}")
    if missing:
        raise Faults(
            f"no column is mapped to: {', '.join(missing)}; correct the sheet of columns, give it back with --map"
        )
    if found.counts["refused"]:
        raise Faults(f"{found.counts['refused']} rows are refused; {out} names each with its reason and remedy")
