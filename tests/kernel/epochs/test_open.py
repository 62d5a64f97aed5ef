"""A restore never forks the log silently: it stands still until two people open a new one, which quotes the old."""

import datetime
import json
import random
import shutil
import uuid

import psycopg
import pytest

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.epochs.models import Epoch
from jingwei.kernel.epochs.open import OPEN, OpenEpoch
from jingwei.kernel.ledger import proofs, verifier
from jingwei.kernel.ledger.checkpoints import PAUSE, Keeper, kept_path
from jingwei.kernel.ledger.extent import log_extent
from jingwei.kernel.ledger.faults import Report
from jingwei.kernel.ledger.models import Entry, Leaf, Log, Pending, SignedCheckpoint
from jingwei.kernel.ledger.opening import plan
from jingwei.kernel.ledger.sequencer import Round, one_round
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.ledger.verify_tree import verify_tree
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.values.errors import Denied, Invalid
from tests.clones import Clone
from tests.kernel.epochs.conftest import REASON, as_owner, keeper_with, open_one, person_of, set_back

NOW = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)


class Ticking:
    """Rounds of the sequencer, the clock going on by more than the pause between checkpoints."""

    def __init__(self, keeper: Keeper) -> None:
        self.keeper, self.now = keeper, NOW

    def drain(self) -> None:
        while self.round().taken:
            pass

    def round(self, most: int = 20) -> Round:
        self.now += PAUSE
        return one_round(self.keeper, self.now, most)

    def take_without_signing(self) -> None:
        """Leaves that no checkpoint covers: the pause is not over."""
        one_round(self.keeper, NOW, 2)


def all_faults(clone: Clone, keeper: Keeper) -> list[object]:
    """Of chains and tables, and of the logs against the copies outside."""

    def kept(origin: str) -> str | None:
        path = kept_path(keeper.folder, origin)
        return path.read_text() if path.exists() else None

    report = Report()
    verify_tree(clone.owner, report, kept)
    return [*verify(clone.owner).faults, *report.faults]


def all_proofs() -> list[str]:
    return [proof.text for proof in map(proofs.prove, Matter.objects.values_list("pk", flat=True)) if proof.entries]


def drill(clone: Clone, ticking: Ticking, chance: random.Random) -> None:
    """One restore to an earlier moment."""
    for _ in range(chance.randrange(3)):
        clone.city.report()
    ticking.drain()
    if chance.randrange(2):
        clone.city.report()
        ticking.take_without_signing()
    handed_out, keys = all_proofs(), proofs.keys()
    with set_back(clone):
        lost = clone.city.bring_to(clone.city.report(), "closed")
        ticking.drain()
        handed_out.append(proofs.prove(lost.pk).text)
        keys = keys or proofs.keys()
    before, signed = Log.objects.order_by("-epoch")[0], SignedCheckpoint.objects.count()
    clone.city.report()  # the city goes on
    for _ in range(2):
        assert ticking.round() == Round(0, None, "behind")
    assert SignedCheckpoint.objects.count() == signed
    origin = open_one(clone, ticking.keeper)
    number = before.epoch + 1
    assert origin == f"{before.origin.rpartition('/')[0]}/{number}"
    ticking.drain()
    assert (log_extent().trouble, log_extent().pending) == ("", 0)
    opening = json.loads(bytes(Entry.objects.get(pk=Leaf.objects.get(epoch=number, idx=0).entry).body))
    assert opening["kind"] == "log.opened" and opening["facts"]["reason"] == REASON
    kept = kept_path(ticking.keeper.folder, before.origin).read_text()
    assert kept in opening["facts"]["checkpoints"]
    assert all(verifier.verified(proof, keys) for proof in handed_out)
    assert all(verifier.verified(proof, proofs.keys()) for proof in all_proofs())
    assert all(proofs.prove(matter).waiting == 0 for matter in Matter.objects.values_list("pk", flat=True))
    assert all_faults(clone, ticking.keeper) == []


def drills(clone: Clone, keeper: Keeper, count: int, seed: int) -> None:
    chance, ticking = random.Random(seed), Ticking(keeper)
    clone.city.report()
    for _ in range(count):
        drill(clone, ticking, chance)
    assert Epoch.objects.count() == Log.objects.count() - 1 == count


def test_a_restore_to_an_earlier_moment_opens_a_new_log(clone: Clone, keeper: Keeper) -> None:
    drills(clone, keeper, 5, seed=18)


@pytest.mark.parametrize(
    "series", [pytest.param(one, marks=pytest.mark.proof if one < 3 else pytest.mark.long) for one in range(10)]
)
def test_restores_each_open_a_new_log(clone: Clone, keeper: Keeper, series: int) -> None:
    """Thirty of them with each submission, the whole hundred before a release."""
    drills(clone, keeper, 10, seed=series)


def test_a_restore_from_before_an_earlier_new_log_takes_the_next_number(clone: Clone, keeper: Keeper) -> None:
    ticking = Ticking(keeper)
    ticking.drain()
    with set_back(clone):
        with set_back(clone):
            clone.city.report()
            ticking.drain()
        open_one(clone, keeper)
        clone.city.report()
        ticking.drain()
        second = kept_path(keeper.folder, Log.objects.order_by("-epoch")[0].origin).read_text()
    assert ticking.round().trouble == "behind"
    assert open_one(clone, keeper).endswith("/3")
    ticking.drain()
    opening = Entry.objects.get(kind="log.opened")
    assert second in json.loads(bytes(opening.body))["facts"]["checkpoints"]
    assert all_faults(clone, keeper) == []


def test_on_a_new_machine_the_old_key_still_proves_what_it_signed(clone: Clone, keeper: Keeper) -> None:
    """Neither `secrets/ledger` nor the folder of checkpoints came along."""
    ticking = Ticking(keeper)
    clone.city.report()
    ticking.drain()
    old, keys, last = all_proofs(), proofs.keys(), SignedCheckpoint.objects.order_by("-size")[0].note
    elsewhere = Ticking(keeper_with(b"other", keeper.folder.with_name("new")))
    assert elsewhere.round().trouble == "key"
    origin = open_one(clone, elsewhere.keeper)
    clone.city.report()
    elsewhere.drain()
    assert origin.rpartition("/")[0] != keys[0].partition("+")[0].rpartition("/")[0], "no two keys under one name"
    assert proofs.keys()[0] == keys[0] and len(proofs.keys()) == 2
    assert all(verifier.verified(proof, keys) for proof in old)
    assert all(verifier.verified(proof, proofs.keys()) for proof in all_proofs())
    assert json.loads(bytes(Entry.objects.get(kind="log.opened").body))["facts"]["checkpoints"] == [last]
    assert all_faults(clone, elsewhere.keeper) == []


def test_a_machine_with_the_key_and_without_the_checkpoints_does_not_go_on(clone: Clone, keeper: Keeper) -> None:
    """It could sign other content under sizes that were signed, and nobody would see it there."""
    ticking = Ticking(keeper)
    ticking.drain()
    shutil.rmtree(keeper.folder)
    clone.city.report()
    assert ticking.round() == Round(0, None, "copy")
    open_one(clone, keeper)
    ticking.drain()
    assert all_faults(clone, keeper) == []


def test_a_log_that_goes_on_is_not_followed(clone: Clone, keeper: Keeper) -> None:
    assert plan(keeper) is None
    Ticking(keeper).drain()
    assert plan(keeper) is None


def refused(clone: Clone, keeper: Keeper, **others: object) -> None:
    """Nothing is opened, nothing waits that did not wait."""
    before = clone.dump()
    with pytest.raises(Invalid):
        open_one(clone, keeper, **others)
    assert clone.dump() == before


def test_two_different_people_sign_or_nothing_is_opened(clone: Clone, keeper: Keeper) -> None:
    ticking = Ticking(keeper)
    ticking.drain()
    shutil.rmtree(keeper.folder)
    for second in (None, clone.city.actor("operator").id, person_of("intake"), uuid.uuid4()):
        refused(clone, keeper, second=second)
    for names in (("王, 局长", "王, 局长 "), ("王",), ("王", ""), ("王", "李", "张"), ("王", "x" * 121)):
        refused(clone, keeper, by_hand=names)
    for reason in ("", "  ", "因" * 501):
        refused(clone, keeper, reason=reason)
    planned = plan(keeper)
    assert planned is not None
    with as_owner(clone), pytest.raises(Denied):
        execute(clone.city.actor("auditor"), OpenEpoch(log=planned, reason=REASON, second=person_of("operator")), "k")


def test_two_names_on_paper_where_no_account_can_be_used(clone: Clone, keeper: Keeper) -> None:
    ticking = Ticking(keeper)
    ticking.drain()
    shutil.rmtree(keeper.folder)
    planned = plan(keeper)
    assert planned is not None
    command = OpenEpoch(log=planned, reason=REASON, by_hand=("王小明，信息中心主任", "李红，审计科长"))
    with as_owner(clone):
        execute(system("console", OPEN), command, "epoch")
    epoch = Epoch.objects.get()
    assert epoch.by_hand and epoch.signers == list(command.by_hand)
    ticking.drain()
    with pytest.raises(Invalid), as_owner(clone):  # the log that was to be followed is not the last any more
        execute(system("console", OPEN), command, "again")
    assert all_faults(clone, keeper) == []


def test_what_was_signed_is_taken_away_by_nobody(clone: Clone, keeper: Keeper) -> None:
    ticking = Ticking(keeper)
    ticking.drain()
    clone.city.report()
    ticking.take_without_signing()
    assert Leaf.objects.count() == SignedCheckpoint.objects.order_by("-size")[0].size + 1
    with clone.owner() as owner:
        for statement in ("DELETE FROM ledger_leaf", "UPDATE ledger_leaf SET idx = 900 WHERE idx > 1"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                owner.execute(statement.encode())
    with clone.app() as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("DELETE FROM ledger_leaf")


def test_an_opening_that_is_not_the_first_leaf_is_found(clone: Clone, keeper: Keeper) -> None:
    ticking = Ticking(keeper)
    ticking.drain()
    shutil.rmtree(keeper.folder)
    open_one(clone, keeper)
    assert Pending.objects.exists()
    ticking.drain()
    with clone.owner() as owner:
        for change in ("opening = NULL", f"opening = '{uuid.uuid4()}'"):
            owner.execute(f"UPDATE ledger_log SET {change} WHERE epoch = 2".encode())
            assert "its first leaf is not the entry that opened it" in str(all_faults(clone, keeper))
