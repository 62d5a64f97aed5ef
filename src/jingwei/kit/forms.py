"""Forms made from declared fields: plain inputs with errors and kept values, and a key that makes a retry harmless."""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer

from jingwei.kernel.matters.fields import Unfit, composed
from jingwei.kernel.matters.types import Field
from jingwei.kernel.values.errors import Invalid, Refusal
from jingwei.kernel.values.words import Text

_signer = Signer(salt="jingwei.kit.forms")
_BAD_KEY = Text("表单不完整或已损坏；请刷新页面重新填写。", "The form is incomplete or damaged: reload the page.")
_YES_NO = (("true", Text("是", "Yes")), ("false", Text("否", "No")))


@dataclass(frozen=True, slots=True)
class Group:
    """Choices under one title ("" for none)."""

    title: Text
    choices: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input of a form as it is drawn."""

    name: str
    title: Text
    kind: str = "line"  # line, text, choice, many, unit, category, number, yes_no, day, moment, phone, file
    id: str = ""
    value: str = ""
    required: bool = False
    longest: int = 200
    groups: tuple[Group, ...] = ()
    hint: Text | None = None
    error: Text | None = None
    accept: str = ""  # of the kind file: the media types to choose from
    received: int = 0  # of the kind file: how many came before and need not be chosen again
    part: Text | None = None  # of which part of a long form: neighbours of one part stand together under it

    @property
    def chosen(self) -> list[str]:
        """Of the kind many: which of its choices are chosen; in `value` there are spaces between them."""
        return self.value.split()


def new_key() -> str:
    """A key for one filling in of a form: its moment in milliseconds and 128 random bits, signed."""
    return _signer.sign(f"{time.time_ns() // 1_000_000:x}-{secrets.token_hex(16)}")


def read_key(text: str) -> tuple[str, int]:
    """The key that a form brought back, and its moment in milliseconds. Raises Invalid for one we did not make."""
    try:
        key = _signer.unsign(text[:200])
    except BadSignature as error:
        raise Invalid(_BAD_KEY, place="_key") from error
    return key, int(key.partition("-")[0], 16)


def read_version(text: str) -> int:
    """The version of the matter that a form was made for. Raises Invalid."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Invalid(_BAD_KEY, place="_version")
    return int(text)


def sent(fields: Sequence[Field], post: Mapping[str, str]) -> dict[str, str]:
    """What was sent for the declared fields, as it was typed; whether it is right is for the command to say."""
    return {field.key: composed_or_typed(post.get(field.key, "")) for field in fields}


def composed_or_typed(text: str) -> str:
    """What a browser sent with letters and accents apart, put together; left as typed where the command will refuse."""
    try:
        return composed(text)
    except Unfit:
        return text


def inputs_of(
    fields: Sequence[Field],
    *,
    groups: Mapping[str, tuple[Group, ...]],
    values: Mapping[str, str],
    refusal: Refusal | None = None,
    prefix: str = "",
) -> list[Input]:
    """The inputs for declared fields; `groups` gives the choices of the kinds unit and category.

    A question of yes or no is a choice of both: a box that is left empty would say neither.
    """
    return [
        Input(
            name=field.key,
            title=field.title,
            kind="choice" if field.kind == "yes_no" else field.kind,
            id=f"{prefix}{field.key}",
            value=values.get(field.key, ""),
            required=field.required,
            longest=field.longest,
            groups=_groups(field, groups),
            hint=field.hint,
            error=error_at(field.key, refusal),
        )
        for field in fields
    ]


def _groups(field: Field, groups: Mapping[str, tuple[Group, ...]]) -> tuple[Group, ...]:
    choices = _YES_NO if field.kind == "yes_no" else field.choices
    return (Group(Text("", ""), choices),) if choices else groups.get(field.kind, ())


def error_at(name: str, refusal: Refusal | None) -> Text | None:
    """The refusal's reason, where it means this input."""
    return refusal.reason if refusal is not None and refusal.place == name else None
