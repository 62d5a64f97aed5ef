"""Fixtures for all tests: the test city, rolled back after each test, and clones of its database."""

import gc
import os
from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from hypothesis import settings
from whitenoise.middleware import WhiteNoiseMiddleware

from jingwei.kernel.agencies import snapshot as agencies
from jingwei.kernel.places import snapshot as places
from jingwei.kernel.rulebook import snapshot as rulebook
from jingwei.kit import limits
from tests.city import City
from tests.clones import CityDatabase, city_database, clone, clones, template
from tests.database import django_db_setup
from tests.duty import this_minute

__all__ = [
    "city_database",
    "clone",
    "clones",
    "django_db_setup",  # in place of pytest-django's
    "template",
]


# How fast a machine is says nothing of what is right; and what is drawn is the same each time, so that nobody's change
# is refused for a draw that had not come before. `make long` draws anew.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("anew", deadline=None, derandomize=False)
settings.load_profile("same")


def pytest_collection_finish() -> None:
    """What was loaded stays to the end: the collector of garbage need not look through it each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _passwords_cost_little() -> Iterator[None]:
    """Argon2 is slow on purpose, and no test needs that: the least memory it takes, in one pass."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Argon2PasswordHasher, "memory_cost", 8 * Argon2PasswordHasher.parallelism)
        patch.setattr(Argon2PasswordHasher, "time_cost", 1)
        yield


@pytest.fixture(autouse=True)
def _each_test_has_a_minute_of_its_own() -> None:
    this_minute.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_swept_by_chance() -> Iterator[None]:
    """Of many requests that are limited one sweeps old counters, and would be counted with a statement more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "_SWEEP_ONE_IN", 2**62)
        yield


@pytest.fixture(scope="session", autouse=True)
def _files_of_the_site_are_looked_up_once() -> Iterator[None]:
    """Each test client builds the middlewares anew, and whitenoise would walk all files of the site again."""
    kept: dict[tuple[str, str, int], dict[str, object]] = {}
    walk = WhiteNoiseMiddleware.update_files_dictionary

    def once(served: WhiteNoiseMiddleware, root: str, prefix: str) -> None:
        folder = (root, prefix, os.stat(root).st_mtime_ns)
        if folder not in kept:
            before, served.files = served.files, {}
            walk(served, root, prefix)
            kept[folder], served.files = served.files, before
        served.files |= kept[folder]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "update_files_dictionary", once)
        yield


@pytest.fixture
def fresh_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slow data is kept by edition; a rollback takes the edition back, so each test begins without."""
    for module in (agencies, places, rulebook):
        monkeypatch.setattr(module, "_held", None)


@pytest.fixture
def city(city_database: CityDatabase, db: None, fresh_snapshots: None, monkeypatch: pytest.MonkeyPatch) -> City:
    """The test city of `tests.city`, in a transaction that the test's end rolls back."""
    assert connection.settings_dict["NAME"] == city_database.name, "asked for too late: name it among the arguments"
    city_database.hold(monkeypatch)
    return city_database.fresh_city()
