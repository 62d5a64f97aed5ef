"""The embedded server: as any account, in any folder, after any end."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jingwei.installation import Home, InstallationFault, postgres
from jingwei.installation.postgres import cluster as clusters
from jingwei.installation.postgres.binaries import find_binaries
from jingwei.installation.processes import look, wait_until
from tests.installation import machine


def ask(status: postgres.Status, query: str) -> object:
    with psycopg.connect(host=str(status.socket_folder), user="postgres", dbname="postgres") as connection:
        row = connection.execute(query).fetchone()
        return row[0] if row else None


@pytest.fixture(scope="module")
def made() -> Iterator[Home]:
    """A home with a cluster in it."""
    with machine.room("root") as folder:
        home = Home(folder / "var").prepare()
        postgres.start(home)
        yield home


@pytest.fixture
def stopped(made: Home) -> Iterator[Home]:
    """The same home with its server stopped before and after."""
    postgres.stop(made)
    yield made
    postgres.stop(made)


@pytest.mark.parametrize("account", machine.ACCOUNTS)
@pytest.mark.parametrize("closed", [False, True], ids=["open", "below a closed folder"])
def test_start_join_stop(account: str, closed: bool) -> None:
    with machine.room(account, closed=closed) as folder:
        modes = [path.stat().st_mode for path in (folder, folder.parent)]
        home = machine.run_as(account, lambda: Home(folder / "var").prepare())
        started = machine.run_as(account, lambda: postgres.start(home))
        assert started.running
        assert machine.run_as(account, lambda: postgres.start(home)) == started == postgres.status(home)
        assert machine.run_as(account, lambda: ask(started, "SELECT 41 + 1")) == 42
        assert [path.stat().st_mode for path in (folder, folder.parent)] == modes, "parents keep their modes"
        where = home.path / "postgres.where"
        outside = closed and account == "root"
        assert where.exists() == outside
        if outside:
            assert started.folder.parent == Path("/var/lib/jingwei")
            assert where.read_text().strip() == str(started.folder)
        else:
            assert started.folder == home.path / "postgres"
        assert started.folder.stat().st_mode & 0o777 == 0o700
        assert started.socket_folder.stat().st_mode & 0o777 == 0o700
        assert (
            started.socket_folder.stat().st_uid
            == started.folder.stat().st_uid
            == Path(f"/proc/{started.pid}").stat().st_uid
            != 0
        )
        assert machine.run_as(account, lambda: postgres.stop(home))
        assert not postgres.status(home).running
        assert not started.socket_folder.exists()
        assert not machine.run_as(account, lambda: postgres.stop(home)), "nothing is left to stop"


def test_settings(running_home: Home) -> None:
    status = postgres.status(running_home)
    expected = {
        "listen_addresses": "",
        "jit": "off",
        "max_connections": "200",
        "shared_buffers": "128MB",
        "server_encoding": "UTF8",
        "timezone": "UTC",
        "shared_preload_libraries": "pg_stat_statements",
    }
    assert {name: ask(status, f"SHOW {name}") for name in expected} == expected
    assert ask(status, "SELECT concat(datlocprovider, ' ', datlocale) FROM pg_database LIMIT 1") == "b C.UTF-8"
    assert (running_home.logs / "postgres.log").stat().st_mode & 0o777 == 0o600


def test_after_kill_of_the_starter_the_server_goes_on_and_is_joined(stopped: Home) -> None:
    starter = machine.starter(stopped)
    assert starter.stdout
    pid = int(starter.stdout.readline())
    starter.kill()
    starter.communicate()
    assert postgres.start(stopped).pid == pid
    assert postgres.stop(stopped)


def test_after_kill_of_the_server_the_next_start_recovers(stopped: Home) -> None:
    started = postgres.start(stopped)
    assert started.pid
    with psycopg.connect(host=str(started.socket_folder), user="postgres", dbname="postgres") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    os.kill(started.pid, signal.SIGKILL)
    again = postgres.start(stopped)
    assert again.pid != started.pid
    assert ask(again, "SELECT n FROM kept") == 7


def test_a_lock_file_with_the_number_of_another_program_is_no_server(stopped: Home) -> None:
    other = subprocess.Popen(["sleep", "60"])
    try:
        data = postgres.status(stopped).data
        (data / "postmaster.pid").write_text(f"{other.pid}\n{data}\n1\n5432\n/tmp\n\n1 1\nready   \n")
        assert not postgres.status(stopped).running
        assert not postgres.stop(stopped)
        assert postgres.start(stopped).pid != other.pid
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_four_racing_starters_make_one_server(home: Home) -> None:
    starters = [machine.starter(home) for _ in range(4)]
    pids = {starter.communicate(timeout=60)[0].strip() for starter in starters}
    assert [starter.returncode for starter in starters] == [0] * 4
    assert pids == {str(postgres.status(home).pid)}


def test_a_half_made_cluster_is_made_anew(home: Home) -> None:
    postgres.start(home)
    postgres.stop(home)
    data = postgres.status(home).data
    half = data.rename(data.with_name("data.new-0000"))
    assert postgres.start(home).running
    assert not half.exists()


def test_data_of_another_major_is_refused_with_the_way_out(stopped: Home) -> None:
    mark = postgres.status(stopped).data / "PG_VERSION"
    mine = find_binaries().version
    mark.write_text("16\n")
    with pytest.raises(InstallationFault) as refused:
        postgres.start(stopped)
    for words in (refused.value.zh, refused.value.en):
        assert "PostgreSQL 16" in words
        assert mine in words
        assert "jingwei backup" in words
        assert "jingwei restore" in words
    assert mark.read_text() == "16\n", "nothing was touched"
    mark.write_text(f"{mine.partition('.')[0]}\n")
    assert postgres.start(stopped).running


def test_programs_of_another_folder(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINGWEI_PG_BIN", str(machine.other_programs()))
    started = postgres.start(home)
    assert started.major == find_binaries().major
    version = ask(started, "SHOW server_version_num")
    assert int(str(version)) // 10_000 == started.major


def test_a_folder_without_programs_is_named(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JINGWEI_PG_BIN", str(tmp_path))
    with pytest.raises(InstallationFault, match=f"JINGWEI_PG_BIN names {tmp_path}"):
        postgres.start(home)


def test_a_socket_folder_of_somebody_else_is_refused(stopped: Home) -> None:
    folder = clusters.cluster_of(stopped).socket_folder
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    try:
        with pytest.raises(InstallationFault, match=f"socket folder {folder}"):
            postgres.start(stopped)
    finally:
        folder.rmdir()
    assert postgres.start(stopped).running


def test_a_cluster_that_is_named_but_gone_is_not_made_anew(home: Home) -> None:
    (home.path / "postgres.where").write_text("/var/lib/jingwei/0000000000000000\n")
    with pytest.raises(InstallationFault, match="/var/lib/jingwei/0000000000000000, which is not there"):
        postgres.start(home)
    (home.path / "postgres.where").unlink()


def test_why_a_server_does_not_come_up_is_said(stopped: Home) -> None:
    settings = postgres.status(stopped).data / "postgresql.conf"
    right = settings.read_text()
    settings.write_text(f"{right}no_such_setting = 1\n")
    with pytest.raises(InstallationFault, match="no_such_setting"):
        postgres.start(stopped)
    settings.write_text(right)


def test_programs_below_a_closed_folder_are_copied_with_their_libraries(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = find_binaries()
    package = original.folder.parent.parent
    with tempfile.TemporaryDirectory(dir="/tmp") as closed:  # 0700, of the account that runs the tests
        shutil.copytree(package, Path(closed, package.name), ignore=shutil.ignore_patterns("include"))
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(libraries, Path(closed, libraries.name))
        monkeypatch.setenv("JINGWEI_PG_BIN", str(Path(closed, package.name, original.folder.parent.name, "bin")))
        started = postgres.start(home)
    program = Path(f"/proc/{started.pid}/exe").readlink()
    assert program.is_relative_to("/var/lib/jingwei") == machine.ROOT
    assert ask(started, "SELECT count(*) FROM pg_timezone_names") != 0, "it finds its shared files"
    assert postgres.stop(home)


def test_stop_waits_until_the_server_is_gone(stopped: Home) -> None:
    started = postgres.start(stopped)
    session = psycopg.connect(host=str(started.socket_folder), user="postgres", dbname="postgres")
    assert postgres.stop(stopped), "an open session does not keep it"
    session.close()
    assert started.pid
    assert wait_until(lambda: look(started.pid or 0) is None, 1)
