"""The embedded server under kills at any moment: what was committed stays, and the next start works."""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jingwei.installation import (
    Home,
    backup,
    connect,
    create_city_schema,
    ensure_database,
    postgres,
    server,
    verify_backup,
)
from jingwei.installation.processes import Process, every, wait_until
from tests.installation import machine

pytestmark = pytest.mark.proof


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    for name in ("JINGWEI_HOME", "JINGWEI_PG_BIN", "JINGWEI_DB_ROLES", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with machine.room("root") as folder:
        yield Home(folder / "var").prepare()


def write_until_killed(home: Home, first: int, confirmed: list[int]) -> None:
    """Insert rows one commit at a time, and note each that the server has confirmed."""
    try:
        with connect(server(home).on("postgres"), autocommit=True) as connection:
            for number in range(first, first + 1_000_000):
                connection.execute("INSERT INTO written VALUES (%s)", [number])
                confirmed.append(number)
    except psycopg.OperationalError:
        return  # the server is gone, as it was meant to be


def test_what_was_confirmed_survives_twenty_kills(home: Home) -> None:
    dice = random.Random(20261124)
    postgres.start(home)
    with connect(server(home).on("postgres")) as connection:
        connection.execute("CREATE TABLE written (number int PRIMARY KEY)")
    confirmed: list[int] = []
    for turn in range(20):
        writers = [
            threading.Thread(target=write_until_killed, args=(home, (2 * turn + lane) * 1_000_000, confirmed))
            for lane in range(2)
        ]
        for writer in writers:
            writer.start()
        time.sleep(dice.uniform(0.05, 0.5))
        pid = postgres.status(home).pid
        assert pid
        os.kill(pid, signal.SIGKILL)
        assert postgres.start(home).pid != pid
        for writer in writers:
            writer.join()
        with connect(server(home).on("postgres")) as connection:
            kept = {number for (number,) in connection.execute("SELECT number FROM written").fetchall()}
        assert set(confirmed) <= kept
    assert len(confirmed) > 100


def test_a_first_start_killed_at_any_moment_can_be_repeated(home: Home) -> None:
    dice = random.Random(7)
    for _ in range(12):
        with machine.room("root") as folder:
            fresh = Home(folder / "var").prepare()
            starter = machine.starter(fresh)
            time.sleep(dice.uniform(0.05, 1.2))
            starter.kill()
            starter.communicate()
            assert postgres.start(fresh).running
            with connect(server(fresh).on("postgres")) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_first_start_killed_before_its_folder_had_an_owner_can_be_repeated() -> None:
    with machine.room("root") as folder:
        fresh = Home(folder / "var").prepare()
        (fresh.path / "postgres").mkdir(mode=0o700)
        assert postgres.start(fresh).running
        assert postgres.stop(fresh)


@pytest.mark.parametrize("account", machine.ACCOUNTS)
@pytest.mark.parametrize("name", ["plain", "a b", "经纬 数据", "'quoted' \"twice\" $HOME %s", "x" * 120])
def test_any_name_of_the_folder(account: str, name: str) -> None:
    with machine.room(account) as folder:
        home = machine.run_as(account, lambda: Home(folder / name).prepare())
        started = machine.run_as(account, lambda: postgres.start(home))
        assert started.running
        assert started.pid
        os.kill(started.pid, signal.SIGKILL)
        assert machine.run_as(account, lambda: postgres.start(home)).running
        assert machine.run_as(account, lambda: postgres.stop(home))


def test_racing_starts_and_stops_never_make_two_servers(home: Home) -> None:
    for _ in range(5):
        starters = [machine.starter(home) for _ in range(4)]
        time.sleep(0.3)
        postgres.stop(home)
        assert [starter.wait(timeout=60) for starter in starters] == [0] * 4
        for starter in starters:
            starter.communicate()
        started = postgres.start(home)
        lines = (started.data / "postmaster.pid").read_text().splitlines()
        assert int(lines[0]) == started.pid
        # a session's process bears the server's words until it has set its own
        assert wait_until(lambda data=started.data, pid=started.pid: servers(data) == [pid], 5)  # type: ignore[misc]
        postgres.stop(home)


def servers(data: Path) -> list[int]:
    """The processes that were started with these data."""
    return [process.pid for process in every() if str(data).encode() in words(process)]


def words(process: Process) -> list[bytes]:
    try:
        return Path(f"/proc/{process.pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []  # ended in between


def test_any_changed_byte_of_a_backup_is_found(home: Home, tmp_path: Path) -> None:
    postgres.start(home)
    one = server(home)
    ensure_database(one)
    create_city_schema(one, "boston")
    with connect(one, "owner", "boston") as connection:
        connection.execute("CREATE TABLE matter AS SELECT n, md5(n::text) AS title FROM generate_series(1, 2000) n")
    backup(one, home, tmp_path / "b")
    dice = random.Random(3)
    manifest, dump = tmp_path / "b" / "manifest.json", tmp_path / "b" / "database.dump"
    places = [(manifest, position) for position in range(manifest.stat().st_size)]
    places += [(dump, dice.randrange(dump.stat().st_size)) for _ in range(200)]
    unseen = []
    for path, position in places:
        right = path.read_bytes()
        wrong = bytearray(right)
        wrong[position] ^= 1 << dice.randrange(8)
        path.write_bytes(wrong)
        if not verify_backup(tmp_path / "b"):
            unseen.append((path.name, position))
        path.write_bytes(right)
    assert unseen == []
    assert verify_backup(tmp_path / "b") == []
