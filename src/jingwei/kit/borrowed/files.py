"""The list of borrowed files with their sums, and what of it is missing here. Standard library only: it is read before
anything is installed."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("files.sums")
"""Committed: a line for each file, its SHA-256, where a package has it, and how pages call it."""

FOLDER = Path(__file__).parents[1] / "static" / "borrowed"
"""Where they lie; not in git. `tools/pages.py` fills it, and a wheel brings them along."""


@dataclass(frozen=True, slots=True)
class Borrowed:
    """One file: its sum (hexadecimal SHA-256), its path below `node_modules`, its path below `FOLDER`."""

    sum: str
    source: str
    name: str

    def is_in(self, folder: Path) -> bool:
        """Whether the file lies there, unchanged."""
        path = folder / self.name
        return path.is_file() and sum_of(path) == self.sum


def sum_of(path: Path) -> str:
    """The SHA-256 of a file, hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def borrowed() -> Iterator[Borrowed]:
    """The files on the list."""
    for line in LIST.read_text(encoding="utf-8").splitlines():
        yield Borrowed(*line.split())


def missing(folder: Path = FOLDER) -> list[str]:
    """The names of those that are not there, or are others than the list says."""
    return [one.name for one in borrowed() if not one.is_in(folder)]
