"""Files by content: whole or not at all, private, and swept only where nothing refers to them."""

import datetime
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jingwei.kernel.commands.actor import public
from jingwei.kernel.files.store import YOUNG, Store
from jingwei.kernel.files.sweep import Swept, sweep
from jingwei.kernel.files.uploads import LIVES, receive
from jingwei.kernel.sealing import stream
from jingwei.kernel.values.ids import new_id
from tests.kernel.files.samples import PDF, jpeg

KEY = stream.new_key()
NOW = datetime.datetime(2026, 11, 24, 6, tzinfo=datetime.UTC)


def _files(kept: Store) -> list[Path]:
    return [path for path in kept.folder.rglob("*") if path.is_file() and path.name != ".lock"]


def _age(kept: Store, by: float = YOUNG + 60) -> None:
    for path in _files(kept):
        os.utime(path, (NOW.timestamp() - by, NOW.timestamp() - by))


def test_the_name_is_the_hash_of_what_lies_there_and_the_same_content_twice_is_two(kept: Store) -> None:
    first, second = kept.put(["井盖".encode(), b" 1"], KEY, "original"), kept.put(["井盖 1".encode()], KEY, "original")
    assert first.digest != second.digest
    for one in (first, second):
        assert hashlib.sha256(kept.path(one.digest).read_bytes()).digest() == one.digest
        content = kept.open(one)
        assert (content.size, b"".join(content.chunks)) == (8, "井盖 1".encode())
        path = kept.path(one.digest)
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert len(_files(kept)) == 2


def test_what_breaks_off_leaves_nothing(kept: Store) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        kept.put(broken(), KEY, "original")
    assert _files(kept) == []


def test_the_sweep_of_an_empty_city(db: None, kept: Store) -> None:
    assert sweep(kept, NOW) == Swept(0, 0)


def test_an_upload_expires_and_its_files_go_once_they_are_old(db: None, kept: Store) -> None:
    receive(public(), lambda _: new_id(), [jpeg()], NOW)
    assert len(_files(kept)) == 3
    _age(kept)
    assert sweep(kept, NOW) == Swept(0, 0)  # still waiting: referred to, however old
    later = NOW + LIVES
    assert sweep(kept, later) == Swept(1, 3)
    assert _files(kept) == []


def test_what_is_young_stays_though_nothing_refers_to_it(db: None, kept: Store) -> None:
    kept.put([b"about to be referred to"], KEY, "original")
    _age(kept, by=YOUNG - 60)
    assert sweep(kept, NOW).removed == 0
    _age(kept)
    assert sweep(kept, NOW).removed == 1


def test_drafts_of_killed_writers_go(db: None, kept: Store) -> None:
    kept.put([PDF], KEY, "original")
    draft = kept.folder / ".0123.part"
    draft.write_bytes(b"half")
    os.utime(draft, (NOW.timestamp() - YOUNG - 1,) * 2)
    sweep(kept, NOW)
    assert not draft.exists()
