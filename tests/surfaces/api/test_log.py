"""Monitors follow the log by hashes alone: latest checkpoint, consistency, inclusion, leaves; whatever they ask."""

import base64
import datetime
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jingwei.kernel.ledger import verifier
from jingwei.kernel.ledger.checkpoints import PAUSE, Keeper
from jingwei.kernel.ledger.models import SignedCheckpoint
from jingwei.kernel.ledger.notes import Signer
from jingwei.kernel.ledger.sequencer import one_round
from jingwei.kernel.ledger.tree import is_consistent, root_by_inclusion, root_of
from tests.city import City
from tests.surfaces.api.conftest import Partner

NOW = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)


@pytest.fixture
def signed(city: City, tmp_path: Path) -> list[SignedCheckpoint]:
    """Checkpoints of a log that grew by seven entries at a time."""
    city.bring_to(city.report(), "closed")
    keeper = Keeper("tests.example/t", lambda origin: Signer(origin, b"k" * 32), tmp_path / "kept")
    for number in itertools.count():
        if not one_round(keeper, NOW + number * PAUSE, 7).taken:
            break
    return list(SignedCheckpoint.objects.order_by("size"))


def got(stranger: Partner, path: str) -> Any:
    answer = stranger.get(path)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def bytes_of(hashes: list[str]) -> list[bytes]:
    return [base64.b64decode(one) for one in hashes]


def test_a_monitor_follows_the_log_from_hashes_alone(stranger: Partner, signed: list[SignedCheckpoint]) -> None:
    (log,) = got(stranger, "log")
    assert (log["size"], log["checkpoint"]) == (signed[-1].size, signed[-1].note)
    assert verifier.signed_by(log["checkpoint"], [log["key"]])[:2] == (log["origin"], log["size"])
    leaves = got(stranger, "log/leaves?log=1&start=0")["hashes"]
    assert root_of(bytes_of(leaves)) == bytes(signed[-1].root)
    for old, new in itertools.combinations(signed, 2):
        proof = got(stranger, f"log/consistency?log=1&old={old.size}&new={new.size}")["proof"]
        assert is_consistent((old.size, bytes(old.root)), (new.size, bytes(new.root)), bytes_of(proof))
    for index, leaf in enumerate(leaves[:9]):
        by_index = got(stranger, f"log/inclusion?log=1&index={index}&size={log['size']}")
        quoted = leaf.replace("+", "%2B").replace("/", "%2F")
        assert by_index == got(stranger, f"log/inclusion?log=1&hash={quoted}&size={log['size']}")
        (body,) = bytes_of([leaf])
        assert root_by_inclusion(index, log["size"], body, bytes_of(by_index["proof"])) == bytes(signed[-1].root)


def test_what_was_signed_may_be_kept_and_the_latest_not(stranger: Partner, signed: list[SignedCheckpoint]) -> None:
    size = signed[0].size
    for path, keeps in {
        "log": "public, max-age=2",
        "log/leaves?log=1&start=0&count=3": "public, max-age=2",
        f"log/inclusion?log=1&index=0&size={size}": "public, max-age=31536000, immutable",
        f"log/consistency?log=1&old=1&new={size}": "public, max-age=31536000, immutable",
        "log/inclusion?log=9&index=0&size=1": "no-store",
    }.items():
        answer = stranger.get(path)
        assert answer["Cache-Control"] == keeps and "Set-Cookie" not in answer


HOSTILE = ("-1", "0", "1.5", "18446744073709551616", "9007199254740992", "abc", "", "%00", "٣", "1_0", "0x10")


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_numbers_are_refused_in_words(stranger: Partner, signed: list[SignedCheckpoint], value: str) -> None:
    size = signed[-1].size
    for path in (
        f"log/consistency?log={value}&old=1&new={size}",
        f"log/consistency?log=1&old={value}&new={size}",
        f"log/consistency?log=1&old=1&new={value}",
        f"log/inclusion?log=1&size={value}&index=0",
        f"log/inclusion?log={value}&size={size}&index=0",
        f"log/leaves?log={value}&start=0",
        f"log/leaves?log=1&start=0&count={value}",
    ):
        answer = stranger.get(path)
        assert answer.status_code in (404, 422) and json.loads(answer.content)["reason"], path
    for path in (f"log/inclusion?log=1&size={size}&index={value}", f"log/leaves?log=1&start={value}"):
        assert stranger.get(path).status_code in ((200,) if value == "0" else (200, 422)), path
    assert stranger.get(f"log/inclusion?log=1&size={size}&hash={value}").status_code == 422


def test_places_and_sizes_beyond_what_was_signed_are_refused(
    stranger: Partner, signed: list[SignedCheckpoint], city: City
) -> None:
    size, other = signed[-1].size, base64.b64encode(b"x" * 32).decode()
    city.report()  # recorded, and not signed for
    for path, status in {
        f"log/inclusion?log=1&size={size}&index={size}": 422,
        f"log/inclusion?log=1&size={size + 1}&index=0": 422,
        f"log/inclusion?log=1&size={size}": 422,
        f"log/inclusion?log=1&size={size}&index=0&hash={other}": 422,
        f"log/inclusion?log=1&size={size}&hash={other}": 404,
        f"log/consistency?log=1&old={size}&new={size - 1}": 422,
        f"log/consistency?log=1&old=1&new={size + 1}": 422,
        "log/consistency?log=2&old=1&new=1": 404,
    }.items():
        assert stranger.get(path).status_code == status, path
    assert len(got(stranger, "log/leaves?log=1&start=0&count=1000")["hashes"]) == size
    assert got(stranger, f"log/leaves?log=1&start={size}") == {"start": size, "hashes": []}
    assert stranger.get("log/leaves?log=1&start=0&count=1001").status_code == 422


def test_nothing_is_written_and_a_city_without_a_log_says_so(stranger: Partner, city: City) -> None:
    assert got(stranger, "log") == []
    assert stranger.get("log/leaves?log=1&start=0").status_code == 404
    assert stranger.client.post("/api/v1/log/leaves", b"{}", content_type="application/json").status_code == 405


def test_one_address_has_its_limit(stranger: Partner, signed: list[SignedCheckpoint]) -> None:
    found = [stranger.get("log").status_code for _ in range(245)]
    assert found[:240] == [200] * 240 and found[240:] == [429] * 5
    assert Client(REMOTE_ADDR="10.9.9.9").get("/api/v1/log").status_code == 200
