"""A log that can be set back to an earlier moment, as a restore does it."""

import hashlib
import itertools
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from jingwei.installation import clone_database, drop_database, server
from jingwei.kernel.agencies.models import Person
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.epochs.open import OpenEpoch
from jingwei.kernel.ledger.checkpoints import Keeper
from jingwei.kernel.ledger.notes import Signer
from jingwei.kernel.ledger.opening import plan
from tests.clones import Clone, forget_snapshots
from tests.database import CITY, administer, lead_to

_numbers = itertools.count(1)
REASON = "磁盘损坏，恢复到前一日的备份"


def keeper_with(secret: bytes, folder: Path) -> Keeper:
    """A key for each origin and secret."""

    def signer_of(origin: str) -> Signer:
        return Signer(origin, hashlib.sha256(secret + origin.encode()).digest())

    return Keeper("tests.example/tested", signer_of, folder)


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return keeper_with(b"first", tmp_path / "checkpoints")


@contextmanager
def as_owner(clone: Clone) -> Iterator[None]:
    """Django's connections are the owner's, as in the process of `jingwei ledger open-epoch`."""
    before = dict(connection.settings_dict)
    owner = server().django_database("owner", CITY)
    lead_to(clone.name, owner["USER"], owner["PASSWORD"] or "-")
    try:
        yield
    finally:
        lead_to(clone.name, before["USER"], before["PASSWORD"] or "-")


@contextmanager
def set_back(clone: Clone) -> Iterator[None]:
    """What is done within is lost at the end: the database is brought back as it was."""
    earlier = f"{clone.name}_{next(_numbers)}"
    lead_to("postgres")
    clone_database(server(), clone.name, earlier)
    lead_to(clone.name)
    yield
    lead_to("postgres")
    drop_database(server(), clone.name)
    administer(f'ALTER DATABASE "{earlier}" RENAME TO "{clone.name}"')
    lead_to(clone.name)
    forget_snapshots()


def person_of(post: str) -> uuid.UUID:
    return Person.objects.get(holding__post__code=post).pk


def open_one(clone: Clone, keeper: Keeper, **others: object) -> str:
    """Opens the planned log, signed by operator and auditor unless said otherwise; gives its origin."""
    planned = plan(keeper)
    assert planned is not None
    told = {"log": planned, "reason": REASON, "second": person_of("auditor"), **others}
    with as_owner(clone):
        result = execute(clone.city.actor("operator"), OpenEpoch(**told), f"epoch:{planned.origin}")  # type: ignore[arg-type]  # the fields of the command
    assert result["log"] == planned.origin
    return planned.origin
