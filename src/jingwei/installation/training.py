"""Training cities: which city each belongs to, how it is made, and the exchange of a made one for the one in use."""

import contextlib
import datetime
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jingwei.installation.database import Server, cities, connect, drop_city_schema, server
from jingwei.installation.folder import Home, replace_private
from jingwei.installation.folder import home as this_home
from jingwei.installation.keys import drop_keys, keys_server

if TYPE_CHECKING:
    from psycopg import Connection

_PER_CITY = ("files", "practice")
"""Folders of the home that hold one folder a city, which goes with it."""

_LATER = """INSERT INTO {next}.commands_edition (name, number) SELECT name, number + 1 FROM {city}.commands_edition
ON CONFLICT (name) DO UPDATE SET number = {next}.commands_edition.number + EXCLUDED.number"""
"""What processes hold of the city before, by its editions, is not taken for the new one's."""


@dataclass(frozen=True, slots=True)
class TrainingNote:
    """What the installation knows of a training city."""

    name: str
    of: str  # the city whose staff practise in it
    at: str  # `03:00`: when it is made anew each night, by the clock of this machine
    cells: int
    matters: int
    made: str = ""  # moment of the last making
    tried: str = ""  # moment of the last beginning

    def keep(self, home: Home) -> None:
        """Writes it, for the web servers, the worker and the next making."""
        path = _path(home, self.name)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        replace_private(path, json.dumps(asdict(self), indent=1).encode())

    def due(self, now: datetime.datetime) -> bool:
        """Whether it is to be made anew: the time of the day has come since the last making, and no try began in the
        last ten minutes."""
        local = now.astimezone()
        last = local.replace(hour=int(self.at[:2]), minute=int(self.at[3:]), second=0, microsecond=0)
        last -= datetime.timedelta(days=last > local)
        if self.tried and now - datetime.datetime.fromisoformat(self.tried) < datetime.timedelta(minutes=10):
            return False
        return not self.made or datetime.datetime.fromisoformat(self.made) < last

    def tried_at(self, now: datetime.datetime) -> "TrainingNote":
        """The same with a beginning at this moment."""
        return replace(self, tried=now.isoformat())

    def made_at(self, now: datetime.datetime) -> "TrainingNote":
        """The same with a making at this moment."""
        return replace(self, made=now.isoformat())


def _path(home: Home, name: str) -> Path:
    return home.path / "training" / f"{name}.json"


def training_notes(home: Home | None = None) -> list[TrainingNote]:
    """The training cities of the installation, by name; a damaged note is as if it were not there."""
    found = []
    for path in sorted(((home or this_home()).path / "training").glob("*.json")):
        with contextlib.suppress(OSError, ValueError, TypeError):
            found.append(TrainingNote(**json.loads(path.read_text(encoding="utf-8"))))
    return found


def training_note(name: str, home: Home | None = None) -> TrainingNote | None:
    """What is known of this training city; None where it is none."""
    return next((one for one in training_notes(home) if one.name == name), None)


def forget_training(name: str, home: Home | None = None) -> None:
    """The city is no training city any more: it was dropped."""
    home = home or this_home()
    for path in (_path(home, name), _ready(home, name)):
        path.unlink(missing_ok=True)


def upcoming(name: str) -> str:
    """The name under which the next making grows, beside the city in use."""
    return f"{name}_next"


def _former(name: str) -> str:
    return f"{name}_old"


def _ready(home: Home, name: str) -> Path:
    return home.path / "training" / f"{name}.ready"


def is_ready(name: str) -> bool:
    """Whether a making is whole and only the exchange is left to do."""
    return _ready(this_home(), name).exists()


def mark_ready(name: str) -> None:
    """The making is whole: from here on a command that was cut off goes on with the exchange."""
    _ready(this_home(), name).touch(mode=0o600)


def clear_upcoming(name: str) -> None:
    """Removes what a making that was cut off has left."""
    one = server()
    for left in (upcoming(name), _former(name)):
        drop_city_schema(one, left)
        drop_keys(left)
        for folder in _PER_CITY:
            shutil.rmtree(this_home().path / folder / left, ignore_errors=True)


def exchange(name: str, between: Callable[[], None] = lambda: None) -> None:
    """The made city takes the place of the one in use, which is removed. Each step is done once however often it is
    begun, so that a command that was killed goes on where it was. `between`: called after each step."""
    home, one, keys = this_home(), server(), keys_server()
    for place in (keys, one):
        if upcoming(name) in cities(place):
            with connect(place, "owner") as connection:
                _rename(connection, place, name, editions=place is one)
        between()
    for folder in _PER_CITY:
        _exchange_folders(home.path / folder, name)
        between()
    shutil.rmtree(home.path / "checkpoints" / name, ignore_errors=True)  # of the log that ended with the city
    (home.run / f"past-words-{name}.json").unlink(missing_ok=True)
    between()
    clear_upcoming(name)
    _ready(home, name).unlink(missing_ok=True)


def _rename(connection: "Connection[tuple[object, ...]]", place: Server, name: str, *, editions: bool) -> None:
    """Both schemas in one transaction; whoever writes meanwhile ends first, or waits."""
    from psycopg import sql

    names = {"city": sql.Identifier(name), "next": sql.Identifier(upcoming(name)), "old": sql.Identifier(_former(name))}
    if name in cities(place):
        if editions:
            connection.execute("SET LOCAL lock_timeout = '20s'")
            connection.execute(sql.SQL("LOCK TABLE {city}.commands_receipt IN ACCESS EXCLUSIVE MODE").format(**names))
            connection.execute(sql.SQL(_LATER).format(**names))
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {old} CASCADE").format(**names))
        connection.execute(sql.SQL("ALTER SCHEMA {city} RENAME TO {old}").format(**names))
    connection.execute(sql.SQL("ALTER SCHEMA {next} RENAME TO {city}").format(**names))


def _exchange_folders(parent: Path, name: str) -> None:
    if not (parent / upcoming(name)).exists():
        return
    shutil.rmtree(parent / _former(name), ignore_errors=True)
    if (parent / name).exists():
        (parent / name).rename(parent / _former(name))
    (parent / upcoming(name)).rename(parent / name)
