"""The log of the tests."""

from pathlib import Path

import pytest

from jingwei.kernel.ledger.checkpoints import Keeper
from jingwei.kernel.ledger.notes import Signer


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    """A key for each origin, and a folder of the test's own."""

    def signer_of(origin: str) -> Signer:
        return Signer(origin, origin.encode().ljust(32, b"k")[:32])

    return Keeper("tests.example/tested", signer_of, tmp_path / "checkpoints")
