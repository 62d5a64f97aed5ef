"""The installation itself: how fast it starts, and what it takes when idle."""

import time
from pathlib import Path

from jingwei.installation import children, cities, home, postgres, server
from jingwei.surfaces.console.answer import Answer
from jingwei.surfaces.console.measurements.figure import Sample
from jingwei.surfaces.console.measurements.ground import SMALL, console, fresh_city, settle


def _prepare() -> None:
    settle()
    if SMALL not in cities(server()):
        fresh_city(SMALL)


def start(runs: int, answer: Answer) -> list[Sample]:
    """Seconds from a stopped installation to the first page. Floor: starting PostgreSQL alone."""
    _prepare()
    samples = []
    for _ in range(runs):
        console(SMALL, "stop")
        began = time.perf_counter()
        postgres.start(home())
        floor = time.perf_counter() - began
        console(SMALL, "stop")
        began = time.perf_counter()
        console(SMALL, "up", "--city", SMALL)
        samples.append(Sample(time.perf_counter() - began, "s", floor))
    console(SMALL, "stop")
    return samples


def idle(runs: int, answer: Answer) -> list[Sample]:
    """MB (proportional set size) of all processes of one idle city. Floor: PostgreSQL alone."""
    _prepare()
    console(SMALL, "up", "--city", SMALL)
    samples = []
    for _ in range(runs):
        time.sleep(2)
        database = _pss(_family(postgres.status(home()).pid))
        everything = database + sum(_pss(_family(process.pid)) for process in children(home()).values())
        samples.append(Sample(everything, "MB", database, round(everything)))
    console(SMALL, "stop")
    return samples


def _family(pid: int | None) -> list[int]:
    """The process and all below it."""
    below: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        below.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    family, waiting = [], [pid] if pid else []
    while waiting:
        one = waiting.pop()
        family.append(one)
        waiting += below.get(one, [])
    return family


def _pss(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024
