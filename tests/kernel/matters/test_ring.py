"""A clock that falls due tells its people once, and stays silent when it was stopped or moved in time."""

import datetime
import threading

from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands.ring import LEASE, ring_due
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.outbox.models import Message
from tests.city import City
from tests.clones import Clone, in_threads


def due(matter: Matter) -> datetime.datetime:
    assert matter.due_at is not None
    return matter.due_at


def rings(matter: Matter) -> int:
    return Message.objects.filter(stream=matter.pk, topic="matter.clock_rang").count()


def test_a_clock_rings_when_it_falls_due_and_only_once(city: City) -> None:
    matter = city.report()
    at = due(matter)
    assert ring_due(at - datetime.timedelta(seconds=1)) == 0
    assert ring_due(at) == 1 and rings(matter) == 1
    assert ring_due(at + LEASE * 5) == 0 and rings(matter) == 1
    assert Clock.objects.get(stream_id=matter.pk, key="handle").fires_at is None
    assert Entry.objects.filter(stream=matter.pk, kind="matter.clock_rang").count() == 1
    body = Message.objects.get(topic="matter.clock_rang").body
    assert body["number"] == matter.number and "matter.supervise" in body["tells"]


def test_a_closed_matter_does_not_ring(city: City) -> None:
    matter = city.bring_to(city.report(), "closed")
    assert ring_due(due(matter) + LEASE) == 0 and rings(matter) == 0


def test_a_paused_clock_does_not_ring(city: City) -> None:
    matter = city.bring_to(city.report(), "processing")
    at = due(matter)
    city.act("handler-roads", matter, "hang_up", reason="等材料", planned_on="2027-01-01")
    assert ring_due(at + LEASE) == 0 and rings(matter) == 0


def test_two_workers_ring_a_clock_once(clone: Clone) -> None:
    matters = [clone.city.report() for _ in range(6)]
    at, gate = max(due(matter) for matter in matters), threading.Barrier(3, timeout=30)

    def work() -> int:
        gate.wait()
        return ring_due(at, most=3)

    answers = in_threads([work] * 3)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    while ring_due(at + LEASE * 2):
        continue
    assert [rings(matter) for matter in matters] == [1] * 6
    assert verify(clone.owner).faults == []
