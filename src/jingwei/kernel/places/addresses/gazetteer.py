"""The names and house numbers that cells are known by, found anywhere in an address."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jingwei.kernel.places.addresses.grammar import number_after, number_before
from jingwei.kernel.places.addresses.writing import written

_GENERIC = ("住宅小区", "小区", "社区", "村委会", "居委会", "居民委员会", "村民委员会")  # left out as often as said
_SHORTEST = 2
_NEAR = ("附近", "旁", "旁边", "对面", "斜对面", "东侧", "西侧", "南侧", "北侧", "隔壁")
_BESIDE = 3  # characters behind a name within which such a word still means it


@dataclass(frozen=True, slots=True)
class KnownName:
    """One name of a cell, from one day until another (half open)."""

    code: str
    kind: str  # estate | village | road
    name: str
    low: int | None
    high: int | None
    side: str  # odd | even | "" for both
    origin: str  # sheet | alias
    from_on: datetime.date
    until_on: datetime.date | None

    def on(self, day: datetime.date) -> bool:
        """Whether it was in use on that day."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)

    def holds(self, number: int) -> bool:
        """Whether a house number lies in the range and on the side."""
        beyond = (self.low is not None and number < self.low) or (self.high is not None and number > self.high)
        return not beyond and self.side in ("", "odd" if number % 2 else "even")

    @property
    def breadth(self) -> int:
        """How many numbers the range spans; an open end counts as very wide."""
        return (self.high if self.high is not None else 100_000) - (self.low or 0) + 1


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found in an address."""

    name: KnownName
    whole: bool  # False: found without its generic ending
    near: bool  # the address says beside it, not in it
    number: int | None  # behind a road, before an English one


class Gazetteer:
    """All names of a city; finding takes as long as the address, however many names there are."""

    def __init__(self, names: Sequence[KnownName]) -> None:
        self._by_key: dict[str, list[tuple[KnownName, bool]]] = {}
        for name in names:
            key = written(name.name)
            self._by_key.setdefault(key, []).append((name, True))
            short = _shortened(key)
            if short != key and name.kind != "road":
                self._by_key.setdefault(short, []).append((name, False))
        self._lengths = sorted({len(key) for key in self._by_key}, reverse=True)

    def __bool__(self) -> bool:
        """Whether any cell is known by a name."""
        return bool(self._by_key)

    def find(self, plain: str, day: datetime.date) -> Iterator[Hit]:
        """Every name of that day in a written address; of names within names the longest."""
        place = 0
        while place < len(plain):
            key = next((plain[place : place + size] for size in self._lengths if self._stands(plain, place, size)), "")
            if not key:
                place += 1
                continue
            end = place + len(key)
            for name, whole in self._by_key[key]:
                if name.on(day):
                    yield Hit(name, whole, _is_near(plain, end), _number(plain, place, end))
            place = end

    def _stands(self, plain: str, place: int, size: int) -> bool:
        """Whether a name of this size stands here, Latin ones between word borders."""
        end = place + size
        if end > len(plain) or plain[place:end] not in self._by_key:
            return False
        before, after = plain[place - 1 : place], plain[end : end + 1]
        cut_before = before.isascii() and before.isalnum() and plain[place].isascii() and plain[place].isalnum()
        cut_after = after.isascii() and after.isalpha() and plain[end - 1].isascii() and plain[end - 1].isalpha()
        return not cut_before and not cut_after


def _shortened(key: str) -> str:
    for ending in _GENERIC:
        if key.endswith(ending) and len(key) - len(ending) >= _SHORTEST:
            return key.removesuffix(ending)
    return key


def _is_near(plain: str, end: int) -> bool:
    behind = plain[end : end + _BESIDE + 2].replace(" ", "")
    return any(0 <= behind.find(word) <= 1 for word in _NEAR)


def _number(plain: str, start: int, end: int) -> int | None:
    return number_before(plain, start) if plain[end - 1].isascii() else number_after(plain, end)
