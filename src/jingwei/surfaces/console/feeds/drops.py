"""Watches the drop folders of a city's feeds, beside the worker's rounds: a large file keeps no reminder waiting."""

import logging
import threading
from pathlib import Path

from django.db import close_old_connections

from jingwei.kernel.feeds.dropped import drop_folder, holds_files, take_in_waiting
from jingwei.surfaces.console.answer import Misuse
from jingwei.surfaces.console.feeds.commands import declared_feed

log = logging.getLogger("jingwei.feeds")

_PAUSE = 20.0  # seconds between looks


def watch(home: Path, city: str, stop: threading.Event) -> threading.Thread:
    """Looks until told to stop, in a thread of its own; what it is at when the process ends is taken in again later."""

    def look_again() -> None:
        while not stop.wait(_PAUSE):
            try:
                look(home, city)
            except Exception:  # the database may be away for a while, or the disk full: the files stay where they lie
                log.exception("the drop folders were not looked at; trying again")
            close_old_connections()

    thread = threading.Thread(target=look_again, name="feeds", daemon=True)
    thread.start()
    return thread


def look(home: Path, city: str) -> None:
    """Takes in what lies ready in each feed's folder. Folders without files cost no statement."""
    folder = drop_folder(home, city, "")
    for one in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not holds_files(one):
            continue
        try:
            feed = declared_feed(one.name)
        except Misuse as nobody:
            log.warning("%s: %s; its files are left alone", one, nobody)
            continue
        for found in take_in_waiting(one, city, feed):
            told = found.get("refused") or {key: found[key] for key in ("rows", "imported", "changed", "clashes")}
            log.info("%s from %s: %s", found["file"], one.name, told)
