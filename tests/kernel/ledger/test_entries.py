"""Entries are canonical bytes that tell what happened and name no person."""

import hashlib
import json
import uuid
from typing import Any

import pytest

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.ledger.append import row_hash, tracked_columns
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import guarded_models
from jingwei.kernel.matters.commands import Contact
from jingwei.kernel.matters.models import Detail, Matter, Party, Step
from jingwei.kernel.outbox.models import Message
from jingwei.kernel.sealing import revealed
from jingwei.kernel.values.canonical import canonical, read_row_bytes, row_bytes
from jingwei.kernel.values.ids import new_code, read_code
from tests.city import City

MEMBERS = {*("v", "id", "stream", "seq", "prev", "kind", "recorded", "actor", "post", "grant", "key", "facts", "after")}


def test_an_entry_is_canonical_and_its_columns_repeat_it(city: City) -> None:
    matter = city.bring_to(city.report(), "closed")
    entries = list(Entry.objects.filter(stream=matter.pk).order_by("seq"))
    assert [entry.kind for entry in entries] == ["matter.reported"] + ["matter.acted"] * 6
    previous = b""
    for place, entry in enumerate(entries, 1):
        body = bytes(entry.body)
        said = json.loads(body)
        assert canonical(said) == body and set(said) == MEMBERS
        assert hashlib.sha256(body).digest() == bytes(entry.hash)
        assert (said["seq"], said["prev"], said["stream"]) == (place, previous.hex(), str(matter.pk))
        previous = bytes(entry.hash)
    assert previous == bytes(matter.chain) and matter.version == 7


def test_an_entry_says_by_whom_in_which_post_under_which_grant(city: City) -> None:
    matter = city.bring_to(city.report(), "filed")
    said = json.loads(bytes(Entry.objects.get(stream=matter.pk, seq=2).body))
    actor = city.actor("intake")
    assert said["actor"] == actor.reference == f"person:{actor.id}"
    assert (said["post"], said["grant"]) == (str(actor.duties[0].post), "matter.verify")
    assert said["facts"]["from"] == "reported" and said["facts"]["to"] == "filed"
    step = Step.objects.get(matter=matter)
    assert set(said["after"]) == {f"matters_matter:{matter.pk}", f"matters_step:{step.pk}"}


def test_every_tracked_column_enters_the_rows_hash_with_the_streams_salt() -> None:
    salt = b"s" * 16
    for model in guarded_models():
        columns = tracked_columns(model)
        row = dict.fromkeys(columns, "x")
        table, content = model._meta.db_table, row_bytes(row)
        whole = row_hash(salt, table, content)
        assert row_hash(b"t" * 16, table, content) != whole
        assert row_hash(salt, "other", content) != whole
        for column in columns:
            assert row_hash(salt, table, row_bytes({**row, column: "y"})) != whole, (model, column)
        left_out = {one.attname for one in model._meta.concrete_fields} - set(columns)
        assert left_out <= {"chain", "salt", *model.untracked}


@pytest.mark.parametrize("empty", [None, "", 0, False, [], {}])
def test_a_column_added_later_and_empty_in_old_rows_leaves_their_hashes(empty: object) -> None:
    before = row_bytes({"id": "1", "unit": "roads"})
    assert row_bytes({"id": "1", "unit": "roads", "added": empty}) == before
    assert row_bytes({"id": "1", "unit": "roads", "added": "x"}) != before
    assert row_bytes({"id": "1", "unit": empty}) != before
    assert read_row_bytes(("id", "unit", "added"), ("1", "roads", empty)) == before


def test_no_entry_and_no_message_holds_what_people_wrote_or_who_they_are(city: City) -> None:
    """Names, numbers, texts, addresses and points given anywhere never occur in any entry."""
    code = new_code()
    secret = Contact(
        name="诸葛测试",
        phone="13912345678",
        email="zhuge@example.org",
        follow=hashlib.sha256(read_code(code).encode()).digest(),
    )
    texts = {
        "title": "独一无二的标题",
        "text": "很特别的情况描述",
        "address": "不存在路999号",
        "place_note": "暗号门口",
    }
    matter = city.report(contact=secret, **dict[str, Any](texts))
    roads = str(matter.unit_id)
    for post, action, fields, reason in (
        ("intake", "verify", {"note": "机密说明一"}, ""),
        ("grid-east", "file", {"finding": "机密核实二"}, ""),
        ("dispatcher", "dispatch", {"unit": roads, "note": "机密派遣三"}, ""),
        ("dispatcher", "recall", {}, "机密退回四"),
        ("dispatcher", "dispatch", {"unit": roads}, ""),
        ("handler-roads", "sign", {}, ""),
        ("handler-roads", "feed_back", {"result": "机密结果五"}, ""),
        ("checker", "fail_check", {}, "机密返工六"),
        ("supervisor", "supervise", {"note": "机密督办七"}, "机密理由八"),
    ):
        matter = city.act(post, matter, action, reason=reason, **fields)
    party, detail = Party.objects.get(matter=matter), Detail.objects.get(matter=matter)
    assert revealed(party).contact["name"] == "诸葛测试" and detail.fields["title"] == texts["title"]
    barred = [
        *(secret.name, secret.phone, secret.email, code, read_code(code), secret.follow.hex() if secret.follow else ""),
        *texts.values(),
        "机密",
        *(f"{title}甲" for title in ("受理员", "派遣员", "道路承办员", "核查员", "值班长", "东区网格员")),
        str(detail.lon_e7),
        str(detail.lat_e7),
    ]
    told = [bytes(entry.body).decode() for entry in Entry.objects.all()]
    told += [json.dumps(message.body, ensure_ascii=False) for message in Message.objects.all()]
    assert len(told) > 50
    for words in barred:
        assert not [body for body in told if words in body], words


def test_the_same_row_in_two_streams_has_two_hashes(city: City) -> None:
    """The salt: who knows a phone number cannot find by its hash whose it is."""
    one, two = (city.report(contact=Contact(name="王小明", phone="13800138000")) for _ in range(2))
    salts = {bytes(matter.salt) for matter in Matter.objects.all()}
    assert len(salts) == 2 and all(len(salt) == 16 for salt in salts)
    hashes = set()
    for matter in (one, two):
        said = json.loads(bytes(Entry.objects.get(stream=matter.pk).body))
        party = Party.objects.get(matter=matter)
        hashes.add(said["after"][f"matters_party:{party.pk}"])
    assert len(hashes) == 2


def test_a_person_is_named_by_an_id_only(city: City) -> None:
    from jingwei.kernel.agencies.commands import TakeUpPost

    person = city.actor("auditor")
    assert isinstance(person.id, uuid.UUID)
    execute(city.actor("administrator"), TakeUpPost(person=person.id, post="checker"), "take")
    entry = Entry.objects.filter(kind="agencies.post_taken_up").order_by("-recorded_at", "-id").first()
    assert entry is not None
    facts = json.loads(bytes(entry.body))["facts"]
    assert facts["person"] == str(person.id) and set(facts) == {"person", "from", "until"}
