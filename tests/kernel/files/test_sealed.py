"""Nothing of a file lies on the disk in clear, spoilt contents are never handed out, and a key that went ends all."""

import datetime
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jingwei.kernel.commands.actor import public
from jingwei.kernel.files.models import Upload
from jingwei.kernel.files.opening import open_uploads
from jingwei.kernel.files.store import SHAPES, Shape, Spoilt, Store, Stored
from jingwei.kernel.files.sweep import sweep
from jingwei.kernel.files.uploads import LIVES, expire, receive, taken_over
from jingwei.kernel.sealing import keys, stream
from jingwei.kernel.sealing.keys import _Line, _Reserve
from jingwei.kernel.values.errors import Conflict
from jingwei.kernel.values.ids import new_id
from tests.kernel.files.samples import jpeg, located

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 24, 6, tzinfo=datetime.UTC)
WORDS = "诸葛家的猫".encode()


def _lying(kept: Store) -> bytes:
    return b"".join(path.read_bytes() for path in kept.folder.rglob("*") if path.is_file())


def _stored(upload: Upload, shape: Shape) -> Stored:
    return Stored(bytes(getattr(upload, shape)), upload.opener.key, shape)


def test_nothing_lies_in_clear_while_it_comes_nor_afterwards(kept: Store) -> None:
    found = []

    def coming() -> Iterator[bytes]:
        yield b"%PDF-1.7\n" + WORDS
        for number in range(40):
            yield number.to_bytes(1, "big") * 50_000 + WORDS
            found.append(_lying(kept))
        yield b"%%EOF"

    receive(public(), lambda _: new_id(), coming(), NOW)
    assert len(found[-1]) > 1_000_000
    for lying in (*found, _lying(kept)):
        assert WORDS not in lying and b"%PDF" not in lying and b"%%EOF" not in lying


def test_no_shape_of_a_picture_lies_in_clear(kept: Store, tmp_path: Path) -> None:
    content = jpeg((900, 700), exif=located())
    upload = receive(public(), lambda _: new_id(), [content], NOW)
    shapes = [b"".join(kept.open(_stored(upload, shape)).chunks) for shape in SHAPES]
    assert shapes[0] == content and len(_lying(kept)) > sum(map(len, shapes))
    lying = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for mark in (b"JFIF", b"Exif", b"Secretphone", b"\xff\xd8\xff", *(one[-200:] for one in shapes)):
        assert mark not in lying
    row = Upload.objects.values_list().get()
    assert not any(hashlib.sha256(one).hexdigest() in repr(row) for one in shapes)


@pytest.mark.parametrize("how", ["flipped", "cut", "re-ordered", "swapped", "gone"])
def test_a_spoilt_content_is_refused_before_its_first_byte(kept: Store, how: str) -> None:
    big = [os.urandom(200_000)]
    stored, other = (kept.put(big, stream.new_key(), "original") for _ in range(2))
    path, full = kept.path(stored.digest), stream.CHUNK + 16
    whole, head = path.read_bytes(), len(stream.MARK) + 16
    first, second = whole[head : head + full], whole[head + full : head + 2 * full]
    changed = {
        "flipped": whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:],
        "cut": whole[: head + 2 * full],
        "re-ordered": whole[:head] + second + first + whole[head + 2 * full :],
        "swapped": kept.path(other.digest).read_bytes(),
    }
    path.unlink()
    if how in changed:
        path.write_bytes(changed[how])
    with pytest.raises(Spoilt, match="changed there"):
        kept.open(stored)
    if how in changed:  # nor under the name of what it is now
        named = hashlib.sha256(changed[how]).digest()
        kept.path(named).parent.mkdir(exist_ok=True)
        kept.path(named).write_bytes(changed[how])
        with pytest.raises(Spoilt):
            list(kept.open(Stored(named, stored.key, "original")).chunks)


def test_a_content_of_another_shape_is_not_taken_for_it(kept: Store) -> None:
    stored = kept.put([b"x"], stream.new_key(), "thumb")
    with pytest.raises(Spoilt):
        list(kept.open(Stored(stored.digest, stored.key, "copy")).chunks)


def test_a_draft_that_was_not_sent_takes_its_key_along_and_an_attached_one_does_not(kept: Store) -> None:
    draft, attached = (receive(public(), lambda _: new_id(), [jpeg()], NOW) for _ in range(2))
    Upload.objects.filter(pk=attached.pk).update(attached=True)
    assert keys.alive([draft.key, attached.key]) == {draft.key, attached.key}
    assert expire(NOW + LIVES) == 2
    assert keys.alive([draft.key, attached.key]) == {attached.key}
    draft.held = None
    assert open_uploads([draft]) == [], "a row out of a backup opens nothing"


def test_what_expired_while_its_report_was_on_the_way_is_not_attached(kept: Store) -> None:
    there, over = (receive(public(), lambda _: new_id(), [jpeg()], one) for one in (NOW + LIVES, NOW))
    assert expire(NOW + LIVES) == 1
    assert taken_over([there.pk]) and not taken_over([there.pk, over.pk])


def test_without_a_key_database_no_file_is_taken_and_the_sweep_goes_on(
    kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(public(), lambda _: new_id(), [jpeg()], NOW)
    monkeypatch.setattr(keys, "_line", _Line())
    monkeypatch.setattr(keys, "_reserve", _Reserve())
    monkeypatch.setattr("django.conf.settings.KEY_DATABASE", lambda: {"host": "/nowhere", "dbname": "none"})
    with pytest.raises(Conflict, match="key database"):
        receive(public(), lambda _: new_id(), [jpeg()], NOW)
    for path in kept.folder.glob("??/*"):
        os.utime(path, (0, 0))
    assert sweep(kept, NOW + LIVES).expired == 0
    assert Upload.objects.count() == 1 and len(list(kept.folder.glob("??/*"))) == 3, "what was refused is swept"
