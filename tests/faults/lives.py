"""Random lives of matters, from the report to the close: with returns, refusals, extensions, rework and reopening."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

Step = tuple[str, str, str]
"""Whose post, which act, the state after it. The post `handler` is that of the unit in charge."""

WAYS: Mapping[str, tuple[tuple[int, Step], ...]] = {
    "reported": ((12, ("intake", "file", "filed")), (1, ("intake", "decline", "void"))),
    "filed": ((1, ("dispatcher", "dispatch", "dispatched")),),
    "dispatched": (
        (8, ("handler", "sign", "signed")),
        (2, ("dispatcher", "recall", "filed")),
        (2, ("handler", "dispute", "disputed")),
    ),
    "disputed": (
        (1, ("dispatcher", "uphold", "assigned")),
        (1, ("dispatcher", "overrule", "assigned")),
    ),
    "assigned": ((1, ("handler", "sign", "signed")),),
    "signed": ((4, ("handler", "start", "processing")), (1, ("handler", "feed_back", "feedback"))),
    "processing": (
        (6, ("handler", "feed_back", "feedback")),
        (1, ("handler", "ask_extension", "extension_asked")),
    ),
    "extension_asked": (
        (1, ("supervisor", "grant_extension", "processing")),
        (1, ("supervisor", "refuse_extension", "processing")),
    ),
    "feedback": ((5, ("checker", "pass_check", "closed")), (2, ("checker", "fail_check", "processing"))),
    "closed": ((4, ("", "", "")), (1, ("supervisor", "reopen_found", "filed"))),
    "void": ((1, ("", "", "")),),
}
"""For each state what may come next, with its weight."""

_AT_MOST = {"dispute": 1, "ask_extension": 1, "fail_check": 2, "reopen_found": 1, "recall": 2}
UNITS = {"ROADS": "handler-roads", "PARKS": "handler-parks"}
WORDS: Mapping[str, Mapping[str, str]] = {
    "file": {"finding": "属实"},
    "decline": {"reason": "现场没有", "ground": "not_found"},
    "recall": {"reason": "派错了"},
    "dispute": {"cause": "other_unit", "ground": "三定方案"},
    "uphold": {"reason": "职责如此"},
    "overrule": {"reason": "职责如此"},
    "ask_extension": {"reason": "材料未到", "longer_by": "1"},
    "refuse_extension": {"reason": "时间足够"},
    "feed_back": {"result": "已填平"},
    "pass_check": {"finding": "已修好"},
    "fail_check": {"reason": "仍有坑"},
    "reopen_found": {"reason": "复核未修好", "finding": "又坏了"},
}
"""What is filled in; units are chosen for each life."""


@dataclass(frozen=True)
class Order:
    """One act as it is sent."""

    post: str
    action: str
    fields: Mapping[str, str]
    state: str


@dataclass
class Life:
    """One matter: what is to be done with it, how far the client was told that it is done, and what it has seen."""

    key: str
    orders: tuple[Order, ...]
    number: str = ""
    matter: UUID | None = None
    acknowledged: list[str] = field(default_factory=list)
    state: str = ""

    @property
    def changes(self) -> int:
        """How many changes it asks for, the report being the first."""
        return 1 + len(self.orders)


def lives(chance: random.Random, count: int, units: Mapping[str, str]) -> list[Life]:
    """So many lives, the same for the same dice."""
    return [Life(f"life-{chance.getrandbits(96):024x}", tuple(_orders(chance, units))) for _ in range(count)]


def _orders(chance: random.Random, units: Mapping[str, str]) -> Iterator[Order]:
    state, unit, done = "reported", "ROADS", dict[str, int]()
    while True:
        open_ways = [way for way in WAYS[state] if done.get(way[1][1], 0) < _AT_MOST.get(way[1][1], 1000)]
        post, action, after = chance.choices([step for _, step in open_ways], [weight for weight, _ in open_ways])[0]
        if not action:
            return
        fields = dict(WORDS.get(action, {}))
        post = UNITS[unit] if post == "handler" else post
        if action in ("dispatch", "uphold"):
            unit = chance.choice(list(UNITS))
            fields["unit"] = units[unit]
        if action == "dispute":
            fields["proposed"] = units["HOTLINE"]
        yield Order(post, action, fields, after)
        done[action] = done.get(action, 0) + 1
        state = after
