"""The example programs of the guides, run as they stand against the test city, without a network."""

import io
import re
import sys
import urllib.error
import urllib.request
from email.message import Message
from types import CodeType
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from django.test import Client as Browser

from tests.architecture.tree import ROOT

LINES = 40
_CODE = re.compile(r"```python\n(.*?)```", re.S)


def example_of(guide: str) -> CodeType:
    """The one program of a guide, at most 40 lines of code, compiled; it says where its lines stand."""
    (text,) = _CODE.findall((ROOT / "docs" / "guides" / guide).read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) <= LINES, f"{guide}: {len(lines)} lines of code"
    return compile(text, guide, "exec")


def run(program: CodeType, *arguments: str, address: str = "203.0.113.9") -> None:
    """Runs it with these arguments; the site answers what it asks by `urlopen`, in the test's transaction."""
    browser = Browser(REMOTE_ADDR=address)

    def answered(asked: urllib.request.Request | str, timeout: float = 0) -> Any:
        one = asked if isinstance(asked, urllib.request.Request) else urllib.request.Request(asked)
        parts = urlsplit(one.full_url)
        headers = dict(one.header_items())
        kind = headers.pop("Content-type", "application/x-www-form-urlencoded")
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer = browser.generic(one.get_method(), path, one.data or b"", kind, headers=headers)
        if answer.status_code >= 400:
            raise urllib.error.HTTPError(one.full_url, answer.status_code, "", Message(), io.BytesIO(answer.content))
        return io.BytesIO(answer.content)

    with (
        patch.object(urllib.request, "urlopen", answered),
        patch.object(sys, "argv", [program.co_filename, *arguments]),
    ):
        exec(program, {"__name__": "__main__"})  # noqa: S102  # a program of our own guides
