"""Checkpoints as notes: what is signed reads back, and nothing else does."""

import base64

import pytest

from jingwei.kernel.ledger.notes import BadNote, Checkpoint, Signer, key_text, read_checkpoint

ORIGIN = "example.org/city/3fa9/1"
LOG = Signer(ORIGIN, b"k" * 32)
SIGNED = Checkpoint(ORIGIN, 12, b"r" * 32)
NOTE = LOG.signed(SIGNED.text())


def test_a_signed_checkpoint_reads_back() -> None:
    assert read_checkpoint(NOTE, ORIGIN, LOG.public()) == SIGNED


def test_a_key_is_one_line_that_names_it() -> None:
    name, number, key = key_text(ORIGIN, LOG.public()).split("+", 2)
    assert (name, len(number), base64.b64decode(key)) == (ORIGIN, 8, b"\x01" + LOG.public())


def test_the_signatures_of_others_are_passed_over() -> None:
    """Where a witness will sign."""
    line = Signer("witness.example/w", b"w" * 32).signed(SIGNED.text()).splitlines()[-1]
    assert read_checkpoint(f"{NOTE}{line}\n", ORIGIN, LOG.public()) == SIGNED
    head, _, own = NOTE.rpartition("\n\n")
    assert read_checkpoint(f"{head}\n\n{line}\n{own}", ORIGIN, LOG.public()) == SIGNED


def test_more_lines_after_the_root_are_signed_with_it() -> None:
    assert read_checkpoint(LOG.signed(f"{SIGNED.text()}extension\n"), ORIGIN, LOG.public()) == SIGNED


@pytest.mark.parametrize(
    "note",
    [
        "",
        NOTE[:-1],
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("12\n", "13\n"),
        NOTE.replace("—", "-"),
        NOTE.replace(f"— {ORIGIN}", "— example.org/other"),
        NOTE.replace("\n\n", "\n"),
        NOTE.rpartition(" ")[0] + " " + NOTE.rpartition(" ")[2].swapcase(),
        NOTE.rpartition(" ")[0] + " !!!\n",
        Signer(ORIGIN, b"x" * 32).signed(SIGNED.text()),
        Signer("example.org/other", b"k" * 32).signed(SIGNED.text()),
        LOG.signed(Checkpoint("example.org/other", 12, b"r" * 32).text()),
        LOG.signed(SIGNED.text().replace("\n12\n", "\n012\n")),
        LOG.signed(SIGNED.text().replace("\n12\n", "\n-1\n")),
        LOG.signed(SIGNED.text().replace("\n12\n", "\n1.0\n")),
        LOG.signed(SIGNED.text().replace("\n12\n", f"\n{2**64}\n")),
        LOG.signed(Checkpoint(ORIGIN, 12, b"r" * 31).text()),
        LOG.signed(f"{ORIGIN}\n12\n"),
        NOTE + "— a b\n" * 10_000,
    ],
)
def test_anything_else_is_refused(note: str) -> None:
    with pytest.raises(BadNote):
        read_checkpoint(note, ORIGIN, LOG.public())
