"""Erasure: two people, every copy here, then the keys; a crash, a restored city, restored keys change nothing of it."""

import datetime
import json
import uuid
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from jingwei.kernel.commands.actor import public, system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.files.models import Attachment, Upload
from jingwei.kernel.files.opening import open_uploads, stored_of
from jingwei.kernel.files.store import YOUNG, store
from jingwei.kernel.files.sweep import sweep
from jingwei.kernel.files.uploads import receive
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands import Contact, External, ReportMatter, Urge
from jingwei.kernel.matters.commands.restate import RestateMatter
from jingwei.kernel.matters.keeping.holds import LiftLegalHold, PlaceLegalHold
from jingwei.kernel.matters.models import Detail, Matter, Party, Step, Urging
from jingwei.kernel.matters.search import found_by
from jingwei.kernel.sealing import GONE, Gone, keys, revealed
from jingwei.kernel.subjects import destroying
from jingwei.kernel.subjects.commands import ASK, GiveProof
from jingwei.kernel.subjects.destroying import erase_again, finish_erasures
from jingwei.kernel.subjects.erasing import DecideErasure, ProposeErasure
from jingwei.kernel.subjects.models import Erasure, Proof
from jingwei.kernel.subjects.own import code_digest, parties_of_phone, whose
from jingwei.kernel.values.errors import Conflict, Denied, Invalid
from jingwei.kernel.values.ids import new_id
from jingwei.surfaces.desk.matter_page import matter_page
from tests.city import City, add_post, day_of_city
from tests.clones import Clone
from tests.kernel.epochs.conftest import set_back
from tests.kernel.files.samples import jpeg
from tests.kernel.subjects.conftest import ONE, OTHER, PERSON, appoint_protectors, decide, erased, party_of, propose
from tests.procedure import install

SAID = "周三上午去看"


def undone() -> int:
    with reading(system("check")):
        return destroying.undone()


def entries(matter: Matter) -> list[str]:
    kinds = Entry.objects.filter(stream=matter.pk).order_by("seq").values_list("kind", flat=True)
    return [kind for kind in kinds if "eras" in kind]


def test_two_people_erase_a_contact_and_nothing_else(protected: City) -> None:
    matter = protected.bring_to(protected.report(contact=PERSON), "signed")
    protected.act("handler-roads", matter, "contact", how="phone", said=SAID)
    party = party_of(matter)
    key, follow = party.key, party.follow
    done = erased(protected, matter, party.pk)
    party = party_of(matter)
    assert (done.state, done.keys) == (Erasure.DONE, [key]) and keys.alive([done.keys[0]]) == set()
    assert (party.contact, party.key, party.sealed, party.known_by) == ({}, None, None, None)
    assert party.follow == follow and not party.left_contact
    with reading(public()):
        assert parties_of_phone(PERSON.phone) == []
    assert revealed(Step.objects.get(action="contact")).content["said"] == SAID
    assert Detail.objects.get(pk=matter.pk).fields["title"] == "路面有坑"
    assert entries(matter) == ["matter.erasure_proposed", "matter.erasure_ordered", "matter.erased"]


def test_the_page_says_when_and_by_which_law(protected: City) -> None:
    matter = protected.report(contact=PERSON)
    erased(protected, matter, party_of(matter).pk)
    with reading(protected.actor("intake")) as scope:
        page = matter_page(scope, matter.number)
    assert page.contacts is not None and len(page.contacts) == 3
    today = day_of_city()
    for one in page.contacts:
        assert isinstance(one.value, Gone)
        assert one.value.zh == f"（{today} 已清除，依据《个人信息保护法》第四十七条）"
        assert one.value.en == f"(erased on {today}: PIPL, article 47)"
    assert [one.what.en for one in page.timeline][:2] == [
        "The keys of erased personal data were destroyed",
        "Personal data was erased",
    ]


def test_everything_personal_of_a_matter_goes_and_the_rest_stays(protected: City) -> None:
    matter = protected.report(contact=PERSON, title="诸葛家门口有坑", text="打 13912345678 找我", address="东一路 1 号")
    execute(protected.actor("supervisor"), Urge(matter_id=matter.pk, text="请今天去"), protected.key())
    matter = protected.bring_to(matter, "signed")
    protected.act("handler-roads", matter, "contact", how="phone", said=SAID)
    one = erased(protected, matter)
    detail, step = Detail.objects.get(pk=matter.pk), Step.objects.get(action="contact")
    assert len(one.keys) == 2 and keys.alive(one.keys) == set()
    assert (detail.fields, detail.lon_e7, detail.lat_e7) == ({}, None, None)
    assert sorted(detail.erased or {}) == ["fields.address", "fields.text", "fields.title"]
    assert step.content == {"how": "phone"} and isinstance(revealed(step).content["said"], Gone)
    assert Urging.objects.get().text == "请今天去", "staff wrote it"
    assert (Matter.objects.get().category, Matter.objects.get().area_id) == (matter.category, matter.area_id)
    with reading(protected.actor("intake")) as scope:
        assert not Matter.objects.filter(found_by(scope, "诸葛")).exists()
        assert Matter.objects.filter(found_by(scope, "路面坑洞")).exists()
        page = matter_page(scope, matter.number)
    assert page.head.title == "" and all(isinstance(shown.value, Gone) for shown in page.fields)


def test_the_words_and_pictures_of_the_public_go_and_the_sweep_removes_them(
    protected: City, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    settings.FILES, now = tmp_path, datetime.datetime.now(datetime.UTC)
    install(monkeypatch)
    upload = receive(public(), lambda _: new_id(), [jpeg()], now)
    report = ReportMatter(
        matter_id=new_id(),
        type="procedure",
        category="ROAD-1",
        fields={},
        files=(FileGiven(rule="paper", upload=upload.pk),),
        contact=PERSON,
        channel="portal",
    )
    execute(public("matter.report"), report, protected.key())
    before, saved = Attachment.objects.get(), {path: path.read_bytes() for path in tmp_path.rglob("?" * 64)}
    assert len(saved) == 3 and stored_of(Attachment.objects.get(), "copy").key
    erased(protected, Matter.objects.get())
    for path, content in saved.items():
        assert path.read_bytes() == content, "a backup of before holds files and rows as they were"
    assert open_uploads([Upload.objects.get()]) == [] and keys.alive([upload.key]) == set()
    assert set(map(str, revealed(before).content.values())) == {GONE.zh}
    with pytest.raises(Denied):
        stored_of(before, "copy")
    upload.delete()
    kept = Attachment.objects.get()
    assert kept.gone and not any((kept.original, kept.copy, kept.thumb, kept.key, kept.content))
    sweep(store(), now + datetime.timedelta(seconds=YOUNG + 60))
    assert list(tmp_path.rglob("?" * 64)) == []


def test_one_person_alone_erases_nothing(protected: City) -> None:
    matter = protected.report(contact=PERSON)
    party = party_of(matter)
    erasure = propose(protected, matter, party.pk)
    with pytest.raises(Invalid, match="another person"):
        decide(protected, erasure, by=ONE)
    with pytest.raises(Denied, match="erase personal data"):
        decide(protected, erasure, by="intake")
    with pytest.raises(Denied, match="erase personal data"):
        propose(protected, matter, party.pk, by="intake")
    with pytest.raises(Invalid, match="office"):
        machine = system("tests", "matter.erase", "matter.read")
        execute(machine, DecideErasure(matter_id=matter.pk, erasure=erasure, approve=True), "machine")
    assert revealed(party_of(matter)).contact["phone"] == PERSON.phone
    refused = decide(protected, erasure, approve=False)
    assert refused.state == Erasure.REFUSED and finish_erasures() == 0
    with pytest.raises(Invalid, match="decided"):
        decide(protected, erasure)
    assert revealed(party_of(matter)).contact["phone"] == PERSON.phone
    assert entries(matter) == ["matter.erasure_proposed", "matter.erasure_refused"]


def test_what_cannot_be_proposed_is_refused_with_the_reason(protected: City) -> None:
    matter, anonymous = protected.report(contact=PERSON), protected.report(contact=Contact())
    with pytest.raises(Invalid, match="law"):
        execute(protected.actor(ONE), ProposeErasure(matter_id=matter.pk, basis="whim"), "whim")
    with pytest.raises(Invalid, match="no contact"):
        propose(protected, anonymous, party_of(anonymous).pk)
    with pytest.raises(Invalid, match="no contact"):
        propose(protected, anonymous, party_of(matter).pk)
    propose(protected, matter, party_of(matter).pk)
    with pytest.raises(Invalid, match="already"):
        propose(protected, matter, party_of(matter).pk, by=OTHER)
    with pytest.raises(Denied):
        decide(protected, propose(protected, matter), by="grid-west")


def test_the_proofs_of_the_own_matters_go_with_the_contact(protected: City) -> None:
    matter = protected.report(contact=PERSON)
    whom = whose(PERSON.phone, PERSON.name)
    given = GiveProof(how="phone", whose=whom, code=code_digest("1234-5678"))
    execute(public(ASK), given, "mine")
    execute(public(ASK), GiveProof(how="phone", whose=whose("1", "x"), code=code_digest("1")), "other")
    erased(protected, matter, party_of(matter).pk)
    assert not Proof.objects.filter(whose=whom).exists()
    assert sorted(bytes(one.whose) == b"" for one in Proof.objects.all()) == [False, True]


def test_entries_hold_ids_and_the_law_alone(protected: City) -> None:
    matter = protected.report(contact=PERSON)
    erasure = erased(protected, matter, party_of(matter).pk)
    bodies = [json.loads(bytes(one.body)) for one in Entry.objects.filter(stream=matter.pk, kind__contains="eras")]
    told = {"erasure": str(erasure.pk), "party": str(party_of(matter).pk), "basis": "pipl47"}
    assert [body["facts"] for body in bodies] == [told, told, {**told, "keys": 1}]


def test_a_crash_between_the_databases_is_finished_later(protected: City, monkeypatch: pytest.MonkeyPatch) -> None:
    matter = protected.report(contact=PERSON)
    ordered = decide(protected, propose(protected, matter, party_of(matter).pk))
    assert ordered.state == Erasure.ORDERED and keys.alive(ordered.keys) == set(ordered.keys)
    with monkeypatch.context() as away:
        away.setattr(keys, "_line", keys._Line())
        away.setattr(django_settings, "KEY_DATABASE", lambda: {"host": "/nowhere", "dbname": "none"})
        with pytest.raises(Conflict, match="key database"):
            finish_erasures()
    assert party_of(matter).sealed is None, "here it is gone already"
    keys.destroy(keys.Destroyed(ordered.pk, matter.pk, ordered.party_id, "pipl47", ordered.proposed_at, ordered.keys))
    assert Erasure.objects.get().state == Erasure.ORDERED, "killed before the record said so"
    assert (finish_erasures(), finish_erasures()) == (1, 0)
    assert Erasure.objects.get().state == Erasure.DONE and keys.alive(ordered.keys) == set()


def test_what_a_source_still_says_is_not_taken_anew(protected: City) -> None:
    source = External(source="tests", number="n1", digest=b"d" * 32)
    by = system("import:tests", "matter.report", "matter.restate", "matter.read")
    told = {"type": "grid_event", "category": "ROAD-1", "channel": "phone", "external": source}
    key, fields = new_id(), {"title": "诸葛家门口有坑", "text": "打 13912345678 找我"}
    execute(by, ReportMatter(matter_id=key, fields=fields, **told), "report")  # type: ignore[arg-type]  # the fields of the command
    matter = Matter.objects.get(pk=key)
    erased(protected, matter)
    execute(by, RestateMatter(matter_id=key, fields=fields, **told), "restate")  # type: ignore[arg-type]  # as above
    assert Detail.objects.get(pk=key).fields == {}
    with reading(protected.actor("intake")) as scope:
        assert not Matter.objects.filter(found_by(scope, "诸葛")).exists()


def test_the_ledger_verifies_and_a_restored_city_is_erased_again(clone: Clone) -> None:
    city = appoint_protectors(clone.city)
    matter, other = city.report(contact=PERSON), city.report(contact=PERSON)
    proposed = propose(city, matter, party_of(matter).pk)
    with set_back(clone):
        decide(city, proposed)
        finish_erasures()
        erased(city, other)
        assert verify(clone.owner).faults == []
        assert undone() == 0
    assert party_of(other).sealed is not None and party_of(other).known_by is not None
    assert revealed(party_of(matter)).contact["phone"] is GONE
    assert undone() == 2
    assert (erase_again(), undone(), erase_again()) == (2, 0, 0)
    assert {one.state for one in Erasure.objects.all()} == {Erasure.DONE}
    assert all(one.sealed is None and one.known_by is None for one in Party.objects.all())
    assert Detail.objects.get(pk=other.pk).fields == {} and Detail.objects.get(pk=matter.pk).fields != {}
    assert entries(other) == ["matter.erasure_repeated", "matter.erased"]
    assert verify(clone.owner).faults == []


def test_keys_that_come_back_are_named_and_destroyed_again(clone: Clone) -> None:
    city = appoint_protectors(clone.city)
    matter = city.report(contact=PERSON)
    one = erased(city, matter, party_of(matter).pk)
    with psycopg.connect(**django_settings.KEY_DATABASE(), autocommit=True) as line:
        line.execute("INSERT INTO key (id, wrapped) VALUES (%s, %s)", [one.keys[0], b"from an older copy"])
        assert undone() == 1
        assert (erase_again(), undone()) == (1, 0)
        assert keys.alive(one.keys) == set()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            line.execute("DELETE FROM destroyed")


def test_a_legal_hold_stops_an_erasure_until_it_is_lifted(protected: City) -> None:
    matter = protected.report(contact=PERSON)
    for code in ("legal-one", "legal-two"):
        add_post(protected, code, "CITY", "T", "legal", ("matter.read", "retention.hold"))
    place = PlaceLegalHold(matter_id=matter.pk, reason="（2026）鲁16民初1号")
    hold = uuid.UUID(str(execute(protected.actor("legal-one"), place, protected.key())["hold"]))
    proposed = propose(protected, matter)
    with pytest.raises(Invalid, match="under a legal hold"):
        decide(protected, proposed)
    assert party_of(matter).left_contact and Erasure.objects.get().state == Erasure.PROPOSED
    lift = LiftLegalHold(matter_id=matter.pk, hold=hold, reason="已结案")
    execute(protected.actor("legal-two"), lift, protected.key())
    assert decide(protected, proposed).state == Erasure.ORDERED
