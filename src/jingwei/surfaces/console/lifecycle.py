"""Console commands on the installation's processes: up, stop, status, serve, worker, demo, db."""

import argparse
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from jingwei.installation import child, cities, ensure_database, home, postgres, server, start_child, stop_child
from jingwei.surfaces.console.answer import Answer, Faults, Misuse
from jingwei.surfaces.console.process import chosen_city, enter_city, environment

_FIRST_PORT = 8311
_PATIENCE = 60.0  # seconds for the first page


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """`up`, `stop`, `status`, `serve`, `worker`, `demo`, `db`."""
    for name, run, words in (
        ("up", up, "start database, web and worker of a city; return when the first page answers"),
        ("stop", stop, "stop everything of this installation"),
        ("status", status, "say what runs"),
        ("worker", worker, "be the worker of a city (until SIGTERM)"),
        ("demo", demo, "make and start Boston with sample data and an invented city with a year of matters"),
    ):
        commands.add_parser(name, parents=[shared], help=words).set_defaults(run=run)
    served = commands.add_parser("serve", parents=[shared], help="be the web server of a city (until SIGTERM)")
    served.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    served.add_argument("--port", type=int, default=_FIRST_PORT, help="port to listen on (8311)")
    served.set_defaults(run=serve)
    database = commands.add_parser("db", help="the database").add_subparsers(required=True)
    address = database.add_parser("url", parents=[shared], help="print the address for psql")
    address.add_argument(
        "--role", choices=("app", "owner", "admin"), default="app", help="the database role to connect as (app)"
    )
    address.set_defaults(run=database_url)


def start_database() -> None:
    """The embedded server if no other is given; roles, database and extensions in either."""
    if server().embedded:
        postgres.start(home())  # may settle elsewhere at the first start: the address is asked anew
    ensure_database(server())


def up(given: argparse.Namespace, answer: Answer) -> None:
    """Starts what does not run yet."""
    start_database()
    city = chosen_city(given.city)
    answer.give(start_city(city, answer))


def start_city(city: str, answer: Answer) -> dict[str, Any]:
    """Starts web and worker of a city, waits for the first page, says the address."""
    where = home()
    command = [sys.executable, "-m", "jingwei.surfaces.console.main"]
    if child(where, f"web-{city}") is None:
        port = _free_port()
        (where.run / f"web-{city}.port").write_text(str(port))
        words = [*command, "serve", "--city", city, "--port", str(port)]
        start_child(where, f"web-{city}", words, environment=environment(city))
    start_child(where, f"worker-{city}", [*command, "worker", "--city", city], environment=environment(city))
    address = address_of(city)
    _wait_for(address, city)
    answer.say(f"{city}: {address}")
    return {"city": city, "address": address}


def address_of(city: str) -> str:
    """Where the city's pages are."""
    return f"http://127.0.0.1:{(home().run / f'web-{city}.port').read_text().strip()}/"


def _free_port() -> int:
    for port in range(_FIRST_PORT, _FIRST_PORT + 200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise Faults(f"no free port from {_FIRST_PORT} to {_FIRST_PORT + 199}")


def _wait_for(address: str, city: str) -> None:
    end = time.monotonic() + _PATIENCE
    log = home().logs / f"web-{city}.log"
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5) as page:  # noqa: S310  # our own address
                if page.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            if child(home(), f"web-{city}") is None:
                raise Faults(f"the web server of {city} ended: {_tail(log)} (log: {log})") from None
            time.sleep(0.1)
    raise Faults(f"the first page of {city} did not answer within {_PATIENCE:.0f} s; see {log}")


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-1500:].strip() if log.exists() else ""


def stop(given: argparse.Namespace, answer: Answer) -> None:
    """Stops web and worker of the city named, or of all and then the embedded database."""
    where = home()
    names = sorted(path.stem for path in where.run.glob("*.pid"))
    wanted = [name for name in names if not given.city or name.partition("-")[2] == given.city]
    stopped = [name for name in wanted if stop_child(where, name)]
    if not given.city and server().embedded and postgres.stop(where):
        stopped.append("postgres")
    answer.give({"stopped": stopped})
    answer.say(f"stopped: {', '.join(stopped) or 'nothing ran'}")


def status(given: argparse.Namespace, answer: Answer) -> None:
    """What runs, and where. Exit 1 when something that was started is not running."""
    where, one = home(), server()
    cluster = postgres.status(where) if one.embedded else None
    running = cluster.running if cluster else True
    names = sorted(path.stem for path in where.run.glob("*.pid"))
    processes = {name: (found.pid if (found := child(where, name)) else None) for name in names}
    document = {
        "home": str(where.path),
        "database": {
            "embedded": one.embedded,
            "running": running,
            "data": str(cluster.data) if cluster else one.address.get("host", ""),
        },
        "cities": cities(one) if running else [],
        "processes": processes,
    }
    answer.give(document)
    answer.say(json.dumps(document, indent=2, ensure_ascii=False))
    down = [name for name, pid in processes.items() if pid is None]
    if down or not running:
        raise Faults(f"not running: {', '.join(down) or 'the database'}. Remedy: jingwei up")


def serve(given: argparse.Namespace, answer: Answer) -> None:
    """Becomes granian with two workers of four threads; migrations are checked before."""
    city = chosen_city(given.city)
    os.environ.update(environment(city))
    words = ["--interface", "wsgi", "--host", given.host, "--port", str(given.port), "--workers", "2"]
    words += [
        "--blocking-threads",
        "4",
        "--backlog",
        "1024",
        "--no-ws",
        "--respawn-failed-workers",
        "--log-level",
        "warning",
    ]
    os.execv(sys.executable, [sys.executable, "-m", "granian", *words, "jingwei.project.wsgi:application"])  # noqa: S606  # our own program


def worker(given: argparse.Namespace, answer: Answer) -> None:
    """Delivers and rings until told to stop."""
    enter_city(given.city)
    from jingwei.surfaces.console.worker import work

    work(home().path)


def demo(given: argparse.Namespace, answer: Answer) -> None:
    """The demo's cities, or the one named, made and started; one login a role. A process serves one city: each has
    its own."""
    from jingwei.surfaces.console.demo import CITIES, make_demo

    if given.city and given.city not in CITIES:
        raise Misuse(f"the demo's cities are {' and '.join(CITIES)}")
    if not given.city:
        _demo_of_each(CITIES, answer)
        return
    start_database()
    logins = make_demo(given.city, answer)
    answer.give({**start_city(given.city, answer), "logins": logins})
    for login in logins:
        answer.say(f"  {login['role']:16} {login['username']:16} {login['password']:14} {login['title']}")


def _demo_of_each(names: tuple[str, ...], answer: Answer) -> None:
    """A process for each city; its lines are shown as they come, or its document is taken into ours."""
    made = []
    for name in names:
        words = [sys.executable, "-m", "jingwei.surfaces.console.main", "demo", "--city", name]
        words += ["--json"] if answer.as_json else []
        done = subprocess.run(words, stdout=subprocess.PIPE if answer.as_json else None, text=True, check=False)  # noqa: S603  # our own program
        if done.returncode:
            raise Faults(f"the demo city {name} could not be made")
        made.append(json.loads(done.stdout) if answer.as_json else {})
    answer.give({**made[0], "cities": made})


def database_url(given: argparse.Namespace, answer: Answer) -> None:
    """The address of the database, in a city where one is named."""
    from psycopg.conninfo import make_conninfo

    address = make_conninfo(**server().conninfo(given.role, given.city or None))
    answer.give({"url": address})
    answer.say(address)
