"""Homes and servers for the tests of the installation; the environment names none of its own."""

from collections.abc import Iterator

import pytest

from jingwei.installation import Home, Server, drop_database, ensure_database, postgres, server
from tests.installation import machine


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "JINGWEI_HOME",
        "JINGWEI_PG_BIN",
        "JINGWEI_DB_ROLES",
        "DATABASE_URL",
        "JINGWEI_KEYS_URL",
        "JINGWEI_KEK",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def home() -> Iterator[Home]:
    """An empty home of ours, in a place that the database account can reach."""
    with machine.room("root") as folder:
        yield Home(folder / "var").prepare()


@pytest.fixture(scope="module")
def running_home() -> Iterator[Home]:
    """A home whose embedded server runs."""
    with pytest.MonkeyPatch.context() as patch, machine.room("root") as folder:
        for name in ("JINGWEI_PG_BIN", "DATABASE_URL"):
            patch.delenv(name, raising=False)
        home = Home(folder / "var").prepare()
        postgres.start(home)
        yield home


@pytest.fixture
def embedded(running_home: Home) -> Iterator[Server]:
    """The embedded server with its database made anew."""
    one = server(running_home)
    ensure_database(one)
    yield one
    drop_database(one, one.database)
