"""What a reporter takes along: a signed receipt at once, later a proof, which shows no more than the page does."""

import base64
import datetime
import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger import proofs, verifier
from jingwei.kernel.ledger.checkpoints import Keeper
from jingwei.kernel.ledger.models import Entry, Leaf, Log
from jingwei.kernel.ledger.notes import Checkpoint, Receipt, Signer, receipts_name, signer_from
from jingwei.kernel.ledger.sequencer import one_round
from jingwei.kernel.ledger.tree import leaf_hash
from jingwei.kernel.matters.commands import Contact, Urge
from jingwei.kernel.matters.models import Matter, Step
from jingwei.kernel.matters.types import type_of
from jingwei.kit.intake import follow_digest
from jingwei.kit.proving import receipts
from jingwei.surfaces.portal.queries import stages_of
from tests.city import City
from tests.surfaces.api.conftest import REPORT, partner_of
from tests.surfaces.conftest import Answer, hidden_in
from tests.surfaces.test_duty import COUNTS

CODE = "ABCD-EFGH-JKMN-PQRS"
BETWEEN = "其间的一条记录，不是步骤 / an entry in between, not a stage"


def key_of(name: str) -> Signer:
    return signer_from(settings.LEDGER_SECRET(), name)


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    """The log of the city whose pages sign the receipts."""
    return Keeper(f"tests.example/{settings.CITY}", key_of, tmp_path / "kept")


@pytest.fixture
def closed(city: City, keeper: Keeper) -> Matter:
    """A matter that somebody follows by CODE, closed and signed for."""
    matter = city.bring_to(city.report(contact=Contact(follow=follow_digest(CODE))), "closed")
    one_round(keeper, timezone.now())
    return matter


def proof_of(resident: Client, code: str = CODE) -> Answer:
    return resident.post("/follow/proof/", {"code": code})


def keys() -> list[str]:
    return [*proofs.keys(), *proofs.receipt_keys()]


def receipts_in(text: str) -> list[str]:
    found = re.findall(r"^extra (.+)$", text, re.MULTILINE)
    return [base64.b64decode(one).decode() for one in found]


def checked(text: str) -> tuple[int, str]:
    answer = Client(headers={"accept-language": "en"}).post("/proofs/", {"text": text})
    return answer.status_code, answer.content.decode()


def reported(resident: Client) -> tuple[Answer, str]:
    """The answer to a report, and the receipt in it."""
    form = {**hidden_in(resident.get("/report/")), "category": "ROAD-1", "text": "路面有坑"}
    answer = resident.post("/report/", form)
    found = re.search(r'<pre class="as-signed">(.*?)</pre>', answer.content.decode(), re.DOTALL)
    assert found
    return answer, unescape(found.group(1))


def test_a_follower_takes_the_proof_of_each_stage_along(closed: Matter, resident: Client) -> None:
    answer = proof_of(resident)
    assert answer.status_code == 200 and f"{closed.number}.tlog-proof" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    text = answer.content.decode()
    told = verifier.verified(text, keys())
    steps = list(Step.objects.filter(matter=closed).order_by("at", "id"))
    with reading(public()) as scope:
        shown = [one.title for one in stages_of(scope, type_of(closed.type, closed.type_version), closed, steps)]
    stages = [entry for entry, _ in told if entry["recorded"] != receipts.UNTOLD]
    assert [entry["kind"] for entry in stages] == [receipts.words(one) for one in shown]
    assert {entry["number"] for entry, _ in told} == {closed.number}
    status, page = checked(text)
    assert status == 200 and "It holds: these stages" in page and "still holds everything" in page
    assert page.count("<li value=") == len(told) and closed.number in page


def test_every_entry_up_to_the_last_stage_shown_is_proved_to_be_there(
    city: City, keeper: Keeper, resident: Client
) -> None:
    """Also one that reached no stage; what came after the last stage is not told."""
    matter = city.report(contact=Contact(follow=follow_digest(CODE)))
    execute(city.actor("supervisor"), Urge(matter_id=matter.pk), city.key())
    city.bring_to(matter, "processing")
    last = Entry.objects.filter(stream=matter.pk).count()
    execute(public("matter.urge"), Urge(matter_id=matter.pk, follow=follow_digest(CODE)), city.key())
    one_round(keeper, timezone.now())
    text = proof_of(resident).content.decode()
    told = [entry for entry, _ in verifier.verified(text, keys())]
    assert [entry["seq"] for entry in told] == [*range(1, last + 1)]
    entries = Entry.objects.filter(stream=matter.pk).order_by("seq").values_list("body", flat=True)
    assert [base64.b64decode(entry["leaf"]) for entry in told] == [leaf_hash(bytes(one)) for one in entries[:last]]
    between = [entry for entry in told if entry["recorded"] == receipts.UNTOLD]
    assert {entry["kind"] for entry in between} == {BETWEEN} and told[1] in between and told[-1] not in between
    status, page = checked(text)
    assert status == 200 and "Nothing else stands between" in page
    assert page.count("an entry in between, not a stage") == len(between)


def test_a_stage_left_out_or_out_of_place_is_found(closed: Matter, resident: Client) -> None:
    text = proof_of(resident).content.decode()
    blocks = text.split(verifier.HEAD)[1:]
    assert len(verifier.verified(verifier.HEAD.join(["", *blocks[:-1]]), keys())) == len(blocks) - 1, "an earlier file"
    for place in range(len(blocks) - 1):
        without = verifier.HEAD.join(["", *blocks[:place], *blocks[place + 1 :]])
        assert "does not follow" in refused(without) and "one is missing or misplaced" in checked(without)[1]
    assert "does not follow" in refused(verifier.HEAD.join(["", blocks[1], blocks[0], *blocks[2:]]))
    assert "check the whole file" in checked(receipts_in(text)[1])[1]
    first = verifier.receipt(receipts_in(text)[0], keys())
    leaf = base64.b64decode(first["leaf"])

    def followed_by(place: int, hashed: bytes) -> str:
        """The first entry, and a receipt of the city's for a leaf of its log."""
        other = Receipt(closed.number, first["recorded"], "已结案 / Closed", hashed, place)
        told = key_of(receipts_name(settings.CITY)).signed(other.text()).encode()
        return f"{verifier.HEAD}{blocks[0]}{proofs.prove_leaf(hashed, told)}"

    assert "does not follow" in refused(followed_by(2, leaf)), "one entry is not two"
    another = base64.b64decode(verifier.receipt(receipts_in(text)[1], keys())["leaf"])
    assert len(verifier.verified(followed_by(2, another), keys())) == 2
    assert "does not follow" in refused(followed_by(3, another))
    assert "does not follow" in refused(followed_by(0, another)), "its place is not told"


def test_a_file_of_stages_without_their_places_holds_and_says_less(closed: Matter, resident: Client) -> None:
    """As they were handed out before places were told, and as a receipt is exchanged."""
    text, signer = "", key_of(receipts_name(settings.CITY))
    for one in receipts_in(proof_of(resident).content.decode()):
        told = verifier.receipt(one, keys())
        if told["recorded"] != receipts.UNTOLD:
            leaf = base64.b64decode(told["leaf"])
            old = Receipt(told["number"], told["recorded"], told["kind"], leaf)
            text += proofs.prove_leaf(leaf, signer.signed(old.text()).encode())
    assert len(verifier.verified(text, keys())) > 1
    status, page = checked(text)
    assert status == 200 and "Internal entries are not listed" in page and "Nothing else stands" not in page


def test_it_reveals_nothing_that_the_page_does_not_show(closed: Matter, resident: Client) -> None:
    text, page = (resident.post(one, {"code": CODE}).content.decode() for one in ("/follow/proof/", "/follow/"))
    for receipt in receipts_in(text):
        head, number, recorded, what, leaf, place = receipt.partition("\n\n")[0].split("\n")
        assert (f"{head}\n", number) == (verifier.RECEIPT, closed.number)
        assert len(base64.b64decode(leaf)) == 32 and place.isdecimal()
        if recorded == receipts.UNTOLD:
            assert what == BETWEEN
        else:
            assert re.fullmatch(r"[0-9T:.Z-]{24}", recorded) and what.partition(" / ")[0] in page
    known = {str(closed.pk)}
    for body in Entry.objects.filter(stream=closed.pk).values_list("body", flat=True):
        entry = json.loads(bytes(body))
        known |= {entry["id"], entry["actor"], entry["post"], entry["key"], entry["kind"], *entry["after"].values()}
        known |= {value for value in entry["facts"].values() if isinstance(value, str) and not value[:4].isdigit()}
    plain = "\n".join([text, *receipts_in(text)])
    assert [one for one in known if one in plain] == []
    leaves = Leaf.objects.filter(entry__in=Entry.objects.filter(stream=closed.pk).values("id"))
    ours = {one.split("\n")[4] for one in receipts_in(text)}
    assert ours <= {base64.b64encode(bytes(one.hash)).decode() for one in leaves}


def test_before_the_log_has_signed_the_page_says_so(city: City, keeper: Keeper, resident: Client) -> None:
    city.report(contact=Contact(follow=follow_digest(CODE)))
    answer = proof_of(resident)
    assert answer.status_code == 409 and "还没有签发" in answer.content.decode()
    one_round(keeper, timezone.now())
    assert proof_of(resident).status_code == 200
    assert proof_of(resident, "AAAA-AAAA-AAAA-AAAA").status_code == 404
    assert resident.get("/follow/proof/").status_code == 200, "the form for the code"


def test_the_proof_takes_few_statements(closed: Matter, resident: Client) -> None:
    proof_of(resident)
    with CaptureQueriesContext(connection) as asked:
        proof_of(resident)
    assert len(asked) == json.loads(COUNTS.read_text(encoding="utf-8"))["/follow/proof/"]


def test_a_report_is_answered_with_a_receipt_that_is_exchanged_later(
    city: City, keeper: Keeper, resident: Client
) -> None:
    city.report()
    one_round(keeper, timezone.now())  # the city's keys are known
    answer, receipt = reported(resident)
    told = verifier.receipt(receipt, proofs.receipt_keys())
    assert told["number"] in answer.content.decode() and told["kind"] == "已上报 / Reported"
    matter = Matter.objects.get(number=told["number"])
    status, page = checked(receipt)
    assert status == 200 and "It holds: this city signed" in page and "not in the log yet" in page
    one_round(keeper, timezone.now() + datetime.timedelta(seconds=5))
    status, page = checked(receipt)
    exchanged = unescape(page.partition("The proof in exchange")[2].partition('as-signed">')[2].partition("</pre>")[0])
    assert status == 200 and [one for one, _ in verifier.verified(exchanged, keys())] == [told]
    entry = Entry.objects.get(stream=matter.pk)
    assert bytes(Leaf.objects.get(entry=entry.pk).hash) == base64.b64decode(told["leaf"])
    link = re.search(r'href="data:text/plain;charset=utf-8;base64,([^"]+)" download', answer.content.decode())
    assert link and base64.b64decode(link.group(1)).decode() == receipt


def test_the_interface_answers_with_the_receipt_and_with_the_same_bytes_again(city: City, keeper: Keeper) -> None:
    partner = partner_of("intake")
    first, second = (partner.post(REPORT, "a-key-of-twenty-letters") for _ in range(2))
    assert first.status_code == 201 and first.content == second.content
    one_round(keeper, timezone.now())
    taken = json.loads(first.content)
    assert verifier.receipt(taken["receipt"], proofs.receipt_keys())["number"] == taken["number"]
    assert "is in the log. The proof below" in checked(taken["receipt"])[1]


def test_signing_asks_the_database_nothing(city: City) -> None:
    result = {"number": "AAAA-BBBB-CCCC", "recorded": "2026-03-02T09:00:00.000Z", "leaf": "00" * 32}
    with CaptureQueriesContext(connection) as asked:
        assert receipts.receipt_of(result, type_of("grid_event")) is not None
    assert not asked.captured_queries


def test_a_report_stands_where_no_receipt_can_be_signed(
    city: City, resident: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable() -> Signer:
        raise OSError("unreadable")

    monkeypatch.setattr(receipts, "_signer", unreadable)
    form = {**hidden_in(resident.get("/report/")), "category": "ROAD-1", "text": "路面有坑"}
    answer = resident.post("/report/", form)
    assert answer.status_code == 200 and "签名回执" not in answer.content.decode()
    assert Matter.objects.count() == 1


def refused(text: str) -> str:
    """Why the verifier refuses it."""
    with pytest.raises(Exception) as why:  # noqa: PT011  # whatever is wrong
        if text.startswith(verifier.RECEIPT):
            verifier.receipt(text, keys())
        else:
            verifier.verified(text, keys())
    return f"{why.type.__name__} {why.value}"


def test_receipts_that_do_not_hold_are_refused_with_a_reason(closed: Matter, resident: Client) -> None:
    text = proof_of(resident).content.decode()
    good = receipts_in(text)[0]
    name = receipts_name(settings.CITY)
    origin = Log.objects.get().origin
    again = Receipt("AAAA-BBBB-CCCC", "2026-03-02T09:00:00.000Z", "已结案 / Closed", b"x" * 32)
    wrong = {
        "forged": good.replace(closed.number, "AAAA-BBBB-CCCC"),
        "signature of another": Signer(name, b"w" * 32).signed(again.text()),
        "foreign": Signer("elsewhere/receipts", b"w" * 32).signed(again.text()),
        "by the key of the log": key_of(origin).signed(again.text()),
        **{f"cut {number}": "\n".join(lines) for number, lines in enumerate(cut(good.split("\n")))},
    }
    for case, receipt in wrong.items():
        status, page = checked(receipt)
        assert status == 422 and ("It does not hold" in page or "There is neither" in page), case
        refused(receipt)
    assert "no key given" in refused(wrong["foreign"]) and "no key given" in refused(wrong["by the key of the log"])
    lone = key_of(name).signed(Checkpoint(name, 5, b"r" * 32).text())
    assert checked(lone)[0] == 422, "whoever signs receipts signs no checkpoint"


def cut(lines: list[str]) -> list[list[str]]:
    """Without each of the lines that say something."""
    return [lines[:place] + lines[place + 1 :] for place in range(len(lines)) if lines[place]]


def test_a_receipt_is_good_for_its_own_entry_and_once(city: City, closed: Matter, resident: Client) -> None:
    text = proof_of(resident).content.decode()
    blocks = text.split(verifier.HEAD)[1:]
    twice = verifier.HEAD.join(["", blocks[0], *blocks])
    assert "does not follow" in refused(twice) and "one of them is there twice" in checked(twice)[1]
    moved = verifier.HEAD + blocks[0].partition("\n")[0] + "\n" + blocks[1].partition("\n")[2]
    assert "does not lead" in refused(moved) and "is not what was signed for" in checked(moved)[1]
    other = Receipt("AAAA-BBBB-CCCC", "2026-03-02T09:00:00.000Z", "x / x", bytes(Leaf.objects.order_by("idx")[0].hash))
    mixed = text + proofs.prove_leaf(other.leaf, key_of(receipts_name(settings.CITY)).signed(other.text()).encode())
    assert "does not follow" in refused(mixed) and "are not of one matter" in checked(mixed)[1]
    stranger = Signer("elsewhere/receipts", b"w" * 32).signed(other.text()).encode()
    forged = text + proofs.prove_leaf(other.leaf, stranger)
    assert "no key given" in refused(forged) and "the receipt was not signed" in checked(forged)[1]
    whole = proofs.prove(closed.pk).text
    assert refused(text + whole) and refused(whole + text)


def test_the_program_alone_checks_proof_and_receipt(closed: Matter, resident: Client, tmp_path: Path) -> None:
    text = proof_of(resident).content.decode()
    (tmp_path / "stranger.py").write_bytes(Path(verifier.__file__).read_bytes())
    (tmp_path / "keys").write_text("\n".join(keys()), encoding="utf-8")

    def said(content: str) -> tuple[int, str]:
        (tmp_path / "file").write_text(content, encoding="utf-8")
        words = [sys.executable, "-I", "stranger.py", "file", "keys"]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    code, output = said(text)
    assert code == 0 and "PROVED" in output and output.count(closed.number) == len(receipts_in(text))
    receipt = receipts_in(text)[-1]
    code, output = said(receipt)
    assert code == 0 and "SIGNED" in output and "PROVED" not in output
    code, output = said(receipt.replace("Z\n", "Y\n", 1))
    assert code == 1 and output.startswith("NOT PROVED")
