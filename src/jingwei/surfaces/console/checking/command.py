"""The morning's check: `jingwei check`. Exit 0 all in order, 1 warnings, 2 faults."""

import argparse
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from jingwei.installation import InstallationFault, cities, home, server
from jingwei.surfaces.console.answer import Answer, Faults
from jingwei.surfaces.console.process import become, enter_city

if TYPE_CHECKING:
    from jingwei.kit.checking.lines import Line

_MARKS = {"OK": "ok     ", "WARNING": "WARNING", "FAULT": "FAULT  "}


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """`check`."""
    words = "the morning's check, each line with its remedy; exit 0 in order, 1 warnings, 2 faults"
    commands.add_parser("check", parents=[shared], help=words).set_defaults(run=check)


def check(given: argparse.Namespace, answer: Answer) -> None:
    """The city named, or each in turn: a process serves one city, so each has its own."""
    try:
        names = [given.city] if given.city else cities(server())
    except InstallationFault as fault:
        _database_away(given.city, fault, answer)
        return
    if len(names) > 1:
        _each(names, answer)
        return
    city = enter_city(given.city)
    from jingwei.kernel.commands.actor import system
    from jingwei.kit.checking.morning import morning

    _tell(city, morning(home().path, city, system("console", "matter.read")), answer)


def _database_away(city: str, fault: InstallationFault, answer: Answer) -> None:
    """Which cities there are only the database knows: the data folder is looked at all the same."""
    become(city)
    import datetime

    from jingwei.kit.checking import kept
    from jingwei.kit.checking.morning import away, of_the_machine

    now, where = datetime.datetime.now(datetime.UTC), home().path
    found = of_the_machine(where, city, now) if city else (kept.disk(where), kept.backups(where, now))
    _tell(city, (away(type(fault).__name__), *found), answer)


def _tell(city: str, lines: "tuple[Line, ...]", answer: Answer) -> None:
    def words(text: Any) -> dict[str, str]:
        return {"zh": text.zh, "en": text.en}

    document = [
        {
            "key": line.key,
            "state": line.state.name.lower(),
            "title": words(line.title),
            "said": words(line.said),
            "remedy": words(line.remedy),
        }
        for line in lines
    ]
    worst = max(line.state for line in lines)
    answer.give({"city": city, "state": worst.name.lower(), "lines": document})
    for line in lines:
        mark = _MARKS[line.state.name]
        answer.say(f"{mark} {line.title.zh} {line.title.en}: {line.said.zh} {line.said.en}")
        if line.remedy.zh:
            answer.say(f"        → {line.remedy.zh} {line.remedy.en}")
    if worst:
        wrong = sum(bool(line.state) for line in lines)
        raise Faults(f"{wrong} of {len(lines)} lines need somebody ({city or 'no city reached'})", code=int(worst))


def _each(names: list[str], answer: Answer) -> None:
    documents, worst = [], 0
    for name in names:
        words = [sys.executable, "-m", "jingwei.surfaces.console.main", "check", "--city", name]
        words += ["--json"] if answer.as_json else []
        answer.say(f"== {name}")
        done = subprocess.run(words, stdout=subprocess.PIPE if answer.as_json else None, text=True, check=False)  # noqa: S603  # our own program
        worst = max(worst, done.returncode)
        documents += [json.loads(done.stdout)] if answer.as_json and done.stdout else []
    answer.give({"cities": documents})
    if worst:
        raise Faults("not every city is in order", code=worst)
