"""Deleting, inserting, re-ordering, moving, rolling back, an old row loaded again: found wherever it strikes."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.clones import Clone
from tests.kernel.ledger.test_verify import MODELS, faults, key_of, worked, worked_template

__all__ = ["worked", "worked_template"]

Owner = psycopg.Connection[Any]
Place = tuple[Any, Any, int]  # id, stream and seq of an entry
Attack = Callable[[Owner, random.Random, Sequence[Place]], set[str]]
"""Strikes at random; gives the streams it struck."""


def delete(owner: Owner, chance: random.Random, entries: Sequence[Place]) -> set[str]:
    entry, stream, _ = chance.choice(entries)
    owner.execute("DELETE FROM ledger_entry WHERE id = %s", [entry])
    return {str(stream)}


def insert(owner: Owner, chance: random.Random, entries: Sequence[Place]) -> set[str]:
    """A true entry once more, under an id of its own, at the end of any stream."""
    entry, stream = chance.choice(entries)[0], chance.choice(entries)[1]
    end = max(seq for _, other, seq in entries if other == stream)
    owner.execute(
        "INSERT INTO ledger_entry SELECT gen_random_uuid(), %s, %s, kind, recorded_at, hash, body"
        " FROM ledger_entry WHERE id = %s",
        [stream, end + 1, entry],
    )
    return {str(stream)}


def reorder(owner: Owner, chance: random.Random, entries: Sequence[Place]) -> set[str]:
    """Two entries of a stream change places."""
    stream = chance.choice([stream for _, stream, seq in entries if seq > 1])
    one, other = chance.sample([place for place in entries if place[1] == stream], 2)
    for place, seq in ((one, other[2]), (other, one[2])):
        owner.execute("UPDATE ledger_entry SET seq = %s WHERE id = %s", [seq, place[0]])
    return {str(stream)}


def move(owner: Owner, chance: random.Random, entries: Sequence[Place]) -> set[str]:
    """To the end of another stream."""
    entry, stream, _ = chance.choice(entries)
    other = chance.choice([place[1] for place in entries if place[1] != stream])
    end = max(seq for _, known, seq in entries if known == other)
    owner.execute("UPDATE ledger_entry SET stream = %s, seq = %s WHERE id = %s", [other, end + 1, entry])
    return {str(stream), str(other)}


def roll_back(owner: Owner, chance: random.Random, entries: Sequence[Place]) -> set[str]:
    """The last entries of a stream, from any on."""
    _, stream, seq = chance.choice(entries)
    owner.execute("DELETE FROM ledger_entry WHERE stream = %s AND seq >= %s", [stream, seq])
    return {str(stream)}


def strike(clone: Clone, attack: Attack, times: int) -> None:
    """So many times, each put back; afterwards nothing is left of it."""
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    with clone.owner() as owner:
        owner.execute("CREATE TEMP TABLE kept AS SELECT * FROM ledger_entry")
        entries = owner.execute("SELECT id, stream, seq FROM ledger_entry ORDER BY stream, seq").fetchall()
        for number in range(times):
            struck = attack(owner, chance, entries)
            assert struck & {fault.stream for fault in faults(clone)}, (seed, number)
            streams = list(struck)
            owner.execute("DELETE FROM ledger_entry WHERE stream = ANY(%s::uuid[])", [streams])
            owner.execute("INSERT INTO ledger_entry SELECT * FROM kept WHERE stream = ANY(%s::uuid[])", [streams])
    assert faults(clone) == []


ATTACKS: tuple[Attack, ...] = (delete, insert, reorder, move, roll_back)


@pytest.mark.proof
@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_on_entries_are_found(worked: Clone, attack: Attack) -> None:
    strike(worked, attack, 20)


@pytest.mark.long
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_thousand_attacks_on_entries_are_found(worked: Clone, attack: Attack) -> None:
    strike(worked, attack, 1000)


def load_old_rows(clone: Clone, times: int) -> None:
    """Rows of a dump that was made before the city worked on, in the place of what they have become since."""
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    with clone.owner() as owner:
        owner.execute("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_wait")  # the city goes on as it should
        matter = clone.city.report()
        dump(owner, "old")
        clone.city.bring_to(matter, "closed")
        dump(owner, "new")
        changed = {table: rows for table in MODELS if (rows := differing(owner, table))}
        assert "matters_matter" in changed
        for _ in range(times):
            table = chance.choice(sorted(changed))
            key = chance.choice(changed[table])
            put(owner, table, "old", key)
            assert (table, str(key)) in {(fault.table, fault.row) for fault in faults(clone)}, (seed, table, key)
            put(owner, table, "new", key)
    assert faults(clone) == []


def dump(owner: Owner, when: str) -> None:
    """Every guarded table as it stands."""
    for table in MODELS:
        query = sql.SQL("CREATE TEMP TABLE {} AS SELECT * FROM {}")
        owner.execute(query.format(sql.Identifier(f"{when}_{table}"), sql.Identifier(table)))


def differing(owner: Owner, table: str) -> list[Any]:
    """The keys of rows that were there and have changed since."""
    key = key_of(table)
    query = "SELECT o.{key} FROM {old} o JOIN {new} n USING ({key}) WHERE o::text <> n::text ORDER BY 1"
    names = {"key": sql.Identifier(key), "old": sql.Identifier(f"old_{table}"), "new": sql.Identifier(f"new_{table}")}
    return [row[0] for row in owner.execute(sql.SQL(query).format(**names))]


def put(owner: Owner, table: str, when: str, key: object) -> None:
    """The row as it stood then."""
    column = sql.Identifier(key_of(table))
    for query in ("DELETE FROM {table} WHERE {key} = %s", "INSERT INTO {table} SELECT * FROM {kept} WHERE {key} = %s"):
        names = {"table": sql.Identifier(table), "kept": sql.Identifier(f"{when}_{table}"), "key": column}
        owner.execute(sql.SQL(query).format(**names), [key])


@pytest.mark.proof
def test_rows_of_an_old_dump_are_found(worked: Clone) -> None:
    load_old_rows(worked, 20)


@pytest.mark.long
def test_a_thousand_rows_of_an_old_dump_are_found(worked: Clone) -> None:
    load_old_rows(worked, 1000)


@pytest.mark.long
def test_a_thousand_runs_over_an_untouched_city_raise_no_alarm(worked: Clone) -> None:
    assert [faults(worked) for _ in range(1000)] == [[]] * 1000
