"""Sealing rows before they are written, and opening rows that were read."""

import logging
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from jingwei.kernel.sealing import keys, payload
from jingwei.kernel.sealing.gone import GONE, Gone, Ground, held, words_of
from jingwei.kernel.sealing.models import SealedModel
from jingwei.kernel.values.errors import Conflict
from jingwei.kernel.values.words import Text

log = logging.getLogger("jingwei.sealing")

Row = TypeVar("Row", bound=SealedModel)

AWAY = Text("（密钥库暂不可用，无法解开）", "(cannot be opened: no key database)")
"""What stands there on a page as long as no key can be had."""


def seal(row: SealedModel, under: tuple[uuid.UUID, bytes] | None = None, /, **names: Collection[str]) -> None:
    """Moves the named members of the row's JSON attributes (`contact=("name", "phone")`) into its sealed part, under a
    new key, or the one that is given with its id; what was erased stays erased. To be called before the row is inserted
    or saved, on a row that is not sealed, or was revealed."""
    members = {
        f"{attribute}.{name}": getattr(row, attribute)[name]
        for attribute, wanted in names.items()
        for name in wanted
        if not isinstance(getattr(row, attribute).get(name, GONE), Gone)
    }
    for attribute in row.parted:
        _leave_out(row, attribute, names.get(attribute, ()))
    if not members:
        row.key = row.sealed = None
        return
    row.key, key = under or keys.take()
    row.sealed, row.told = payload.closed(key, members, _bound(row))


def erase(row: SealedModel, ground: Ground, **names: Collection[str]) -> bool:
    """Empties the row of everything sealed, and of the named members that lie in clear; day and law stand in their
    place. Tells whether there was anything. The row's former key is to be destroyed once this is committed."""
    clear = (f"{attribute}.{name}" for attribute, wanted in names.items() for name in wanted)
    taken = {*_names(row), *(place for place in clear if _lies_in(row, place))}
    for attribute, wanted in names.items():
        _leave_out(row, attribute, wanted)
    row.key = row.sealed = None
    if taken:
        row.erased = {**(row.erased or {}), **{place: ground.kept() for place in sorted(taken)}}
    return bool(taken)


def unerased(row: SealedModel, attribute: str, members: Mapping[str, Any]) -> dict[str, Any]:
    """These members without those that were erased here: what another system still says of them is not taken anew."""
    return {name: value for name, value in members.items() if f"{attribute}.{name}" not in (row.erased or {})}


def reveal(rows: Iterable[Row]) -> list[Row]:
    """The rows as they read unsealed, in memory; all keys are fetched in one statement. Raises `payload.Broken`, and
    Conflict where no key can be had."""
    listed = list(rows)
    known = keys.fetch({row.key for row in listed if row.key is not None})
    for row in listed:
        _say_what_was_erased(row)
        if row.key is None or row.sealed is None:
            continue
        key = known.get(row.key)
        sealed = bytes(row.sealed)
        _put_back(row, payload.opened(key, sealed, _bound(row)) if key else dict.fromkeys(_names(row), GONE))
    return listed


def revealed(row: Row) -> Row:
    """As `reveal`, of one row."""
    return reveal([row])[0]


def shown(rows: Iterable[Row]) -> list[Row]:
    """As `reveal`, for rows that are only shown: where no key can be had, the page says so and shows the rest."""
    listed = list(rows)
    try:
        return reveal(listed)
    except Conflict:
        log.exception("%s rows cannot be opened", len(listed))
    for row in listed:
        _say_what_was_erased(row)
        _put_back(row, dict.fromkeys(_names(row), AWAY))
    return listed


def conceal(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows with an empty text for each sealed member: whoever may not read it sees that there is something."""
    for row in rows:
        _say_what_was_erased(row)
        _put_back(row, dict.fromkeys(_names(row), ""))
    return rows


def _lies_in(row: SealedModel, place: str) -> bool:
    attribute, _, name = place.partition(".")
    return name in held(getattr(row, attribute))


def _leave_out(row: SealedModel, attribute: str, names: Collection[str]) -> None:
    """Only what has a value and is not named stays in the attribute."""
    members: dict[str, Any] = held(getattr(row, attribute))
    setattr(row, attribute, {name: value for name, value in members.items() if name not in names})


def _say_what_was_erased(row: SealedModel) -> None:
    """Words stand in the place of what was erased; what was written there since stays."""
    erased = {place: words_of(kept) for place, kept in (row.erased or {}).items() if not _lies_in(row, place)}
    _put_back(row, erased)


def _names(row: SealedModel) -> Iterator[str]:
    yield from payload.members_of(bytes(row.sealed)) if row.sealed is not None else ()


def _put_back(row: SealedModel, members: Mapping[str, Any]) -> None:
    for place, value in members.items():
        attribute, _, name = place.partition(".")
        setattr(row, attribute, {**getattr(row, attribute), name: value})


def _bound(row: SealedModel) -> payload.Bound:
    key: uuid.UUID = row.pk
    return payload.Bound(f"{row._meta.db_table}:{key}", str(row.stream), str(row.subject))
