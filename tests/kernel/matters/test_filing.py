"""Files of reports and acts: demanded, bounded, their sender's own, told in the entry, never in the text of it."""

import datetime
import hashlib
import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from jingwei.kernel.commands.actor import Actor, public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.files.models import Attachment, Upload
from jingwei.kernel.files.store import store
from jingwei.kernel.files.uploads import LIVES, receive
from jingwei.kernel.files.verify import verify_files
from jingwei.kernel.ledger.entries import entries_of
from jingwei.kernel.ledger.faults import Fault, Report
from jingwei.kernel.matters import types
from jingwei.kernel.matters.commands import Act, ReportMatter
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import FIVE_YEARS, Action, Field, FileRule, MatterType, State, register
from jingwei.kernel.sealing import revealed
from jingwei.kernel.values.errors import Conflict, Invalid
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text
from tests.city import IN_CELL, City
from tests.kernel.files.samples import PDF, jpeg

_T = Text("测", "Test")
PHOTOS = FileRule(key="photos", title=Text("现场照片", "Photos of the place"), images=True, most=9)
AFTER = FileRule(key="after", title=Text("完工照片", "Photos of the work done"), least=1, most=3, images=True)
PROOF = FileRule(key="proof", title=Text("证明材料", "Proof"), most=2, sealed=True)


@pytest.fixture(autouse=True)
def _types(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.FILES = tmp_path / "files"
    monkeypatch.setattr(types, "_types", dict(types._types))
    monkeypatch.setattr(types, "_latest", dict(types._latest))
    register(
        MatterType(
            key="with_files",
            version=1,
            title=_T,
            basis="tests",
            retention=(FIVE_YEARS,),
            initial="open",
            public=True,
            fields=(Field(key="text", title=_T, kind="text", searchable=True),),
            files=(PHOTOS,),
            states=(State(key="open", title=_T), State(key="done", title=_T, final=True)),
            actions=(
                Action(
                    key="finish", title=_T, begins=("open",), ends="done", grant="matter.handle", files=(AFTER, PROOF)
                ),
            ),
        )
    )
    yield


def _sent(actor: Actor, content: bytes, now: datetime.datetime | None = None) -> uuid.UUID:
    moment = now or datetime.datetime.now(datetime.UTC)
    upload: Upload = receive(actor, lambda _: new_id(), [content], moment)
    return upload.pk


def _reported(city: City, *files: FileGiven, actor: Actor | None = None, key: str = "") -> Matter:
    command = ReportMatter(
        matter_id=new_id(),
        type="with_files",
        category="ROAD-1",
        fields={"text": "路面有坑"},
        files=files,
        channel="portal",
        point=IN_CELL["T1-01"],
    )
    execute(actor or public("matter.report"), command, key or city.key())
    return Matter.objects.get(pk=command.matter_id)


def _finish(city: City, matter: Matter, *files: FileGiven, key: str = "") -> None:
    command = Act(matter_id=matter.pk, action="finish", fields={}, files=files, grant="matter.handle")
    execute(city.actor("handler-roads"), command, key or city.key())


def _photos(actor: Actor, count: int, rule: str = "photos") -> list[FileGiven]:
    return [FileGiven(rule=rule, upload=_sent(actor, jpeg((8 + n, 8)))) for n in range(count)]


def test_a_report_keeps_its_photos_and_its_entry_commits_to_them(city: City) -> None:
    given = _photos(public(), 2)
    matter = _reported(city, *given)
    rows = list(Attachment.objects.filter(stream_id=matter.pk).order_by("id"))
    assert {row.pk for row in rows} == {one.upload for one in given}
    assert {(row.act, row.rule, row.kept, row.added_by) for row in rows} == {(matter.pk, "photos", False, "public")}
    (entry,) = entries_of(matter.pk)
    assert [one["file"] for one in entry.facts["files"]] == [str(one.upload) for one in given]
    for row in rows:
        told = entry.facts["sealed"][f"files_attachment:{row.pk}"]
        assert sorted(told["commit"]) == ["content.key", "content.sha256"]
        content = revealed(row).content
        assert content["sha256"] in {hashlib.sha256(jpeg((8 + n, 8))).hexdigest() for n in range(2)}
        assert content["sha256"] not in json.dumps(entry.facts) and row.original is None
    assert len([name for name in entry.rows if name.startswith("files_attachment:")]) == 2


def test_an_action_that_demands_files_names_what_is_missing(city: City) -> None:
    matter, actor = _reported(city), city.actor("handler-roads")
    with pytest.raises(Invalid) as refused:
        _finish(city, matter)
    assert (refused.value.place, "完工照片" in refused.value.reason.zh) == ("files.after", True)
    assert "Photos of the work done" in refused.value.reason.en
    _finish(city, matter, *_photos(actor, 1, "after"), FileGiven(rule="proof", upload=_sent(actor, PDF)))
    assert {(row.rule, row.kept) for row in Attachment.objects.filter(stream_id=matter.pk)} == {
        ("after", False),
        ("proof", True),
    }


def test_too_many_wrong_kind_unknown_rule_twice_the_same(city: City) -> None:
    document, photo = _sent(public(), PDF), _sent(public(), jpeg())
    for files, place in (
        (_photos(public(), 10), "files"),
        ([FileGiven(rule="photos", upload=document)], "files.photos"),
        ([FileGiven(rule="other", upload=photo)], "files.other"),
        ([FileGiven(rule="photos", upload=photo)] * 2, "files"),
        ([FileGiven(rule="photos", upload=new_id())], "files.photos"),
    ):
        with pytest.raises(Invalid) as refused:
            _reported(city, *files)
        assert refused.value.place == place
    assert not Attachment.objects.exists()
    assert not Matter.objects.exists()


def test_what_another_sent_or_what_has_expired_cannot_be_attached(city: City) -> None:
    theirs = _sent(city.actor("intake"), jpeg())
    past = _sent(public(), jpeg(), datetime.datetime.now(datetime.UTC) - LIVES)
    for key in (theirs, past):
        with pytest.raises(Invalid, match="not there, not yours"):
            _reported(city, FileGiven(rule="photos", upload=key))


def test_a_file_belongs_to_one_matter_and_a_repeat_doubles_nothing(city: City) -> None:
    matter, actor = _reported(city), city.actor("handler-roads")
    files = _photos(actor, 1, "after")
    _finish(city, matter, *files, key="the same")
    _finish(city, matter, *files, key="the same")
    assert Attachment.objects.filter(stream_id=matter.pk).count() == 1
    with pytest.raises(Conflict):
        _finish(city, _reported(city), *files)


def test_the_same_picture_in_two_matters_tells_neither_of_the_other(city: City) -> None:
    one, other = _photos(public(), 1), _photos(public(), 1)
    first, second = _reported(city, *one), _reported(city, *other)
    rows = [Attachment.objects.get(stream_id=matter.pk) for matter in (first, second)]
    assert rows[0].copy != rows[1].copy and rows[0].key != rows[1].key


@pytest.mark.parametrize("shape", ["original", "copy", "thumb"])
def test_verification_finds_a_file_that_is_gone_or_changed(city: City, shape: str) -> None:
    matter = _reported(city, FileGiven(rule="photos", upload=_sent(public("matter.report"), jpeg())))
    _finish(
        city,
        matter,
        FileGiven(rule="after", upload=_sent(city.actor("handler-roads"), jpeg(colour="blue"))),
        FileGiven(rule="proof", upload=_sent(city.actor("handler-roads"), jpeg(colour="green"))),
    )
    assert _verified() == (7, []), "three pictures with copy and small one; of the originals only the sealed one"
    row = Attachment.objects.get(rule="proof")
    path = store().path(bytes(getattr(row, shape)))
    path.write_bytes(path.read_bytes() + b"x")
    (fault,) = _verified()[1]
    assert (fault.table, fault.row, fault.stream) == ("files_attachment", str(row.pk), str(matter.pk))
    assert fault.what == f"the file of its {shape} has other bytes than its hash says"
    path.unlink()
    assert _verified()[1][0].what == f"the file of its {shape} is gone"


def _verified() -> tuple[int, list[Fault]]:
    report = Report()
    verify_files(store(), report)
    return report.files, report.faults
