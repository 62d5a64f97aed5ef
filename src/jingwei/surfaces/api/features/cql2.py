"""Filters in the text form of CQL2 (OGC 21-065r2): conformance classes “Basic CQL2” and “CQL2 Text”.

Comparisons of a property with a literal, IS NULL, AND, OR, NOT, parentheses. A comparison with what is null is neither
true nor false, as in SQL; a feature passes where the whole is true.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

LONGEST = 1000  # characters of a filter
_DEEPEST = 40  # parentheses and NOTs within another

Value = str | float | bool | None
Test = Callable[[Mapping[str, Value]], bool | None]

_TOKEN = re.compile(
    r"(?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?)|(?P<text>'(?:[^']|'')*')"
    r'|(?P<name>"[^"]+"|[A-Za-z_][A-Za-z_0-9]*)|(?P<mark><>|<=|>=|[=<>()])|(?P<other>\S)'
)
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_WORDS = frozenset(("AND", "OR", "NOT", "IS", "NULL", "TRUE", "FALSE"))


def test_of(text: str, queryables: Mapping[str, type]) -> Test:
    """What a filter asks of the properties of a feature. `queryables` gives the type of each (str, float, bool). Raises
    Invalid."""
    if len(text) > LONGEST:
        raise _wrong(f"最多 {LONGEST} 字", f"at most {LONGEST} characters")
    reader = _Reader([(one.lastgroup or "", one.group()) for one in _TOKEN.finditer(text)], queryables)
    test = reader.either(0)
    reader.end()
    return test


def _wrong(zh: str, en: str) -> Invalid:
    return Invalid(Text(f"filter 不是 CQL2 文本：{zh}。", f"The filter is not CQL2 text: {en}."), place="filter")


class _Reader:
    """Reads tokens from left to right: OR of ANDs of single tests."""

    def __init__(self, tokens: Sequence[tuple[str, str]], queryables: Mapping[str, type]) -> None:
        self._tokens, self._at, self._queryables = tokens, 0, queryables

    def either(self, depth: int) -> Test:
        """Tests joined by OR."""
        tests = [self._both(depth)]
        while self._took("OR"):
            tests.append(self._both(depth))
        return tests[0] if len(tests) == 1 else lambda row: _either([one(row) for one in tests])

    def _both(self, depth: int) -> Test:
        tests = [self._single(depth)]
        while self._took("AND"):
            tests.append(self._single(depth))
        return tests[0] if len(tests) == 1 else lambda row: _both([one(row) for one in tests])

    def _single(self, depth: int) -> Test:
        if depth > _DEEPEST:
            raise _wrong(f"嵌套超过 {_DEEPEST} 层", f"more than {_DEEPEST} levels deep")
        if self._took("NOT"):
            test = self._single(depth + 1)
            return lambda row: None if (found := test(row)) is None else not found
        if self._took("("):
            test = self.either(depth + 1)
            if not self._took(")"):
                raise self._unexpected(")")
            return test
        return self._comparison()

    def _comparison(self) -> Test:
        left, of_left = self._scalar()
        if self._took("IS"):
            wanted = not self._took("NOT")
            if not self._took("NULL"):
                raise self._unexpected("NULL")
            return lambda row: (left(row) is None) is wanted
        kind, mark = self._next()
        if kind != "mark" or mark not in _COMPARE:
            if of_left is bool:
                self._at -= kind != ""
                return lambda row: None if (found := left(row)) is None else bool(found)
            raise self._unexpected("= <> < <= > >=", mark)
        compare, (right, of_right) = _COMPARE[mark], self._scalar()
        if of_left is not of_right:
            raise _wrong("两边的类型不同", "the two sides are of different types")
        return lambda row: None if None in (one := (left(row), right(row))) else compare(*one)

    def _scalar(self) -> tuple[Callable[[Mapping[str, Value]], Value], type]:
        kind, token = self._next()
        if kind == "number":
            return _literal(float(token)), float
        if kind == "text":
            return _literal(token[1:-1].replace("''", "'")), str
        if kind == "name" and token.upper() in ("TRUE", "FALSE"):
            return _literal(token.upper() == "TRUE"), bool
        name = token.strip('"')
        if kind != "name" or token.upper() in _WORDS:
            raise self._unexpected("a property or a literal", token)
        if name not in self._queryables:
            known = ", ".join(sorted(self._queryables))
            raise _wrong(f"没有属性 {name[:40]}，有：{known}", f"there is no property {name[:40]}, there are: {known}")
        return (lambda row: row.get(name)), self._queryables[name]

    def end(self) -> None:
        """Raises Invalid where anything is left."""
        kind, token = self._next()
        if kind:
            raise self._unexpected("AND, OR", token)

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            return "", ""
        self._at += 1
        return self._tokens[self._at - 1]

    def _took(self, word: str) -> bool:
        kind, token = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        found = kind in ("name", "mark") and token.upper() == word
        self._at += found
        return found

    def _unexpected(self, wanted: str, token: str = "") -> Invalid:
        said = token or (self._tokens[self._at][1] if self._at < len(self._tokens) else "…")
        return _wrong(f"“{said[:40]}”处应为 {wanted}", f"at “{said[:40]}”, {wanted} was expected")


def _literal(value: Value) -> Callable[[Mapping[str, Value]], Value]:
    return lambda _: value


def _both(found: Sequence[bool | None]) -> bool | None:
    return False if False in found else None if None in found else True


def _either(found: Sequence[bool | None]) -> bool | None:
    return True if True in found else None if None in found else False
