"""Writers killed at any instant: what was acknowledged stands, what is sent again has one effect."""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import psycopg
import pytest
from django.db import DatabaseError, connection, connections

from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.commands.actor import Actor, public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.models import Receipt
from jingwei.kernel.commands.registry import Command
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands import Act, ReportMatter
from jingwei.kernel.matters.models import Matter, Step
from jingwei.kernel.outbox.models import Message
from tests.city import City, pothole
from tests.clones import Clone

Order = tuple[str, Actor, Command]
STEPS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("intake", "file", {"finding": "属实"}),
    ("dispatcher", "dispatch", {"unit": ""}),
    ("handler-roads", "sign", {}),
    ("handler-roads", "start", {}),
    ("handler-roads", "feed_back", {"result": "已填"}),
    ("checker", "pass_check", {"finding": "好"}),
)
PATIENCE = 60  # seconds: far longer than the sessions of a pool take to be replaced after all were ended


def lives(city: City, count: int) -> list[Order]:
    """The orders of so many matters from report to close, one matter after another."""
    roads = str(Unit.objects.get(code="ROADS").pk)
    grants = {"file": "matter.verify", "dispatch": "matter.dispatch", "pass_check": "matter.check"}
    actors = {post: city.actor(post) for post, _, _ in STEPS}
    orders: list[Order] = []
    for _ in range(count):
        report = pothole()
        orders.append((f"{report.matter_id}:report", public("matter.report"), report))
        for post, action, fields in STEPS:
            act = Act(
                matter_id=report.matter_id,
                action=action,
                fields={"unit": roads} if action == "dispatch" else fields,
                grant=grants.get(action, "matter.handle"),
            )
            orders.append((f"{report.matter_id}:{action}", actors[post], act))
    return orders


@dataclass
class Writer:
    """A process that carries out orders and acknowledges each after it was told that it is done."""

    orders: Sequence[Order]
    acknowledged: int = 0
    process: multiprocessing.process.BaseProcess | None = field(default=None, repr=False)
    _reader: int = -1

    @property
    def finished(self) -> bool:
        return self.acknowledged == len(self.orders)

    def start(self) -> None:
        """Begins with the first order that was not acknowledged, whether or not it was carried out."""
        connections.close_all()
        connection.close_pool()  # type: ignore[attr-defined]  # of Django's PostgreSQL connection
        self._reader, writer = os.pipe()
        context = multiprocessing.get_context("fork")
        self.process = context.Process(target=_write, args=(self.orders[self.acknowledged :], writer))
        self.process.start()
        os.close(writer)

    def end(self, *, kill: bool) -> None:
        """Kills it, or waits for it; then counts what it had acknowledged."""
        assert self.process is not None
        if kill:
            self.process.kill()
        self.process.join(120)
        assert self.process.exitcode in (0, -signal.SIGKILL)
        while block := os.read(self._reader, 65_536):
            self.acknowledged += len(block)
        os.close(self._reader)


def _write(orders: Sequence[Order], acknowledge: int) -> None:
    """An order whose session was ended under it is sent until it is done: whether it had committed is not known."""
    for key, actor, command in orders:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                execute(actor, command, key)
                break
            except (DatabaseError, psycopg.Error):
                if time.monotonic() > until:
                    raise
                connections.close_all()
        os.write(acknowledge, b".")


def ended_sessions(clone: Clone) -> int:
    """Ends all sessions of the running role in this database, as a restart of the server would."""
    query = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = %s AND usename = %s AND pid <> pg_backend_pid()"""
    with clone.app() as app:
        return len(app.execute(query, [clone.name, app.info.user]).fetchall())


def check(orders: Sequence[Order]) -> None:
    """Every order had exactly one effect."""
    matters = {order[2].matter_id for order in orders if isinstance(order[2], ReportMatter)}
    standing = Matter.objects.filter(pk__in=matters)
    assert {(one.state, one.version) for one in standing} == {("closed", 7)} and len(standing) == len(matters)
    assert Matter.objects.count() == len(matters)
    assert Step.objects.count() == 6 * len(matters)
    assert Entry.objects.filter(stream__in=matters).count() == 7 * len(matters)
    assert Message.objects.filter(topic="matter.reported").count() == len(matters)
    assert not Receipt.objects.filter(result=None).exists()


def moments(chance: random.Random, kills: int) -> Iterator[tuple[float, bool]]:
    """When to strike, and whether at the writer or at its session."""
    for _ in range(kills):
        yield chance.uniform(0.0, 0.25), chance.random() < 0.7


def run(clone: Clone, workers: int, matters: int, kills: int, seed: int) -> None:
    """Writers side by side, struck at random until the strikes are used up, then left to finish."""
    chance = random.Random(seed)
    writers = [Writer(lives(clone.city, matters)) for _ in range(workers)]
    for writer in writers:
        writer.start()
    for pause, at_writer in moments(chance, kills):
        time.sleep(pause)
        writer = chance.choice(writers)
        if at_writer:
            writer.end(kill=True)
            writer.start()
        else:
            ended_sessions(clone)
    for writer in writers:
        writer.end(kill=False)
        assert writer.finished, seed
    check([order for writer in writers for order in writer.orders])
    assert verify(clone.owner).faults == [], seed


def test_a_writer_killed_a_few_times_loses_and_doubles_nothing(clone: Clone) -> None:
    run(clone, workers=2, matters=25, kills=8, seed=20)


@pytest.mark.proof
def test_writers_killed_two_hundred_times_lose_and_double_nothing(clone: Clone) -> None:
    run(clone, workers=4, matters=150, kills=200, seed=random.SystemRandom().randrange(2**32))
