"""How the console answers: lines for people, or one JSON document; a progress bar when a person watches."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Misuse(Exception):
    """The command was used wrongly (exit 2)."""


class Faults(Exception):
    """The command did its work and found faults (exit 1, or the code that the command documents)."""

    def __init__(self, words: str, *, code: int = 1) -> None:
        super().__init__(words)
        self.code = code


class Answer:
    """Collects the answer of one command."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._document: Any = None

    def say(self, line: str) -> None:
        """A line for people; silent with --json."""
        if not self.as_json:
            print(line, flush=True)

    def give(self, document: Any) -> None:
        """What --json prints at the end."""
        self._document = document

    def finish(self) -> None:
        """Prints the document, if JSON was asked for."""
        if self.as_json and self._document is not None:
            print(json.dumps(self._document, ensure_ascii=False, indent=2, default=str))

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, int, int], None]]:
        """A function (phase, done, in all) that moves a bar on standard error, if somebody watches."""
        if not sys.stderr.isatty():
            yield lambda *_: None
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            tasks: dict[str, Any] = {}

            def move(phase: str, done: int, total: int) -> None:
                if phase not in tasks:
                    tasks[phase] = bar.add_task(phase, total=total or None)
                bar.update(tasks[phase], completed=done, total=total or None)

            yield move
