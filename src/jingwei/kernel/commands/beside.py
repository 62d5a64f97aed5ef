"""Batches carried out side by side: in processes of their own, each with its own connection to the same city."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

Batch = TypeVar("Batch")
Found = TypeVar("Found")

_YOUNG = 200_000  # objects: a batch keeps nearly all it makes until it is written, so looking for waste early is waste


class Hands:
    """Processes beside this one that carry out batches; they end with the block, and with this process however it ends.

    They take two seconds to be ready: who knows early that there will be several batches begins early.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._processes: list[Any] = []
        self.lines: list[Connection] = []

    def __enter__(self) -> "Hands":
        return self

    def __exit__(self, *_: object) -> None:
        for line in self.lines:
            line.close()
        for process in self._processes:
            process.join()

    def begin(self) -> bool:
        """Starts them, once; says whether there are any, which is not so where one process is enough."""
        if self._count > 1 and not self.lines:
            context = get_context("spawn")
            pairs = [context.Pipe() for _ in range(self._count)]
            self._processes = [context.Process(target=_serve, args=(theirs,), daemon=True) for _, theirs in pairs]
            for process, (_, theirs) in zip(self._processes, pairs, strict=True):
                process.start()
                theirs.close()
            self.lines = [ours for ours, _ in pairs]
        return bool(self.lines)


def side_by_side(
    function: Callable[[Batch], Found], batches: Sequence[Batch], hands: Hands
) -> Iterator[tuple[Batch, Found]]:
    """Each batch with what `function` gives for it, in the order in which they are done.

    No batch may depend on another. With one process, or one batch, all happens here; else `function` and batches are
    sent to the processes. What a batch raises is raised here.
    """
    if len(batches) < 2 or not hands.begin():
        yield from ((batch, function(batch)) for batch in batches)
        return
    waiting = iter(batches)
    busy: dict[Connection, Batch] = {}
    for line, batch in zip(hands.lines, waiting, strict=False):
        line.send(function)
        line.send(batch)
        busy[line] = batch
    while busy:
        ready = wait(list(busy))
        for line in [one for one in busy if one in ready]:
            found, done = line.recv(), busy.pop(line)
            if isinstance(found, Exception):
                raise found
            if (following := next(waiting, None)) is not None:
                busy[line] = following
                line.send(following)
            yield done, found


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
