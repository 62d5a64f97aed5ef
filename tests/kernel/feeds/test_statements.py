"""What is kept of a source's rows is keyed: nobody without the site's secret can try their cells by it."""

import hashlib
from pathlib import Path

import pytest
from pytest_django import Settings

from jingwei.kernel.feeds.definition import Feed
from jingwei.kernel.feeds.run import import_file
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.models import ExternalNumber
from jingwei.kernel.matters.personal.statements import statement_digest
from jingwei.surfaces.console.personal.sealing import seal_what_lies_open
from tests.clones import Clone
from tests.kernel.feeds.conftest import Rows, changed, read_extract, write_file


def kept() -> dict[str, bytes]:
    return {number: bytes(one or b"") for number, one in ExternalNumber.objects.values_list("number", "digest")}


def imported(feed: Feed, path: Path, rows: Rows) -> tuple[int, int, int, int]:
    answer = import_file("tests", feed, write_file(path, rows))
    return answer["imported"], answer["changed"], answer["unchanged"], answer["clashes"]


def test_the_digest_of_a_row_is_nothing_without_the_secret(settings: Settings) -> None:
    first = statement_digest("13912345678")
    assert first == statement_digest("13912345678") != statement_digest("13912345679")
    settings.SECRET_KEY = "another site's"
    assert statement_digest("13912345678") != first


def test_a_row_kept_without_a_key_is_known_again_and_keyed_by_the_upgrade(
    feed_clone: Clone, feed: Feed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = read_extract()[:5]
    with monkeypatch.context() as before:
        before.setattr("jingwei.kernel.feeds.rows.statement_digest", lambda row: hashlib.sha256(row.encode()).digest())
        assert imported(feed, tmp_path / "a.csv", rows) == (5, 0, 0, 0)
    assert {len(one) for one in kept().values()} == {32}
    other = changed(rows, {rows[0]["case_enquiry_id"]: {"case_title": "Another"}})
    assert imported(feed, tmp_path / "b.csv", other) == (0, 1, 4, 0)
    assert seal_what_lies_open() == 4
    assert {len(one) for one in kept().values()} == {16}
    assert seal_what_lies_open() == 0
    assert imported(feed, tmp_path / "b.csv", other) == (0, 0, 5, 0)
    assert verify(feed_clone.owner).faults == []
