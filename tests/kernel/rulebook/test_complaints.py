"""Every complaint about a declared value is a sentence in the language of whoever reads it."""

import ast
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from jingwei.kernel.feeds import definition, returning
from jingwei.kernel.feeds.definition import feed_problems
from jingwei.kernel.outbox import adapters
from jingwei.kernel.rulebook import parameters
from jingwei.kernel.rulebook.commands import complaint, problems_of
from jingwei.kernel.rulebook.parameters import PARAMETERS
from jingwei.kernel.values.words import Text

_MODULES: tuple[ModuleType, ...] = (parameters, adapters, definition, returning)
_LATIN_SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]+ [a-z]+")
_CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")

_TITLES = {"zh": "名", "en": "name"}
_CATEGORY = {**_TITLES, "urgency": "U1", "parent": "", "open": True}
_LIMIT = {"counting": "working_day", "amount": 5, "unit": "day"}
_CALENDAR = {"zone": "Asia/Shanghai", "weekdays": [1], "hours": [["09:00", "17:00"]], "days": {}}
_REPLY = {**_TITLES, "text_zh": "文", "text_en": "text", "categories": []}
_HTTP = {"kind": "http", "title": _TITLES, "url": "https://a.example.com/x", "success": {"status": [200]}}
_HOOK = {"kind": "webhook", "title": _TITLES, "url": "https://a.example.com/x", "post": "P"}

WRONG: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "category": (
        {"urgency": "U9", "parent": None, "open": "yes", "type": 1, "verify": "drone", "check": "drone"},
        {**_CATEGORY, "check": "sample", "sample": 0},
        {**_CATEGORY, "sample": 5},
    ),
    "limit": (
        {},
        {**_LIMIT, "counting": "moon", "unit": "year", "amount": 0, "hold_days": -1, "extensions": 11},
        {**_LIMIT, "counting": "working_hour"},
    ),
    "print": ({"typst": ""}, {"typst": "x" * 20_001}, {"docx": "a", "typst": "b"}),
    "routing": ({"priority": "1", "category": 5, "area": 5, "condition": 5},),
    "calendar": (
        {},
        {**_CALENDAR, "days": {"tomorrow": "feast"}, "titles": {"2026-10-01": {}}, "after_hours": "never"},
        {**_CALENDAR, "zone": "Asia/Atlantis", "weekdays": [0], "hours": [["17:00", "09:00"], ["08:00", "10:00"]]},
        {**_CALENDAR, "zone": None, "hours": []},
    ),
    "feed": ({},),
    "cutover": ({}, {"type": "t", "columns": 3, "state": [["one"]]}),
    "word": ({},),
    "ladder": ({}, {"rungs": ["often", [0, 9]]}),
    "urging": ({}, {"pause_hours": -1, "most": 0, "answer": {}}),
    "reply_templates": ({}, {**_REPLY, "text_zh": "{name}", "categories": "all"}),
    "number": ({}, {**_TITLES, "unit": "percent", "amount": 101}),
    "withheld": ({}, {"days": -1}),
    "draw": ({"seed": "x"},),
    "channel": (
        {"kind": "pigeon", "title": {}, "address": "moon", "per_hour": -1, "everybody": 1, "residents": 1, "wing": 2},
        {**_HTTP, "url": "x", "method": "PUSH", "encode": "morse", "headers": 1, "body": 1, "success": {}, "sign": 1},
        {**_HTTP, "body": {"text": "{name}"}, "sign": {"key": "{x}", "text": "{x}", "unit": "year"}},
        {**_HOOK, "url": "https://[", "post": "", "topics": ["x"]},
    ),
    "sign_in": ({}, {"second_factor": ["fly"], "idle": 1, "lock": 100}),
    "city": ({},),
}
FEEDS: tuple[Mapping[str, Any], ...] = (
    {},
    {"columns": ["a"], "key": {"column": "b"}, "category": {"columns": ["c"]}, "datum": "Mars", "mode": "slow"},
    {"contact": {"name": "b"}, "return": {}},
    {"return": {"states": ["done"], "columns": [{"title": "", "value": "password"}]}},
)


def _complaints() -> Iterator[Text]:
    for parameter, contents in WRONG.items():
        for content in contents:
            found = problems_of(parameter, content)
            assert found, f"{parameter} {content} has nothing wrong with it"
            yield from found
    for content in FEEDS:
        yield from feed_problems(content)
    yield from problems_of("weather", {})


def _yields(module: ModuleType) -> Iterator[tuple[str, int]]:
    """Where a module yields a complaint."""
    file = inspect.getfile(module)
    for function in ast.parse(Path(file).read_text(encoding="utf-8")).body:
        if not (
            isinstance(function, ast.FunctionDef) and "Iterator[Text]" in ast.unparse(function.returns or ast.Pass())
        ):
            continue
        yield from ((file, node.lineno) for node in ast.walk(function) if isinstance(node, ast.Yield))


def test_every_complaint_is_in_the_language_of_whoever_reads_it() -> None:
    wrong = [one for one in _complaints() if _LATIN_SENTENCE.search(one.zh) or not _CHINESE.search(one.zh)]
    assert not wrong, "in English on a Chinese page"
    assert not [one for one in _complaints() if _CHINESE.search(one.en)], "in Chinese on an English page"


def test_no_complaint_is_left_out_of_the_walk() -> None:
    assert WRONG.keys() == PARAMETERS.keys()
    passed: set[tuple[str, int]] = set()
    files = {inspect.getfile(module) for module in _MODULES}

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in files:
            return None
        passed.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        list(_complaints())
    finally:
        sys.settrace(before)
    missed = {where for module in _MODULES for where in _yields(module)} - passed
    assert not missed, f"no value here is wrong in this way: {sorted(missed)}"


def test_a_refusal_names_the_kind_and_the_subject() -> None:
    refusal = complaint("limit", "A//handle", {**_LIMIT, "amount": 0})
    assert refusal == Text(
        "时限 A//handle：“数量”是“0”，应为 1 到 36,500 的整数。",
        "limit A//handle: amount is 0, not a whole number from 1 to 36,500.",
    )
