"""`jingwei`: the one command of those who run an installation. Exit 0 done, 1 the work found faults, 2 used wrongly."""

import argparse
import sys
from collections.abc import Callable, Sequence

from jingwei.installation import InstallationFault
from jingwei.surfaces.console import (
    bench,
    city,
    handbook,
    keeping,
    lifecycle,
    people,
    people_files,
    places,
    records,
    tls,
)
from jingwei.surfaces.console.answer import Answer, Faults, Misuse
from jingwei.surfaces.console.checking import command as check
from jingwei.surfaces.console.feeds import commands as feeds
from jingwei.surfaces.console.log import commands as log
from jingwei.surfaces.console.rules import commands as rules
from jingwei.surfaces.console.training import command as training

Run = Callable[[argparse.Namespace, Answer], None]


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(prog="jingwei", description="经纬 Jingwei: run and keep an installation.")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--city", default="", help="the city (may be left out where there is only one)")
    shared.add_argument("--json", action="store_true", help="answer as JSON on standard output")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    parts = (
        lifecycle,
        check,
        city,
        training,
        keeping,
        records,
        log,
        places,
        feeds,
        people,
        people_files,
        rules,
        tls,
        handbook,
        bench,
    )
    for part in parts:
        part.declare(commands, shared)
    return top


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command line; gives the exit code."""
    given = parser().parse_args(words)
    answer = Answer(as_json=given.json)
    run: Run = given.run
    try:
        run(given, answer)
    except Misuse as misuse:
        print(f"jingwei {given.command}: {misuse}", file=sys.stderr)
        return 2
    except Faults as faults:
        answer.finish()
        print(f"jingwei {given.command}: {faults}", file=sys.stderr)
        return faults.code
    except (InstallationFault, OSError) as trouble:
        print(f"jingwei {given.command}: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 1
    answer.finish()
    return 0


if __name__ == "__main__":
    sys.exit(main())
