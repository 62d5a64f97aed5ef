"""Taking in: a file end to end, and single reports over HTTP from sixteen clients."""

import json
import random
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

from jingwei.installation import EVERY_ROW, connect, home, server, start_child, stop_child
from jingwei.surfaces.console.answer import Answer, Faults
from jingwei.surfaces.console.demo import packs_folder
from jingwei.surfaces.console.measurements.figure import Sample
from jingwei.surfaces.console.measurements.ground import SMALL, await_web, boston, console, fresh_city, settle
from jingwei.surfaces.console.measurements.pgbench import CLIENTS, SECONDS, rate, report
from jingwei.surfaces.console.process import environment, run_as

_PORT = 8611
_WARMING, _COUNTED = 16, 4
_TABLES = (
    "matters_matter matters_detail matters_externalnumber matters_step matters_link "
    "clocks_clock ledger_entry commands_receipt"
).split()


def intake_bulk(runs: int, answer: Answer) -> list[Sample]:
    """Matters a second of the Boston file end to end. Floor: a raw COPY of the rows that it became, indexes and all."""
    settle()
    file = boston() or packs_folder() / "boston" / "sample" / "boston311.csv.gz"
    samples = []
    for _ in range(runs):
        fresh_city("boston")
        _enter_pack("boston")
        began = time.perf_counter()
        words = ("import", "events", "--city", "boston", "--feed", "boston311", str(file), "--json")
        found = json.loads(console("boston", *words))
        seconds = time.perf_counter() - began
        rows = int(found["rows"])
        floor = rows / _raw_copy("boston")
        samples.append(Sample(rows / seconds, "matters/s", floor, more={"rows": rows, "file": file.name}))
    return samples


def _enter_pack(city: str) -> None:
    pack = packs_folder() / "boston"
    run_as(city, "app", [sys.executable, "-m", "jingwei.surfaces.console.measurements.entered", str(pack)])


def _raw_copy(city: str) -> float:
    """Seconds for COPY of the same rows into tables with the same indexes."""
    with connect(server(), "owner", city, autocommit=True) as connection, tempfile.TemporaryDirectory() as folder:
        connection.execute("SELECT set_config('jw.areas', %s, false)", [EVERY_ROW])  # the owner is no exception
        for table in _TABLES:
            with (Path(folder) / table).open("wb") as out, connection.cursor().copy(f"COPY {table} TO STDOUT") as copy:
                for block in copy:
                    out.write(block)
            connection.execute(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING INDEXES INCLUDING DEFAULTS)")
        began = time.perf_counter()
        with connection.transaction():
            for table in _TABLES:
                data = (Path(folder) / table).read_bytes()
                with connection.cursor().copy(f"COPY floor_{table} FROM STDIN") as copy:
                    copy.write(data)
        seconds = time.perf_counter() - began
        for table in _TABLES:
            connection.execute(f"DROP TABLE floor_{table}")
    return seconds


def intake_http(runs: int, answer: Answer) -> list[Sample]:
    """Reports a second over HTTP with a key. Floor: pgbench with the same statements, one a round trip."""
    settle()
    fresh_city(SMALL)
    key = _made_key()
    command = [sys.executable, "-m", "jingwei.surfaces.console.main", "serve", "--city", SMALL, "--port", str(_PORT)]
    start_child(home(), "bench-web", command, environment=environment(SMALL))
    try:
        await_web(_PORT, "bench-web")
        _report(HTTPConnection("127.0.0.1", _PORT, timeout=10), key, random.Random(0), "warm")  # noqa: S311  # made-up data
        statements = _statements(key)
        samples = []
        for number in range(runs):
            floor = rate(report())
            figure = _load(key, number)
            more = {"statements": len(statements), "clients": CLIENTS}
            samples.append(Sample(figure, "reports/s", floor, more=more))
        return samples
    finally:
        stop_child(home(), "bench-web")


def _made_key() -> str:
    words = [sys.executable, "-m", "jingwei.surfaces.console.measurements.entered", "made"]
    return run_as(SMALL, "app", words).strip().splitlines()[-1]


def _report(http: HTTPConnection, key: str, chance: random.Random, idempotency: str) -> int:
    from jingwei.surfaces.console.measurements.chance import category, point, words

    where = point(chance)
    body = {
        "category": category(chance),
        "text": words(chance),
        "longitude": f"{where.lon_e7 / 1e7:.7f}",
        "latitude": f"{where.lat_e7 / 1e7:.7f}",
        "channel": "hotline",
    }
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Idempotency-Key": idempotency}
    http.request("POST", "/api/v1/reports", json.dumps(body).encode(), headers)
    response = http.getresponse()
    said = response.read()
    if response.status != 201:
        raise Faults(f"POST /api/v1/reports answered {response.status}: {said[:500].decode(errors='replace')}")
    return response.status


def _load(key: str, number: int) -> float:
    counts, faults = [0] * CLIENTS, []
    end = time.perf_counter() + SECONDS

    def client(place: int) -> None:
        chance, http = random.Random(f"{number}/{place}"), HTTPConnection("127.0.0.1", _PORT, timeout=30)  # noqa: S311  # made-up data
        try:
            while time.perf_counter() < end:
                _report(http, key, chance, f"{number}-{place}-{counts[place]}-{time.time_ns()}")
                counts[place] += 1
        except Exception as error:  # reported to whoever measures
            faults.append(error)

    threads = [threading.Thread(target=client, args=(place,)) for place in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise Faults(f"{len(faults)} clients failed: {faults[0]}")
    return sum(counts) / (time.perf_counter() - began)


def _statements(key: str) -> list[str]:
    """The statements of one report as the server sees them day in, day out, without BEGIN, COMMIT and SET.

    Each web process reads the slow data (areas, units, rules) at its first report; that is none of a report's work, so
    as many go before as let every process have one, and the fewest of those that follow counts.
    """
    for number in range(_WARMING):
        _report(HTTPConnection("127.0.0.1", _PORT, timeout=10), key, random.Random(number), f"first-{time.time_ns()}")  # noqa: S311  # made-up data
    return min((_counted(key, number) for number in range(_COUNTED)), key=len)


def _counted(key: str, number: int) -> list[str]:
    with connect(server(), "admin", SMALL, autocommit=True) as connection:
        connection.execute("SELECT public.pg_stat_statements_reset()")
        _report(HTTPConnection("127.0.0.1", _PORT, timeout=10), key, random.Random(number), f"counted-{time.time_ns()}")  # noqa: S311  # made-up data
        rows = connection.execute(
            """SELECT query, calls FROM public.pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid
            WHERE r.rolname = %s AND query !~* '^(begin|commit|set |rollback|deallocate|savepoint|release)'""",
            [server().app],
        ).fetchall()
    return [row[0] for row in rows for _ in range(row[1])]
