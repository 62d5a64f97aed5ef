"""Drills with a real city: destroyed and brought back elsewhere, a rotten backup, a database that was set back."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from jingwei.installation import verify_backup
from jingwei.kernel.ledger import verifier
from tests.earlier.installed import (
    CITY,
    HERE,
    Installed,
    brought_back,
    entries_verified,
    installed,
    numbers_proved,
)

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def city() -> Iterator[Installed]:
    """A city at work: brought up to date, everything signed for. The last test sets it back."""
    with brought_back("with_a_log") as one:
        one.say("upgrade")
        one.work()
        yield one


def files_of(one: Installed) -> dict[str, str]:
    """The attached files by their path, each with the hash of its bytes."""
    found = (one.home.files / CITY).glob("??/*")
    return {str(path.relative_to(one.home.files)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def test_a_city_comes_back_on_an_empty_machine(city: Installed, tmp_path: Path) -> None:
    city.say("backup", str(tmp_path / "b"))
    assert city.ask("backup", str(tmp_path / "b"), "--verify")["faults"] == []
    before, entries, files = city.rows(), entries_verified(city), files_of(city)
    assert files and all(Path(path).name == found for path, found in files.items())
    with installed("elsewhere") as other:
        other.say("restore", str(tmp_path / "b"))
        assert other.rows() == before and other.shape() == city.shape()
        assert files_of(other) == files
        other.say("upgrade")
        assert entries_verified(other) == entries
        for secret in ("django", "hmac"):
            assert other.home.secret(secret) == city.home.secret(secret)
        # the log's key and its checkpoints are in no backup: nothing is signed here in the old log's name
        assert other.home.secret("ledger") != city.home.secret("ledger")
        signed = other.signed()
        other.say("user", "add", "drill.one", "--name", "演练", "--city", CITY)
        other.work()
        assert other.trouble() and other.signed() == signed
        line = other.line("log")
        assert line["state"] == "fault" and line["remedy"]["zh"] and line["remedy"]["en"]


def test_a_flipped_byte_in_each_file_of_a_backup_is_reported(city: Installed, tmp_path: Path) -> None:
    city.say("backup", str(tmp_path / "b"))
    files = sorted(path for path in (tmp_path / "b").rglob("*") if path.is_file())
    assert len(files) > 10
    for number, path in enumerate(files):
        whole = path.read_bytes()
        place = number * len(whole) // len(files)
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        (fault,) = verify_backup(tmp_path / "b")
        assert str(path) in fault.en and str(path) in fault.zh
        path.write_bytes(whole)
    assert city.ask("backup", str(tmp_path / "b"), "--verify")["faults"] == []
    files[-1].unlink()
    assert len(city.ask("backup", str(tmp_path / "b"), "--verify", code=1)["faults"]) == 1
    assert city.line("backups")["state"] == "fault"


def test_a_database_that_was_set_back_signs_nothing_until_two_people_open_a_new_log(city: Installed) -> None:
    city.say("user", "add", "drill.one", "--name", "演练", "--city", CITY)
    city.work()
    signed = city.signed()
    city.say("restore", str(HERE / "with_a_log" / "backup"), "--replace")
    city.say("upgrade")
    assert city.signed() < signed
    before = city.signed()
    city.say("user", "add", "drill.two", "--name", "演练", "--city", CITY)  # the city goes on
    city.work()
    assert (city.trouble(), city.signed()) == ("behind", before)
    assert city.line("log")["state"] == "fault"
    city.say("ledger", "verify", "--city", CITY, code=1)
    people = ("--operator", "甲，系统管理员", "--auditor", "乙，审计管理员")
    city.say("ledger", "open-epoch", "--city", CITY, "--by-hand", "--reason", "演练", *people)
    city.work()
    assert (city.trouble(), city.line("log")["state"]) == ("", "ok")
    entries_verified(city)
    keys = city.say("ledger", "key", "--city", CITY).splitlines()
    assert len(keys) == 3 and keys[:1] == (HERE / "with_a_log" / "keys").read_text(encoding="utf-8").splitlines()
    for number in numbers_proved("with_a_log"):
        old = (HERE / "with_a_log" / "proofs" / f"{number}.txt").read_text(encoding="utf-8")
        assert verifier.verified(old, keys)
