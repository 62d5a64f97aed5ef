"""Console commands on the rules of a city: rules check, rules try."""

import argparse
import dataclasses
import datetime
from pathlib import Path
from typing import Any

from jingwei.surfaces.console.answer import Answer, Faults, Misuse
from jingwei.surfaces.console.process import enter_city


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """`rules`."""
    parts = commands.add_parser("rules", help="the rules of a city").add_subparsers(required=True)
    checked = parts.add_parser("check", parents=[shared], help="list broken rules and missing calendar years")
    checked.set_defaults(run=check)
    tried = parts.add_parser("try", parents=[shared], help="what a draft of rules would have done to real matters")
    tried.add_argument("draft", type=Path, help="a folder, or a file: routing.csv, limits.csv, calendar.csv, pack.toml")
    tried.add_argument("--since", required=True, help="matters opened from this day on")
    tried.add_argument("--until", default="", help="… and before this day")
    tried.set_defaults(run=try_draft)


def check(given: argparse.Namespace, answer: Answer) -> None:
    """Everything wrong with the rules in force today."""
    enter_city(given.city)
    from jingwei.kernel.commands.actor import system
    from jingwei.kernel.commands.scope import reading
    from jingwei.kernel.matters.rules.problems import rules_problems

    with reading(system("console")) as scope:
        problems = rules_problems(scope)
    answer.give({"problems": [dataclasses.asdict(one) for one in problems]})
    for one in problems:
        named = f"{one.parameter} {one.subject}".strip()
        answer.say(f"{named}: {one.what.en}. {one.remedy.en} | {one.what.zh}。{one.remedy.zh}")
    if problems:
        raise Faults(f"{len(problems)} problems")
    answer.say("the rules are sound")


def try_draft(given: argparse.Namespace, answer: Answer) -> None:
    """Counts and examples; nothing is written."""
    since, until = _day(given.since, "--since"), _day(given.until, "--until") if given.until else None
    if until is not None and until <= since:
        raise Misuse(f"--until is {until}, not after --since, {since}: take a later day")
    enter_city(given.city)
    from jingwei.kernel.commands.actor import system
    from jingwei.kernel.commands.scope import reading
    from jingwei.kernel.matters.rules.tryout import try_out
    from jingwei.surfaces.console.rules.draft import read_draft

    with reading(system("console", "matter.read")) as scope:
        changes, problems = read_draft(scope, given.draft)
        if problems:
            answer.give({"problems": problems})
            for sentence in problems:
                answer.say(sentence)
            raise Faults(f"{len(problems)} problems in {given.draft}; nothing was tried")
        found = try_out(scope, changes, since, until)
    answer.give({"draft": str(given.draft), "changes": len(changes), **dataclasses.asdict(found)})
    answer.say(f"{found.matters} matters opened since {since}, {len(changes)} changes, {found.seconds} s")
    answer.say(f"{found.moved} would go to another unit")
    for move in found.moves[:20]:
        answer.say(
            f"  {move.count:6}  {move.before or '(nobody)'} → {move.after or '(nobody)'}  {', '.join(move.examples)}"
        )
    answer.say(
        f"{found.clocks} clocks are counted otherwise: {found.late_before} late as it is, {found.late_after} under the "
        f"draft; {found.becomes_late.count} matters become late, {found.no_longer_late.count} no longer"
    )
    for part in (*found.by_category[:10], *found.by_unit[:10]):
        answer.say(f"  {part.key:28} late +{part.becomes_late} −{part.no_longer_late}  moved {part.moved}")


def _day(text: str, option: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise Misuse(f"{option} is a day, for example 2011-07-01 ({error})") from error
