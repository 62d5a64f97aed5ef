"""Sealing: what is personal lies encrypted, its key lies elsewhere, and the ledger commits to both."""

import json
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from jingwei.installation import drop_keys, keys_server, make_keys
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands import Contact
from jingwei.kernel.matters.models import Party, Step
from jingwei.kernel.sealing import AWAY, GONE, conceal, keys, payload, reveal, revealed, shown
from jingwei.kernel.values.canonical import canonical, digest
from jingwei.kernel.values.errors import Conflict
from jingwei.surfaces.console.personal.sealing import seal_what_lies_open
from jingwei.surfaces.desk.matter_page import matter_page
from tests.city import City
from tests.clones import Clone

PERSON = Contact(name="诸葛测试", phone="13912345678", email="zhuge@example.org")
BOUND = payload.Bound("matters_party:1", "m", "s")
MEMBERS = st.dictionaries(
    st.sampled_from(["contact.name", "contact.phone", "content.said"]),
    st.one_of(st.text("王小明a1 \n", max_size=40), st.integers(0, 2**40), st.booleans()),
    min_size=1,
)


@pytest.fixture
def key_database() -> Iterator["psycopg.Connection[Any]"]:
    """The key database, as the application's role sees it."""
    with psycopg.connect(**settings.KEY_DATABASE(), autocommit=True) as line:
        yield line


@settings_of(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(MEMBERS)
def test_what_was_closed_opens_again_and_nothing_of_it_shows(members: dict[str, Any]) -> None:
    key = os.urandom(32)
    sealed, told = payload.closed(key, members, BOUND)
    assert payload.opened(key, sealed, BOUND) == members
    assert payload.members_of(sealed) == sorted(members) == sorted(told["commit"])
    for value in members.values():
        if isinstance(value, str) and len(value.encode()) > 6:
            assert value.encode() not in sealed
    assert payload.closed(key, members, BOUND)[1]["commit"] != told["commit"], "each has a salt of its own"


@pytest.mark.parametrize(
    "elsewhere",
    [
        payload.Bound("matters_party:2", "m", "s"),
        payload.Bound("matters_party:1", "n", "s"),
        payload.Bound("matters_party:1", "m", "t"),
    ],
)
def test_a_payload_opens_only_where_it_belongs(elsewhere: payload.Bound) -> None:
    key = os.urandom(32)
    sealed, _ = payload.closed(key, {"contact.phone": "1"}, BOUND)
    with pytest.raises(payload.Broken):
        payload.opened(key, sealed, elsewhere)
    with pytest.raises(payload.Broken):
        payload.opened(key, sealed[:-1] + bytes([sealed[-1] ^ 1]), BOUND)
    with pytest.raises(payload.Broken):
        payload.opened(os.urandom(32), sealed, BOUND)


def test_a_contact_lies_nowhere_in_clear(city: City) -> None:
    matter = city.report(contact=PERSON)
    party = Party.objects.get(matter=matter)
    assert party.contact == {} and party.left_contact
    assert revealed(party).contact == {"name": PERSON.name, "phone": PERSON.phone, "email": PERSON.email}
    with connection.cursor() as cursor:
        cursor.execute("SELECT p::text FROM matters_party p")
        rows = "".join(row[0] for row in cursor.fetchall())
    assert PERSON.name not in rows and PERSON.phone not in rows and PERSON.phone.encode().hex() not in rows


def test_the_entry_commits_to_payload_and_fields_by_hashes_that_nobody_can_try_out(city: City) -> None:
    matter = city.report(contact=PERSON)
    party = Party.objects.get(matter=matter)
    body = json.loads(bytes(Entry.objects.get(stream=matter.pk, seq=1).body))
    told = body["facts"]["sealed"][f"matters_party:{party.pk}"]
    assert sorted(told["commit"]) == ["contact.email", "contact.name", "contact.phone"]
    assert party.sealed is not None and told["cipher"] == digest(bytes(party.sealed)).hex()
    unsalted = digest(canonical(PERSON.phone)).hex()
    assert unsalted not in json.dumps(body) and digest(PERSON.phone.encode()).hex() not in json.dumps(body)


def test_two_processes_that_are_the_first_at_once_both_have_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key encryption key is noted by one of them; the other waits for that and finds it."""
    name = f"race{os.getpid()}"
    make_keys(name)
    theirs = keys_server().conninfo("app", name)
    monkeypatch.setattr(settings, "KEY_DATABASE", lambda: theirs)
    monkeypatch.setattr(keys, "_line", keys._Line())
    try:
        with psycopg.connect(**theirs) as first, ThreadPoolExecutor(1) as pool:
            first.execute("INSERT INTO wrapped_by (fingerprint) VALUES (%s)", [keys._wrapping()[1]])
            second = pool.submit(keys._reserved, 1)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.5)  # it waits
            first.commit()
            assert len(second.result(timeout=30)) == 1
    finally:
        drop_keys(name)


def test_without_its_key_a_row_shows_that_something_is_gone(
    city: City, key_database: "psycopg.Connection[Any]"
) -> None:
    kept, lost = (Party.objects.get(matter=city.report(contact=PERSON)) for _ in range(2))
    key_database.execute("DELETE FROM key WHERE id = %s", [lost.key])
    reveal([kept, lost])
    assert kept.contact["phone"] == PERSON.phone
    assert lost.contact == {"name": GONE, "phone": GONE, "email": GONE}


def test_whoever_may_not_read_it_needs_no_key_to_see_that_there_is_something(city: City) -> None:
    party = Party.objects.get(matter=city.report(contact=PERSON))
    conceal([party])
    assert party.contact == {"name": "", "phone": "", "email": ""}


def test_keys_are_committed_before_they_are_used_and_each_is_used_once(
    city: City, key_database: "psycopg.Connection[Any]"
) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: keys.take(), range(3 * keys.BLOCK)))
    assert len({key_id for key_id, _ in taken}) == len({key for _, key in taken}) == 3 * keys.BLOCK
    (known,) = key_database.execute(
        "SELECT count(*) FROM key WHERE id = ANY(%s)", [[key_id for key_id, _ in taken]]
    ).fetchone() or (0,)
    assert known == 3 * keys.BLOCK
    assert keys.fetch([taken[0][0], uuid.uuid4()]) == {taken[0][0]: taken[0][1]}
    wrapped = key_database.execute("SELECT wrapped FROM key WHERE id = %s", [taken[0][0]]).fetchone()
    assert wrapped is not None and taken[0][1] not in bytes(wrapped[0])


def test_another_key_encryption_key_is_named_loses_nothing_and_the_former_one_put_back_opens_all(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    party = Party.objects.get(matter=city.report(contact=PERSON))
    with monkeypatch.context() as changed:
        changed.setattr(settings, "KEY_ENCRYPTION_KEY", lambda: b"another" * 8)
        changed.setattr(keys, "_reserve", keys._Reserve())
        keys._wrapping.cache_clear()
        with pytest.raises(keys.WrongKey, match="secrets/kek"):
            reveal([party])
        with pytest.raises(keys.WrongKey, match="secrets/kek"):
            city.report(contact=PERSON)
        assert shown([party])[0].contact == {"name": AWAY, "phone": AWAY, "email": AWAY}
        assert city.report().state == "reported"
    assert revealed(party).contact["phone"] == PERSON.phone


def test_a_key_encryption_key_that_cannot_be_read_is_a_refusal(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "KEY_ENCRYPTION_KEY", lambda: None)
    monkeypatch.setattr(keys, "_reserve", keys._Reserve())
    keys._wrapping.cache_clear()
    with pytest.raises(keys.WrongKey, match="JINGWEI_KEK"):
        city.report(contact=PERSON)


def test_without_the_key_database_nothing_personal_is_taken_and_the_rest_goes_on(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = city.report(contact=PERSON)
    monkeypatch.setattr(keys, "_line", keys._Line())
    monkeypatch.setattr(keys, "_reserve", keys._Reserve())
    monkeypatch.setattr(settings, "KEY_DATABASE", lambda: {"host": "/nowhere", "dbname": "none"})
    with pytest.raises(Conflict, match="key database"):
        city.report(contact=PERSON)
    with reading(city.actor("intake")) as scope:
        page = matter_page(scope, before.number)
    assert page.contacts is not None and {one.value for one in page.contacts} == {AWAY}
    assert Party.objects.count() == 1
    assert city.report().state == "reported"


def test_what_lies_in_clear_is_sealed_afterwards_and_the_ledger_still_verifies(clone: Clone) -> None:
    """As an edition before sealing left it: contact and sealed words of an act in clear, with the hashes of then."""
    city = clone.city
    with pytest.MonkeyPatch.context() as before:
        for module in ("report", "act"):
            before.setattr(f"jingwei.kernel.matters.commands.{module}.seal", lambda *_, **__: None)
        city.report(contact=PERSON)
        matter = city.bring_to(city.report(contact=PERSON), "signed")
        city.act("handler-roads", matter, "contact", how="phone", said="周三上午去看")
    city.report()
    assert Step.objects.filter(content__said="周三上午去看").exists()
    assert seal_what_lies_open() == 2
    assert seal_what_lies_open() == 0
    assert all(one.contact == {} and one.key for one in Party.objects.all())
    assert all(one.contact["phone"] == PERSON.phone for one in reveal(list(Party.objects.all())))
    step = Step.objects.get(action="contact")
    assert step.content == {"how": "phone"} and revealed(step).content == {"how": "phone", "said": "周三上午去看"}
    assert Entry.objects.filter(kind="matter.sealed").count() == 2
    assert verify(clone.owner).faults == []


def test_the_sealed_words_of_an_act_are_read_by_those_who_work_on_the_matter(city: City) -> None:
    matter = city.bring_to(city.report(contact=PERSON), "signed")
    city.act("handler-roads", matter, "contact", how="phone", said="周三上午去看")
    step = Step.objects.get(action="contact")
    assert step.content == {"how": "phone"}
    with reading(city.actor("handler-roads")) as scope:
        worker = matter_page(scope, matter.number)
    with reading(city.actor("auditor")) as scope:
        other = matter_page(scope, matter.number)
    assert "周三上午去看" in str(worker.timeline)
    assert "周三上午去看" not in str(other.timeline) and "sealed" in str(other.timeline)
