"""What the city's own closed matters teach: which words came with which class. Counts only, of words said often.

Nothing personal is learnt: only words that a dictionary knows as common ones, that at least `LEAST` matters say of one
class; never names of people, places or businesses, and no number. The worker counts them once a day, all anew, so that
what was erased or destroyed is gone from them with the next count. They lie beside the pid files, as they can be
counted again at any time.
"""

import datetime
import json
import math
import os
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.proposing.terms import common_words
from jingwei.kernel.matters.types import type_of

LEAST = 5
"""Matters of one class that must say a word before anything is kept of it."""

EVERY = datetime.timedelta(days=1)

_NEWEST = 20_000  # closed matters that are looked at
_AT_ONCE = 2_000
_MOST_WORDS = 5_000  # that are kept
_CLEARER = 1.5  # how much likelier a word must make a class, to say anything
_READER = system("proposals", "matter.read")


@dataclass(frozen=True, slots=True)
class Past:
    """How many of the matters counted were of each class, and of those that say a word."""

    day: str  # on which they were counted
    matters: int
    classes: Mapping[str, int]
    words: Mapping[str, tuple[int, Mapping[str, int]]]  # word: matters in all, and by class

    def weights(self) -> dict[str, dict[str, float]]:
        """By word and class: the logarithm of how much likelier the word makes the class, where it clearly does."""
        found: dict[str, dict[str, float]] = {}
        for word, (whole, by_class) in self.words.items():
            for code, count in by_class.items():
                usual = self.classes.get(code, count) / max(self.matters, 1)
                likelier = count / (whole + LEAST) / usual
                if likelier > _CLEARER:
                    found.setdefault(word, {})[code] = math.log(likelier)
        return found


def counted(told: Iterable[tuple[str, str]], day: str) -> Past:
    """The counts of some matters, each its class and its text."""
    matters, classes = 0, Counter[str]()
    words: dict[str, Counter[str]] = {}
    for code, text in told:
        matters += 1
        classes[code] += 1
        for word in common_words(text):
            words.setdefault(word, Counter())[code] += 1
    kept = {
        word: (by_class.total(), {code: count for code, count in sorted(by_class.items()) if count >= LEAST})
        for word, by_class in words.items()
        if max(by_class.values()) >= LEAST
    }
    most = sorted(kept, key=lambda word: (-kept[word][0], word))[:_MOST_WORDS]
    often = {code: count for code, count in sorted(classes.items()) if count >= LEAST}
    return Past(day, matters, often, {word: kept[word] for word in sorted(most)})


def count_daily(now: datetime.datetime) -> bool:
    """Counts the newest closed matters, unless it was done within a day; tells whether it was. One statement."""
    path = _path()
    try:
        if now.timestamp() - path.stat().st_mtime < EVERY.total_seconds():
            return False
    except FileNotFoundError:
        pass  # the first time
    with reading(_READER) as scope:
        rows = Matter.objects.filter(
            in_scope(scope.actor), closed_at__isnull=False, kept_until__isnull=False, confidentiality="internal"
        )
        found = rows.order_by("-pk").values_list("category", "type", "type_version", "detail__fields")[:_NEWEST]
        told = ((code, _text(kind, version, fields)) for code, kind, version, fields in found.iterator(_AT_ONCE))
        past = counted(told, str(scope.day_of(now)))
    _write(path, {"day": past.day, "matters": past.matters, "classes": past.classes, "words": past.words})
    return True


def _text(kind: str, version: int, fields: Mapping[str, Any]) -> str:
    """What was reported in free words that every reader of the matter may see; no address."""
    texts = (one.key for one in type_of(kind, version).fields if one.searchable and one.kind == "text")
    return "\n".join(str(fields.get(key) or "") for key in texts)


def _path() -> Path:
    return Path(settings.HOME) / "run" / f"past-words-{settings.CITY}.json"


def _write(path: Path, content: Mapping[str, Any]) -> None:
    """Whole or not at all: web processes read it meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(content, ensure_ascii=False, sort_keys=True), encoding="utf-8")
    os.replace(new, path)


NOTHING = Past("", 0, {}, {})
_lock = threading.Lock()
_held: tuple[Path, int, Past] | None = None


def past_words() -> Past:
    """What was counted last; read again when that has changed. Nothing where nothing was counted yet."""
    global _held
    path = _path()
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return NOTHING
    held = _held
    if held is not None and held[:2] == (path, changed):
        return held[2]
    with _lock:
        past = _read(path)
        _held = (path, changed, past)
    return past


def _read(path: Path) -> Past:
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        words = {word: (whole, by_class) for word, (whole, by_class) in given["words"].items()}
        return Past(given["day"], given["matters"], given["classes"], words)
    except (OSError, ValueError, KeyError, TypeError):  # damaged: the next count writes it anew
        return NOTHING
