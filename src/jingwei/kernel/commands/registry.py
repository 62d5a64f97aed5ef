"""What a command is, and which function carries it out."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.values.canonical import canonical, digest, plain
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.kernel.writes.models import GuardedModel, StreamHead

if TYPE_CHECKING:
    from jingwei.kernel.commands.work import Work

Result = Mapping[str, str | int | bool | None]
"""What a command answers: kept with its key and given again to whoever repeats it."""


_NOT_KEPT = Text(
    "内容里有不能保存的字符，例如一个字上叠加过多的符号，或残缺的字符；请删去后再提交。",
    "Something here cannot be stored, such as too many marks on one letter or half a character: take it out and send "
    "again.",
)


@dataclass(frozen=True, kw_only=True)
class Command:
    """The input of one change: plain values with ids, so that it can be validated, queued, sent again."""

    def fingerprint(self) -> bytes:
        """SHA-256 over name and fields; the same key with another fingerprint is refused.

        Raises Invalid when a text has no canonical form (not normal form C, half a surrogate pair).
        """
        fields = {name: plain(value) for name, value in vars(self).items()}
        try:
            return digest(canonical([type(self).__name__, fields]))
        except (ValueError, UnicodeEncodeError) as error:
            raise Invalid(_NOT_KEPT) from error


C = TypeVar("C", bound=Command)
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Bulk:
    """That a command has a set-wise form: which existing heads it locks, and which of their parts it reads."""

    head: type[StreamHead]
    touches: Callable[[Any], Iterable[uuid.UUID]]
    parts: tuple[type[GuardedModel], ...] = ()


@dataclass(frozen=True, slots=True)
class Handling:
    """How one command is carried out."""

    command: type[Command]
    grant: Callable[[Any], str]
    prepare: Callable[[Scope, Sequence[Any]], Sequence[Any]]
    carry_out: "Callable[[Work, Any, Any], Result]"
    bulk: Bulk | None
    everywhere: bool = False  # what it counts and moves may lie where the actor reads nothing


_handlings: dict[type[Command], Handling] = {}


def _enter(handling: Handling) -> None:
    if handling.command in _handlings:
        raise RuntimeError(f"{handling.command.__name__} is carried out by two functions")
    _handlings[handling.command] = handling


def _asks(grant: str | Callable[[C], str]) -> Callable[[C], str]:
    return grant if callable(grant) else lambda _: grant


def handles(
    command: type[C], *, grant: str | Callable[[C], str], bulk: Bulk | None = None, everywhere: bool = False
) -> "Callable[[Callable[[Work, C], Result]], Callable[[Work, C], Result]]":
    """Enters the function that carries out `command`; `grant` is asked before the transaction opens.

    With `bulk` many may be carried out together. `everywhere`: it must not overlook a matter out of the actor's sight.
    """

    def enter(function: "Callable[[Work, C], Result]") -> "Callable[[Work, C], Result]":
        _enter(
            Handling(
                command,
                _asks(grant),
                lambda _, many: [None] * len(many),
                lambda work, one, _: function(work, one),
                bulk,
                everywhere,
            )
        )
        return function

    return enter


def handles_prepared(
    command: type[C],
    *,
    grant: str | Callable[[C], str],
    prepare: Callable[[Scope, Sequence[C]], Sequence[P]],
    bulk: Bulk,
) -> "Callable[[Callable[[Work, C, P], Result]], Callable[[Work, C, P], Result]]":
    """As `handles`, for a command with a set-wise form.

    `prepare` works out for many commands at once what does not depend on locked rows (place, route, limit); the
    function is the same for one and for many, so both write the same bytes.
    """

    def enter(function: "Callable[[Work, C, P], Result]") -> "Callable[[Work, C, P], Result]":
        _enter(Handling(command, _asks(grant), prepare, function, bulk))
        return function

    return enter


def handling_of(command: type[Command]) -> Handling:
    """The handling of a command; LookupError where none is entered (a defect: see the test of reachability)."""
    try:
        return _handlings[command]
    except KeyError:
        raise LookupError(f"no function carries out {command.__name__}") from None


def catalogue() -> Mapping[type[Command], Handling]:
    """All commands, for the handbook and the architecture tests."""
    return dict(_handlings)
