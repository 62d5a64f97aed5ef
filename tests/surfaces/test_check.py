"""The morning's check: every line in order, warning or fault with its remedy; the page, the metrics, the console."""

import argparse
import datetime
import json
import shutil
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from jingwei.installation import Home, InstallationFault
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.checkpoints import Keeper
from jingwei.kernel.ledger.models import Entry, Pending
from jingwei.kernel.ledger.notes import Signer
from jingwei.kernel.ledger.sample import broken_of_latest
from jingwei.kernel.ledger.sequencer import one_round
from jingwei.kernel.matters.self_check.probe import keep_self_check
from jingwei.kernel.outbox.models import Delivery, Message
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text
from jingwei.kit.checking import kept, morning, record, running
from jingwei.kit.checking.lines import Line, State
from jingwei.surfaces.console.answer import Answer, Faults
from jingwei.surfaces.console.checking import command
from tests.city import City
from tests.surfaces.conftest import SignIn

NOW = datetime.datetime(2026, 11, 27, 6, tzinfo=datetime.UTC)


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Home:
    """An empty data folder that the pages take for theirs."""
    settings.HOME = tmp_path
    return Home(tmp_path).prepare()


def _states(home: Home) -> Mapping[str, State]:
    return {line.key: line.state for line in morning.morning(home.path, "tested", system("test", "matter.read"))}


def _hours_ago(hours: float) -> str:
    return (NOW - datetime.timedelta(hours=hours)).isoformat()


def test_every_line_that_is_not_in_order_says_what_to_do_in_both_languages(city: City, home: Home) -> None:
    lines = morning.morning(home.path, "tested", system("test", "matter.read"))
    keys = [line.key for line in lines]
    assert len(keys) == len(set(keys)) == 19  # no certificate without an https address
    for line in lines:
        assert line.title.zh and line.title.en and line.said.zh and line.said.en
        assert bool(line.state) == bool(line.remedy.zh) == bool(line.remedy.en), line.key
    states = _states(home)
    assert {key for key in ("web", "worker", "backups", "reminders") if states[key] is State.FAULT} == {
        "web",
        "worker",
        "backups",
        "reminders",
    }
    assert states["keys"] is states["ledger"] is State.WARNING
    assert states["schema"] is states["outbox"] is states["dead_letters"] is states["channels"] is State.OK


def test_what_is_mended_is_in_order(city: City, home: Home) -> None:
    now = datetime.datetime.now(datetime.UTC)
    keep_self_check(now)
    (home.run / "worker-tested.alive").touch()
    home.note("backup", made_at=now.isoformat(), keys_at=now.isoformat(), verified_at=now.isoformat(), faults=0)
    home.note("keys", saved_at=now.isoformat())
    home.note("verified-tested", verified_at=now.isoformat(), faults=0)
    states = _states(home)
    for key in ("worker", "backups", "keys", "key_database", "ledger", "reminders", "clocks"):
        assert states[key] is State.OK, key


@pytest.mark.parametrize(
    ("noted", "state", "words"),
    [
        ({"made_at": _hours_ago(30)}, State.WARNING, "30 hours ago"),
        ({"made_at": _hours_ago(80)}, State.FAULT, "3 days ago"),
        ({"made_at": _hours_ago(5)}, State.WARNING, "None was verified"),
        ({"made_at": _hours_ago(5), "verified_at": _hours_ago(9 * 24)}, State.WARNING, "None was verified"),
        ({"made_at": _hours_ago(5), "verified_at": _hours_ago(7 * 24), "faults": 0}, State.OK, "found whole 7 days"),
        (
            {"made_at": _hours_ago(5), "verified_at": _hours_ago(1), "faults": 2, "verified": "/b"},
            State.FAULT,
            "/b has 2",
        ),
    ],
)
def test_a_backup_has_an_age_and_a_verification(
    home: Home, noted: Mapping[str, object], state: State, words: str
) -> None:
    home.note("backup", **noted)
    line = kept.backups(home.path, NOW)
    assert line.state is state and words in line.said.en


def test_keys_saved_a_week_ago_are_a_warning_that_says_what_is_lost(home: Home) -> None:
    home.note("backup", made_at=_hours_ago(1), keys_at=_hours_ago(7 * 24 + 1))
    line = kept.keys(home.path, NOW)
    assert line.state is State.WARNING and "所有人须重新登录" in line.said.zh and "signs in anew" in line.said.en
    home.note("backup", keys_at=_hours_ago(7 * 24 - 1))
    assert kept.keys(home.path, NOW).state is State.OK


def test_a_copy_of_the_key_database_a_week_old_is_a_warning_that_says_what_is_lost(home: Home) -> None:
    assert "Never saved" in kept.key_database(home.path, NOW).said.en
    home.note("keys", saved_at=_hours_ago(7 * 24 + 1))
    line = kept.key_database(home.path, NOW)
    assert line.state is State.WARNING and "永远无法再看" in line.said.zh and "can never be read again" in line.said.en
    home.note("keys", saved_at=_hours_ago(7 * 24 - 1))
    assert kept.key_database(home.path, NOW).state is State.OK


def test_a_damaged_note_counts_as_none(home: Home) -> None:
    (home.run / "backup.json").write_bytes(b"\xff[")
    assert kept.backups(home.path, NOW).state is State.FAULT
    home.note("backup", made_at=_hours_ago(1))
    assert kept.backups(home.path, NOW).state is State.WARNING


@pytest.mark.parametrize(("free", "state"), [(50, State.OK), (19, State.WARNING), (4, State.FAULT)])
def test_a_disk_that_fills_is_told(home: Home, monkeypatch: pytest.MonkeyPatch, free: int, state: State) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=100, used=100 - free, free=free))
    assert kept.disk(home.path).state is state


def test_an_https_address_without_a_certificate_is_a_fault(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINGWEI_PUBLIC_URL", "https://127.0.0.1:9")
    line = kept.certificate(home.path, NOW)
    assert line is not None and line.state is State.FAULT and "127.0.0.1:9" in line.said.en
    monkeypatch.setenv("JINGWEI_PUBLIC_URL", "http://127.0.0.1:9")
    assert kept.certificate(home.path, NOW) is None


def test_files_that_an_upgrade_left_in_clear_are_named_until_they_are_sealed(home: Home) -> None:
    assert kept.files_in_clear(home.path, "boston") is None
    home.note("sealed-boston", files_in_clear=2)
    line = kept.files_in_clear(home.path, "boston")
    assert line is not None and line.state is State.WARNING and "2" in line.said.en
    home.note("sealed-boston", files_in_clear=0)
    assert kept.files_in_clear(home.path, "boston") is None


def test_queues_clocks_and_channels_that_lag_are_named(city: City, home: Home) -> None:
    city.report()
    message, now = Message.objects.get(), datetime.datetime.now(datetime.UTC)
    for state, tries, try_at in ((Delivery.FAILED, 8, None), (Delivery.QUEUED, 2, now), (Delivery.QUEUED, 0, now)):
        one = Delivery(id=new_id(), message=message, stream=message.stream, channel="sms", audience="staff")
        one.receiver, one.created_at, one.state, one.tries, one.try_at = new_id(), now, state, tries, try_at
        one.save()
    assert "1 given up" in running.dead_letters().said.en
    assert "sms (1)" in running.channels().said.en
    latest = Clock.objects.exclude(fires_at=None).order_by("-fires_at").first()
    assert latest is not None and latest.fires_at is not None
    assert running.clocks(latest.fires_at).state is State.OK or Clock.objects.count() > 1
    assert running.clocks(latest.fires_at + datetime.timedelta(minutes=6)).state is State.WARNING


def test_the_latest_entries_are_looked_at(city: City, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    city.report()
    assert broken_of_latest(200) == 0
    assert broken_of_latest(1) == 0  # its predecessor lies outside the sample, and is found
    monkeypatch.setattr("jingwei.kernel.ledger.sample.digest", lambda _: b"another")
    line = record.ledger(home.path, "tested", NOW)
    assert line.state is State.FAULT and "jingwei ledger verify --city tested" in line.remedy.en


def test_the_log_says_what_waits_and_what_was_signed_last(city: City, tmp_path: Path) -> None:
    keeper = Keeper("city.example/tested", lambda origin: Signer(origin, b"k" * 32), tmp_path)
    city.report()
    waiting, now = Pending.objects.count(), Entry.objects.order_by("recorded_at")[0].recorded_at
    line = record.log(now)
    assert line.state is State.OK and f"{waiting} wait. No checkpoint was signed yet" in line.said.en
    assert record.log(now + datetime.timedelta(minutes=20)).state is State.WARNING
    one_round(keeper, now)
    line = record.log(now + datetime.timedelta(minutes=20))
    assert line.state is State.OK and f"{waiting} entries were signed for 20 minutes ago" in line.said.en
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_log SET trouble = 'behind'")
    assert record.log(now).state is State.FAULT


def test_the_page_is_for_operators_and_leads_with_what_is_wrong(city: City, home: Home, sign_in: SignIn) -> None:
    operator = sign_in("operator")
    assert 'href="/operations/check/"' in operator.get("/work/").content.decode()
    page = operator.get("/operations/check/").content.decode()
    assert page.index("从未备份") < page.index("没有正在失败的发送")
    assert sign_in("intake").get("/operations/check/").status_code == HTTPStatus.FORBIDDEN


def test_the_metrics_carry_the_same_lines(city: City, home: Home, client: Client) -> None:
    figures = client.get("/metrics").content.decode()
    for key, state in _states(home).items():
        assert f'jingwei_check{{line="{key}"}} {float(state)}' in figures


def test_scrapes_in_turn_check_once_a_minute(
    city: City, home: Home, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check opens a connection to the site itself and asks the database much: not for each scrape of a graph."""
    asked: list[object] = []

    def note(*given: object) -> tuple[Line, ...]:
        asked.append(given)
        return ()

    monkeypatch.setattr(morning, "morning", note)
    for _ in range(3):
        assert client.get("/metrics").status_code == HTTPStatus.OK
    assert len(asked) == 1
    monkeypatch.setattr(morning, "FRESH", 0.0)
    client.get("/metrics")
    assert len(asked) == 2


def test_a_database_away_is_one_fault_among_the_machines_lines(
    city: City, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_cursor(*_: object) -> None:
        raise OperationalError("connection to 10.0.0.7 refused")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", no_cursor)
        lines = morning.morning(home.path, "tested", system("test", "matter.read"))
    assert lines[-1].key == "schema" and lines[-1].state is State.FAULT
    assert "10.0.0.7" not in lines[-1].said.en


@pytest.mark.parametrize(("state", "code"), [(State.OK, 0), (State.WARNING, 1), (State.FAULT, 2)])
def test_the_worst_line_is_the_exit_code(capsys: pytest.CaptureFixture[str], state: State, code: int) -> None:
    words = Text("说明", "words")
    lines = (Line("a", words, State.OK, words), Line("b", words, state, words, words if state else Text("", "")))
    answer = Answer(as_json=True)
    try:
        command._tell("tested", lines, answer)
        given = 0
    except Faults as faults:
        given = faults.code
    answer.finish()
    document = json.loads(capsys.readouterr().out)
    assert given == code and document["state"] == state.name.lower()
    assert [line["state"] for line in document["lines"]] == ["ok", state.name.lower()]


def test_the_console_speaks_of_the_machine_while_the_database_is_away(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def silent(_: object) -> list[str]:
        raise InstallationFault("没有应答", "no answer")

    monkeypatch.setattr(command, "cities", silent)
    monkeypatch.setattr(command, "become", lambda _: None)
    monkeypatch.setattr(command, "home", lambda: home)
    with pytest.raises(Faults) as found:
        command.check(argparse.Namespace(city="", json=False), Answer(as_json=False))
    assert found.value.code == 2
    said = capsys.readouterr().out
    assert "jingwei up" in said and "从未备份" in said


def test_what_a_restore_has_brought_back_is_a_fault(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    with reading(city.actor("operator"), everywhere=True):
        assert record.erasures().state is State.OK
    monkeypatch.setattr(record, "undone", lambda: 2)
    line = record.erasures()
    assert line.state is State.FAULT and "2 erasures" in line.said.en and "upgrade" in line.remedy.en
