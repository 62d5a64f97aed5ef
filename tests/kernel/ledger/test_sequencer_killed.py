"""A sequencer killed at any instant, beside many writers: every acknowledged entry is in the log once and in order."""

import datetime
import multiprocessing
import os
import random
import time
import uuid

import pytest
from django.db import connection, connections

from jingwei.kernel.ledger.checkpoints import Keeper
from jingwei.kernel.ledger.faults import Report
from jingwei.kernel.ledger.models import Leaf, Log, Pending
from jingwei.kernel.ledger.sequencer import one_round
from jingwei.kernel.ledger.verify_tree import verify_tree
from tests.clones import Clone

NOW = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
_INSERT = """INSERT INTO ledger_entry (id, stream, seq, kind, recorded_at, hash, body)
VALUES (%s, %s, %s, 'x', now(), '', %s)"""


def append(clone: Clone, count: int, streams: int, acknowledge: int) -> None:
    """Entries of a few streams in turn, each in a transaction of its own; what committed is acknowledged by its id."""
    names, seq = [uuid.uuid4() for _ in range(streams)], [0] * streams
    with clone.app() as app:
        for number in range(count):
            place, entry = number % streams, uuid.uuid4()
            seq[place] += 1
            app.execute(_INSERT, [entry, names[place], seq[place], entry.bytes])
            os.write(acknowledge, entry.bytes)


def sequence(keeper: Keeper) -> None:
    while True:
        one_round(keeper, datetime.datetime.now(datetime.UTC), 97)


def run(clone: Clone, keeper: Keeper, writers: int, each: int, kills: int) -> None:
    """Writers to their end, sequencers one after another; then every acknowledged entry is looked for."""
    seed = random.SystemRandom().randrange(2**32)
    chance, context = random.Random(seed), multiprocessing.get_context("fork")
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]  # of Django's PostgreSQL connection
    acknowledged = keeper.folder.parent / "acknowledged"
    written = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    busy = [context.Process(target=append, args=(clone, each, 5, written)) for _ in range(writers)]
    for process in busy:
        process.start()
    for _ in range(kills):
        sequencer = context.Process(target=sequence, args=(keeper,))
        sequencer.start()
        time.sleep(chance.uniform(0.2, 0.9))
        sequencer.kill()
        sequencer.join()
    for process in busy:
        process.join()
        assert process.exitcode == 0
    while one_round(keeper, NOW + datetime.timedelta(days=3650)).taken:
        pass
    content = acknowledged.read_bytes()
    told = {uuid.UUID(bytes=content[place : place + 16]) for place in range(0, len(content), 16)}
    assert len(told) == writers * each
    assert told <= set(Leaf.objects.values_list("entry", flat=True)) and not Pending.objects.exists()
    assert [*Leaf.objects.order_by("idx").values_list("idx", flat=True)] == [*range(Log.objects.get().size)]
    assert in_order(clone) == [], seed
    report = Report()
    verify_tree(clone.owner, report)
    assert report.faults == [], seed


def in_order(clone: Clone) -> list[tuple[object, ...]]:
    """Leaves that stand before one of an earlier entry of their stream."""
    query = """SELECT * FROM (SELECT e.id, l.idx, lag(l.idx) OVER (PARTITION BY e.stream ORDER BY e.seq) AS before
    FROM ledger_entry e JOIN ledger_leaf l ON l.entry = e.id) AS one WHERE idx < before"""
    with clone.owner() as owner:
        return owner.execute(query).fetchall()


def test_a_few_kills_lose_and_double_nothing(clone: Clone, keeper: Keeper) -> None:
    run(clone, keeper, writers=3, each=150, kills=3)


@pytest.mark.proof
def test_many_kills_lose_and_double_nothing(clone: Clone, keeper: Keeper) -> None:
    """A tenth of what row 9 of the proofs asks for."""
    run(clone, keeper, writers=8, each=2500, kills=10)


@pytest.mark.long
def test_a_hundred_kills_lose_and_double_nothing(clone: Clone, keeper: Keeper) -> None:
    """Row 9 of the proofs at its full size."""
    run(clone, keeper, writers=16, each=12_500, kills=100)
