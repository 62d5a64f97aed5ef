"""Console commands: `training set-up` makes a training city beside a real one, `training reset` makes it anew."""

import argparse
import contextlib
import datetime
import fcntl
import re
import time
from collections.abc import Iterator
from typing import Any

from jingwei.installation import (
    TrainingNote,
    check_city,
    cities,
    clear_upcoming,
    exchange,
    home,
    is_ready,
    mark_ready,
    server,
    training_note,
    training_notes,
    upcoming,
)
from jingwei.surfaces.console.answer import Answer, Faults, Misuse
from jingwei.surfaces.console.lifecycle import start_database
from jingwei.surfaces.console.process import chosen_city

CELLS, MATTERS = 60, 200
"""Small enough to be made in half a minute, large enough for every post of the exercises."""

_AT = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """`training`."""
    parts = commands.add_parser("training", help="a training city beside a real one").add_subparsers(required=True)
    made = parts.add_parser("set-up", parents=[shared], help="make the training city of --city")
    made.add_argument("--name", default="training", help="its name in every later --city (training)")
    made.add_argument("--at", default="03:00", help="when it is made anew each night, by this machine's clock (03:00)")
    made.add_argument("--cells", type=int, default=CELLS, help=f"how many cells ({CELLS})")
    made.add_argument("--matters", type=int, default=MATTERS, help=f"how many matters in its past year ({MATTERS})")
    made.set_defaults(run=set_up)
    again = parts.add_parser("reset", parents=[shared], help="make a training city anew; what was typed in it is gone")
    again.set_defaults(run=reset)


def set_up(given: argparse.Namespace, answer: Answer) -> None:
    """Makes it and says how it is started; whether it is there already is seen first."""
    start_database()
    name = check_city(given.name)
    check_city(upcoming(name))
    of = chosen_city(given.city)
    if training_note(of):
        raise Misuse(f"{of} is a training city itself; name the real one with --city")
    if name in cities(server()):
        raise Misuse(f"there is a city {name} already; jingwei training reset --city {name} makes it anew")
    if other := next((one.name for one in training_notes() if one.of == of and one.name != name), ""):
        raise Misuse(f"{of} has the training city {other} already")
    if not _AT.fullmatch(given.at):
        raise Misuse(f"--at is {given.at!r}; a time of the day is written like 03:00")
    note = TrainingNote(name, of, given.at, given.cells, given.matters)
    note.keep(home())
    make_anew(note, answer)
    answer.say(f"Start it beside {of}: jingwei up --city {name}")


def reset(given: argparse.Namespace, answer: Answer) -> None:
    """Makes it anew beside the one in use, which is served until the exchange. Refused for every other city."""
    start_database()
    named = [one.name for one in training_notes()]
    name = given.city or (named[0] if len(named) == 1 else "")
    note = training_note(name) if name else None
    if note is None:
        known = ", ".join(named) or "none yet (jingwei training set-up)"
        raise Misuse(f"name the training city with --city; there are: {known}")
    try:
        make_anew(note, answer)
    finally:
        (home().run / f"reset-{name}.pid").unlink(missing_ok=True)  # nobody is to look for it when it is done


def make_anew(note: TrainingNote, answer: Answer) -> None:
    """The city grows under another name and takes the place of the one in use when it is whole. Killed at any moment,
    the next call removes what is half made, or ends the exchange that had begun. Raises Faults while another runs."""
    began = time.monotonic()
    with _alone(note.name):
        note = note.tried_at(datetime.datetime.now(datetime.UTC))
        note.keep(home())
        if not is_ready(note.name):
            clear_upcoming(note.name)
            _make(note, answer)
            mark_ready(note.name)
        exchange(note.name)
        note.made_at(datetime.datetime.now(datetime.UTC)).keep(home())
    seconds = round(time.monotonic() - began)
    answer.give({"city": note.name, "of": note.of, "seconds": seconds})
    answer.say(f"training city {note.name} made in {seconds} s")


@contextlib.contextmanager
def _alone(name: str) -> Iterator[None]:
    path = home().path / "training" / f"{name}.lock"
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Faults(f"{name} is being made anew already") from None
        yield


def _make(note: TrainingNote, answer: Answer) -> None:
    """The practice city with the marks of training and a rule of signing in that nobody needs a telephone for."""
    from jingwei.surfaces.console.practice.command import make_practice_city, today
    from jingwei.surfaces.console.practice.invented import Wanted

    make_practice_city(upcoming(note.name), Wanted(1, note.cells, note.matters, today()), answer)
    mark(note.at)


def mark(at: str) -> None:
    """Marks the city of this process as one for training. Raises Refusal in a city that is marked already."""
    from jingwei.kernel.commands.execute import execute
    from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
    from jingwei.kernel.rulebook.training import MARK, RESET
    from jingwei.kit.signing.rule import SUBJECT
    from jingwei.surfaces.console.pack.enter import FOUNDER

    since = datetime.date(2000, 1, 1)

    def value(parameter: str, subject: str, **content: Any) -> SetValue:
        return SetValue(parameter=parameter, subject=subject, from_on=since, content=content, basis="training")

    values = (
        value("city", MARK, zh="练习", en="Training"),
        value("city", RESET, zh=at, en=at),
        value("sign_in", SUBJECT, second_factor=[], idle=240, lock=60),
    )
    execute(FOUNDER, SetManyValues(values=values), "training:mark")
