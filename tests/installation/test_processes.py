"""Detached processes: found again, told from others, and ended with all they started."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jingwei.installation import Home, InstallationFault, child, children, start_child, stop_child
from jingwei.installation.processes import every, look, wait_until

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
PARENT = "import subprocess, sys, time; subprocess.Popen(['sleep', '61']); print('up', flush=True); time.sleep(60)"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path).prepare()


def up(home: Home, name: str) -> bool:
    """Whether the child has said that its preparations are done."""
    return wait_until(lambda: "up" in (home.logs / f"{name}.log").read_text(), 10)


def test_start_find_and_stop(home: Home) -> None:
    started = start_child(home, "web", SLEEP, environment={"WORD": "经纬"})
    assert up(home, "web")
    assert start_child(home, "web", SLEEP) == started, "a second start finds the first"
    assert child(home, "web") == started
    assert children(home) == {"web": started}
    assert b"WORD=" + "经纬".encode() in Path(f"/proc/{started.pid}/environ").read_bytes()
    assert os.getsid(started.pid) == started.pid, "a terminal's end does not reach it"
    assert stop_child(home, "web")
    assert child(home, "web") is None
    assert not stop_child(home, "web"), "nothing is left to stop"


def test_the_log_is_private_and_grows(home: Home) -> None:
    for count in (1, 2):
        start_child(home, "worker", [sys.executable, "-c", "print('up', flush=True)"])
        log = home.logs / "worker.log"
        assert wait_until(lambda log=log, count=count: log.read_text() == "up\n" * count, 10)  # type: ignore[misc]
        assert wait_until(lambda: child(home, "worker") is None, 10), "one that has ended by itself is not alive"
    assert log.stat().st_mode & 0o777 == 0o600


def test_one_that_ignores_term_is_killed(home: Home) -> None:
    started = start_child(home, "web", [sys.executable, "-c", STUBBORN])
    assert up(home, "web")
    assert stop_child(home, "web", patience=0.2)
    assert look(started.pid) is None


def test_what_a_killed_process_started_ends_too(home: Home) -> None:
    started = start_child(home, "web", [sys.executable, "-c", PARENT])
    assert up(home, "web")
    os.kill(started.pid, signal.SIGKILL)
    assert wait_until(lambda: child(home, "web") is None, 5)
    orphans = [process for process in every() if process.session == started.pid]
    assert len(orphans) == 1
    assert stop_child(home, "web")
    assert look(orphans[0].pid) is None


def test_what_a_killed_process_started_does_not_go_on_beside_its_successor(home: Home) -> None:
    started = start_child(home, "web", [sys.executable, "-c", PARENT])
    assert up(home, "web")
    os.kill(started.pid, signal.SIGKILL)
    assert wait_until(lambda: child(home, "web") is None, 5)
    successor = start_child(home, "web", SLEEP)
    assert [process for process in every() if process.session == started.pid] == []
    assert child(home, "web") == successor
    assert stop_child(home, "web")


def test_a_number_that_another_process_bears_by_now_is_not_ours(home: Home) -> None:
    other = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        (home.run / "web.pid").write_text(f"{other.pid} 12345\n")
        assert child(home, "web") is None
        assert not stop_child(home, "web")
        assert other.poll() is None, "the other process was left alone"
    finally:
        other.kill()
        other.wait()


def test_a_zombie_is_dead() -> None:
    ended = subprocess.Popen(["true"])
    assert wait_until(lambda: look(ended.pid) is None, 5)
    assert Path(f"/proc/{ended.pid}").exists(), "nobody has collected it yet"
    ended.wait()


def test_a_program_that_is_not_there_is_named(home: Home) -> None:
    with pytest.raises(InstallationFault, match="/nowhere/granian"):
        start_child(home, "web", ["/nowhere/granian"])
