"""`jingwei city practice` as an operator gives it; what it refuses, and that it then leaves everything as it was."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jingwei.installation import InstallationFault
from jingwei.surfaces.console import city
from jingwei.surfaces.console.answer import Answer, Misuse
from jingwei.surfaces.console.practice.command import check_wanted, make_practice_city
from jingwei.surfaces.console.practice.invented import Wanted
from tests.installation.machine import ACCOUNTS, room

WANTED = Wanted(1, 60, 0, "2026-06-01")


@pytest.mark.parametrize("name", ["", ".", "../kept", "Kept", "public", "kept"])
def test_a_name_that_is_taken_or_can_be_none_leaves_the_folders_alone(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JINGWEI_HOME", str(tmp_path))
    monkeypatch.setattr(city, "cities", lambda _: ["kept"])
    kept = [tmp_path / "practice" / "kept" / "answers.json", tmp_path / "kept" / "answers.json"]
    for file in kept:
        file.parent.mkdir(parents=True)
        file.write_text("{}", encoding="utf-8")
    with pytest.raises((Misuse, InstallationFault)):
        make_practice_city(name, WANTED, Answer(as_json=True))
    assert all(file.exists() for file in kept)


@pytest.mark.parametrize(
    ("wanted", "word"),
    [
        (Wanted(1, 59, 0, "2026-06-01"), "cells"),
        (Wanted(1, 20_001, 0, "2026-06-01"), "cells"),
        (Wanted(1, 60, -1, "2026-06-01"), "matters"),
        (Wanted(1, 60, 1_000_001, "2026-06-01"), "matters"),
        (Wanted(1, 60, 0, "1950-01-01"), "until"),
        (Wanted(1, 60, 0, "9999-12-31"), "until"),
        (Wanted(1, 60, 0, "2026-02-30"), "until"),
        (Wanted(1, 60, 0, "2026-06-01T10:00+08:00"), "until"),
    ],
)
def test_what_no_city_can_be_made_of_is_said(wanted: Wanted, word: str) -> None:
    with pytest.raises(Misuse, match=f"^--{word} "):
        check_wanted(wanted)


def test_a_city_is_made_by_a_process_that_begins_with_nothing() -> None:
    """As `make demo` makes it: Django is set up on the way, for a city that is not there yet."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("JINGWEI_", "DJANGO_"))}
    words = [sys.executable, "-m", "jingwei.surfaces.console.main", "city", "practice", "tried"]
    with room(ACCOUNTS[0]) as folder:
        made = subprocess.run(  # noqa: S603  # our own program
            [*words, "--cells", "60", "--matters", "20", "--json"],
            env={**ours, "JINGWEI_HOME": str(folder / "var")},
            capture_output=True,
            text=True,
            check=False,
        )
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["answers"]["figures"]
