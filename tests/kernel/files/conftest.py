"""A store of its own for every test."""

from pathlib import Path

import pytest
from pytest_django import Settings

from jingwei.kernel.files.store import Store, store


@pytest.fixture
def kept(settings: Settings, tmp_path: Path) -> Store:
    """The store, in a folder with a blank and Chinese in its name."""
    settings.FILES = tmp_path / "文件 files"
    return store()
