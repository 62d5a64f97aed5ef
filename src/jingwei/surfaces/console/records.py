"""Console commands on a city's data: import."""

import argparse
import csv
import dataclasses
import datetime
from pathlib import Path
from typing import Any

from jingwei.surfaces.console.answer import Answer, Faults, Misuse
from jingwei.surfaces.console.process import check_processes, enter_city


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """`import`."""
    imports = commands.add_parser("import", help="take in what another system holds").add_subparsers(required=True)
    events = imports.add_parser("events", parents=[shared], help="import a feed's file")
    events.add_argument("file", type=Path, help="the source's table (.csv, .csv.gz or .xlsx)")
    events.add_argument("--feed", required=True, help="a feed that the city declares")
    events.add_argument("--recorded-at", default="", help="the moment to record under (ISO, with offset)")
    events.add_argument("--processes", type=int, default=2, help="how many write side by side (2)")
    events.add_argument("--rejects", type=Path, help="write rows that were not taken to this CSV file")
    events.set_defaults(run=import_events)
    fitted = imports.add_parser("fit", parents=[shared], help="share of a source's due times that our limits work out")
    fitted.add_argument("--feed", required=True, help="a feed that the city declares")
    fitted.add_argument(
        "--tolerance", type=int, default=900, help="seconds (900: Boston's targets are up to 15 minutes early)"
    )
    fitted.set_defaults(run=fit)


def import_events(given: argparse.Namespace, answer: Answer) -> None:
    """Imports a file of a feed that the city declares."""
    check_processes(given.processes)
    city = enter_city(given.city)
    from jingwei.kernel.feeds.run import import_file
    from jingwei.kernel.values.errors import Refusal
    from jingwei.surfaces.console.feeds.commands import declared_feed, refused

    feed = declared_feed(given.feed)
    try:
        with answer.progress() as progress:
            found = import_file(
                city,
                feed,
                given.file,
                recorded_at=_moment(given.recorded_at),
                progress=progress,
                processes=given.processes,
            )
    except Refusal as refusal:
        raise refused(refusal) from refusal
    rejects = found.pop("rejects")
    if given.rejects:
        with given.rejects.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("row", "key", "reason"), *rejects])
    answer.give(found)
    for key, value in found.items():
        answer.say(f"{key:14} {value}")
    if rejects:
        raise Faults(f"{len(rejects)} rows were not taken; the first: row {rejects[0][0]}, {rejects[0][2]}")


def fit(given: argparse.Namespace, answer: Answer) -> None:
    """A line a category, and the share over all."""
    enter_city(given.city)
    from jingwei.kernel.commands.actor import system
    from jingwei.kernel.commands.scope import reading
    from jingwei.kernel.feeds.fit import fits
    from jingwei.surfaces.console.feeds.commands import declared_feed

    source = declared_feed(given.feed).source
    with reading(system("console")) as scope:
        found = list(fits(scope, source, datetime.timedelta(seconds=given.tolerance)))
    declared = [one for one in found if one.rule]
    total, met = sum(one.given for one in found), sum(one.recomputed for one in found)
    of_declared = sum(one.given for one in declared)
    answer.give(
        {
            "given": total,
            "declared": of_declared,
            "recomputed": met,
            "share": round(met / total, 4) if total else None,
            "limits": [dataclasses.asdict(one) for one in found],
        }
    )
    for one in declared:
        answer.say(f"{one.recomputed:6} of {one.given:6}  {one.rule:28} {one.title}")
    answer.say(f"{met} of {total} due times worked out; {of_declared} fall under a declared limit")


def _moment(text: str) -> datetime.datetime | None:
    if not text:
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise Misuse(f"--recorded-at: {error}") from error
    if moment.tzinfo is None:
        raise Misuse("--recorded-at needs an offset, for example 2026-11-24T12:00:00+00:00")
    return moment
