"""`jingwei bench`: the measured figures, each with its floor from the same run."""

import argparse
from typing import Any

from jingwei.surfaces.console.answer import Answer, Misuse

NAMES = (
    "intake_http",
    "intake_bulk",
    "locate",
    "deadlines",
    "worklist_1m",
    "matter_1m",
    "search_1m",
    "pages_1m",
    "command_map",
    "ledger_verify",
    "ledger_append",
    "ledger_clients",
    "start",
    "idle",
)


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """`bench`."""
    measured = commands.add_parser("bench", parents=[shared], help="measure; medians of five runs")
    measured.add_argument("--only", action="append", default=[], help=f"one of {', '.join(NAMES)}")
    measured.add_argument("--runs", type=int, default=5, help="of which the median counts (5)")
    measured.set_defaults(run=bench)


def bench(given: argparse.Namespace, answer: Answer) -> None:
    """Measures on databases of its own; no city is touched."""
    unknown = set(given.only) - set(NAMES)
    if unknown:
        raise Misuse(f"there is no measurement {sorted(unknown)}; there are: {', '.join(NAMES)}")
    from jingwei.surfaces.console.measurements import measure

    figures = measure(given.only or list(NAMES), given.runs, answer)
    answer.give(figures)
    for one in figures:
        ratio = f"{one['ratio']:.3f} of {one['floor']:.0f}" if one["floor"] else ""
        answer.say(f"{one['name']:14} {one['figure']:>14,.2f} {one['unit']:18} {ratio}  {one['rss_mb']} MB")
