"""Carries the plan out in batches, by as many processes as there are cores."""

import datetime
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice

import django

from jingwei.surfaces.console.practice.carrying.latest import carry_latest, is_latest
from jingwei.surfaces.console.practice.carrying.pictures import send_pictures
from jingwei.surfaces.console.practice.carrying.turns import NEWS, actor_of, carry_turns, matter_id, turns_of
from jingwei.surfaces.console.practice.days import utc
from jingwei.surfaces.console.practice.plan import Planned

_BATCH = 250  # matters, some two thousand acts


def carry_out(matters: Iterable[Planned], seed: int, until: datetime.datetime, said: Callable[[int], None]) -> int:
    """Carries all out; gives how many acts. `said` hears how many matters are done. Raises Faults for a refusal."""
    done = acts = 0
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), context, initializer=django.setup) as pool:
        running: set[Future[tuple[int, int]]] = set()
        for batch in _batches(matters):
            running.add(pool.submit(carry_batch, batch, seed, until))
            if len(running) > 2 * (os.cpu_count() or 1):
                ready, running = wait(running, return_when=FIRST_COMPLETED)
                for one in ready:
                    done, acts = done + one.result()[0], acts + one.result()[1]
                    said(done)
        for one in running:
            done, acts = done + one.result()[0], acts + one.result()[1]
            said(done)
    return acts


def _batches(matters: Iterable[Planned]) -> Iterator[list[Planned]]:
    rest = iter(matters)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def carry_batch(batch: Sequence[Planned], seed: int, until: datetime.datetime) -> tuple[int, int]:
    """One batch: what is over in one transaction, what is still news after it; gives how many matters and acts.

    Raises Faults for a refusal.
    """
    shown = [(matter_id(seed, one.number, one.told.opened), one) for one in batch]
    send_pictures(shown, {step.who: actor_of(step.who).reference for one in batch for step in one.steps})
    turns = [turn for one in batch if not is_latest(one, until) for turn in turns_of(one, seed, until)]
    carry_turns(turns)
    latest = [one for one in batch if is_latest(one, until)]
    return len(batch), len(turns) + carry_latest(latest, seed, until)


def link_duplicates(duplicates: Sequence[Planned], seed: int, until: datetime.datetime) -> None:
    """Says of each duplicate which matter it repeats, once all are there. Raises Faults for a refusal."""
    from jingwei.kernel.commands.bulk import Keyed, Turn
    from jingwei.kernel.commands.scope import Simulated
    from jingwei.kernel.matters.commands import LinkMatters

    turns = []
    for one in duplicates:
        if one.original is None or not one.steps:
            continue
        mine, other = matter_id(seed, one.number, one.told.opened), matter_id(seed, *one.original)
        link = LinkMatters(matter_id=mine, other_id=other, kind="duplicate_of")
        moment = Simulated(utc(one.steps[-1].at), silent=until - one.steps[-1].at > NEWS)
        turns.append(Turn(actor_of("intake"), moment, Keyed(f"practice|{one.number}|link", link)))
    carry_turns(turns)
