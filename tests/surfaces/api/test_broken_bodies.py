"""Bodies that break off, or that Django gives up on: refused in the interface's own form, and nothing is done."""

import io
import json
from uuid import uuid4

import pytest
from django.http import HttpResponse

from jingwei.kernel.files.models import Upload
from jingwei.kit.receiving import WholeBody
from tests.surfaces.api.conftest import Partner

_PART = 'Content-Disposition: form-data; name="{}"'
_FILE = _PART.format("file") + '; filename="a.png"\r\nContent-Type: image/png'


def _form(*parts: tuple[str, str], end: str = "--b--\r\n") -> bytes:
    return ("".join(f"--b\r\n{head}\r\n\r\n{content}\r\n" for head, content in parts) + end).encode()


def _send(partner: Partner, address: str, body: bytes, **more: object) -> HttpResponse:
    return partner.client.generic(  # type: ignore[return-value]  # no streaming here
        "POST",
        address,
        body,
        content_type=more.pop("kind", "multipart/form-data; boundary=b"),  # type: ignore[arg-type]  # a string
        headers={
            "Authorization": f"Bearer {partner.secret}",
            "Idempotency-Key": uuid4().hex,
            "Accept-Language": "en",
        },
        **more,  # type: ignore[arg-type]  # of the environment
    )


def _broken_off(body: bytes) -> dict[str, object]:
    """The environment of a request that said more than came, as the web server hands it over."""
    said = len(body) + 1000
    return {"CONTENT_LENGTH": said, "wsgi.input": WholeBody(io.BytesIO(body), said)}


@pytest.mark.parametrize(
    ("body", "more"),
    [
        pytest.param(_form((_FILE, "x"), end=""), {}, id="without its end"),
        pytest.param(_form((_FILE, "x")), _broken_off(_form((_FILE, "x"))), id="broken off"),
        pytest.param(_form(*((_PART.format(f"n{n}"), "1") for n in range(1100))), {}, id="too many fields"),
        pytest.param(_form(*((_FILE, "x") for _ in range(120))), {}, id="too many files"),
        pytest.param(_form((_PART.format("text"), "x" * 3_000_000)), {}, id="a field too large"),
        pytest.param(_form((_FILE + "\r\nContent-Transfer-Encoding: base64", "=x")), {}, id="no base64"),
        pytest.param(_form((_FILE, "x")), {"kind": "multipart/form-data"}, id="no boundary"),
        pytest.param(_form((_FILE, "x")), {"kind": "multipart/form-data; boundary=é"}, id="a boundary of no ASCII"),
        pytest.param(b"--b", {}, id="begun"),
        pytest.param(b"b" * 70_000, {}, id="no form"),
        pytest.param(b"--b\r\n" * 20_000, {}, id="boundaries only"),
        pytest.param(b"", {}, id="nothing"),
    ],
)
def test_a_form_that_cannot_be_read_is_refused_as_described(
    partner: Partner, body: bytes, more: dict[str, object]
) -> None:
    answer = _send(partner, "/api/v1/files", body, **more)
    assert answer["Content-Type"] == "application/json", answer.content.decode()[:300]
    said = json.loads(answer.content)
    assert said["status"] == answer.status_code and answer.status_code in (400, 413, 415, 422) and said["reason"]
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("address", "kind", "language", "begins"),
    [
        ("/api/v1/files", "multipart/form-data", "zh-CN", "请求的内容格式不对，没有办理任何事："),
        ("/api/v1/files", "multipart/form-data", "en", "The body is malformed, and nothing was done: "),
        ("/api/v1/reports", "application/json", "zh-CN", "不是正确的 JSON："),
        ("/api/v1/reports", "application/json", "en", "This is not sound JSON: "),
    ],
)
def test_reasons_come_in_the_language_of_the_asker(
    partner: Partner, address: str, kind: str, language: str, begins: str
) -> None:
    """What the reader of the body says stands as the detail of a sentence."""
    headers = {"Authorization": f"Bearer {partner.secret}", "Idempotency-Key": uuid4().hex, "Accept-Language": language}
    answer = partner.client.generic("POST", address, b"{", content_type=kind, headers=headers)
    assert (answer.status_code, json.loads(answer.content)["reason"][: len(begins)]) == (400, begins)


def test_a_report_that_breaks_off_is_refused_as_described(partner: Partner) -> None:
    begun = b'{"category": '
    answer = _send(partner, "/api/v1/reports", begun, kind="application/json", **_broken_off(begun))
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
    assert "send it again" in json.loads(answer.content)["reason"]
