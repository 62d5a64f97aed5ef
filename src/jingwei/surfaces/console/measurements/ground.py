"""The ground that measurements stand on: a cluster of its own below the home, with cities made for them and kept."""

import os
import sys
from pathlib import Path

from jingwei.installation import (
    cities,
    create_city_schema,
    drop_city_schema,
    ensure_database,
    home,
    make_keys,
    postgres,
    server,
)
from jingwei.surfaces.console.answer import Answer
from jingwei.surfaces.console.process import migrate, run_as

MILLION = "million"
SMALL = "small"


def settle() -> None:
    """From here on this process works in the measurements' own installation; no city of the real one is touched."""
    where = home().path
    if where.name != "bench":
        os.environ["JINGWEI_HOME"] = str(where / "bench")
        os.environ.pop("DATABASE_URL", None)
    postgres.start(home())
    ensure_database(server())


def fresh_city(name: str) -> None:
    """An empty city of this name."""
    drop_city_schema(server(), name)
    create_city_schema(server(), name)
    make_keys(name)
    migrate(name)


def million(answer: Answer) -> int:
    """The city with the many matters, made by the set-wise path at first use and kept; gives how many there are."""
    wanted = int(os.environ.get("JINGWEI_BENCH_MATTERS", "1000000"))
    script = [sys.executable, "-m", "jingwei.surfaces.console.measurements.many", str(wanted)]
    if MILLION not in cities(server()):
        answer.say(f"  making {wanted} matters by the set-wise path (kept in {home().path}) …")
        fresh_city(MILLION)
    else:
        make_keys(MILLION)
        migrate(MILLION)  # it may have been kept since before the tables changed
    return int(run_as(MILLION, "app", script).strip().splitlines()[-1])


def console(city: str, *words: str) -> str:
    """Runs one of our own commands as an operator would; gives what it printed. Raises ChildProcessError."""
    return run_as(city, "app", [sys.executable, "-m", "jingwei.surfaces.console.main", *words])


def boston() -> Path | None:
    """The full Boston file, where the machine has it (JINGWEI_BENCH_EVENTS); None: the sample of the pack serves."""
    named = os.environ.get("JINGWEI_BENCH_EVENTS")
    return Path(named) if named else None
