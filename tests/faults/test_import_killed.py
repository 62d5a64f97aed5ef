"""An import killed at any moment and started again ends where a clean run ends, byte for byte."""

import multiprocessing
import os
import random
import signal
import time
from typing import Any

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingwei.kernel.feeds import run as feeds_run
from jingwei.kernel.feeds.definition import Feed
from jingwei.kernel.feeds.run import Progress, import_file
from jingwei.kernel.ledger.verify import verify
from tests.kernel.feeds.conftest import EXTRACT, RECORDED, FeedClones

_SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


class Stopped(Exception):
    """What ends a run in mid-work."""


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that 300 rows are many batches."""
    monkeypatch.setattr(feeds_run, "ROWS_A_BATCH", 17)


def run(feed: Feed, progress: Progress = lambda *_: None) -> dict[str, Any]:
    """One import at a fixed moment."""
    return import_file("tests", feed, EXTRACT, recorded_at=RECORDED, progress=progress)


@pytest.fixture
def clean(feed_clones: FeedClones, feed: Feed) -> tuple[str, dict[str, bytes]]:
    """Root and tables of a run that nobody disturbed, in batches of another size."""
    with feed_clones() as clone, pytest.MonkeyPatch.context() as patch:
        patch.setattr(feeds_run, "ROWS_A_BATCH", 1000)
        return run(feed)["root"], clone.dump()


def stopping_at(steps: int) -> Progress:
    """A progress callback that ends the run after so many reports of any phase."""
    left = [steps]

    def report(*_: object) -> None:
        left[0] -= 1
        if not left[0]:
            raise Stopped

    return report


@settings(max_examples=4, suppress_health_check=_SLOW, database=None, derandomize=True)
@given(stops=st.lists(st.integers(1, 18), min_size=1, max_size=4))
def test_a_run_stopped_anywhere_and_resumed_gives_the_clean_root(
    feed_clones: FeedClones, feed: Feed, clean: tuple[str, dict[str, bytes]], stops: list[int]
) -> None:
    with feed_clones() as clone:
        for steps in stops:
            try:
                run(feed, stopping_at(steps))
            except Stopped:
                continue
        answer = run(feed)
        assert answer["root"] == clean[0]
        assert clone.dump() == clean[1]
        assert verify(clone.owner).faults == []


def _child(feed: Feed, steps: int) -> None:
    """In a process of its own: kills itself, without any chance to clean up, after so many reports."""
    left = [steps]

    def report(*_: object) -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    run(feed, report)


def _killed(feed: Feed, steps: int, after: float | None = None) -> int:
    """Runs the import in a child that is killed at a step, or by us after some seconds; gives its exit code."""
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]  # of Django's PostgreSQL connection
    child = multiprocessing.get_context("fork").Process(target=_child, args=(feed, steps))
    child.start()
    if after is not None:
        time.sleep(after)
        child.kill()
    child.join()
    assert child.exitcode is not None
    return child.exitcode


def test_a_killed_process_loses_nothing_that_was_done_and_nothing_is_done_twice(
    feed_clones: FeedClones, feed: Feed, clean: tuple[str, dict[str, bytes]]
) -> None:
    with feed_clones() as clone:
        assert [_killed(feed, steps) for steps in (1, 3, 9)] == [-signal.SIGKILL] * 3
        assert verify(clone.owner).faults == []
        assert run(feed)["root"] == clean[0]
        assert clone.dump() == clean[1]


def _check_kills_at_any_instant(
    clones: FeedClones, feed: Feed, clean: tuple[str, dict[str, bytes]], imports: int
) -> None:
    """Each import is killed three times; the kill falls inside statements and commits too; failures name the seed."""
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    for _ in range(imports):
        with clones() as clone:
            for _ in range(3):
                _killed(feed, -1, chance.uniform(0.0, 0.8))
                assert verify(clone.owner).faults == [], seed
            assert run(feed)["root"] == clean[0], seed
            assert clone.dump() == clean[1], seed


@pytest.mark.proof
def test_thirty_kills_at_any_instant(feed_clones: FeedClones, feed: Feed, clean: tuple[str, dict[str, bytes]]) -> None:
    _check_kills_at_any_instant(feed_clones, feed, clean, imports=10)


@pytest.mark.long
def test_three_thousand_kills_at_any_instant(
    feed_clones: FeedClones, feed: Feed, clean: tuple[str, dict[str, bytes]]
) -> None:
    _check_kills_at_any_instant(feed_clones, feed, clean, imports=1000)
