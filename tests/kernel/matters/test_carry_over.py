"""A matter carried over from the old system stands where it stood there, in its state, at its unit, due as promised."""

import dataclasses
import datetime
import hashlib
import json
import uuid
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jingwei.capabilities.grid_events.matter_type import GRID_EVENT
from jingwei.kernel.clocks.elsewhere import Ran
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.bulk import Keyed, execute_many
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.commands import CarryOver, Contact, External
from jingwei.kernel.matters.models import ExternalNumber, Matter, Party
from jingwei.kernel.matters.types.standing import standing_in
from jingwei.kernel.measures.compute import compute
from jingwei.kernel.measures.registry import measure_of
from jingwei.kernel.outbox.models import Message
from jingwei.kernel.sealing import revealed
from jingwei.kernel.values.errors import Denied, Invalid
from jingwei.kernel.values.ids import new_id
from tests.city import ZONE, City, point_in

MOVER = system("cutover", "matter.carry_over", "matter.read")
UNTIL = datetime.datetime(2026, 11, 20, 18, tzinfo=ZoneInfo(ZONE))
RECEIVED = datetime.datetime(2026, 11, 9, 10, tzinfo=ZoneInfo(ZONE))  # a Monday: nine working days until then
FILE = hashlib.sha256(b"the list").hexdigest()


def moved(**changes: Any) -> CarryOver:
    """A pothole that the roads department was working on, five working days being its limit here."""
    number = changes.pop("number", uuid.uuid4().hex[:12])
    command = CarryOver(
        matter_id=new_id(),
        type="grid_event",
        category="ROAD-1",
        fields={"title": "路面有坑", "text": "坑很深", "address": "东一路 1 号"},
        channel="phone",
        point=point_in("T1-01"),
        contact=Contact(name="张三", phone="19900000001"),
        external=External(source="旧网格系统", number=number),
        unit="ROADS",
        state="processing",
        happened_at=RECEIVED,
        until=UNTIL,
        file=FILE,
        row=7,
    )
    return dataclasses.replace(command, **changes)


def carry(city: City, **changes: Any) -> Matter:
    command = moved(**changes)
    execute(MOVER, command, city.key())
    return Matter.objects.get(pk=command.matter_id)


def local(moment: datetime.datetime | None) -> str:
    assert moment is not None
    return f"{moment.astimezone(ZoneInfo(ZONE)):%m-%d %H:%M}"


def test_it_stands_in_its_state_at_its_unit_since_it_was_received(city: City) -> None:
    matter = carry(city, ran=Ran(2, "day"))
    assert (matter.state, matter.unit and matter.unit.code, matter.holder) == ("processing", "ROADS", None)
    assert matter.area is not None and matter.area.code == "T1-01"
    assert (matter.opened_at, matter.closed_at) == (RECEIVED, None)
    clock = Clock.objects.get(stream_id=matter.pk)
    assert [one["kind"] for one in clock.segments] == ["start", "carried"]
    assert local(matter.due_at) == "11-25 10:00"  # three of the five working days are left after Friday the 20th
    assert revealed(Party.objects.get(matter=matter)).contact["phone"] == "19900000001"
    assert ExternalNumber.objects.get(matter=matter).source == "旧网格系统"


def test_the_entry_names_the_list_and_the_row_and_no_person(city: City) -> None:
    matter = carry(city)
    (entry,) = Entry.objects.filter(stream=matter.pk)
    body = bytes(entry.body).decode()
    facts = json.loads(body)["facts"]
    assert entry.kind == "matter.carried_over"
    assert (facts["file"], facts["row"], facts["source"], facts["to"]) == (FILE, 7, "旧网格系统", "processing")
    assert not any(word in body for word in ("张三", "19900000001", "路面有坑", "东一路"))
    assert not Message.objects.filter(stream=matter.pk).exists(), "the unit gets a list, not five thousand messages"


def test_a_date_that_was_promised_is_kept_whatever_our_limit_says(city: City) -> None:
    promised = datetime.datetime(2026, 12, 24, 17, tzinfo=ZoneInfo(ZONE))
    matter = carry(city, ran=Ran(2, "day"), promised=promised)
    assert matter.due_at == promised
    segments = Clock.objects.get(stream_id=matter.pk).segments
    assert [(one["kind"], one.get("basis")) for one in segments[1:]] == [
        ("carried", "旧网格系统"),
        ("given", "旧网格系统"),
    ]


def test_what_was_used_up_there_is_late_here_by_as_much(city: City) -> None:
    matter = carry(city, ran=Ran(7, "day"))
    assert local(matter.due_at) == "11-18 10:00"
    clock = Clock.objects.get(stream_id=matter.pk)
    assert clock.fires_at is None or clock.fires_at > datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)


def test_with_only_the_pauses_known_the_rest_is_what_we_count(city: City) -> None:
    assert local(carry(city, ran=Ran(6, "day", paused=True)).due_at) == "11-24 10:00"  # nine went by, three were used
    assert local(carry(city).due_at) == "11-16 10:00"


def test_a_deferred_matter_does_not_run(city: City) -> None:
    matter = carry(city, state="hung_up", ran=Ran(2, "day"))
    clock = Clock.objects.get(stream_id=matter.pk)
    assert (clock.status, [one["kind"] for one in clock.segments]) == ("paused", ["start", "carried", "pause"])


def test_the_clock_of_the_stage_begins_here(city: City) -> None:
    matter = carry(city, state="dispatched")
    sign = Clock.objects.get(stream_id=matter.pk, key="sign")
    assert datetime.datetime.fromisoformat(sign.segments[0]["at"]) > UNTIL
    assert sign.fires_at is not None
    signed = city.act("handler-roads", matter, "sign")
    assert (signed.state, signed.holder and signed.holder.code) == ("signed", "handler-roads")


def test_it_goes_on_to_its_end_as_every_other(city: City) -> None:
    matter = carry(city, ran=Ran(1, "day"))
    matter = city.act("handler-roads", matter, "feed_back", result="坑已填平")
    matter = city.act("checker", matter, "pass_check", finding="已修好")
    assert matter.state == "closed"
    assert Clock.objects.get(stream_id=matter.pk, key="handle").status == "stopped"
    assert matter.opened_at == RECEIVED, "figures count it from the day the resident spoke"


def test_figures_count_it_since_it_was_received_and_never_in_time_because_it_moved(city: City) -> None:
    """Overdue when it came here: in the divisor, and not in the numerator; the one promised for later in neither."""
    carry(city, ran=Ran(7, "day"))
    carry(city, promised=datetime.datetime(2036, 1, 1, tzinfo=ZoneInfo(ZONE)))
    with reading(system("tests", "measures.read", "matter.read")) as scope:
        (figure,) = compute(scope, measure_of("grid_event.share_closed_in_time"))
    assert (figure.numerator, figure.denominator) == (0, 1)


def test_a_matter_that_nobody_was_sent_yet_is_routed_by_our_rules(city: City) -> None:
    matter = carry(city, state="reported", unit="")
    assert matter.unit is not None and matter.unit.code == "ROADS"
    assert "accept" not in {one.key for one in Clock.objects.filter(stream_id=matter.pk)}  # no limit is set for it here
    facts = json.loads(bytes(Entry.objects.get(stream=matter.pk).body))["facts"]
    assert facts["route"]["rule"] == "road"


def test_the_post_that_had_it_in_hand_holds_it(city: City) -> None:
    assert carry(city, holder="handler-roads").holder is not None
    with pytest.raises(Invalid, match="no post"):
        carry(city, holder="handler-parks")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"state": "closed"}, "state"),
        ({"state": "verloren"}, "state"),
        ({"state": "extension_asked"}, "state"),
        ({"unit": ""}, "unit"),
        ({"unit": "NOBODY"}, "unit"),
        ({"category": "ROAD"}, "category"),
        ({"area": "T9"}, "area"),
        ({"happened_at": UNTIL + datetime.timedelta(days=1)}, "happened_at"),
        ({"promised": RECEIVED - datetime.timedelta(days=1)}, "happened_at"),
        ({"ran": Ran(40, "day")}, "happened_at"),
        ({"happened_at": datetime.datetime(1926, 11, 9, tzinfo=datetime.UTC)}, "happened_at"),
        ({"until": UNTIL + datetime.timedelta(days=30_000)}, "happened_at"),
        ({"fields": {"nothing": "x"}}, "nothing"),
    ],
)
def test_what_cannot_stand_is_refused_with_its_place(city: City, changes: dict[str, Any], place: str) -> None:
    with pytest.raises(Invalid) as refused:
        carry(city, **changes)
    assert refused.value.place == place and refused.value.reason.zh and refused.value.reason.en
    assert not Matter.objects.exists()


def test_no_member_of_staff_carries_over(city: City) -> None:
    with pytest.raises(Denied):
        execute(city.actor("administrator"), moved(), city.key())


def test_a_rehearsal_answers_the_same_and_leaves_nothing(city: City) -> None:
    commands = [Keyed(f"k{number}", moved(number=str(number), state=state)) for number, state in enumerate(_STATES)]
    before = Entry.objects.count()
    rehearsed = execute_many(MOVER, commands, rehearse=True)
    assert Entry.objects.count() == before and not Matter.objects.exists()
    done = execute_many(MOVER, commands)
    assert [one.result for one in rehearsed] == [one.result for one in done]
    assert [one.refusal and one.refusal.place for one in done] == [None, "state", None]
    again = execute_many(MOVER, commands)
    assert [one.repeated for one in again] == [True, False, True] and Matter.objects.count() == 2


_STATES = ("processing", "closed", "dispatched")


def test_what_a_state_presupposes_follows_from_the_declaration() -> None:
    assert not standing_in(GRID_EVENT, "filed").unit and standing_in(GRID_EVENT, "feedback").unit
    assert standing_in(GRID_EVENT, "feedback").clocks == ("check",)
    assert standing_in(GRID_EVENT, "hung_up").paused == ("handle",)
    assert standing_in(GRID_EVENT, "extension_asked").asked == "ask_extension"
    with pytest.raises(KeyError):
        standing_in(GRID_EVENT, "nowhere")
