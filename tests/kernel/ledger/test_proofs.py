"""What is handed to a stranger: checked by the stand-alone verifier, and by nothing when a byte of it was changed."""

import base64
import datetime
import random
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from jingwei.kernel.ledger import proofs, verifier
from jingwei.kernel.ledger.checkpoints import Keeper
from jingwei.kernel.ledger.models import Entry, Leaf, Log, SignedCheckpoint
from jingwei.kernel.ledger.notes import Signer, key_text
from jingwei.kernel.ledger.sequencer import one_round
from tests.clones import Clone

NOW = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
MOST_LINES = 100


def test_the_verifier_is_short_and_stands_alone() -> None:
    text = Path(verifier.__file__).read_text(encoding="utf-8")
    assert len(text.splitlines()) < MOST_LINES
    assert "import jingwei" not in text and "from jingwei" not in text and "django" not in text


def test_a_matter_is_proved_to_a_stranger(clone: Clone, keeper: Keeper, tmp_path: Path) -> None:
    """The verifier runs from a copy of the file alone, as a stranger has it."""
    matter = clone.city.bring_to(clone.city.report(), "closed")
    one_round(keeper, NOW)
    proof = proofs.prove(matter.pk)
    assert (proof.entries, proof.waiting) == (Entry.objects.filter(stream=matter.pk).count(), 0)
    (tmp_path / "stranger.py").write_bytes(Path(verifier.__file__).read_bytes())
    (tmp_path / "proof.txt").write_text(proof.text, encoding="utf-8")
    (tmp_path / "key.txt").write_text("\n".join(proofs.keys()), encoding="utf-8")
    words = [sys.executable, "-I", "stranger.py", "proof.txt"]
    done = subprocess.run([*words, "key.txt"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    whole = f"PROVED 已证明: {proof.entries} (none between left out 其间一条不缺)"
    assert done.stdout.splitlines()[-1] == whole and "matter.reported" in done.stdout
    other = key_text(Log.objects.get().origin, Signer("x", b"x" * 32).public())
    refused = subprocess.run([*words, other], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert refused.returncode == 1 and refused.stderr.startswith("NOT PROVED")


def test_what_is_not_signed_for_yet_is_said(clone: Clone, keeper: Keeper) -> None:
    matter = clone.city.report()
    assert proofs.prove(matter.pk) == proofs.Proof("", 0, 1)
    one_round(keeper, NOW)
    clone.city.bring_to(matter, "processing")
    proof = proofs.prove(matter.pk)
    assert proof.entries == 1 and proof.waiting > 0
    assert len(verifier.verified(proof.text, proofs.keys())) == 1


def accepted(text: str, keys: list[str]) -> bool:
    try:
        verifier.verified(text, keys)
    except Exception:
        return False
    return True


def changed_block(chance: random.Random, text: str) -> str:
    """The proof with one bit of one decoded line flipped, a line gone or twice, or two changed over."""
    lines = text.split("\n")
    places = [number for number, line in enumerate(lines) if line and not line.startswith("c2sp")]
    place = chance.choice(places)

    def flipped() -> None:
        first, gap, last = lines[place].rpartition(" ")
        try:
            content = bytearray(base64.b64decode(last, validate=True))
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            last = base64.b64encode(content).decode()
        except (ValueError, IndexError):
            last = f"{last}1"
        lines[place] = f"{first}{gap}{last}"

    def swapped() -> None:
        other = chance.choice([one for one in places if lines[one] != lines[place]])
        lines[place], lines[other] = lines[other], lines[place]

    def gone() -> None:
        del lines[place]

    chance.choice([flipped, swapped, gone])()
    return "\n".join(lines)


def test_no_changed_proof_is_accepted(clone: Clone, keeper: Keeper) -> None:
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    matter = clone.city.bring_to(clone.city.report(), "closed")
    one_round(keeper, NOW)
    text, keys = proofs.prove(matter.pk).text, proofs.keys()
    assert accepted(text, keys)
    wrong = (changed_block(chance, text) for _ in range(1000))
    assert [one for one in wrong if accepted(one, keys)] == [], seed
    blocks = text.split(verifier.HEAD)
    assert not accepted(verifier.HEAD.join(["", *blocks[2:]]), keys)  # without the first entry
    assert not accepted(verifier.HEAD.join(["", blocks[2], blocks[1]]), keys)
    assert not accepted("", keys) and not accepted(text, [])


def test_an_inner_node_is_no_leaf(clone: Clone, keeper: Keeper) -> None:
    """The second preimage that RFC 6962 keeps out by hashing leaves and nodes differently."""
    clone.city.report()
    one_round(keeper, NOW)
    two = list(Leaf.objects.order_by("idx").values_list("hash", flat=True)[:2])
    size = Log.objects.get().size
    path = proofs.inclusion(1, 0, size)[1:]
    block = f"extra {base64.b64encode(b''.join(map(bytes, two))).decode()}\nindex 0\n"
    block += "".join(f"{base64.b64encode(one).decode()}\n" for one in path)
    note = SignedCheckpoint.objects.get().note
    with pytest.raises(ValueError, match="too short"):
        verifier.proved(f"{block}\n{note}", proofs.keys())


def many_entries(clone: Clone, count: int) -> list[uuid.UUID]:
    """Entries that no command made: good enough to be put in order."""
    entries = [uuid.uuid4() for _ in range(count)]
    columns = "id, stream, seq, kind, recorded_at, hash, body"
    statement = f"COPY ledger_entry ({columns}) FROM STDIN".encode()
    with clone.app() as app, app.cursor() as cursor, cursor.copy(statement) as copy:
        for entry in entries:
            copy.write_row((entry, entry, 1, "x", NOW, b"", entry.bytes))
    return entries


def every_proof_holds(clone: Clone, keeper: Keeper, count: int) -> None:
    entries = many_entries(clone, count)
    number = 0
    while one_round(keeper, NOW + number * datetime.timedelta(seconds=5)).taken:
        number += 1
    checkpoint = SignedCheckpoint.objects.order_by("-size")[0]
    keys = proofs.keys()
    bodies = {leaf.entry: leaf.idx for leaf in Leaf.objects.filter(entry__in=entries)}
    for entry, idx in bodies.items():
        path = [base64.b64encode(one).decode() for one in proofs.inclusion(1, idx, checkpoint.size)]
        lines = [f"extra {base64.b64encode(entry.bytes).decode()}", f"index {idx}", *path, "", checkpoint.note]
        assert verifier.proved("\n".join(lines), keys)[0] == entry.bytes
    assert len(bodies) == count


def test_entries_in_a_tree_of_many_are_proved(clone: Clone, keeper: Keeper) -> None:
    every_proof_holds(clone, keeper, 300)


@pytest.mark.proof
def test_ten_thousand_entries_are_proved(clone: Clone, keeper: Keeper) -> None:
    every_proof_holds(clone, keeper, 10_000)
