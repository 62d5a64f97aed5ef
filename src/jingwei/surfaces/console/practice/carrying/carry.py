"""Carries the plan out in batches, by as many processes as there are cores."""

import datetime
import gc
import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass

import django

from jingwei.surfaces.console.practice.carrying.latest import carry_latest, is_latest
from jingwei.surfaces.console.practice.carrying.pictures import send_pictures
from jingwei.surfaces.console.practice.carrying.turns import (
    NEWS,
    Refused,
    actor_of,
    carry_turns,
    matter_id,
    turns_of_family,
)
from jingwei.surfaces.console.practice.days import utc
from jingwei.surfaces.console.practice.plan import REPEATED_WITHIN, Planned

_BATCH = 250  # matters, some two thousand acts


@dataclass(frozen=True, slots=True)
class Carried:
    """A batch that is done: its matters as the city let them be, how many acts that took, and what it refused."""

    matters: list[Planned]
    acts: int
    refused: list[Refused]


def carry_out(matters: Iterable[Planned], seed: int, until: datetime.datetime) -> Iterator[Carried]:
    """Carries all out and gives each batch as it is done, in whatever order that is."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), context, initializer=_ready) as pool:
        running: set[Future[Carried]] = set()
        for batch in _batches(families(matters)):
            running.add(pool.submit(carry_batch, batch, seed, until))
            if len(running) > 2 * (os.cpu_count() or 1):
                ready, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in ready)
        yield from (one.result() for one in running)


def _ready() -> None:
    """A process of the pool: it makes rows by the hundred thousand and lets them go by themselves, so that looking for
    those that hold each other is seldom worth the time."""
    django.setup()
    gc.freeze()
    gc.set_threshold(100_000)


def families(matters: Iterable[Planned]) -> Iterator[list[Planned]]:
    """Each matter with those that repeat it, which come in within a day: they are carried out together."""
    waiting: dict[int, list[Planned]] = {}
    for one in matters:
        while waiting and one.told.opened - next(iter(waiting.values()))[0].told.opened >= REPEATED_WITHIN:
            yield waiting.pop(next(iter(waiting)))
        first = one.original[0] if one.original else one.number
        waiting.setdefault(first, []).append(one)
    yield from waiting.values()


def _batches(together: Iterable[list[Planned]]) -> Iterator[list[list[Planned]]]:
    batch: list[list[Planned]] = []
    for family in together:
        batch.append(family)
        if sum(map(len, batch)) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def carry_batch(batch: Sequence[list[Planned]], seed: int, until: datetime.datetime) -> Carried:
    """One batch of families: what is over in one transaction, what is still news after it.

    A step that the city refuses ends the plan of its matter before it, so that the matter stays as it stood.
    """
    every = [one for family in batch for one in family]
    shown = [(matter_id(seed, one.number, one.told.opened), one) for one in every]
    send_pictures(shown, {step.who: actor_of(step.who).reference for one in every for step in one.steps})
    refused: list[Refused] = []
    while True:
        over: list[list[Planned]] = []
        latest: list[list[Planned]] = []
        for family in batch:
            (latest if any(is_latest(one, until) for one in family) else over).append(family)
        turns = [turn for family in over for turn in turns_of_family(family, seed, until)]
        found = _first_of_each(over, carry_turns(turns, whole=True))
        if not found:
            break
        refused += found
    acts, more = carry_latest(latest, seed, until)
    return Carried([one for family in batch for one in family], len(turns) + acts, refused + more)


def _first_of_each(families: Sequence[list[Planned]], refused: Sequence[Refused]) -> list[Refused]:
    """Cuts the first refusal of each family from the plan and gives these: what comes after may follow from it."""
    first = []
    for family in families:
        numbers = {one.number for one in family}
        if found := next((one for one in refused if one.number in numbers), None):
            found.cut(family)
            first.append(found)
    return first


def link_duplicates(duplicates: Sequence[Planned], seed: int, until: datetime.datetime) -> list[Refused]:
    """Says of each duplicate that was declined which matter it repeats, once all are there; gives what was refused."""
    from jingwei.kernel.commands.bulk import Keyed, Turn
    from jingwei.kernel.commands.scope import Simulated
    from jingwei.kernel.matters.commands import LinkMatters

    turns = []
    for one in duplicates:
        if one.original is None or one.steps[-1].action == "merge":
            continue
        mine, other = matter_id(seed, one.number, one.told.opened), matter_id(seed, *one.original)
        link = LinkMatters(matter_id=mine, other_id=other, kind="duplicate_of")
        moment = Simulated(utc(one.steps[-1].at), silent=until - one.steps[-1].at > NEWS)
        turns.append(Turn(actor_of("intake"), moment, Keyed(f"practice|{one.number}|link", link)))
    return carry_turns(turns)
