"""Files that come with forms and by the interface: taken once, kept when the rest is refused, bounded."""

import dataclasses
import os
import uuid
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from jingwei.capabilities.grid_events.matter_type import GRID_EVENT
from jingwei.kernel.files.models import Attachment, Upload
from jingwei.kernel.matters import types
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import FileRule, register
from jingwei.kernel.values.words import Text
from jingwei.kit import receiving
from jingwei.kit.limits import Limit
from tests.city import City
from tests.kernel.files.samples import PDF, bomb, jpeg
from tests.surfaces.conftest import SignIn, hidden_in

FILLED = {"category": "ROAD-1", "text": "路面有坑", "area": "T1"}


@pytest.fixture(autouse=True)
def _photos(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.FILES = tmp_path / "files"
    monkeypatch.setattr(types, "_types", dict(types._types))
    monkeypatch.setattr(types, "_latest", dict(types._latest))
    rule = FileRule(key="photos", title=Text("照片", "Photos"), images=True)
    register(dataclasses.replace(GRID_EVENT, version=99, files=(rule,)))
    yield


def _file(content: bytes, name: str = "x.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def _sent(browser: Client, page: str, **values: object) -> tuple[int, str]:
    form = hidden_in(browser.get(page))
    answer = browser.post(page, {**form, **FILLED, **values})
    return answer.status_code, answer.content.decode()


def test_a_resident_sends_photos_and_a_double_click_doubles_nothing(city: City, resident: Client) -> None:
    page = resident.get("/report/")
    assert 'enctype="multipart/form-data"' in page.content.decode()
    assert 'accept="image/jpeg,image/png,image/webp"' in page.content.decode()
    form = {**hidden_in(page), **FILLED}
    for _ in range(2):
        photos = [_file(jpeg()), _file(jpeg(colour="blue"), "../../../etc/passwd\0.svg" + "长" * 500)]
        assert resident.post("/report/", {**form, "file-photos": photos}).status_code == HTTPStatus.OK
    (matter,) = Matter.objects.all()
    assert Attachment.objects.filter(stream_id=matter.pk).count() == 2


def test_what_waits_during_a_request_waits_sealed(
    city: City, resident: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = tmp_path / "waiting"
    monkeypatch.setattr(receiving, "TemporaryFile", lambda: waiting.open("w+b", buffering=0))
    photo, words = jpeg() + os.urandom(150_000), "诸葛家的猫".encode()
    status, _ = _sent(resident, "/report/", **{"file-photos": [_file(photo + words)]})
    assert status == HTTPStatus.OK and Attachment.objects.count() == 1
    lying = waiting.read_bytes()
    assert len(lying) > len(photo) and words not in lying and photo[:20] not in lying


def test_photos_stay_when_the_rest_is_refused(city: City, resident: Client) -> None:
    form = hidden_in(resident.get("/report/"))
    refused = resident.post("/report/", {**form, **FILLED, "text": "", "file-photos": [_file(jpeg())]})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "已收到 1 个文件" in refused.content.decode()
    assert resident.post("/report/", {**hidden_in(refused), **FILLED}).status_code == HTTPStatus.OK
    assert Attachment.objects.count() == 1


def test_a_forged_or_foreign_list_of_files_is_nothing(city: City, resident: Client) -> None:
    for forged in ("x", "W10:1abc:def", "a" * 10_000):
        assert _sent(resident, "/report/", _files=forged)[0] == HTTPStatus.OK
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    "content", [b"<svg onload=alert(1)>", b"<html>", PDF, bomb(), jpeg()[:-50], b"GIF89a" + bytes(50)]
)
def test_what_is_not_taken_is_said_at_the_input(city: City, resident: Client, content: bytes) -> None:
    status, page = _sent(resident, "/report/", **{"file-photos": [_file(content)]})
    assert status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'id="file-photos-error"' in page
    assert not Matter.objects.exists()


def test_ten_photos_are_one_too_many(city: City, resident: Client) -> None:
    photos = [_file(jpeg((8 + number, 8))) for number in range(10)]
    status, page = _sent(resident, "/report/", **{"file-photos": photos})
    assert (status, "最多附 9 个文件" in page) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)


def test_a_request_that_is_too_large_is_refused_unread(
    city: City, resident: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "LARGEST_REQUEST", 10_000)
    status, _ = _sent(resident, "/report/", **{"file-photos": [_file(bytes(20_000))]})
    assert status == HTTPStatus.BAD_REQUEST
    assert not Upload.objects.exists()


def test_a_full_disk_is_said(city: City, resident: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jingwei.kernel.files.store.Store.room", lambda _: 1000)
    status, page = _sent(resident, "/report/", **{"file-photos": [_file(jpeg())]})
    assert (status, "存储空间不足" in page) == (HTTPStatus.CONFLICT, True)


def test_a_clerk_adds_what_somebody_brings(city: City, sign_in: SignIn) -> None:
    status, _ = _sent(sign_in("intake"), "/matters/new/", **{"file-photos": [_file(jpeg())]})
    assert status == HTTPStatus.OK
    (row,) = Attachment.objects.all()
    assert row.added_by == city.actor("intake").reference


def _posted(content: bytes, key: str, **headers: str) -> tuple[int, dict[str, str]]:
    answer = Client().post("/api/v1/files", {"file": _file(content)}, headers={"Idempotency-Key": key, **headers})
    return answer.status_code, answer.json()


def test_by_the_interface_first_the_file_then_the_report(city: City) -> None:
    key = str(uuid.uuid4())
    status, taken = _posted(jpeg(), key)
    assert (status, taken["kind"]) == (HTTPStatus.CREATED, "jpeg")
    assert _posted(jpeg(), key) == (status, taken)
    assert _posted(jpeg(colour="blue"), key)[0] == HTTPStatus.CONFLICT
    body = {"category": "ROAD-1", "text": "路面有坑", "files": [{"rule": "photos", "file": taken["file"]}]}
    report = Client().post(
        "/api/v1/reports", body, content_type="application/json", headers={"Idempotency-Key": str(uuid.uuid4())}
    )
    assert report.status_code == HTTPStatus.CREATED
    assert str(Attachment.objects.get(stream_id=report.json()["matter"]).pk) == taken["file"]
    body["files"] = [{"rule": "photos", "file": str(uuid.uuid4())}]
    unknown = Client().post(
        "/api/v1/reports", body, content_type="application/json", headers={"Idempotency-Key": str(uuid.uuid4())}
    )
    assert (unknown.status_code, unknown.json()["place"]) == (HTTPStatus.UNPROCESSABLE_ENTITY, "files.photos")


def test_the_interface_refuses_what_is_no_form_no_key_no_picture(city: City) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    raw = Client().post("/api/v1/files", jpeg(), content_type="image/jpeg", headers=key)
    assert raw.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    assert Client().post("/api/v1/files", {"other": "x"}, headers=key).status_code in (400, 422)
    assert _posted(jpeg(), "short")[0] == HTTPStatus.UNPROCESSABLE_ENTITY
    assert _posted(b"<svg>", str(uuid.uuid4()))[0] == HTTPStatus.UNPROCESSABLE_ENTITY
    assert _posted(b"", str(uuid.uuid4()))[0] == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Upload.objects.exists()


def test_an_address_may_send_so_many_bytes_an_hour(
    city: City, resident: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted by what a request says it brings, before any of it is read; forms without files are not counted."""
    monkeypatch.setattr(receiving, "OF_ADDRESS", Limit("tests.kilobytes", 250, 3600))
    big = jpeg() + bytes(100_000)
    assert _sent(resident, "/report/", **{"file-photos": [_file(big)]})[0] != HTTPStatus.TOO_MANY_REQUESTS
    assert _sent(resident, "/report/", **{"file-photos": [_file(big)]})[0] != HTTPStatus.TOO_MANY_REQUESTS
    before = Upload.objects.count()
    answer = resident.post("/report/", {**hidden_in(resident.get("/report/")), **FILLED, "file-photos": [_file(big)]})
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS and int(answer["Retry-After"]) > 3000
    by_key = {"Idempotency-Key": uuid.uuid4().hex}
    told = resident.post("/api/v1/files", {"file": _file(big)}, headers=by_key)
    assert told.status_code == HTTPStatus.TOO_MANY_REQUESTS and int(told["Retry-After"]) > 3000
    assert Upload.objects.count() == before
    assert _sent(resident, "/report/")[0] == HTTPStatus.OK, "a report without files goes on"
