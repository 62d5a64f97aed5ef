"""An installation in a folder of its own, spoken to as an operator does: by its commands."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jingwei.installation import EVERY_ROW, Home, Server, connect, postgres, server
from jingwei.installation.processes import wait_until
from jingwei.kernel.sealing import stream
from tests.installation import machine

HERE = Path(__file__).parent
CITY = "earlier"
KEY = "known to everybody: the key of the cities in tests/earlier"
ORDER = [sys.executable, "-m", "jingwei.surfaces.console.main"]

_TABLES = """SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
ORDER BY 1"""
_WITHOUT_CHANCE = {
    "django_migrations": "app || name",
    "django_content_type": "app_label || model",
    "auth_permission": "codename || name",
}
"""What counts of a row where its moment or its number is another one each time."""
_SHAPE = {
    "columns": """SELECT table_name, column_name, data_type, is_nullable, column_default, ordinal_position
    FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1, 6""",
    "constraints": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace ORDER BY 1, 2""",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1",
    "triggers": """SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
    WHERE NOT tgisinternal ORDER BY 1, 2""",
    "functions": """SELECT proname, pg_get_functiondef(oid) FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace ORDER BY 1, 2""",
    "policies": "SELECT tablename, policyname, qual FROM pg_policies WHERE schemaname = current_schema() ORDER BY 1, 2",
    "privileges": """SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants
    WHERE table_schema = current_schema() ORDER BY 1, 2, 3""",
}


@dataclass(frozen=True)
class Installed:
    """A home and its embedded server."""

    home: Home

    @property
    def server(self) -> Server:
        """Its database."""
        return server(self.home)

    @property
    def surroundings(self) -> dict[str, str]:
        """What a process of this installation has in its environment."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("JINGWEI_", "DJANGO_"))}
        kept.pop("DATABASE_URL", None)
        return {**kept, "JINGWEI_HOME": str(self.home.path)}

    def begin(self, *words: str) -> "subprocess.Popen[str]":
        """A command that goes on beside the test, in a group of its own."""
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [*ORDER, *words], env=self.surroundings, stdout=pipe, stderr=pipe, text=True, start_new_session=True
        )

    def say(self, *words: str, code: int = 0) -> str:
        """What a command answers; it must end with this exit code."""
        done = subprocess.run(
            [*ORDER, *words], env=self.surroundings, capture_output=True, text=True, check=False, timeout=600
        )
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def ask(self, *words: str, code: int = 0) -> dict[str, Any]:
        """The same as JSON."""
        answer: dict[str, Any] = json.loads(self.say(*words, "--json", code=code))
        return answer

    def line(self, key: str) -> Mapping[str, Any]:
        """One line of the morning's check; nothing serves here, so the check as a whole finds faults."""
        lines = self.ask("check", "--city", CITY, code=2)["lines"]
        found: Mapping[str, Any] = next(line for line in lines if line["key"] == key)
        return found

    def signed(self) -> int:
        """How many entries the last checkpoints of all logs are over."""
        with connect(self.server, "owner", CITY) as connection:
            row = connection.execute(
                "SELECT sum(size) FROM (SELECT max(size) AS size FROM ledger_signedcheckpoint GROUP BY epoch) AS one"
            ).fetchone()
        return int(row[0] or 0) if row else 0

    def unsigned(self) -> int:
        """How many entries no checkpoint is over."""
        with connect(self.server, "owner", CITY) as connection:
            row = connection.execute("SELECT count(*) FROM ledger_entry").fetchone()
        return (int(row[0]) if row else 0) - self.signed()

    def trouble(self) -> str:
        """Why the log stands still."""
        with connect(self.server, "owner", CITY) as connection:
            row = connection.execute("SELECT trouble FROM ledger_log ORDER BY epoch DESC LIMIT 1").fetchone()
        return str(row[0]) if row else ""

    def sealed(self) -> int:
        """How many matters an upgrade sealed something of."""
        return self._count("SELECT count(*) FROM ledger_entry WHERE kind = 'matter.sealed'")

    def in_clear(self) -> int:
        """How many contacts lie in clear."""
        return self._count("SELECT count(*) FROM matters_party WHERE contact <> '{}'")

    def files_in_clear(self) -> int:
        """How many files lie in clear."""
        files = (path for path in (self.home.files / CITY).rglob("*") if path.is_file() and path.stat().st_size)
        return sum(not path.read_bytes().startswith(stream.MARK) for path in files)

    def terms(self) -> tuple[int, int]:
        """How many matters are closed, and how many of them have a term of retention."""
        closed = "SELECT count(*) FROM matters_matter WHERE closed_at IS NOT NULL"
        return self._count(closed), self._count(f"{closed} AND kept_until > closed_at")

    def _count(self, asked: str) -> int:
        with connect(self.server, "owner", CITY) as connection:
            connection.execute("SELECT set_config('jw.areas', %s, true)", [EVERY_ROW])
            row = connection.execute(asked.encode()).fetchone()
        return int(row[0]) if row else -1

    def work(self) -> None:
        """Lets the worker go until everything is signed for or the log stands still; again for what it wrote in its
        last moment."""
        for _ in range(5):
            self._work()
            if self.unsigned() == 0 or self.trouble():
                return

    def _work(self) -> None:
        worker = self.begin("worker", "--city", CITY)
        try:
            assert wait_until(lambda: self.unsigned() == 0 or self.trouble() != "", 120)
        finally:
            worker.terminate()
            worker.communicate(timeout=60)

    def shape(self) -> Mapping[str, list[tuple[Any, ...]]]:
        """The city's schema, as the database's catalogue has it."""
        with connect(self.server, "owner", CITY) as connection:
            return {part: connection.execute(asked.encode()).fetchall() for part, asked in _SHAPE.items()}

    def rows(self) -> Mapping[str, tuple[int, str]]:
        """How many rows each table has, and a hash over them; without what is another one each time."""
        found = {}
        with connect(self.server, "owner", CITY) as connection:
            connection.execute("SELECT set_config('jw.areas', %s, true)", [EVERY_ROW])
            for (table,) in connection.execute(_TABLES.encode()).fetchall():
                row = _WITHOUT_CHANCE.get(table, "t::text")
                asked = (
                    f"SELECT count(*), md5(coalesce(string_agg(md5({row}), '' ORDER BY md5({row})), '')) FROM {table} t"
                )
                counted = connection.execute(asked.encode()).fetchone()
                assert counted is not None
                found[table] = (int(counted[0]), str(counted[1]))
        return found


@contextmanager
def installed(name: str = "var") -> Iterator[Installed]:
    """An empty installation whose database runs."""
    with machine.room("root") as folder:
        home = Home(folder / name).prepare()
        postgres.start(home)
        yield Installed(home)


@contextmanager
def brought_back(edition: str) -> Iterator[Installed]:
    """A city as that edition left it: its backup restored, with the key and the checkpoints that lay outside."""
    with installed() as one:
        (one.home.secrets / "ledger").write_text(KEY, encoding="utf-8")
        if (HERE / edition / "checkpoints").exists():
            shutil.copytree(HERE / edition / "checkpoints", one.home.path / "checkpoints" / CITY)
        one.say("restore", str(HERE / edition / "backup"))
        yield one


def entries_verified(one: Installed) -> int:
    """Entries that the whole verification found right; none may be wrong."""
    found = one.ask("ledger", "verify", "--city", CITY, "--processes", "1")
    assert found["faults"] == []
    return int(found["entries"])


def numbers_proved(edition: str) -> list[str]:
    """The numbers of the matters whose proofs that edition handed out."""
    return sorted(re.sub(r"\.txt$", "", path.name) for path in (HERE / edition / "proofs").glob("*.txt"))
