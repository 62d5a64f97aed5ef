"""The worker: rings clocks, routes the outbox, sends, keeps the log; one a city; killed any time, it loses nothing."""

import logging
import os
import signal
import threading
import time
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import close_old_connections

from jingwei.installation.folder import Home
from jingwei.kernel.agencies.sessions import forget_ended
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading, whole_milliseconds
from jingwei.kernel.files.store import store
from jingwei.kernel.files.sweep import sweep
from jingwei.kernel.ledger.checkpoints import Keeper
from jingwei.kernel.ledger.sequencer import BATCH
from jingwei.kernel.ledger.sequencer import one_round as sequence
from jingwei.kernel.matters.commands.ring import ring_due
from jingwei.kernel.matters.proposing.past import count_daily
from jingwei.kernel.matters.self_check.probe import keep_self_check
from jingwei.kernel.matters.telling.codes import post_office
from jingwei.kernel.matters.telling.route import adapters_of, router
from jingwei.kernel.matters.telling.send import send_queued
from jingwei.kernel.matters.telling.spool import spool
from jingwei.kernel.outbox.deliver import Channel, deliver_waiting
from jingwei.kernel.reads.batches import EVERY, seal_reads
from jingwei.kernel.retention.carrying_out import carry_out_approved
from jingwei.kernel.retention.clearing import clear
from jingwei.kernel.subjects.destroying import finish_erasures
from jingwei.kernel.subjects.forgetting import forget_proofs
from jingwei.kit.kept.typed import forget_old
from jingwei.kit.publishing.figures import COUNTS, count_ahead
from jingwei.surfaces.console.feeds.drops import watch
from jingwei.surfaces.console.log.keeper import keeper_of
from jingwei.surfaces.console.training.nightly import see_to_reset

log = logging.getLogger("jingwei.worker")

PAUSE = 1.0  # seconds between rounds that found nothing
_SWEEP_EVERY = 3600.0  # seconds between sweeps of the files and of proofs that are over
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
    watch(home, settings.CITY, stop)
    swept = time.monotonic() - _SWEEP_EVERY
    sealed = time.monotonic() - EVERY.total_seconds()
    keeper = keeper_of(Home(home), settings.CITY)
    while not stop.is_set():
        alive.touch()
        busy = False
        try:
            busy = keep_log(keeper)
            busy = one_round(home) or busy
            swept = sweep_hourly(swept, time.monotonic())
            sealed = seal_regularly(sealed, time.monotonic())
            see_to_reset(settings.CITY, whole_milliseconds(None))
        except Exception:  # the database may be away for a while; the worker waits for it
            log.exception("a round failed; trying again")
            close_old_connections()
        if not busy:
            stop.wait(PAUSE)


def one_round(home: Path) -> bool:
    """Rings what has come, destroys what was decided, routes what waits, sends what is queued; tells whether there was
    anything to do."""
    keep_self_check(whole_milliseconds(None))
    rang = ring_due(whole_milliseconds(None))
    destroyed = carry_out_approved(whole_milliseconds(None))
    with reading(_POSTMAN) as scope:
        adapters = adapters_of(scope, mail=bool(settings.EMAIL_HOST))
        channels = [router(scope, adapters.values()), clear, *_spools(home)]
    done = deliver_waiting(channels, whole_milliseconds(None))
    sent = send_queued(adapters, post_office(), whole_milliseconds(None))
    return bool(rang or destroyed or done.delivered or done.failed or sent)


def keep_log(keeper: Keeper) -> bool:
    """Takes what waits into the log and signs it; tells whether more may wait."""
    return sequence(keeper, whole_milliseconds(None)).taken == BATCH


def sweep_hourly(last: float, now: float) -> float:
    """Sweeps the files, forgets whose the proofs were that are over and the sessions that ended, counts once a day the
    words of past matters and once a week the public figures, where an hour has passed since `last`; gives when it was
    last done (monotonic)."""
    if now - last < _SWEEP_EVERY:
        return last
    sweep(store(), whole_milliseconds(None))
    forget_proofs(whole_milliseconds(None))
    forget_ended(whole_milliseconds(None))
    forget_old(whole_milliseconds(None))
    count_daily(whole_milliseconds(None))
    with reading(COUNTS, everywhere=True) as scope:
        count_ahead(scope)
    return now


def seal_regularly(last: float, now: float) -> float:
    """Seals the read log, and finishes erasures that a crash left half done, where ten minutes have passed since
    `last`; gives when it was last done (monotonic)."""
    if now - last < EVERY.total_seconds():
        return last
    seal_reads(whole_milliseconds(None))
    finish_erasures()  # usually nothing: whoever decided finished it
    return now


def _spools(home: Path) -> list[Channel]:
    return [spool(home / "spool" / settings.CITY)] if os.environ.get("JINGWEI_SPOOL") == "1" else []
