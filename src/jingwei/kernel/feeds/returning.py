"""What a feed's system wants back, in its own columns: the declaration of a return."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.values.words import Text

_VALUES = re.compile(
    r"number|matter|state|unit|opened_at|due_at|closed_at|in_time|field:[a-z_]+|act:[a-z_]+\.[a-z_]+|text:.*"
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the returned table.

    `value` is one of: number (theirs), matter (ours), state, unit, opened_at, due_at, closed_at, in_time (yes, no or
    empty), field:KEY (of the matter), act:ACTION.FIELD (as last written at that act), text:ANYTHING (the same in every
    row). `words` puts their word in place of ours.
    """

    title: str
    value: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Returning:
    """The columns in their order, and the states in which a matter is ready to be returned."""

    states: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def acts(self) -> tuple[str, ...]:
        """The acts of which something is returned."""
        return tuple(sorted({one.value[4:].partition(".")[0] for one in self.columns if one.value.startswith("act:")}))


def returning_problems(content: Any) -> Iterator[Text]:
    """What is wrong with the declaration, a sentence each."""
    if not isinstance(content, dict) or not content.get("states") or not content.get("columns"):
        yield Text("“回传”须写明状态和列", "return: it needs states and columns")
        return
    for column in content["columns"]:
        title, value = column.get("title", ""), column.get("value", "")
        if not title:
            yield Text("“回传·列”有一列没有名称", "return.columns: a column has no title")
        if not _VALUES.fullmatch(str(value)):
            what = f"return.columns: {title}: {value!r} is no value that can be returned"
            yield Text(f"“回传·列”：{title}：不能回传“{value}”", what)
    if not any(column.get("value") == "number" for column in content["columns"]):
        yield Text(
            "“回传·列”里没有对方的编号，对方无法知道是哪一件",
            "return.columns: none holds their number, so that they could not tell which row is which",
        )


def returning_of(content: Mapping[str, Any]) -> Returning:
    """The return that a sound declaration means."""
    columns = (Column(one["title"], one["value"], dict(one.get("map", ()))) for one in content["columns"])
    return Returning(tuple(content["states"]), tuple(columns))
