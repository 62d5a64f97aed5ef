"""`jingwei ledger`: the proof of a matter, the keys, the latest checkpoint."""

import argparse
import datetime
from pathlib import Path
from typing import Any

import pytest

from jingwei.installation import home
from jingwei.kernel.ledger import verifier
from jingwei.kernel.ledger.models import SignedCheckpoint
from jingwei.kernel.ledger.sequencer import one_round
from jingwei.surfaces.console.answer import Answer, Faults, Misuse
from jingwei.surfaces.console.log import commands
from jingwei.surfaces.console.log.keeper import folder_of, keeper_of, kept_note
from tests.clones import Clone, clone, clones, template

__all__ = ["clone", "clones", "template"]  # fixtures of a test that commits

NOW = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def entered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' process is the city's already."""
    monkeypatch.setattr(commands, "enter_city", lambda named: "tested")


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
