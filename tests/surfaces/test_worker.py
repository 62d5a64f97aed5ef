"""What the worker does besides ringing and sending."""

import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.files.models import Upload
from jingwei.kernel.files.uploads import receive
from jingwei.kernel.subjects.commands import ASK, GiveProof
from jingwei.kernel.subjects.models import Proof
from jingwei.kernel.values.ids import new_id
from jingwei.surfaces.console.worker import sweep_hourly
from tests.kernel.files.samples import PDF

HOUR = 3600.0


@pytest.mark.django_db
def test_files_nobody_attached_and_proofs_that_are_over_are_swept_once_an_hour(
    settings: Settings, tmp_path: Path
) -> None:
    settings.FILES = tmp_path / "files"
    long_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=3)
    receive(public(), lambda _: new_id(), [PDF], long_ago)
    execute(public(ASK), GiveProof(how="phone", whose=b"w" * 32, code=b"c" * 32), "ask", now=long_ago)
    assert sweep_hourly(100.0, 99.0 + HOUR) == 100.0
    assert Upload.objects.exists() and Proof.objects.exclude(whose=b"").exists()
    assert sweep_hourly(100.0, 100.0 + HOUR) == 100.0 + HOUR
    assert not Upload.objects.exists() and not Proof.objects.exclude(whose=b"").exists()
