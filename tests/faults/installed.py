"""An installation of its own: database, web and worker as processes that the product starts, and that can be killed."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from jingwei.installation import EVERY_ROW, Home, postgres
from jingwei.installation.processes import Process, child, every
from tests.installation import machine

CITY = "faulty"
TARGETS = ("web", "web worker", "worker", "database", "session")
"""What is struck: the web server, one of its processes, the worker with the sequencer in it, the database server, one
of the sessions in it."""

_ROOT = Path(__file__).resolve().parents[2]
_NOT_INHERITED = ("JINGWEI_", "DATABASE_URL", "DJANGO_", "PYTEST_")


@dataclass
class Installation:
    """A home with the test city in it. `secret` is the key of a partner, `units` are the units' ids by code."""

    home: Home
    port: int
    database_url: str = ""  # "": the embedded server
    secret: str = ""
    units: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Of every process of the installation: nothing of the tests' own city."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)}
        server = {"DATABASE_URL": self.database_url} if self.database_url else {}
        return {**inherited, **server, "JINGWEI_HOME": str(self.home.path)}

    def run(self, *words: str) -> str:
        """A program of the installation; gives what it says."""
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=_ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (words, done.stdout[-2000:], done.stderr[-4000:])
        return done.stdout

    def jingwei(self, *words: str) -> Any:
        """A command of the console; gives its answer."""
        return json.loads(self.run("jingwei.surfaces.console.main", *words, "--json"))

    def make(self) -> None:
        """Database and city."""
        made = json.loads(self.run("tests.faults.making", CITY))
        self.secret, self.units = made["secret"], made["units"]

    def up(self) -> None:
        """Starts whatever of database, web and worker does not run; back when the first page answers."""
        self.jingwei("up", "--city", CITY, "--port", str(self.port))

    def database(self) -> "psycopg.Connection[Any]":
        """A connection as the owner of the tables, with autocommit, that looks at every matter."""
        url = self.jingwei("db", "url", "--role", "owner", "--city", CITY)["url"]
        opened = psycopg.connect(url, autocommit=True)
        opened.execute("SELECT set_config('jw.areas', %s, false)", [EVERY_ROW])
        return opened

    def faults(self) -> list[Any]:
        """What the verification of the whole record finds."""
        found: list[Any] = self.jingwei("ledger", "verify", "--city", CITY)["faults"]
        return found

    def kill(self, target: str, chance: random.Random) -> None:
        """SIGKILL, at whatever the target is doing."""
        chosen = chance.choice(self._processes(target))
        os.kill(chosen, signal.SIGKILL)

    def _processes(self, target: str) -> list[int]:
        if target in ("database", "session"):
            pid = postgres.status(self.home).pid
            assert pid is not None
            return [pid] if target == "database" else [one.pid for one in every() if _serves(one, pid)]
        leader = child(self.home, f"{'worker' if target == 'worker' else 'web'}-{CITY}")
        assert leader is not None, f"{target} does not run"
        members = [one.pid for one in every() if one.session == leader.pid and one.pid != leader.pid]
        return members if target == "web worker" and members else [leader.pid]


def _serves(one: Process, postmaster: int) -> bool:
    """Whether a process is a client's session of this server."""
    try:
        stat = Path(f"/proc/{one.pid}/stat").read_text(encoding="utf-8", errors="replace")
        words = Path(f"/proc/{one.pid}/cmdline").read_bytes()
    except OSError:
        return False  # ended in between
    return int(stat.rpartition(")")[2].split()[1]) == postmaster and b"jingwei_app" in words


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(home: Home, database_url: str = "") -> Iterator[Installation]:
    """An installation in this home with the test city, running; everything of it is stopped at the end."""
    made = Installation(home, free_port(), database_url)
    made.make()
    made.up()
    try:
        yield made
    finally:
        made.jingwei("stop")


@contextmanager
def installation() -> Iterator[Installation]:
    """An installation in a folder of its own, removed at the end."""
    with machine.room("root") as folder, running(Home(folder / "var").prepare()) as made:
        yield made
