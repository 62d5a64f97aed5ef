"""What a draft changes, in words: member by member what was and what will be; days of a calendar one by one."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from typing import Any

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.rulebook.documents import MEMBER, document
from jingwei.kernel.rulebook.snapshot import Dated
from jingwei.kernel.values.words import Text
from jingwei.kit.moments import day_written
from jingwei.kit.printing.standard import standard_document
from jingwei.kit.printing.word import text_of
from jingwei.surfaces.desk.rules.values import limit_title, rows_of, rule_title, subject_title

_DAYS = ("days", "titles", "notices")
"""Members of a calendar that are told day by day."""

_MOST_TEXTS = 60
"""Places of a document at which the difference is told; who changed more has written another one."""

WORKED, OFF = Text("上班", "worked"), Text("休息", "off")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that changes; None where it was not said before, or is not said any more."""

    title: Text
    before: Text | None
    after: Text | None


def difference(scope: Scope, parameter: str, before: Dated | None, after: Dated | None) -> tuple[Line, ...]:
    """The lines that differ, in the order of the new value, then those that are gone."""
    was, will = _said(scope, parameter, before), _said(scope, parameter, after)
    lines = [Line(title, was.get(title), will.get(title)) for title in dict.fromkeys([*will, *was])]
    texts = _texts(before, after) if after is not None and MEMBER in after.content else ()
    return (*(line for line in lines if line.before != line.after), *texts)


def _texts(before: Dated | None, after: Dated) -> Iterator[Line]:
    """Where the words of a document differ: from those of the one before, else from the standard one of its paper."""
    paper, _, language = after.subject.partition("/")
    own = before is not None and before.content.get(MEMBER)
    old = document(own) if own else standard_document(paper, language)
    was, will = text_of(old), text_of(document(after.content[MEMBER]))
    changes = (one for one in SequenceMatcher(None, was, will, autojunk=False).get_opcodes() if one[0] != "equal")
    for number, (_, begin, end, starts, ends) in enumerate(islice(changes, _MOST_TEXTS), 1):
        gone, new = ("\n".join(words) for words in (was[begin:end], will[starts:ends]))
        title = Text(f"文字改动 {number}", f"Words changed, {number}")
        yield Line(title, Text(gone, gone) if gone else None, Text(new, new) if new else None)


def title_of(scope: Scope, parameter: str, subject: str, content: Mapping[str, Any] | None) -> Text:
    """What a value is called, by what it says itself where the rulebook of today does not know it yet."""
    if parameter == "limit":
        return limit_title(scope, subject)
    if content is not None and parameter == "routing":
        return rule_title(scope, drafted(subject, content))
    if content is not None and isinstance(content.get("zh"), str) and isinstance(content.get("en"), str):
        return Text(content["zh"], content["en"]) if parameter != "word" else Text(subject, subject)
    return subject_title(scope, parameter, subject)


def drafted(subject: str, content: Mapping[str, Any], basis: str = "") -> Dated:
    """A value that is not in force, as the pages of values take one."""
    return Dated(subject, datetime.date.min, None, content, basis)


def _said(scope: Scope, parameter: str, value: Dated | None) -> dict[Text, Text]:
    if value is None:
        return {}
    content = {key: one for key, one in value.content.items() if parameter != "calendar" or key not in _DAYS}
    rows = rows_of(scope, parameter, drafted(value.subject, content))
    said = {row.title: row.words for row in rows}
    return {**said, **_days(value.content)} if parameter == "calendar" else said


def _days(content: Mapping[str, Any]) -> dict[Text, Text]:
    titles = content.get("titles", {})
    return {_day(day): _kind(kind, titles.get(day)) for day, kind in sorted(content.get("days", {}).items())}


def _day(day: str) -> Text:
    return day_written(datetime.date.fromisoformat(day))


def _kind(kind: str, title: Mapping[str, str] | None) -> Text:
    words = WORKED if kind == "work" else OFF
    return Text(f"{words.zh}（{title['zh']}）", f"{words.en} ({title['en']})") if title and title["zh"] else words
