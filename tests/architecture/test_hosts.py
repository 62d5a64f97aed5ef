"""What is in the repository works anywhere: no package registry, no machine's folders, no secret."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import project_files, shown

FOREIGN = {
    "a package registry": re.compile(
        r"\b(pypi\.org|pythonhosted\.org|registry\.npmjs\.org|npmmirror\.com|deb\.debian\.org|proxy\.golang\.org)\b"
        r"|(?:--(?:extra-)?index-url|--find-links)[ =]\S",
        re.I,
    ),
    "a folder of one machine": re.compile(
        r"(?<![\w.])/(?:work/(?:main|shared)|root|home/\w+|Users/\w+|opt/(?:wheels|pypi))/", re.I
    ),
    "a secret": re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}"
        r"|\bxox[bap]-[0-9A-Za-z-]{10,}|\bpostgres(?:ql)?://[\w.-]+:(?!password@|\{|%|\$|<|…|\*)[^\s@/'\"{]{6,}@(?!localhost|127\.0\.0\.1)"
    ),
}
HERE = Path(__file__)
"""Left out of the search: it holds samples of what it looks for."""


def foreign(text: str) -> list[str]:
    """What of the above a text holds, with its line."""
    return [
        f"{text.count(chr(10), 0, match.start()) + 1}: {what}: {match.group()}"
        for what, pattern in FOREIGN.items()
        for match in pattern.finditer(text)
    ]


@pytest.mark.parametrize(
    "sample",
    [
        "--index-url https://pypi.org/simple",
        "https://files.pythonhosted.org/packages/x",
        "cd /root/project",
        "/home/anna/jingwei",
        "-----BEGIN RSA PRIVATE KEY-----",
        "postgresql://jingwei:s3cretword@db.example/jingwei",
    ],
)
def test_what_is_foreign_is_caught(sample: str) -> None:
    assert foreign(sample)


@pytest.mark.parametrize(
    "sample",
    [
        "/var/lib/jingwei/abc",
        "/usr/lib/postgresql/15/bin",
        "postgresql://USER:…@HOST/NAME",
        "postgresql://user:password@host/name",
        "tests/work/things",
        '<a href="/work/">',
    ],
)
def test_what_is_general_passes(sample: str) -> None:
    assert foreign(sample) == []


def test_nothing_foreign_is_in_the_repository() -> None:
    found = []
    read = 0
    for path in project_files():
        raw = path.read_bytes()
        if path == HERE or b"\0" in raw[:8000]:
            continue
        read += 1
        found += [f"{shown(path)}:{row}" for row in foreign(raw.decode("utf-8", errors="replace"))]
    assert found == []
    assert read > 50
