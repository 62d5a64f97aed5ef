"""Declared fields: what was sent, checked and brought to one form."""

import datetime
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from jingwei.kernel.matters.types import Field, MatterType
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

_BARRED = {"Cc", "Cs", "Co", "Cn"}  # control characters, surrogates, private use, unassigned


class Unfit(ValueError):
    """A value that a field cannot take, with what it takes instead, in words for people."""

    def __init__(self, what: Text) -> None:
        super().__init__(what.en)
        self.what = what


_MOST_MARKS = 30  # on one letter: what Unicode's stream-safe form allows; normalising takes the square of their number
_PILED = Text(
    f"一个字上叠加了 {_MOST_MARKS} 个以上的符号", f"one letter carries more than {_MOST_MARKS} marks above or below it"
)


def composed(text: str) -> str:
    """The text in normal form C. Raises Unfit where marks are piled upon one letter."""
    if unicodedata.is_normalized("NFC", text):
        return text
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > _MOST_MARKS:
            raise Unfit(_PILED)
    return unicodedata.normalize("NFC", text)


def clean_text(value: str, longest: int, *, lines: bool = False) -> str:
    """Text in normal form C without outer blanks. Raises ValueError for control characters and undue length."""
    text = composed(value.replace("\r\n", "\n")).strip()
    if len(text) > longest:
        raise Unfit(Text(f"最多 {longest} 字，现有 {len(text)} 字", f"{longest} characters at most, not {len(text)}"))
    if text.isprintable():
        return text
    allowed = "\n\t" if lines else ""
    for character in text:
        if character not in allowed and unicodedata.category(character) in _BARRED:
            raise ValueError(f"U+{ord(character):04X}")
    return text


def written(text: str, longest: int, place: str, missing: Text | None = None) -> str:
    """What somebody wrote in a form of its own, clean. Raises Invalid at `place`, with `missing` where it is needed and
    nothing was written."""
    try:
        clean = clean_text(text, longest, lines=True)
    except ValueError as error:
        raise Invalid(Text(f"不能这样写：{error}", f"This cannot be written: {error}"), place=place) from error
    if missing is not None and not clean:
        raise Invalid(missing, place=place)
    return clean


def spelled(fields: Sequence[Field], conditions: Sequence[tuple[str, Text]]) -> tuple[Field, ...]:
    """The fields with the conditions of one class as the choices of those that ask for one; without any, they are not
    asked for."""
    return tuple(
        replace(one, kind="choice", choices=tuple(conditions)) if one.kind == "condition" else one
        for one in fields
        if one.kind != "condition" or conditions
    )


def spelled_type(matter_type: MatterType, conditions: Sequence[tuple[str, Text]]) -> MatterType:
    """The type as it reads for matters of one class; few of its actions ask for a condition."""
    actions = tuple(
        replace(one, fields=spelled(one.fields, conditions)) if _asks_condition(one.fields) else one
        for one in matter_type.actions
    )
    return replace(matter_type, fields=spelled(matter_type.fields, conditions), actions=actions)


def _asks_condition(fields: Sequence[Field]) -> bool:
    return any(one.kind == "condition" for one in fields)


def checked(declared: Sequence[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of declared fields, cleaned; empty ones are left out. Raises Invalid naming the first wrong field."""
    names = {field.key for field in declared}
    for key in given:
        if key not in names:
            raise Invalid(Text(f"没有名为 {key} 的字段。", f"There is no field called {key}."), place=key)
    values: dict[str, Any] = {}
    for field in declared:
        value = _checked_one(field, given.get(field.key))
        if value is not None:
            values[field.key] = value
        elif field.required:
            raise Invalid(Text(f"请填写“{field.title.zh}”。", f"“{field.title.en}” is needed."), place=field.key)
    return values


def _checked_one(field: Field, value: Any) -> Any:
    if value is None or value == "":
        return None
    try:
        return _READ[field.kind](field, value)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        what = error.what if isinstance(error, Unfit) else Text(str(error), str(error))
        reason = Text(f"“{field.title.zh}”不能这样填：{what.zh}", f"“{field.title.en}” cannot be this: {what.en}")
        raise Invalid(reason, place=field.key) from error


def _line(field: Field, value: Any) -> str | None:
    return clean_text(value, field.longest) or None


def _text(field: Field, value: Any) -> str | None:
    return clean_text(value, field.longest, lines=True) or None


def _choice(field: Field, value: Any) -> str:
    if value not in {key for key, _ in field.choices}:
        raise ValueError(value)
    return str(value)


def _number(field: Field, value: Any) -> int:
    if isinstance(value, bool) or not -(2**53) < int(value) < 2**53 or str(int(value)) != str(value).strip():
        raise ValueError(value)
    least, most = (bound if bound is not None else int(value) for bound in (field.least, field.most))
    if not least <= int(value) <= most:
        bounds = f"{'' if field.least is None else least} … {'' if field.most is None else most}"
        raise Unfit(Text(f"{value}，只收 {bounds}", f"{value}; {bounds} is taken"))
    return int(value)


def _yes_no(_: Field, value: Any) -> bool:
    if value in (True, False):
        return bool(value)
    return {"true": True, "on": True, "1": True, "false": False, "0": False}[str(value)]


def _day(_: Field, value: Any) -> str:
    try:
        return datetime.date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise Unfit(Text(f"{value}，请写成 2026-11-26", f"{value}; write 2026-11-26")) from error


def _id(_: Field, value: Any) -> str:
    return str(uuid.UUID(str(value)))


_READ = {
    "line": _line,
    "text": _text,
    "choice": _choice,
    "number": _number,
    "yes_no": _yes_no,
    "day": _day,
    "unit": _id,
    "post": _id,
    "category": _line,
    "condition": _line,  # never a value as it stands: see `spelled`
}
