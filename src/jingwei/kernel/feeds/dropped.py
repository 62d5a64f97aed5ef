"""The drop folder of a feed: what another system lays there is taken in, and put away with what became of it.

JINGWEI_HOME/feeds/CITY/FEED/ is where files are laid; below it `done/` keeps those taken in and `refused/` the damaged
ones, each with a note beside it that says what was done, or the file, row, column and remedy.
"""

import fcntl
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jingwei.kernel.feeds.damage import DamagedFile
from jingwei.kernel.feeds.definition import Feed
from jingwei.kernel.feeds.run import Progress, import_file

SETTLED = 5.0
"""Seconds for which a file must have been left alone; what is still being written is not touched."""

_SUFFIXES = (".csv", ".gz", ".xlsx")


def drop_folder(home: Path, city: str, feed: str) -> Path:
    """Where the files of a feed are laid."""
    return home / "feeds" / city / feed


def holds_files(folder: Path) -> bool:
    """Whether anything lies there that `take_in_waiting` would take, now or once it is left alone."""
    return folder.is_dir() and any(_is_dropped(path) for path in folder.iterdir())


def take_in_waiting(
    folder: Path, city: str, feed: Feed, progress: Progress = lambda *_: None, *, settled: float = SETTLED
) -> list[dict[str, Any]]:
    """Imports what lies ready, the oldest first, and puts it away; gives each file's answer, or why it was refused.

    Killed in between, a file still lies there and is taken in again, which changes nothing that already stands. Where
    another process is at it, nothing is done.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder) as alone:
        ready = _ready(folder, settled) if alone else []
        return [_take_in(city, feed, file, progress) for file in ready]


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether this process is the only one at the folder; the lock ends with the process, however that ends."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _is_dropped(path: Path) -> bool:
    """Hidden files and those that end otherwise (`.part`) are somebody's unfinished business."""
    return path.is_file() and path.suffix.lower() in _SUFFIXES and not path.name.startswith(".")


def _ready(folder: Path, settled: float) -> list[Path]:
    found = [(path.stat().st_mtime, path) for path in folder.iterdir() if _is_dropped(path)]
    return [path for moment, path in sorted(found) if moment <= time.time() - settled]


def _take_in(city: str, feed: Feed, file: Path, progress: Progress) -> dict[str, Any]:
    try:
        found = import_file(city, feed, file, progress=progress)
    except DamagedFile as damage:
        refusal = {"place": damage.place, "zh": damage.reason.zh, "en": damage.reason.en}
        _put_away(file, "refused", refusal)
        return {"file": file.name, "refused": refusal}
    _put_away(file, "done", found)
    return {"file": file.name, **found}


def _put_away(file: Path, where: str, note: dict[str, Any]) -> None:
    """The note first: a file that was moved always has one. A name used before gets a number."""
    folder = file.parent / where
    folder.mkdir(exist_ok=True)
    target, number = folder / file.name, 1
    while target.exists():
        number += 1
        target = folder / f"{file.stem}-{number}{file.suffix}"
    text = json.dumps(note, ensure_ascii=False, indent=1, default=str)
    target.with_name(f"{target.name}.json").write_text(text, encoding="utf-8")
    file.replace(target)
