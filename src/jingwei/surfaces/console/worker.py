"""The worker: delivers the outbox and rings the clocks, one process a city; killed at any moment, nothing is lost."""

import logging
import os
import signal
import threading
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import close_old_connections

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading, whole_milliseconds
from jingwei.kernel.matters.commands.ring import ring_due
from jingwei.kernel.matters.notify import inbox, mail, spool
from jingwei.kernel.outbox.deliver import Channel, deliver_waiting

log = logging.getLogger("jingwei.worker")

_PAUSE = 1.0  # seconds between rounds that found nothing
_POSTMAN = system("postman", "matter.read")


def work(home: Path) -> None:
    """Goes round until told to stop by SIGTERM or SIGINT; touches `run/worker.alive` in each round."""
    stop = threading.Event()

    def ask(_: int, __: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    alive = home / "run" / f"worker-{settings.CITY}.alive"
    alive.parent.mkdir(parents=True, exist_ok=True)
    while not stop.is_set():
        alive.touch()
        busy = False
        try:
            busy = one_round(home)
        except Exception:  # the database may be away for a while; the worker waits for it
            log.exception("a round failed; trying again")
            close_old_connections()
        if not busy:
            stop.wait(_PAUSE)


def one_round(home: Path) -> bool:
    """Rings what has fallen due, delivers what waits; tells whether there was anything to do."""
    now = whole_milliseconds(None)
    rang = ring_due(now)
    with reading(_POSTMAN) as scope:
        channels = [inbox(scope), *_channels(home)]
    done = deliver_waiting(channels, whole_milliseconds(None))
    return bool(rang or done.delivered or done.failed)


def _channels(home: Path) -> list[Channel]:
    channels: list[Channel] = []
    if settings.EMAIL_HOST:
        channels.append(mail(settings.DEFAULT_FROM_EMAIL, os.environ.get("JINGWEI_PUBLIC_URL", "")))
    if os.environ.get("JINGWEI_SPOOL") == "1":
        channels.append(spool(home / "spool" / settings.CITY))
    return channels
