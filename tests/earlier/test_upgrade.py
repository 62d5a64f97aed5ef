"""A city of an earlier edition is brought up to date: nothing lost, old proofs hold, a kill in between does no harm."""

import os
import random
import signal
import time
from collections.abc import Iterable, Iterator, Mapping

import pytest

from jingwei.kernel.ledger import verifier
from tests.earlier.installed import CITY, HERE, Installed, brought_back, entries_verified, numbers_proved

EDITIONS = ("before_the_log", "with_a_log")
GROWS = frozenset({"django_migrations", "django_content_type", "auth_permission"})
"""Tables in which an upgrade notes what it did."""
FORGOTTEN = frozenset({"files_upload", "django_session"})
"""Drafts that were not sent (what waited in clear is sent again), and sign-ins: after the upgrade everybody signs in
anew, into the own table of sessions."""
TOLD = frozenset({"commands_receipt", "ledger_entry", "ledger_pending"})
"""Tables that have a row more for each matter of which something was sealed by the upgrade; pending ones only with a
log."""
BY_CHANCE = TOLD | {
    "files_attachment",
    "matters_detail",
    "matters_matter",
    "matters_party",
    "matters_step",
    "matters_task",
}
"""Tables in which sealing leaves other bytes each time: keys, salts, and the hashes over them."""
KILLS = (pytest.param(2, marks=pytest.mark.proof), pytest.param(20, marks=pytest.mark.long))
"""With each submission, and before a release."""


@pytest.fixture(params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> str:
    """Each edition of which a city is kept."""
    return str(request.param)


@pytest.fixture
def city(edition: str) -> Iterator[Installed]:
    """Its city, as its backup has it."""
    with brought_back(edition) as one:
        yield one


def kept(before: Mapping[str, tuple[int, str]], after: Mapping[str, tuple[int, str]]) -> dict[str, int]:
    """How many rows the upgrade added to the tables, where their number is another one."""
    added = {table: after[table][0] - count for table, (count, _) in before.items() if table not in GROWS | FORGOTTEN}
    return {table: count for table, count in added.items() if count}


def lasting(rows: Mapping[str, tuple[int, str]]) -> dict[str, tuple[int, str]]:
    """What an upgrade leaves in the same way each time: all rows, or their number where chance is in them."""
    return {table: (count, "" if table in BY_CHANCE else found) for table, (count, found) in rows.items()}


@pytest.mark.proof
def test_nothing_is_lost_and_the_record_is_whole(city: Installed, edition: str) -> None:
    before = city.rows()
    assert city.files_in_clear() > 10
    schema = next(line for line in city.ask("check", "--city", CITY, code=2)["lines"] if line["key"] == "schema")
    city.say("upgrade")
    assert schema["state"] == "ok" or "jingwei upgrade" in schema["remedy"]["en"]
    added, sealed = kept(before, city.rows()), city.sealed()
    assert added.keys() <= TOLD and set(added.values()) == {sealed} and sealed > 0
    assert city.in_clear() == city.files_in_clear() == 0
    closed, with_a_term = city.terms()
    assert closed == with_a_term > 0
    assert entries_verified(city) == before["ledger_entry"][0] + sealed > 2000
    city.work()
    assert (city.trouble(), city.unsigned()) == ("", 0)
    assert city.signed() >= before["ledger_entry"][0]
    assert city.line("log")["state"] == city.line("schema")["state"] == "ok"
    assert entries_verified(city) >= before["ledger_entry"][0]
    city.say("upgrade")  # once more: nothing is left to do
    assert city.sealed() == sealed


@pytest.mark.proof
def test_proofs_handed_out_by_an_earlier_edition_hold() -> None:
    """By themselves, and against the log that went on after the upgrade."""
    keys = (HERE / "with_a_log" / "keys").read_text(encoding="utf-8").splitlines()
    with brought_back("with_a_log") as city:
        city.say("upgrade")
        city.work()
        assert city.say("ledger", "key", "--city", CITY).splitlines()[: len(keys)] == keys
        for number in numbers_proved("with_a_log"):
            old = (HERE / "with_a_log" / "proofs" / f"{number}.txt").read_text(encoding="utf-8")
            city.say("ledger", "prove", number, "--city", CITY, "--out", str(city.home.path / "new.txt"))
            new = (city.home.path / "new.txt").read_text(encoding="utf-8")
            told, again = verifier.verified(old, keys), verifier.verified(new, keys)
            assert told and leaves(told) == leaves(again)[: len(told)]


def leaves(told: Iterable[tuple[object, str]]) -> list[tuple[object, str, str]]:
    """What each proof proves: an entry, and its log and place there; the size of the log is another one later."""
    return [(entry, place.split()[0], place.split()[-1]) for entry, place in told]


@pytest.mark.parametrize("kills", KILLS)
def test_an_upgrade_killed_at_any_moment_is_run_again_and_ends_the_same(edition: str, kills: int) -> None:
    chance = random.Random(37)
    with brought_back(edition) as city:
        began = time.monotonic()
        city.say("upgrade")
        lasts = time.monotonic() - began
        shape, rows = city.shape(), lasting(city.rows())
        killed = 0
        while killed < kills:
            city.say("restore", str(HERE / edition / "backup"), "--replace")
            struck = stopped(city, chance.uniform(0.1, 0.9) * lasts, alone=chance.random() < 0.5)
            killed, lasts = killed + struck, lasts if struck else lasts / 2  # the machine is less busy than it was
            city.say("upgrade")
            assert city.shape() == shape
            assert lasting(city.rows()) == rows and city.in_clear() == city.files_in_clear() == 0
        assert entries_verified(city) == rows["ledger_entry"][0]


def stopped(city: Installed, after: float, *, alone: bool) -> bool:
    """Whether an upgrade still ran when it was killed after so many seconds: its process alone, or all it started."""
    upgrade = city.begin("upgrade")
    time.sleep(after)
    running = upgrade.poll() is None
    if running and alone:
        upgrade.kill()
    elif running:
        os.killpg(upgrade.pid, signal.SIGKILL)
    if running and alone:
        upgrade.wait()  # what it started still has its pipes, and goes on
    else:
        upgrade.communicate()
    return running
