"""What the ledger takes from the city's throughput: reports with their entries, the sequencer at work beside them."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from jingwei.installation import connect, home, server, start_child, stop_child
from jingwei.surfaces.console.answer import Answer, Faults
from jingwei.surfaces.console.measurements.figure import Sample
from jingwei.surfaces.console.measurements.ground import SMALL, fresh_city, settle
from jingwei.surfaces.console.measurements.pgbench import CLIENTS, rate, report
from jingwei.surfaces.console.process import environment

_MANY, _PAUSE = 32, 20
_SEQUENCER = "bench-sequencer"


def ledger_append(runs: int, answer: Answer) -> list[Sample]:
    """Reports a second of sixteen clients, each with its entry. Floor: the same without the entry."""
    samples = []
    with _sequencing():
        for _ in range(runs):
            floor = _rate(report(entry=False), CLIENTS)
            figure = _rate(report(), CLIENTS)
            samples.append(Sample(figure, "reports/s", floor, more={"clients": CLIENTS}))
    return samples


def ledger_clients(runs: int, answer: Answer) -> list[Sample]:
    """Reports a second of thirty-two clients that hold each transaction open for 20 ms. Floor: one such client."""
    samples = []
    with _sequencing():
        for _ in range(runs):
            floor = _rate(report(pause=_PAUSE), 1)
            figure = _rate(report(pause=_PAUSE), _MANY)
            samples.append(Sample(figure, "reports/s", floor, more={"clients": _MANY}))
    return samples


@contextmanager
def _sequencing() -> Iterator[None]:
    """A fresh city with the sequencer at work."""
    settle()
    fresh_city(SMALL)
    words = [sys.executable, "-m", "jingwei.surfaces.console.measurements.sequencing"]
    start_child(home(), _SEQUENCER, words, environment=environment(SMALL))
    try:
        yield
    finally:
        stop_child(home(), _SEQUENCER)


def _rate(script: str, clients: int) -> float:
    """Of the tables' owner, who alone may leave the entry out; afterwards all that waits is taken into the log."""
    found = rate(script, clients, "owner")
    with connect(server(), "owner", SMALL, autocommit=True) as connection:
        for _ in range(600):
            waits = connection.execute("SELECT EXISTS (SELECT FROM ledger_pending)").fetchone()
            if waits == (False,):
                return found
            time.sleep(0.1)
    raise Faults(f"the sequencer takes in nothing; see {home().logs / f'{_SEQUENCER}.log'}")
