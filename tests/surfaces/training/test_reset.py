"""A training city is made anew each night: when it is due, and what a killed making leaves."""

import datetime
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jingwei.installation import TrainingNote
from tests.installation.machine import ACCOUNTS, room

NOTE = TrainingNote("training", "real", "03:00", 60, 20)
_EXCHANGE = """
import sys
from jingwei.installation import exchange
left = int(sys.argv[1])
def between():
    global left
    left -= 1
    if left == 0:
        raise SystemExit(9)
exchange("training", between)
"""


def _at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).astimezone()


def test_it_is_due_once_after_its_hour_by_the_clock_of_the_machine() -> None:
    assert NOTE.due(_at("2026-11-28T12:00"))  # never made
    made = NOTE.made_at(_at("2026-11-28T02:59"))
    assert not made.due(_at("2026-11-28T02:59"))
    assert made.due(_at("2026-11-28T03:00")) and made.due(_at("2026-11-29T01:00"))
    assert not made.made_at(_at("2026-11-28T03:01")).due(_at("2026-11-29T02:59"))


def test_a_try_that_failed_is_begun_again_after_ten_minutes() -> None:
    tried = NOTE.made_at(_at("2026-11-27T03:01")).tried_at(_at("2026-11-28T03:00"))
    assert not tried.due(_at("2026-11-28T03:09"))
    assert tried.due(_at("2026-11-28T03:10"))


def _jingwei(home: Path, *words: str) -> "subprocess.Popen[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JINGWEI_", "DJANGO_"))}
    return subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, *words],
        env={**kept, "JINGWEI_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _run(home: Path, *words: str) -> str:
    running = _jingwei(home, "-m", "jingwei.surfaces.console.main", *words)
    said, wrong = running.communicate()
    assert running.returncode == 0, wrong
    return said


def _cities(home: Path) -> list[str]:
    found: list[str] = json.loads(_run(home, "city", "list", "--json"))["cities"]
    return found


@pytest.mark.proof
def test_killed_at_any_moment_it_goes_on_and_the_old_one_is_there_until_then() -> None:
    with room(ACCOUNTS[0]) as folder:
        home = folder / "var"
        _run(home, "city", "practice", "real", "--cells", "60", "--matters", "0")
        _run(home, "training", "set-up", "--city", "real", "--matters", "20")
        assert _cities(home) == ["real", "training"]
        assert "reset" in _refused(home, "training", "set-up", "--city", "real")
        assert "name the training city" in _refused(home, "training", "reset", "--city", "real")
        for seconds in (1, 5):
            running = _jingwei(home, "-m", "jingwei.surfaces.console.main", "training", "reset")
            time.sleep(seconds)
            os.killpg(running.pid, signal.SIGKILL)
            running.communicate()
            assert "training" in _cities(home)
        _run(home, "training", "reset")
        assert _cities(home) == ["real", "training"]
        _make_next(home)
        for step in (1, 2, 3, 4, 5):  # cut after each step of the exchange
            running = _jingwei(home, "-c", _EXCHANGE, str(step))
            running.communicate()
            assert running.returncode in (0, 9) and "training" in _cities(home)
        _run(home, "training", "reset")
        assert _cities(home) == ["real", "training"]
        assert not list((home / "training").glob("*.ready"))
        verified = json.loads(_run(home, "ledger", "verify", "--city", "training", "--json"))
        assert not verified.get("faults")


def _refused(home: Path, *words: str) -> str:
    running = _jingwei(home, "-m", "jingwei.surfaces.console.main", *words)
    _, wrong = running.communicate()
    assert running.returncode == 2
    return wrong


def _make_next(home: Path) -> None:
    """A making that is whole and not exchanged."""
    script = (
        "from jingwei.installation import clear_upcoming, mark_ready, training_note\n"
        "from jingwei.surfaces.console.answer import Answer\n"
        "from jingwei.surfaces.console.training.command import _make\n"
        "if __name__ == '__main__':\n"
        "    clear_upcoming('training')\n"
        "    _make(training_note('training'), Answer(as_json=False))\n"
        "    mark_ready('training')\n"
    )
    (home / "next.py").write_text(script, encoding="utf-8")
    running = _jingwei(home, str(home / "next.py"))
    _, wrong = running.communicate()
    assert running.returncode == 0, wrong
