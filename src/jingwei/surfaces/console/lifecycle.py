"""Console commands on the installation's processes: up, stop, status, serve, worker, demo, db."""

import argparse
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from jingwei.installation import child, cities, ensure_database, home, postgres, server, start_child, stop_child
from jingwei.surfaces.console.answer import Answer, Faults, Misuse
from jingwei.surfaces.console.process import chosen_city, enter_city, environment, wait_for_database
from jingwei.surfaces.console.site import LOCAL, Site, encrypted, free_port, site_of, wait_for

_ANYWHERE = Site(LOCAL, 0, tls=False)


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """`up`, `stop`, `status`, `serve`, `worker`, `demo`, `db`."""
    started = commands.add_parser(
        "up", parents=[shared], help="start database, web and worker of a city; return when the first page answers"
    )
    _declare_listening(started, None)
    started.set_defaults(run=up)
    for name, run, words in (
        ("stop", stop, "stop everything of this installation"),
        ("status", status, "say what runs"),
        ("worker", worker, "be the worker of a city (until SIGTERM)"),
        ("demo", demo, "make and start Boston with sample data and an invented city with a year of matters"),
    ):
        commands.add_parser(name, parents=[shared], help=words).set_defaults(run=run)
    served = commands.add_parser("serve", parents=[shared], help="be the web server of a city (until SIGTERM)")
    _declare_listening(served, 8311)
    served.set_defaults(run=serve)
    database = commands.add_parser("db", help="the database").add_subparsers(required=True)
    address = database.add_parser("url", parents=[shared], help="print the address for psql")
    address.add_argument(
        "--role", choices=("app", "owner", "admin"), default="app", help="the database role to connect as (app)"
    )
    address.set_defaults(run=database_url)


def _declare_listening(parser: argparse.ArgumentParser, port: int | None) -> None:
    parser.add_argument("--host", default=LOCAL, help=f"address to listen on ({LOCAL}; 0.0.0.0: all of the machine's)")
    parser.add_argument("--port", type=int, default=port, help=f"port to listen on ({port or 'the first free one'})")
    parser.add_argument("--tls", action="store_true", help="HTTPS with the certificates of `jingwei tls init`")


def start_database() -> None:
    """The embedded server if no other is given; roles, database and extensions in either."""
    if server().embedded:
        postgres.start(home())  # may settle elsewhere at the first start: the address is asked anew
    ensure_database(server())


def up(given: argparse.Namespace, answer: Answer) -> None:
    """Starts what does not run yet."""
    start_database()
    city = chosen_city(given.city)
    answer.give(start_city(city, answer, Site(given.host, given.port or 0, given.tls)))


def start_city(city: str, answer: Answer, asked: Site = _ANYWHERE) -> dict[str, Any]:
    """Starts web and worker of a city, waits for the first page, says the address. Raises Faults where it runs
    without the TLS that is asked for."""
    where = home()
    command = [sys.executable, "-m", "jingwei.surfaces.console.main"]
    with ExitStack() as until_it_answers:
        if child(where, f"web-{city}") is None:
            site = replace(asked, port=asked.port or until_it_answers.enter_context(free_port()))
            words = [*command, "serve", "--city", city, *site.words()]
            site.keep(city)
            start_child(where, f"web-{city}", words, environment=environment(city))
        elif asked.tls and not site_of(city).tls:
            raise Faults(f"{city} runs without TLS; first: jingwei stop --city {city}")
        wait_for(city)
    # After the first page, which it would delay by a second; where it ends, /healthz and `jingwei status` say so.
    start_child(where, f"worker-{city}", [*command, "worker", "--city", city], environment=environment(city))
    address = site_of(city).address()
    answer.say(f"{city}: {address}")
    return {"city": city, "address": address}


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
    wait_for_database()
    city = chosen_city(given.city)
    os.environ.update(environment(city))
    Site(given.host, given.port, given.tls).keep(city)  # the morning's check knocks there
    words = ["--interface", "wsgi", "--host", given.host, "--port", str(given.port), "--workers", "2"]
    words += ["--blocking-threads", "4", "--backlog", "1024", "--no-ws", "--respawn-failed-workers"]
    words += ["--http1-header-read-timeout", "10000"]  # milliseconds: whoever sends half a request is hung up on
    words += ["--log-level", "warning", *(encrypted() if given.tls else ())]
    os.execv(sys.executable, [sys.executable, "-m", "granian", *words, "jingwei.project.wsgi:application"])  # noqa: S606  # our own program


def worker(given: argparse.Namespace, answer: Answer) -> None:
    """Delivers and rings until told to stop."""
    wait_for_database()
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
