"""`jingwei ledger`: the proof of a matter, the keys, the latest checkpoint."""

import argparse
import datetime
import io
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from jingwei.installation import home
from jingwei.kernel.epochs.models import Epoch
from jingwei.kernel.ledger import verifier
from jingwei.kernel.ledger.models import SignedCheckpoint
from jingwei.kernel.ledger.sequencer import one_round
from jingwei.surfaces.console.answer import Answer, Faults, Misuse
from jingwei.surfaces.console.log import commands
from jingwei.surfaces.console.log.keeper import folder_of, keeper_of, kept_note
from tests.city import PASSWORD
from tests.clones import Clone
from tests.kernel.epochs.conftest import as_owner

NOW = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def entered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' process is the city's already."""
    monkeypatch.setattr(commands, "enter_city", lambda named, role="app": "tested")


def given(**values: Any) -> argparse.Namespace:
    return argparse.Namespace(city="", **values)


def test_a_matter_is_proved_by_its_number(clone: Clone, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    matter, out, answer = clone.city.report(), tmp_path / "proof.txt", Answer(as_json=False)
    for run, values in ((commands.prove_matter, {"number": matter.number, "out": out}), (commands.latest, {})):
        with pytest.raises(Faults):
            run(given(**values), answer)
    keeper = keeper_of(home(), "tested")
    one_round(keeper, NOW)
    clone.city.bring_to(matter, "processing")
    capsys.readouterr()
    commands.prove_matter(given(number=matter.number, out=out), answer)
    assert "1 entries" in capsys.readouterr().out
    commands.public_keys(given(), answer)
    keys = capsys.readouterr().out.split()
    assert len(verifier.verified(out.read_text(encoding="utf-8"), keys)) == 1
    commands.latest(given(), answer)
    note, origin = SignedCheckpoint.objects.get().note, keys[0].partition("+")[0]
    assert capsys.readouterr().out == note and kept_note(home(), "tested", origin) == note
    assert folder_of(home(), "tested").stat().st_mode & 0o077 == 0


def test_an_unknown_number_and_a_city_without_a_log_are_said(clone: Clone, tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="no matter"):
        commands.prove_matter(given(number="nothing", out=tmp_path / "x"), Answer(as_json=False))
    with pytest.raises(Faults, match="no log yet"):
        commands.public_keys(given(), Answer(as_json=False))


def open_epoch(clone: Clone, monkeypatch: pytest.MonkeyPatch, typed: str, **values: Any) -> None:
    """The command, with what is typed for passwords."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    words = {"reason": "restored", "operator": "operator", "auditor": "auditor", "by_hand": False, **values}
    with as_owner(clone):
        commands.open_epoch(given(**words), Answer(as_json=False))


def test_two_people_open_a_new_log_by_their_passwords(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keeper = keeper_of(home(), "tested")
    shutil.rmtree(keeper.folder, ignore_errors=True)
    one_round(keeper, NOW)
    with pytest.raises(Misuse, match="does not stand still"):
        open_epoch(clone, monkeypatch, "")
    shutil.rmtree(keeper.folder)
    for typed in ("", "wrong\nwrong\n", f"{PASSWORD}\nwrong\n"):
        with pytest.raises(Faults, match="password is wrong"):
            open_epoch(clone, monkeypatch, typed)
    with pytest.raises(Faults, match="different people"):
        open_epoch(clone, monkeypatch, f"{PASSWORD}\n{PASSWORD}\n", auditor="operator")
    assert not Epoch.objects.exists()
    open_epoch(clone, monkeypatch, f"{PASSWORD}\n{PASSWORD}\n")
    said = capsys.readouterr().out
    assert "missing or damaged" in said and "/2 follows" in said
    assert Epoch.objects.get().signers == [str(clone.city.actor(post).id) for post in ("operator", "auditor")]
    assert one_round(keeper, NOW).checkpoint is not None
    shutil.rmtree(keeper.folder)
    open_epoch(clone, monkeypatch, "", by_hand=True, operator="王小明，主任", auditor="李红，审计科长")
    assert "sign on paper, both: 王小明，主任; 李红，审计科长" in capsys.readouterr().out
    shutil.rmtree(keeper.folder, ignore_errors=True)
