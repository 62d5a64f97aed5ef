"""What is recorded waits, goes into the log in order and once, and is signed; a log that was set back stands still."""

import contextlib
import dataclasses
import datetime
import random
import shutil
import uuid
from collections.abc import Callable
from itertools import pairwise

import psycopg
import pytest

from jingwei.kernel.ledger import checkpoints, extent, sequencer
from jingwei.kernel.ledger.checkpoints import Keeper, kept_path
from jingwei.kernel.ledger.extent import Signed, log_extent, signed
from jingwei.kernel.ledger.faults import Fault, Report
from jingwei.kernel.ledger.models import Entry, Leaf, Log, Pending, SignedCheckpoint
from jingwei.kernel.ledger.notes import Signer, read_checkpoint
from jingwei.kernel.ledger.sequencer import one_round
from jingwei.kernel.ledger.tree import (
    consistency_ranges,
    cover,
    inclusion_ranges,
    is_consistent,
    leaf_hash,
    range_root,
    root_by_inclusion,
)
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.ledger.verify_tree import verify_tree
from jingwei.kernel.values.ids import made_at
from tests.clones import Clone, in_threads

NOW = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(seconds=5)


def drain(keeper: Keeper, most: int = 7, now: datetime.datetime = NOW) -> None:
    """Small rounds until nothing waits, each with a checkpoint of its own."""
    for number in range(10_000):
        done = one_round(keeper, now + number * checkpoints.PAUSE, most)
        assert done.trouble == ""
        if not done.taken:
            return


def raw_append(app: "psycopg.Connection[object]", stream: uuid.UUID, seq: int) -> uuid.UUID:
    """An entry that no command made: good enough to be put in order."""
    entry = uuid.uuid4()
    app.execute(
        """INSERT INTO ledger_entry (id, stream, seq, kind, recorded_at, hash, body)
        VALUES (%s, %s, %s, 'x', %s, '', %s)""",
        [entry, stream, seq, NOW, entry.bytes],
    )
    return entry


def test_every_entry_waits_from_its_transaction_on(clone: Clone) -> None:
    clone.city.bring_to(clone.city.report(), "closed")
    assert set(Pending.objects.values_list("entry", flat=True)) == set(Entry.objects.values_list("id", flat=True))
    assert verify(clone.owner).faults == []


def test_what_waits_becomes_the_leaves_in_order_and_is_signed(clone: Clone, keeper: Keeper) -> None:
    clone.city.bring_to(clone.city.report(), "closed")
    waiting = list(Pending.objects.order_by("pid").values_list("entry", flat=True))
    drain(keeper)
    leaves = list(Leaf.objects.order_by("idx").values_list("idx", "entry", "hash"))
    bodies = {row.pk: leaf_hash(row.body) for row in Entry.objects.all()}
    assert [(number, entry, bodies[entry]) for number, entry in enumerate(waiting)] == [
        (idx, entry, bytes(found)) for idx, entry, found in leaves
    ]
    assert not Pending.objects.exists()
    log, signed = Log.objects.get(), list(SignedCheckpoint.objects.order_by("size"))
    assert log.size == len(waiting) == signed[-1].size and len(signed) > 3
    for one in signed:
        read = read_checkpoint(one.note, log.origin, bytes(log.public_key))
        assert (read.size, read.root) == (one.size, bytes(one.root))
    assert kept_path(keeper.folder, log.origin).read_text() == signed[-1].note
    assert verify(clone.owner).faults == []


def test_how_long_an_entry_is_without_a_checkpoint(
    clone: Clone, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Pending.objects.order_by("pid").values_list("entry", flat=True)[0]
    assert signed() == Signed(0, None, made_at(first))
    drain(keeper)
    last = SignedCheckpoint.objects.order_by("-size")[0]
    assert signed() == Signed(last.size, last.at, None)
    clone.city.report()
    waits = made_at(Pending.objects.order_by("pid").values_list("entry", flat=True)[0])
    assert signed() == Signed(last.size, last.at, max(waits, last.at))
    one_round(keeper, last.at)  # taken into the tree, too soon after the last to be signed
    assert not Pending.objects.exists() and signed().since == max(waits, last.at)
    clone.city.bring_to(clone.city.report(), "closed")
    monkeypatch.setattr(extent, "COUNTED", 2)
    assert log_extent().pending == 2 < Pending.objects.count()


def test_every_pair_of_checkpoints_is_consistent_and_every_leaf_is_proved(clone: Clone, keeper: Keeper) -> None:
    """From the nodes that are kept, over more leaves than one kept node spans."""
    with clone.app() as app:
        for _ in range(300):
            raw_append(app, uuid.uuid4(), 1)
    drain(keeper, 61)
    log = Log.objects.get()
    signed = [(one.size, bytes(one.root)) for one in SignedCheckpoint.objects.order_by("size")]
    for number, old in enumerate(signed):
        for new in signed[number:]:
            assert is_consistent(old, new, hashes(log, consistency_ranges(old[0], new[0])))
    size, root = signed[-1]
    for idx, found in Leaf.objects.filter(idx__lt=size).order_by("?").values_list("idx", "hash")[:100]:
        assert root_by_inclusion(idx, size, bytes(found), hashes(log, inclusion_ranges(idx, size))) == root


@pytest.mark.proof
def test_ten_thousand_random_pairs_of_checkpoints_are_consistent(clone: Clone, keeper: Keeper) -> None:
    """And every consecutive pair."""
    with clone.app() as app:
        for _ in range(2000):
            raw_append(app, uuid.uuid4(), 1)
    drain(keeper, 7)
    log = Log.objects.get()
    signed = [(one.size, bytes(one.root)) for one in SignedCheckpoint.objects.order_by("size")]
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    pairs = [sorted(chance.sample(signed, 2)) for _ in range(10_000)]
    for old, new in [*pairwise(signed), *pairs]:
        found = hashes(log, consistency_ranges(old[0], new[0]))
        assert is_consistent(old, new, found), (seed, old[0], new[0])


def hashes(log: Log, ranges: list[tuple[int, int]]) -> list[bytes]:
    found = checkpoints.hashes_of(log.epoch, [node for one in ranges for node in cover(one)])
    return [range_root(one, found.__getitem__) for one in ranges]


def test_a_checkpoint_is_signed_only_where_the_log_grew_and_not_too_often(clone: Clone, keeper: Keeper) -> None:
    first = one_round(keeper, NOW)
    assert first.checkpoint is not None and one_round(keeper, LATER).checkpoint is None
    clone.city.report()
    soon = NOW + datetime.timedelta(seconds=1)
    assert one_round(keeper, soon).checkpoint is None
    second = one_round(keeper, LATER)
    assert second.checkpoint is not None and second.checkpoint.size > first.checkpoint.size
    assert SignedCheckpoint.objects.count() == 2


def test_a_transaction_that_commits_late_is_taken_up_later(clone: Clone, keeper: Keeper) -> None:
    """Numbers are drawn before commit: a hole in them is nothing that was lost."""
    drain(keeper)
    before = Log.objects.get().size
    with clone.app() as late, clone.app() as app, late.transaction():
        first = raw_append(late, uuid.uuid4(), 1)
        second = raw_append(app, uuid.uuid4(), 1)
        drain(keeper, now=LATER)
        assert list(Leaf.objects.filter(idx__gte=before).values_list("entry", flat=True)) == [second]
    drain(keeper, now=LATER)
    assert list(Leaf.objects.filter(idx__gt=before).values_list("entry", flat=True)) == [first]


def test_writers_of_different_streams_wait_neither_for_each_other_nor_for_the_sequencer(
    clone: Clone, keeper: Keeper
) -> None:
    """Sixteen transactions have recorded and stay open; a seventeenth and the sequencer go on as if alone."""
    with contextlib.ExitStack() as stack:
        writers = [stack.enter_context(clone.app()) for _ in range(17)]
        *others, last = writers
        for writer in writers:
            writer.execute("SET lock_timeout = '5s'")  # whoever had to wait would be refused
        streams = [uuid.uuid4() for _ in writers]
        for writer, stream in zip(others, streams, strict=False):
            stack.enter_context(writer.transaction())
            raw_append(writer, stream, 1)
        raw_append(last, streams[-1], 1)
        drain(keeper)
        taken = set(Leaf.objects.values_list("entry", flat=True))
        known = dict(Entry.objects.values_list("stream", "id"))
        assert known[streams[-1]] in taken and not known.keys() & set(streams[:-1])
    drain(keeper)
    found = set(Entry.objects.filter(stream__in=streams).values_list("id", flat=True))
    assert len(found) == 17 and found <= set(Leaf.objects.values_list("entry", flat=True))


def test_many_sequencers_at_once_are_as_one(clone: Clone, keeper: Keeper) -> None:
    for _ in range(4):
        clone.city.bring_to(clone.city.report(), "closed")
    count = Pending.objects.count()
    rounds = in_threads([lambda: one_round(keeper, NOW, 3) for _ in range(8)])
    assert all(isinstance(done, sequencer.Round) for done in rounds), rounds
    drain(keeper, now=LATER)
    assert Log.objects.get().size == count
    assert verify(clone.owner).faults == []


def test_signing_follows_the_commit(clone: Clone, keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where signing fails the leaves stand, and the next round signs them."""

    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(sequencer, "sign", fail)
        with pytest.raises(OSError, match="no space"):
            one_round(keeper, NOW)
    assert Leaf.objects.exists() and not Pending.objects.exists() and not SignedCheckpoint.objects.exists()
    assert one_round(keeper, NOW).checkpoint is not None


def set_back(clone: Clone, size: int) -> None:
    """The log's tables as an older backup has them: the leaves from `size` on wait again."""
    with clone.owner() as owner:
        loosen(owner)
        owner.execute(
            """WITH gone AS (DELETE FROM ledger_leaf WHERE idx >= %s RETURNING idx, entry)
            INSERT INTO ledger_pending (entry) SELECT entry FROM gone ORDER BY idx""",
            [size],
        )
        owner.execute("DELETE FROM ledger_fullnode")  # fewer leaves than one spans
        owner.execute("DELETE FROM ledger_signedcheckpoint WHERE size > %s", [size])
        owner.execute(
            "UPDATE ledger_log SET size = %s, edge = %s",
            [size, b"".join(checkpoints.hashes_of(1, [node])[node] for node in cover((0, size)))],
        )


def loosen(owner: "psycopg.Connection[object]") -> None:
    for table in ("ledger_leaf", "ledger_fullnode", "ledger_signedcheckpoint"):
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())


def test_a_log_that_was_set_back_stands_still_and_says_why(clone: Clone, keeper: Keeper) -> None:
    drain(keeper)
    size = Log.objects.get().size
    set_back(clone, size - 3)
    kept = kept_path(keeper.folder, Log.objects.get().origin).read_text()
    for _ in range(2):
        assert one_round(keeper, LATER) == sequencer.Round(0, None, "behind")
    assert log_extent().trouble == "behind" and log_extent().pending == 3
    report = Report()
    verify_tree(clone.owner, report, kept=lambda _: kept)
    assert [fault.what for fault in report.faults] == ["the log is shorter than a checkpoint that was signed"]
    clone.city.report()  # the city goes on
    assert log_extent().pending > 3
    assert not SignedCheckpoint.objects.filter(size__gt=size - 3).exists()


def test_other_content_under_the_sizes_that_were_signed_is_never_signed(clone: Clone, keeper: Keeper) -> None:
    """Set back, and grown again with other entries before anybody looked."""
    drain(keeper)
    size = Log.objects.get().size
    set_back(clone, size - 3)
    with clone.owner() as owner:
        owner.execute("UPDATE ledger_pending SET pid = pid + 1000 WHERE pid = (SELECT min(pid) FROM ledger_pending)")
    elsewhere = dataclasses.replace(keeper, folder=keeper.folder.with_name("elsewhere"))
    shutil.copytree(keeper.folder, elsewhere.folder)
    (note,) = SignedCheckpoint.objects.filter(size__lte=size - 3).order_by("-size")[:1]
    kept_path(elsewhere.folder, Log.objects.get().origin).write_text(note.note)
    drain(elsewhere, now=NOW + datetime.timedelta(hours=1))
    assert Log.objects.get().size == size
    clone.city.report()
    assert one_round(keeper, LATER).trouble == "differs"


def test_another_key_is_refused(clone: Clone, keeper: Keeper) -> None:
    drain(keeper)
    stranger = Keeper(keeper.name, lambda origin: Signer(origin, b"s" * 32), keeper.folder)
    assert one_round(stranger, LATER).trouble == "key"
    assert one_round(keeper, LATER).trouble == ""


def test_a_damaged_copy_and_one_of_a_later_log_are_refused(clone: Clone, keeper: Keeper) -> None:
    drain(keeper)
    path = kept_path(keeper.folder, Log.objects.get().origin)
    note = path.read_text()
    path.write_text(note.replace("—", "-"))
    assert one_round(keeper, LATER).trouble == "copy"
    path.write_text(note)
    later = path.with_name(path.name.replace("-1.note", "-2.note"))
    later.write_text("a log that this database does not know")
    assert one_round(keeper, LATER).trouble == "behind"
    later.unlink()
    assert one_round(keeper, LATER).trouble == ""


def attacks(clone: Clone) -> dict[str, tuple[str, str]]:
    """What somebody with the owner's password may try on the tree, and the table that the fault must name."""
    return {
        "UPDATE ledger_leaf SET hash = set_byte(hash, 3, 255 - get_byte(hash, 3)) WHERE idx = 5": ("ledger_entry", ""),
        "UPDATE ledger_leaf SET idx = 900 WHERE idx = 5": ("ledger_leaf", ""),
        "DELETE FROM ledger_leaf WHERE idx = 5": ("ledger_leaf", "leaf 5 is missing before it"),
        "DELETE FROM ledger_leaf WHERE idx = (SELECT max(idx) FROM ledger_leaf)": ("ledger_log", ""),
        "UPDATE ledger_log SET edge = set_byte(edge, 0, 255 - get_byte(edge, 0))": ("ledger_log", ""),
        "UPDATE ledger_log SET size = size + 1": ("ledger_log", ""),
        "UPDATE ledger_signedcheckpoint SET root = hash FROM ledger_leaf WHERE idx = 0": (
            "ledger_signedcheckpoint",
            "",
        ),
        "UPDATE ledger_signedcheckpoint SET note = replace(note, '—', '-')": ("ledger_signedcheckpoint", ""),
        "INSERT INTO ledger_pending (entry) SELECT entry FROM ledger_leaf WHERE idx = 5": ("ledger_entry", "waits"),
        "INSERT INTO ledger_pending (entry) VALUES (gen_random_uuid())": ("ledger_pending", ""),
        "INSERT INTO ledger_fullnode VALUES (1, 8, 3, '')": ("ledger_fullnode", ""),
    }


def test_every_attack_on_the_tree_is_found(clone: Clone, keeper: Keeper) -> None:
    clone.city.bring_to(clone.city.report(), "closed")
    drain(keeper)
    with clone.owner() as owner:
        loosen(owner)
        for attack, (table, words) in attacks(clone).items():
            missed = attacked(clone, owner, attack, lambda found, t=table, w=words: _names(found, t, w))  # type: ignore[misc]  # the loop's values
            assert missed == [], attack
    assert verify(clone.owner).faults == []


def _names(found: list[Fault], table: str, words: str) -> bool:
    return any(fault.table == table and words in fault.what for fault in found)


def attacked(
    clone: Clone, owner: "psycopg.Connection[object]", attack: str, named: Callable[[list[Fault]], bool]
) -> list[Fault]:
    """The faults found after the attack, if they do not name it; everything is put back."""
    tables = ("ledger_leaf", "ledger_log", "ledger_signedcheckpoint", "ledger_pending", "ledger_fullnode")
    for table in tables:
        owner.execute(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM {table}".encode())
    assert owner.execute(attack.encode()).rowcount > 0
    found = verify(clone.owner).faults
    for table in tables:
        owner.execute(f"DELETE FROM {table}".encode())
        owner.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}".encode())
        owner.execute(f"DROP TABLE kept_{table}".encode())
    return [] if found and named(found) else [*found, Fault("", "", "", "missed")]


def test_the_running_role_cannot_rewrite_the_tree(clone: Clone, keeper: Keeper) -> None:
    drain(keeper)
    with clone.app() as app:
        for table in ("ledger_leaf", "ledger_fullnode", "ledger_signedcheckpoint"):
            for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}", f"UPDATE {table} SET epoch = 2"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute(statement.encode())
