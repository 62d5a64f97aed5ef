"""The ground that measurements stand on: a cluster of its own below the home, with cities made for them and kept."""

import os
import sys
import time
import urllib.request
from http import HTTPStatus
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
from jingwei.surfaces.console.answer import Answer, Faults
from jingwei.surfaces.console.process import migrate, run_as

MILLION = "million"
OPEN = "open"
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
    """The city with the many matters, 95 of 100 of them closed; gives how many there are."""
    return _filled(answer, MILLION, int(os.environ.get("JINGWEI_BENCH_MATTERS", "1000000")), 95)


def many_open(answer: Answer) -> int:
    """The city with the many open matters; gives how many there are."""
    return _filled(answer, OPEN, int(os.environ.get("JINGWEI_BENCH_OPEN", "100000")), 0)


def _filled(answer: Answer, city: str, wanted: int, closed_of_100: int) -> int:
    """The city, made by the set-wise path at first use and kept."""
    script = [sys.executable, "-m", "jingwei.surfaces.console.measurements.many", str(wanted), str(closed_of_100)]
    if city not in cities(server()):
        answer.say(f"  making {wanted} matters by the set-wise path (kept in {home().path}) …")
        fresh_city(city)
    else:
        make_keys(city)
        migrate(city)  # it may have been kept since before the tables changed
    return int(run_as(city, "app", script).strip().splitlines()[-1])


def console(city: str, *words: str) -> str:
    """Runs one of our own commands as an operator would; gives what it printed. Raises ChildProcessError."""
    return run_as(city, "app", [sys.executable, "-m", "jingwei.surfaces.console.main", *words])


def await_web(port: int, name: str) -> None:
    """Until the web server that was started by this name answers at the port. Raises Faults."""
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()  # noqa: S310  # our own address
            return
        except OSError as error:
            if getattr(error, "code", None) == HTTPStatus.SERVICE_UNAVAILABLE:  # it answers; no worker is needed here
                return
            time.sleep(0.1)
    raise Faults(f"the web server did not answer; see {home().logs / name}.log")


def boston() -> Path | None:
    """The full Boston file, where the machine has it (JINGWEI_BENCH_EVENTS); None: the sample of the pack serves."""
    named = os.environ.get("JINGWEI_BENCH_EVENTS")
    return Path(named) if named else None
