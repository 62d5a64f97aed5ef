"""The type of `tests.procedure`, installed for one test, in a test city with an archive and a store of its own."""

from pathlib import Path

import pytest
from pytest_django import Settings

from jingwei.kernel.files.store import Store, store
from tests.city import City
from tests.kernel.retention.archive import archivists
from tests.procedure import Procedure, install


@pytest.fixture
def procedure(city: City, monkeypatch: pytest.MonkeyPatch) -> Procedure:
    """The procedure in the test city."""
    install(monkeypatch)
    archivists(city)
    return Procedure(city)


@pytest.fixture
def kept(settings: Settings, tmp_path: Path) -> Store:
    """The files of the city, in a folder of the test's own."""
    settings.FILES = tmp_path / "files"
    return store()
