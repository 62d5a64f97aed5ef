"""A body that ends before its said length is taken for none, however it is read."""

import io
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.exceptions import BadRequest
from hypothesis import given
from hypothesis import strategies as st

from jingwei.kit.receiving import WholeBody
from jingwei.project.wsgi import application


class Trickle(io.BytesIO):
    """A connection from which no more than three bytes come at once."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(3, size) if size and size > 0 else 3)


@given(body=st.binary(max_size=40), sizes=st.lists(st.integers(-1, 50), max_size=5))
def test_what_came_whole_is_read_as_it_came(body: bytes, sizes: list[int]) -> None:
    whole = WholeBody(Trickle(body), len(body))
    assert b"".join(whole.read(size) for size in [*sizes, -1]) == body


@given(body=st.binary(max_size=40), missing=st.integers(1, 50))
def test_what_broke_off_is_refused(body: bytes, missing: int) -> None:
    with pytest.raises(BadRequest):
        WholeBody(Trickle(body), len(body) + missing).read()
    lines = WholeBody(io.BytesIO(body), len(body) + missing)
    with pytest.raises(BadRequest):
        while True:
            lines.readline()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_form_that_broke_off_is_refused(kind: str) -> None:
    said: list[str] = []
    environ: dict[str, Any] = {"REQUEST_METHOD": "POST", "PATH_INFO": "/report/", "CONTENT_LENGTH": "500"}
    environ |= {"CONTENT_TYPE": kind, "HTTP_COOKIE": f"csrftoken={'t' * 32}", "wsgi.input": io.BytesIO(b"--x\r\n")}
    setup_testing_defaults(environ)
    application(environ, lambda status, _: said.append(status))
    assert said == ["400 Bad Request"]
