"""Console commands on feeds: take in what lies in the drop folder, give results back, set two systems side by side."""

import argparse
import csv
import dataclasses
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jingwei.installation import home
from jingwei.surfaces.console.answer import Answer, Faults, Misuse
from jingwei.surfaces.console.feeds import cutover
from jingwei.surfaces.console.process import enter_city

if TYPE_CHECKING:
    from jingwei.kernel.feeds.compare import Difference
    from jingwei.kernel.feeds.definition import Feed
    from jingwei.kernel.values.errors import Refusal


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """`feed run`, `feed return`, `feed compare`, `feed cutover`."""
    feeds = commands.add_parser("feed", help="what other systems send again and again").add_subparsers(required=True)
    run = feeds.add_parser("run", parents=[shared], help="take in a file, or all that lies in the feed's drop folder")
    run.add_argument("feed", help="a feed that the city declares")
    run.add_argument("file", type=Path, nargs="?", help="left out: whatever lies in the drop folder")
    run.set_defaults(run=run_feed)
    back = feeds.add_parser(
        "return", parents=[shared], help="write results not yet given back, in the source's columns"
    )
    back.add_argument("feed", help="a feed that the city declares")
    back.add_argument("--out", type=Path, required=True, help="a new .xlsx or .csv")
    back.set_defaults(run=return_feed)
    beside = feeds.add_parser("compare", parents=[shared], help="the source's open ledger beside ours: what differs")
    beside.add_argument("feed", help="a feed that the city declares")
    beside.add_argument("file", type=Path, help="the source's ledger of open matters (.xlsx or .csv)")
    beside.add_argument("--out", type=Path, help="write the differences to this CSV file")
    beside.add_argument("--language", choices=("zh-hans", "en"), default="zh-hans", help="of that file")
    beside.set_defaults(run=compare_feed)
    cutover.declare(feeds, shared)


def declared_feed(name: str) -> "Feed":
    """The feed as it stands today. Raises Misuse where the city declares none of this name."""
    from jingwei.kernel.commands.actor import system
    from jingwei.kernel.commands.scope import reading
    from jingwei.kernel.feeds.definition import feed_of
    from jingwei.kernel.rulebook.snapshot import rules_of

    with reading(system("console")) as scope:
        feeds = rules_of(scope).all_of("feed", scope.today)
    if name not in feeds:
        raise Misuse(f"the city declares no feed {name!r}; it has: {', '.join(sorted(feeds)) or 'none'}")
    return feed_of(name, feeds[name].content)


def refused(refusal: "Refusal") -> Faults:
    """A refusal as the console says it: the place, and the reason in both languages."""
    return Faults(f"{refusal.place}: {refusal.reason.en}\n{refusal.reason.zh}")


def run_feed(given: argparse.Namespace, answer: Answer) -> None:
    """One named file is taken in where it lies; files of the drop folder are put away afterwards."""
    city = enter_city(given.city)
    from jingwei.kernel.feeds.dropped import drop_folder, take_in_waiting
    from jingwei.kernel.feeds.run import import_file
    from jingwei.kernel.values.errors import Refusal

    feed = declared_feed(given.feed)
    folder = drop_folder(home().path, city, feed.name)
    with answer.progress() as progress:
        if given.file:
            try:
                found = [{"file": given.file.name, **import_file(city, feed, given.file, progress=progress)}]
            except Refusal as refusal:
                raise refused(refusal) from refusal
        else:
            found = take_in_waiting(folder, city, feed, progress)
    answer.give({"folder": str(folder), "files": found})
    for one in found:
        counts = ("rows", "imported", "changed", "unchanged", "clashes")
        told = one["refused"]["en"] if "refused" in one else " ".join(f"{key} {one[key]}" for key in counts)
        answer.say(f"{one['file']}: {told}")
    if not found:
        answer.say(f"nothing lies in {folder}")
    faulty = [one["file"] for one in found if "refused" in one or one["rejects"]]
    if faulty:
        raise Faults(f"not taken whole: {', '.join(faulty)}; the notes beside the files, or --json, name every row")


def return_feed(given: argparse.Namespace, answer: Answer) -> None:
    """Exit 0 also where nothing waited: then no file is written."""
    enter_city(given.city)
    from jingwei.kernel.feeds.returns import return_results
    from jingwei.kernel.values.errors import Refusal

    try:
        found = return_results(declared_feed(given.feed), given.out)
    except Refusal as refusal:
        raise refused(refusal) from refusal
    answer.give(found)
    answer.say(f"{found['returned']} results written to {found['file']}" if found["returned"] else "nothing to return")


def _differences(name: str, file: Path) -> "list[Difference]":
    """By the map of an old system that was cut over, where one is remembered under this name; else by the feed."""
    from jingwei.kernel.commands.actor import system
    from jingwei.kernel.commands.scope import reading
    from jingwei.kernel.feeds.compare import compare, compare_rows
    from jingwei.kernel.feeds.cutover.run import read_for_comparison

    reader = system("console", "matter.read")
    with reading(reader) as scope:
        rows = read_for_comparison(scope, name, file)
        if rows is not None:
            return compare_rows(scope, name, {row.number: row for row in rows if row.number and not row.repeats})
    feed = declared_feed(name)
    with reading(reader) as scope:
        return compare(scope, feed, file)


def compare_feed(given: argparse.Namespace, answer: Answer) -> None:
    """Differences are what was asked for, no faults: exit 0."""
    enter_city(given.city)
    from jingwei.kernel.commands.actor import system
    from jingwei.kernel.commands.scope import reading
    from jingwei.kernel.feeds.compare import HEADS, told
    from jingwei.kernel.values.cells import csv_cell
    from jingwei.kernel.values.errors import Refusal
    from jingwei.kit.page import face_of

    try:
        found = _differences(given.feed, given.file)
    except Refusal as refusal:
        raise refused(refusal) from refusal
    if given.out:
        with reading(system("console", "matter.read")) as scope:
            table = told(scope, found, given.language, face_of(scope).zone)
        with given.out.open("w", encoding="utf-8-sig", newline="") as out:
            rows = csv.writer(out)
            rows.writerow([head.in_(given.language) for head in HEADS])
            rows.writerows([csv_cell(cell) for cell in line] for line in table)
    kinds = Counter(one.kind for one in found)
    answer.give({"differences": dict(kinds), "rows": [dataclasses.asdict(one) for one in found]})
    for kind, count in kinds.items():
        answer.say(f"{kind:10} {count}")
    if not found:
        answer.say("both systems agree")
