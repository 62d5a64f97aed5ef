"""Files and papers of a matter: copies to whoever reads it, originals on record, papers without anything sealed."""

import datetime
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.http import StreamingHttpResponse
from django.test import Client
from PIL import Image
from pytest_django import Settings

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.files.models import Attachment, Look
from jingwei.kernel.files.store import store
from jingwei.kernel.files.uploads import receive
from jingwei.kernel.matters import types
from jingwei.kernel.matters.commands import Act, Contact, ReportMatter
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import FIVE_YEARS, Action, Field, FileRule, MatterType, State, register
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text
from jingwei.kit.intake import follow_digest
from jingwei.kit.printing.typeset import NotTypeset, standard, typeset
from tests.city import FOUNDER, IN_CELL, SINCE, City
from tests.kernel.files.samples import PDF, jpeg, located
from tests.surfaces.conftest import SignIn, hidden_in, is_same_everywhere

CODE = "0000-1111-2222-3333"
_T = Text("测", "Test")


@pytest.fixture(autouse=True)
def _types(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.FILES = tmp_path / "files"
    monkeypatch.setattr(types, "_types", dict(types._types))
    monkeypatch.setattr(types, "_latest", dict(types._latest))
    shown = FileRule(key="after", title=Text("完工照片", "Work done"), images=True, public=True)
    register(
        MatterType(
            key="with_files",
            public=True,
            version=1,
            title=_T,
            basis="tests",
            retention=(FIVE_YEARS,),
            initial="open",
            fields=(
                Field(key="text", title=Text("情况", "What"), kind="text", searchable=True),
                Field(key="told", title=Text("陈述", "Statement"), kind="text", sealed=True),
            ),
            files=(FileRule(key="proof", title=Text("伤情证明", "Medical proof"), sealed=True),),
            states=(State(key="open", title=_T), State(key="done", title=_T, final=True)),
            actions=(
                Action(
                    key="finish",
                    title=_T,
                    begins=("open",),
                    ends="done",
                    grant="matter.handle",
                    files=(shown,),
                    fields=(Field(key="result", title=Text("结果", "Result"), kind="text", public=True),),
                ),
            ),
        )
    )
    yield


@pytest.fixture
def matter(city: City) -> Matter:
    now = datetime.datetime.now(datetime.UTC)
    contents = [jpeg(exif=located(orientation=6)), PDF]
    given = [FileGiven(rule="proof", upload=receive(public(), lambda _: new_id(), [one], now).pk) for one in contents]
    command = ReportMatter(
        matter_id=new_id(),
        type="with_files",
        category="ROAD-1",
        fields={"text": "路面有坑 #evil", "told": "邻居王小明干的"},
        files=tuple(given),
        channel="portal",
        point=IN_CELL["T1-01"],
        contact=Contact(name="李四", phone="13900002222", follow=follow_digest(CODE)),
    )
    execute(public("matter.report"), command, city.key())
    return Matter.objects.get(pk=command.matter_id)


def _content(answer: object) -> bytes:
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]  # not asynchronous


def _address(matter: Matter, shape: str, kind: str = "jpeg") -> str:
    return f"/matters/{matter.number}/files/{Attachment.objects.get(stream_id=matter.pk, kind=kind).pk}/{shape}/"


def test_a_reader_gets_the_clean_copy_with_guarded_headers(city: City, sign_in: SignIn, matter: Matter) -> None:
    for shape in ("copy", "thumb"):
        answer = sign_in("auditor").get(_address(matter, shape))
        assert answer.status_code == HTTPStatus.OK
        content = _content(answer)
        assert (b"Secretphone" in content, Image.open(io.BytesIO(content)).size) == (False, (48, 64))
        assert answer.headers["Content-Length"] == str(len(content))
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "private, max-age=3600"


def test_out_of_scope_and_foreign_files_look_absent(city: City, sign_in: SignIn, matter: Matter) -> None:
    other, nowhere = city.report(cell="T1-01"), sign_in("grid-west").get("/no/such/")
    file = Attachment.objects.filter(stream_id=matter.pk)[0].pk
    assert is_same_everywhere(sign_in("grid-west").get(_address(matter, "copy")), nowhere)
    for address in (
        f"/matters/{other.number}/files/{file}/copy/",
        f"/matters/{matter.number}/files/{new_id()}/copy/",
        f"/matters/{matter.number}/files/..%2f..%2fsecrets/copy/",
        f"/matters/{matter.number}/files/{file}/etc/",
        _address(matter, "copy", "pdf"),
    ):
        assert sign_in("auditor").get(address).status_code == HTTPStatus.NOT_FOUND


def test_an_original_needs_a_grant_and_a_reason_and_leaves_a_look(city: City, sign_in: SignIn, matter: Matter) -> None:
    address = _address(matter, "original")
    assert sign_in("auditor").post(address, {"reason": "x"}).status_code == HTTPStatus.FORBIDDEN
    assert sign_in("checker").get(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert sign_in("checker").post(address, {"reason": " "}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Look.objects.exists()
    answer = sign_in("checker").post(address, {"reason": "核对拍摄时间"})
    content = _content(answer)
    assert b"Secretphone" in content
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    (look,) = Look.objects.all()
    assert (look.reason, look.actor) == ("核对拍摄时间", city.actor("checker").reference)
    page = sign_in("checker").get(f"/matters/{matter.number}/").content.decode()
    assert "核对拍摄时间" in page
    assert "谁看过原件" in page
    assert hashlib.sha256(content).hexdigest()[:16] in page


def test_a_file_spoilt_on_the_disk_is_refused_in_words_and_nothing_of_it_is_sent(
    city: City, sign_in: SignIn, matter: Matter
) -> None:
    path = store().path(bytes(Attachment.objects.get(stream_id=matter.pk, kind="jpeg").copy or b""))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    for _ in range(2):
        answer = sign_in("auditor").get(_address(matter, "copy"))
        assert answer.status_code == HTTPStatus.CONFLICT and "jingwei ledger verify" in answer.content.decode()
        path.unlink(missing_ok=True)


def test_looks_cannot_be_changed(city: City, sign_in: SignIn, matter: Matter) -> None:
    sign_in("checker").post(_address(matter, "original"), {"reason": "核对"})
    for statement in ("UPDATE files_look SET reason = 'x'", "DELETE FROM files_look", "TRUNCATE files_look"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_whoever_follows_sees_public_copies_only(city: City, resident: Client, matter: Matter) -> None:
    actor = city.actor("handler-roads")
    now = datetime.datetime.now(datetime.UTC)
    upload = receive(actor, lambda _: new_id(), [jpeg((30, 20), exif=located())], now)
    given = (FileGiven(rule="after", upload=upload.pk),)
    done = Act(matter_id=matter.pk, action="finish", fields={"result": "已修好"}, files=given, grant="matter.handle")
    execute(actor, done, city.key())
    page = resident.post("/follow/", {"code": CODE}).content.decode()
    links = re.findall(r'"(/follow/pictures/[^"]+)"', page)
    assert len(links) == 2
    for link in links:
        assert b"Secretphone" not in _content(resident.get(link))
    assert "伤情证明" not in page
    assert resident.get("/follow/pictures/forged/copy/").status_code == HTTPStatus.NOT_FOUND
    assert resident.get(links[0].replace("/copy/", "/original/")).status_code == HTTPStatus.NOT_FOUND


def _paper(client: Client, matter: Matter, paper: str) -> tuple[int, bytes]:
    answer = client.get(f"/matters/{matter.number}/print/{paper}/")
    return answer.status_code, answer.content


def test_papers_are_pdf_and_offered_when_they_fit(city: City, sign_in: SignIn, matter: Matter) -> None:
    for paper in ("receipt", "order", "urging"):
        status, content = _paper(sign_in("intake"), matter, paper)
        assert (status, content[:5]) == (HTTPStatus.OK, b"%PDF-")
    assert _paper(sign_in("intake"), matter, "notice")[0] == HTTPStatus.CONFLICT
    assert _paper(sign_in("intake"), matter, "passport")[0] == HTTPStatus.NOT_FOUND
    assert _paper(sign_in("auditor"), matter, "receipt")[0] == HTTPStatus.FORBIDDEN


def test_no_paper_says_what_is_sealed_and_values_are_no_markup(
    city: City, sign_in: SignIn, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def noted(template: str, shared: str, data: dict[str, object]) -> bytes:
        seen.append(repr(data))
        return typeset(template, shared, data)

    monkeypatch.setattr("jingwei.kit.printing.sheets.typeset", noted)
    for paper in ("receipt", "order", "urging"):
        assert _paper(sign_in("intake"), matter, paper)[0] == HTTPStatus.OK
    assert len(seen) == 3
    for words in ("王小明", "李四", "13900002222", CODE):
        assert not any(words in data for data in seen)
    assert ["#evil" in data for data in seen] == [False, True, True]


def test_no_document_says_what_is_sealed_and_a_value_is_text_alone(city: City, sign_in: SignIn, matter: Matter) -> None:
    for paper in ("receipt", "order", "urging"):
        answer = sign_in("intake").get(f"/matters/{matter.number}/print/{paper}/word/")
        assert answer.status_code == HTTPStatus.OK
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            said = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
        for words in ("王小明", "李四", "13900002222", CODE):
            assert words not in said
        assert ("#evil" in said) == (paper != "receipt")


def test_a_city_may_have_its_own_template_and_a_wrong_one_is_named(city: City, sign_in: SignIn, matter: Matter) -> None:
    for number, (words, status) in enumerate(
        (
            ('#set page("a5")\n= #json(bytes(sys.inputs.data)).heading', HTTPStatus.OK),
            ("#let x = ", HTTPStatus.UNPROCESSABLE_ENTITY),
            ('#read("/etc/passwd")', HTTPStatus.UNPROCESSABLE_ENTITY),
            ('#import "@preview/x:1.0.0"', HTTPStatus.UNPROCESSABLE_ENTITY),
        )
    ):
        since = SINCE + datetime.timedelta(days=number)
        value = SetValue(parameter="print", subject="receipt", from_on=since, content={"typst": words}, basis="tests")
        execute(FOUNDER, value, city.key())
        found, content = _paper(sign_in("intake"), matter, "receipt")
        assert found == status
        assert (b"print/receipt" in content) == (status != HTTPStatus.OK)


@pytest.mark.proof
def test_an_endless_template_is_ended() -> None:
    with pytest.raises(NotTypeset):
        typeset("#let f() = { while true { 1 } }\n#f()", standard("letter"), {})


def test_an_act_takes_its_files_by_the_form_and_keeps_them_when_refused(
    city: City, sign_in: SignIn, matter: Matter
) -> None:
    client, page = sign_in("handler-roads"), f"/matters/{matter.number}/"
    address = f"{page}act/finish/"
    form = hidden_in(client.get(page), address)
    photo = SimpleUploadedFile("x.jpg", jpeg(), content_type="image/jpeg")
    refused = client.post(address, {**form, "result": "\x07", "file-after": [photo]})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "已收到 1 个文件" in refused.content.decode()
    done = client.post(address, {**hidden_in(refused, address), "result": "已修好"})
    assert done.status_code == HTTPStatus.SEE_OTHER
    assert Attachment.objects.filter(stream_id=matter.pk, rule="after").count() == 1
