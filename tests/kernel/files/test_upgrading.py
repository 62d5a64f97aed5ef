"""Files that an edition before sealing kept in clear: sealed by an upgrade that may be killed, damaged ones named."""

import datetime
import hashlib
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.files import attaching
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.files.models import Attachment, Opener, Upload
from jingwei.kernel.files.opening import stored_of
from jingwei.kernel.files.store import SHAPES, Spoilt, Store, Stored, store
from jingwei.kernel.files.sweep import remove_open
from jingwei.kernel.files.uploads import receive
from jingwei.kernel.files.verify import verify_files
from jingwei.kernel.ledger.faults import Report
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands import ReportMatter
from jingwei.kernel.sealing import revealed, stream
from jingwei.kernel.values.errors import Denied
from jingwei.kernel.values.ids import new_id
from jingwei.surfaces.console.personal.sealing import seal_what_lies_open
from tests.clones import Clone, in_threads
from tests.kernel.files.samples import PDF, jpeg
from tests.procedure import install

MATTERS = 3


def report_in_clear(clone: Clone, kept: Store, content: bytes) -> Attachment:
    """A report whose file lies as an edition before sealing left it, with the row and the hashes of then."""
    upload = receive(public(), lambda _: new_id(), [content], datetime.datetime.now(datetime.UTC))
    for shape in SHAPES:
        if getattr(upload, shape) is not None:
            clear = b"".join(kept.open(Stored(getattr(upload, shape), upload.opener.key, shape)).chunks)
            path = kept.path(hashlib.sha256(clear).digest())
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(clear)
            Upload.objects.filter(pk=upload.pk).update(**{shape: hashlib.sha256(clear).digest()})

    def as_before(row: Attachment, opener: Opener) -> None:
        row.original = bytes.fromhex(opener.sha256)

    given = (FileGiven(rule="paper", upload=upload.pk),)
    report: dict[str, Any] = {"type": "procedure", "category": "ROAD-1", "fields": {}, "channel": "portal"}
    with pytest.MonkeyPatch.context() as before:
        before.setattr(attaching, "close_attachment", as_before)
        execute(public("matter.report"), ReportMatter(matter_id=new_id(), files=given, **report), clone.city.key())
    return Attachment.objects.get(pk=upload.pk)


@pytest.fixture
def kept(clone: Clone, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> Store:
    settings.FILES = tmp_path / "files"
    install(monkeypatch)
    return store()


def in_clear(kept: Store) -> int:
    return sum(not path.read_bytes().startswith(stream.MARK) for path in kept.folder.rglob("?" * 64))


def faults(kept: Store) -> list[str]:
    report = Report()
    verify_files(kept, report)
    return [one.what for one in report.faults]


def test_an_upgrade_killed_within_goes_on_and_leaves_nothing_in_clear(
    clone: Clone, kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = [PDF, jpeg(), *(PDF + bytes([number]) + b"%%EOF" for number in range(MATTERS))]
    rows = [report_in_clear(clone, kept, one) for one in contents]
    Upload.objects.all().delete()
    (kept.folder / ".0123.part").write_bytes(b"%PDF half")
    assert in_clear(kept) == len(contents) + 2 and faults(kept) == []
    put, times = Store.put, iter(range(len(contents)))

    def killed(self: Store, *given: Any) -> Stored:
        if next(times) == 4:
            raise KeyboardInterrupt
        return put(self, *given)

    with monkeypatch.context() as once:
        once.setattr(Store, "put", killed)
        with pytest.raises(KeyboardInterrupt):
            seal_what_lies_open()
    assert faults(kept) == []
    assert seal_what_lies_open() == len(contents) and seal_what_lies_open() == 0
    assert remove_open(kept) == in_clear(kept) == 0 and not list(kept.folder.glob(".*.part"))
    assert faults(kept) == [] and verify(clone.owner).faults == []
    for row, content in zip(rows, contents, strict=True):
        now = Attachment.objects.get(pk=row.pk)
        assert revealed(now).content["sha256"] == hashlib.sha256(content).hexdigest()
        assert hashlib.sha256(content).digest() not in (now.original, now.copy)
        if now.kept:
            assert b"".join(kept.open(stored_of(now, "original")).chunks) == content


def test_two_upgrades_at_once_seal_each_matter_once(clone: Clone, kept: Store) -> None:
    """As where one was killed and what it had started goes on."""
    rows = [report_in_clear(clone, kept, PDF + bytes([number]) + b"%%EOF") for number in range(MATTERS)]
    Upload.objects.all().delete()
    assert sorted(map(str, in_threads([seal_what_lies_open] * 2))) == ["0", str(len(rows))]
    assert in_threads([lambda: remove_open(kept)] * 2) == [0, 0] and in_clear(kept) == 0
    assert faults(kept) == [] and verify(clone.owner).faults == []


def test_what_was_damaged_before_stays_named_and_is_not_handed_out(clone: Clone, kept: Store) -> None:
    damaged, gone, erased = (report_in_clear(clone, kept, PDF + bytes([n]) + b"%%EOF") for n in range(3))
    Upload.objects.all().delete()
    with clone.owner() as owner:  # as an erasure of then left it; the row's hash is not looked at here
        owner.execute("UPDATE files_attachment SET kept = false WHERE id = %s", [erased.pk])
    kept.path(bytes(damaged.original or b"")).write_bytes(PDF)
    kept.path(bytes(gone.original or b"")).unlink()
    assert seal_what_lies_open() == 3 and seal_what_lies_open() == 0
    assert remove_open(kept) == 1
    assert sorted(faults(kept)) == [
        "the file of its original has other bytes than its hash says",
        "the file of its original is gone",
    ]
    for row in (damaged, gone):
        with pytest.raises(Spoilt):
            kept.open(stored_of(Attachment.objects.get(pk=row.pk), "original"))
    now = Attachment.objects.get(pk=erased.pk)
    assert now.original is None and now.sealed is None
    with pytest.raises(Denied):
        stored_of(now, "original")
