"""The four ways in which a command can end without effect; the kit maps each to one answer, once."""

from collections.abc import Mapping
from typing import Any

from jingwei.kernel.values.words import Text


class Refusal(Exception):
    """A command or a read that ended without effect, with a reason that people can read."""

    def __init__(self, reason: Text, *, place: str = "") -> None:
        super().__init__(f"{place}: {reason.en}" if place else reason.en)
        self.reason = reason
        self.place = place  # the field, parameter or row that is meant, where there is one

    def __reduce__(self) -> tuple[Any, ...]:
        """Crosses from one process to another as it is; by itself an exception is made anew from its sentence alone."""
        return _as_it_was, (type(self), self.args, dict(self.__dict__))


def _as_it_was(kind: type[Refusal], args: tuple[str], held: Mapping[str, Any]) -> Refusal:
    refusal = kind.__new__(kind, *args)
    refusal.__dict__.update(held)
    return refusal


class Denied(Refusal):
    """Not allowed. Out of scope (`found=False`) answers 404, as if nothing were there; in scope 403."""

    def __init__(self, reason: Text, *, found: bool = True, place: str = "") -> None:
        super().__init__(reason, place=place)
        self.found = found


class Invalid(Refusal):
    """What was sent cannot be right, whatever the state (422)."""


class Conflict(Refusal):
    """It was right, but the matter has moved on since it was read (409)."""


class OutOfOrder(Exception):
    """The program broke the one way to change state (500): a defect, never the user's doing."""


NOT_FOUND = Text("没有找到，或者不在您的权限范围内；请向值班台询问。", "Not found, or not yours: ask the duty desk.")


def not_found(place: str = "") -> Denied:
    """The one answer for a thing that is not there and for a thing out of scope (trust.md d.3)."""
    return Denied(NOT_FOUND, found=False, place=place)
