"""What a machine does to a city: a full disk, a disk that fails, a network that is slow, loses or is cut. By hand, with
`make long`; as root, because volumes are mounted and system calls made to fail.
"""

import contextlib
import os
import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from jingwei.installation import Home, postgres
from jingwei.installation.processes import every
from tests.faults.installed import Installation, installation, running
from tests.faults.lives import Life, lives
from tests.faults.proxy import Proxy, proxy
from tests.faults.test_lifecycles import Clients, carry_out, check_all, counted, moments
from tests.faults.visitors import Browser, Unsettled
from tests.installation import machine

pytestmark = pytest.mark.long

VOLUME = "320m"
FULL_FOR = 3.0  # seconds
COMES_BACK = 30.0  # seconds after which all works again once there is room
ANSWERED = 5.0  # seconds in which a page says that the database is away
RECOVERED = 10.0  # seconds after which a page works again once the network does


@contextmanager
def volume(folder: Path) -> Iterator[Path]:
    """A small disk of its own, mounted at a folder."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={VOLUME},mode=755", "jingwei-tests", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path) -> None:
    """Takes all the room that is left, for a while."""
    ballast = folder / "ballast"
    with ballast.open("wb") as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(65_536))
            file.flush()
    time.sleep(FULL_FOR)
    ballast.unlink()


def resume(installed: Installation) -> None:
    """Starts what stopped; nothing else is done by hand."""
    began = time.monotonic()
    installed.up()
    assert time.monotonic() - began < COMES_BACK


def struck(
    installed: Installation, chance: random.Random, count: int, times: int, strike: Callable[[], None]
) -> tuple[list[Life], Clients]:
    """So many lives carried out to their end, with so many strikes on the way; and the clients that did it."""
    done = lives(chance, count, installed.units)
    clients = Clients(installed.port, installed.secret, list(done))
    when = moments(chance, times, sum(life.changes for life in done))
    carry_out(clients, [(after, strike) for after in when])
    return done, clients


def run_full(count: int, times: int, seed: int) -> None:
    """The volume with the database and the files fills up while lives go on."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    with machine.room("root") as folder, volume(folder / "var") as disk, running(Home(disk).prepare()) as installed:

        def strike() -> None:
            fill(disk)
            resume(installed)

        done, clients = struck(installed, chance, count, times, strike)
        print(f"{clients.changes} changes, {times} times full; {clients.unsettled.seen}")
        assert clients.unsettled.seen, "the full disk was noticed"
        check_all(installed, done, seed)


def test_a_full_disk_twenty_times() -> None:
    run_full(1_500, 20, random.SystemRandom().randrange(2**32))


def fail_flushing(installed: Installation) -> None:
    """The next time any process of the database flushes to the disk, the disk says that it could not."""
    server = postgres.status(installed.home)
    owners = [one.pid for one in every() if _works_in(one.pid, server.data)]
    words = [
        "strace",
        "-f",
        "-qq",
        "-o",
        os.devnull,
        "-e",
        "trace=fdatasync",
        "-e",
        "inject=fdatasync:error=EIO:when=1",
    ]
    tracer = subprocess.Popen([*words, *(f"--attach={pid}" for pid in owners)], stderr=subprocess.DEVNULL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        tracer.wait(FULL_FOR)
    tracer.terminate()
    tracer.wait()


def _works_in(pid: int, folder: Path) -> bool:
    try:
        return os.path.samefile(f"/proc/{pid}/cwd", folder)
    except OSError:
        return False


def panics(installed: Installation) -> int:
    """How often the database gave itself up rather than go on without knowing what is on the disk."""
    return (installed.home.logs / "postgres.log").read_text(errors="replace").count("PANIC:")


def run_failing(count: int, times: int, seed: int) -> None:
    """Flushes that fail while lives go on: the server panics, recovers, and nothing acknowledged is lost."""
    print(f"seed {seed}")
    assert shutil.which("strace"), "install Debian's package strace"
    chance = random.Random(seed)
    with installation() as installed:

        def strike() -> None:
            fail_flushing(installed)
            resume(installed)

        done, clients = struck(installed, chance, count, times, strike)
        print(f"{clients.changes} changes, {times} failures, {panics(installed)} panics; {clients.unsettled.seen}")
        assert panics(installed) >= times // 2, seed
        check_all(installed, done, seed)


def test_fifty_failed_flushes() -> None:
    run_failing(3_000, 50, random.SystemRandom().randrange(2**32))


@contextmanager
def behind_a_network(chance: random.Random) -> Iterator[tuple[Installation, Proxy]]:
    """An installation whose database is reached over TCP, through a proxy."""
    with machine.room("root") as folder:
        server = Home(folder / "server").prepare()
        postgres.start(server)
        socket = postgres.status(server).socket_folder / ".s.PGSQL.5432"
        with proxy(socket, chance) as between:
            url = f"postgresql://postgres@127.0.0.1:{between.port}/jingwei"
            with running(Home(folder / "var").prepare(), url) as installed:
                yield installed, between


def cut(installed: Installation, between: Proxy, seconds: float) -> None:
    """No way to the database: every page says so soon; with the way, every page works again soon."""
    between.cut()
    asking, end = Browser(installed.port, Unsettled()), time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        status = asking.once("GET", "/report/")
        assert status == 503 and time.monotonic() - began < ANSWERED, (status, time.monotonic() - began)
    between.mend()
    began = time.monotonic()
    asking.ask("GET", "/report/")
    assert time.monotonic() - began < RECOVERED


def run_network(count: int, seconds: float, seed: int) -> None:
    """A network that loses one packet in ten, then one that is slow, then one that is cut, while lives go on."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    with behind_a_network(random.Random(seed)) as (installed, between):

        def worsen(delay: float, hiccups: float) -> None:
            between.delay, between.hiccups = delay, hiccups

        done = lives(chance, count, installed.units)
        changes = sum(life.changes for life in done)
        clients = Clients(installed.port, installed.secret, list(done))
        strikes = [
            (changes // 5, partial(worsen, 0.0, 0.1)),
            (2 * changes // 5, partial(worsen, 0.5, 0.0)),
            (2 * changes // 5 + 10, partial(worsen, 0.0, 0.0)),
            (3 * changes // 5, partial(cut, installed, between, seconds)),
        ]
        carry_out(clients, strikes)
        print(f"{clients.changes} changes; {clients.unsettled.seen}")
        check_all(installed, done, seed)
        with installed.database() as database:
            sessions = counted(database, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'jingwei_app'")
        assert sessions <= 3 * 8, "two processes of the web and the worker, with eight at most each"


def test_a_network_that_loses_is_slow_and_is_cut_for_a_minute() -> None:
    run_network(300, 60.0, random.SystemRandom().randrange(2**32))
