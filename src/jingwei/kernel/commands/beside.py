"""Batches carried out side by side: in processes of their own, each with its own connection to the same city."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

Batch = TypeVar("Batch")
Found = TypeVar("Found")

_YOUNG = 200_000  # objects: a batch keeps nearly all it makes until it is written, so looking for waste early is waste


def side_by_side(
    function: Callable[[Batch], Found], batches: Sequence[Batch], processes: int
) -> Iterator[tuple[Batch, Found]]:
    """Each batch with what `function` gives for it, in the order in which they are done.

    No batch may depend on another. With one process, or one batch, all happens here; else `function` and batches are
    sent to new processes, which end with this one, however it ends. What a batch raises is raised here.
    """
    if min(processes, len(batches)) < 2:
        yield from ((batch, function(batch)) for batch in batches)
        return
    waiting = iter(batches)
    with _opened(min(processes, len(batches))) as hands:
        busy: dict[Connection, Batch] = {}
        for hand in hands:
            hand.send(function)
            busy[hand] = next(waiting)
            hand.send(busy[hand])
        while busy:
            ready = wait(list(busy))
            for hand in [one for one in busy if one in ready]:
                found, done = hand.recv(), busy.pop(hand)
                if isinstance(found, Exception):
                    raise found
                if (batch := next(waiting, None)) is not None:
                    busy[hand] = batch
                    hand.send(batch)
                yield done, found


@contextmanager
def _opened(count: int) -> Iterator[list["Connection"]]:
    context = get_context("spawn")
    pairs = [context.Pipe() for _ in range(count)]
    processes = [context.Process(target=_serve, args=(theirs,), daemon=True) for _, theirs in pairs]
    for process, (_, theirs) in zip(processes, pairs, strict=True):
        process.start()
        theirs.close()
    try:
        yield [ours for ours, _ in pairs]
    finally:
        for ours, _ in pairs:
            ours.close()
        for process in processes:
            process.join()


def _serve(orders: "Connection") -> None:
    """Takes a function, then batches; ends when nobody is there to order any more."""
    import django

    django.setup()
    gc.freeze()
    gc.set_threshold(_YOUNG)
    with suppress(EOFError, BrokenPipeError):
        function = orders.recv()
        while True:
            orders.send(_tried(function, orders.recv()))


def _tried(function: Callable[[Any], Any], batch: Any) -> Any:
    try:
        return function(batch)
    except Exception as error:
        return error
