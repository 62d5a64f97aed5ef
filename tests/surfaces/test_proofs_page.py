"""Anybody reads checkpoints and checks a proof in a browser without JavaScript, and is told in plain words."""

import datetime
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jingwei.kernel.ledger import proofs, verifier
from jingwei.kernel.ledger.checkpoints import Keeper
from jingwei.kernel.ledger.models import Log, SignedCheckpoint
from jingwei.kernel.ledger.notes import Checkpoint, Signer
from jingwei.kernel.ledger.sequencer import one_round
from jingwei.kernel.matters.models import Matter
from tests.city import City

NOW = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
HOLDS, FAILS = "It holds", "It does not hold"


def signer_of(origin: str) -> Signer:
    return Signer(origin, origin.encode().ljust(32, b"k")[:32])


@pytest.fixture
def closed(city: City, tmp_path: Path) -> Matter:
    """A matter that is signed for."""
    matter = city.bring_to(city.report(), "closed")
    one_round(Keeper("tests.example/tested", signer_of, tmp_path / "kept"), NOW)
    return matter


@pytest.fixture
def browser() -> Client:
    return Client(headers={"accept-language": "en"})


def asked(browser: Client, **given: object) -> tuple[int, str]:
    answer = browser.post("/proofs/", given)
    return answer.status_code, answer.content.decode()


def test_a_proof_holds_pasted_or_as_a_file(closed: Matter, browser: Client) -> None:
    proof = proofs.prove(closed.pk)
    file = SimpleUploadedFile("x.tlog-proof", proof.text.encode(), "application/octet-stream")
    for given in ({"text": proof.text}, {"text": proof.text.replace("\n", "\r\n")}, {"file": file}):
        status, page = asked(browser, **given)
        assert status == 200 and HOLDS in page and "still holds everything" in page
        assert page.count("<li value=") == proof.entries and "acted upon" in page
        assert str(closed.pk) not in page, "what happened is shown, and nothing else of it"


def test_the_page_shows_checkpoints_keys_and_the_verifier(closed: Matter, browser: Client) -> None:
    page = browser.get("/proofs/").content.decode()
    signed = SignedCheckpoint.objects.get()
    assert f"<td>{signed.size}</td>" in page and proofs.keys()[0] in page
    assert "<script" not in page.partition("</head>")[2]
    status, page = asked(browser, text=signed.note)
    assert status == 200 and HOLDS in page
    program = browser.get("/proofs/verifier.py")
    assert program.content == Path(verifier.__file__).read_bytes() and "attachment" in program["Content-Disposition"]


def test_before_the_first_checkpoint_it_says_so(city: City, browser: Client) -> None:
    assert "No checkpoint was signed yet" in browser.get("/proofs/").content.decode()


def test_what_does_not_hold_is_said_in_plain_words(closed: Matter, browser: Client) -> None:
    text = proofs.prove(closed.pk).text
    blocks = text.split(verifier.HEAD)
    note = SignedCheckpoint.objects.get().note
    origin = Log.objects.get().origin
    root = Checkpoint(origin, 5, b"r" * 32).text()
    for wrong, why in {
        re.sub(r"index (\d+)", lambda found: f"index {int(found[1]) + 1}", text, count=1): "is not what was signed for",
        verifier.HEAD.join(["", *blocks[2:]]): "the entries of one matter from the first on",
        text.replace("—", "-"): "not signed by a log",
        re.sub(r"\n(\d+)\n", r"\n0\1\n", note, count=1): "not signed by a log",
        Signer(origin, b"w" * 32).signed(root): "not signed by a log",
        Signer("other/log/1", b"w" * 32).signed(root): "not signed by a log",
        "": "neither a proof, a receipt nor a checkpoint",
        "\x00\ud7ff" * 50: "neither a proof, a receipt nor a checkpoint",
        verifier.HEAD: FAILS,
        verifier.HEAD + "extra \nindex 99999999999999999999\n\n" + note: FAILS,
        note.rstrip("\n") + "\n— a b\n" * 10_000: FAILS,
    }.items():
        status, page = asked(browser, text=wrong)
        assert status == 422 and why in page and HOLDS not in page.replace("hold everything", ""), why


def test_a_log_that_was_set_back_is_told_beside_a_proof_that_holds(closed: Matter, browser: Client) -> None:
    """Restored, another checkpoint shown: what was proved stays proved, and the loss is said."""
    origin = Log.objects.get().origin
    lost = signer_of(origin).signed(Checkpoint(origin, 900, b"r" * 32).text())
    status, page = asked(browser, text=lost)
    assert status == 200 and HOLDS in page and "does not hold what was signed for then" in page


def test_too_much_is_refused(closed: Matter, browser: Client) -> None:
    large = SimpleUploadedFile("x", b"x" * 1_000_001, "text/plain")
    assert asked(browser, file=large)[0] == 422
    assert asked(browser, text="x" * 1_100_000)[0] == 400
    assert [asked(browser, text="")[0] for _ in range(70)][-1] == 429
