"""Reading at a million matters: the work list, one matter, the search, and the verification of the record."""

import json
import sys
from typing import Any

from jingwei.surfaces.console.answer import Answer
from jingwei.surfaces.console.measurements.figure import Sample
from jingwei.surfaces.console.measurements.ground import MILLION, OPEN, console, many_open, million, settle
from jingwei.surfaces.console.process import run_as


def _in_city(what: str, runs: int) -> list[dict[str, Any]]:
    words = [sys.executable, "-m", "jingwei.project.asked", what, str(runs)]
    found: list[dict[str, Any]] = json.loads(run_as(MILLION, "app", words).strip().splitlines()[-1])
    return found


def _read(what: str, runs: int, answer: Answer) -> list[Sample]:
    settle()
    matters = million(answer)
    return [
        Sample(one["ms"], "ms", one["floor_ms"], one["rss_mb"], {"matters": matters, **one["more"]})
        for one in _in_city(what, runs)
    ]


def worklist_1m(runs: int, answer: Answer) -> list[Sample]:
    """The first page of the work list for a district's clerk (3 %) and for the centre (100 %). Floor: SELECT 1."""
    return _read("worklist", runs, answer)


def matter_1m(runs: int, answer: Answer) -> list[Sample]:
    """One matter's page with everything on it. Floor: SELECT 1."""
    return _read("matter", runs, answer)


def search_1m(runs: int, answer: Answer) -> list[Sample]:
    """First fifty hits of twenty rare and twenty frequent words. Floor: SELECT 1."""
    return _read("search", runs, answer)


def pages_1m(runs: int, answer: Answer) -> list[Sample]:
    """The slowest page's median of all pages that staff and residents see most, whole from request to last byte.
    Floor: the quickest of them."""
    settle()
    matters = million(answer)
    words = [sys.executable, "-m", "jingwei.project.asked_pages", str(runs)]
    found = json.loads(run_as(MILLION, "app", words).strip().splitlines()[-1])
    return [
        Sample(one["ms"], "ms", one["floor_ms"], one["rss_mb"], {"matters": matters, **one["more"]}) for one in found
    ]


def command_map(runs: int, answer: Answer) -> list[Sample]:
    """The slowest part of the command map over 10,000 cells and 100,000 open matters, each counted anew. Floor: the
    quickest of them."""
    settle()
    matters = many_open(answer)
    words = [sys.executable, "-m", "jingwei.project.asked_map", str(runs)]
    found = json.loads(run_as(OPEN, "app", words).strip().splitlines()[-1])
    return [
        Sample(one["ms"], "ms", one["floor_ms"], one["rss_mb"], {"matters": matters, **one["more"]}) for one in found
    ]


def ledger_verify(runs: int, answer: Answer) -> list[Sample]:
    """Entries a second, columns, chain and heads compared, two processes. Floor: SHA-256 of the same bytes."""
    settle()
    million(answer)
    samples = []
    for _ in range(runs):
        found = json.loads(console(MILLION, "ledger", "verify", "--city", MILLION, "--json"))
        floor = _in_city("hashing", 1)[0]["ms"]
        rate = found["entries"] / found["seconds"]
        samples.append(Sample(rate, "entries/s", floor, found["rss_mb"], {"entries": found["entries"]}))
    return samples
