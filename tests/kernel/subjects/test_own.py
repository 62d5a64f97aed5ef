"""Telephones and names as people type them; proofs that hold, end, and are used in order."""

import datetime
import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingwei.kernel.commands.actor import public, system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.telephones import phone_of
from jingwei.kernel.subjects.commands import ASK, FORGET, GIVE, LASTS, USE, ForgetProof, GiveProof, UseProof
from jingwei.kernel.subjects.forgetting import forget_proofs
from jingwei.kernel.subjects.models import Proof
from jingwei.kernel.subjects.own import code_digest, name_of, proof_of, slip_code, telephone_code, whose
from jingwei.kernel.values.errors import Denied, Invalid
from tests.city import City

NOW = datetime.datetime(2026, 11, 27, 8, tzinfo=datetime.UTC)
WHOM = whose("13800138000", "王小明")


def proved(how: str = "phone", code: str = "1234-5678", document: str = "") -> GiveProof:
    return GiveProof(how=how, whose=WHOM, code=code_digest(code), document=document)


@pytest.mark.parametrize(
    "typed",
    ["13800138000", "138 0013 8000", "+86 138-0013-8000", "008613800138000", "１３８００１３８０００", "(138)00138000"],
)
def test_a_number_is_the_same_however_it_is_typed(typed: str) -> None:
    assert phone_of(typed) == "13800138000"


@given(st.text(max_size=80))
def test_whatever_is_typed_is_digits_or_refused(typed: str) -> None:
    try:
        found = phone_of(typed)
    except Invalid as refused:
        assert refused.place == "phone"
    else:
        assert found.isascii() and found.isdigit() and 6 <= len(found) <= 15
    assert name_of(typed) == name_of(f" {typed} ")


def test_codes_follow_from_the_form_and_from_nothing_that_is_shown() -> None:
    assert telephone_code("one") == telephone_code("one") != telephone_code("two")
    assert slip_code("one") == slip_code("one") != slip_code("two")
    assert whose("1", "23") != whose("12", "3")


def test_a_proof_holds_until_its_end(city: City) -> None:
    execute(public(ASK), proved(), "ask", now=NOW)
    assert proof_of(WHOM, "12345678", NOW + datetime.timedelta(minutes=14))
    assert proof_of(WHOM, "1234-5679", NOW) is None
    assert proof_of(whose("13800138001", "王小明"), "12345678", NOW) is None
    late = NOW + datetime.timedelta(minutes=15)
    assert proof_of(WHOM, "12345678", late) is None
    use = UseProof(proof=Proof.objects.get().pk, use="list", reason="progress", matters=0)
    with pytest.raises(Invalid, match="over"):
        execute(public(USE), use, "late", now=late)
    assert execute(public(USE), use, "use", now=NOW) == {"matters": 0}


def test_a_code_asked_for_twice_leaves_the_first_in_force(city: City) -> None:
    for code in ("1111-1111", "2222-2222"):
        execute(public(ASK), proved(code=code), code, now=NOW)
    assert proof_of(WHOM, "1111-1111", NOW) and proof_of(WHOM, "2222-2222", NOW)


@pytest.mark.parametrize(
    ("command", "grant"),
    [
        (proved("counter"), GIVE),
        (proved("counter", document="library_card"), GIVE),
        (proved("letter"), GIVE),
    ],
)
def test_a_wrong_proof_is_not_given(city: City, command: GiveProof, grant: str) -> None:
    with pytest.raises(Invalid):
        execute(public(grant), command, "wrong")
    assert not Proof.objects.exists()


def test_of_a_proof_that_is_over_nobody_can_tell_whose_it_was(city: City) -> None:
    first, second = proved(), proved("counter", document="passport")
    execute(public(ASK), first, "ask", now=NOW)
    execute(public(GIVE), second, "slip", now=NOW)
    salts = set(Proof.objects.values_list("salt", flat=True))
    ends = NOW + LASTS["phone"]
    assert forget_proofs(ends - datetime.timedelta(milliseconds=1)) == 0
    assert (forget_proofs(ends), forget_proofs(ends)) == (1, 0)
    over, holds = Proof.objects.get(how="phone"), Proof.objects.get(how="counter")
    assert (bytes(over.whose), bytes(over.code), over.until) == (b"", b"", ends)
    assert bytes(over.salt) not in {bytes(one) for one in salts}, "older entries cannot be tried any more"
    assert bytes(holds.whose) == WHOM and proof_of(WHOM, "1234-5678", ends) == holds
    kinds = [json.loads(bytes(one.body))["kind"] for one in Entry.objects.filter(stream=over.pk).order_by("seq")]
    assert kinds == ["own.proof_given", "own.proof_forgotten"]
    early = ForgetProof(proof=holds.pk)
    with pytest.raises(Invalid, match="holds still"):
        execute(system("proofs", FORGET), early, "early", now=ends)
    with pytest.raises(Denied):
        execute(city.actor("intake"), early, "not theirs", now=ends)
    assert forget_proofs(NOW + LASTS["counter"]) == 1
    assert not Proof.objects.exclude(whose=b"").exists()


def test_the_public_gives_no_slip_and_staff_asks_for_no_code(city: City) -> None:
    with pytest.raises(Denied):
        execute(public(ASK), proved("counter", document="passport"), "slip")
    with pytest.raises(Denied):
        execute(city.actor("intake"), proved(), "code")
    with pytest.raises(Denied):
        execute(city.actor("intake"), UseProof(proof=uuid.uuid4(), use="list", reason="copy", matters=0), "use")
