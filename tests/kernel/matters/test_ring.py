"""A clock rings each mark of its ladder once, in its own counting; late after an outage, as one line; never twice."""

import datetime
import json
import threading

import pytest

from jingwei.kernel.agencies.models import Post
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import calendar_of, marks_of
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands.ring import LEASE, ring_due
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.receivers import posts_told
from jingwei.kernel.outbox.models import Message
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, rules_of
from tests.city import FOUNDER, City
from tests.clones import Clone, in_threads

SECOND = datetime.timedelta(seconds=1)


def moments(matter: Matter, key: str = "handle") -> dict[int, datetime.datetime]:
    """The moments of a matter's marks by their share."""
    with reading(FOUNDER) as scope:
        calendar = calendar_of(rules_of(scope), CITY_CALENDAR, scope.day_of(matter.opened_at))
    return {mark.percent: mark.at for mark in marks_of(Clock.objects.get(stream_id=matter.pk, key=key), calendar)}


def rang(matter: Matter) -> list[int]:
    """The marks that were told, in order."""
    found = Message.objects.filter(stream=matter.pk, topic="matter.clock_rang").order_by("created_at", "id")
    return [message.body["mark"] for message in found]


def facts(matter: Matter) -> list[dict[str, object]]:
    entries = Entry.objects.filter(stream=matter.pk, kind="matter.clock_rang").order_by("seq")
    return [json.loads(bytes(entry.body))["facts"] for entry in entries]


def test_a_clock_rings_each_mark_once_and_then_is_silent(city: City) -> None:
    matter = city.report()
    found = moments(matter)
    assert list(found) == [50, 80, 100, 120, 150]
    for percent, at in found.items():
        assert ring_due(at - SECOND) == 0
        assert ring_due(at) == 1, percent
        assert ring_due(at + LEASE) == 0
    assert rang(matter) == [50, 80, 100, 120, 150]
    assert Clock.objects.get(stream_id=matter.pk, key="handle").fires_at is None
    assert [fact["level"] for fact in facts(matter)] == [0, 0, 1, 2, 3]
    assert not any("late_minutes" in fact for fact in facts(matter))


def test_an_act_after_the_last_mark_rings_nothing_again(city: City) -> None:
    matter = city.report()
    last = moments(matter)[150]
    assert ring_due(last) == 1
    city.act("intake", matter, "verify")
    assert ring_due(last + LEASE * 5) == 0 and len(rang(matter)) == 1


def test_after_an_outage_one_line_tells_what_still_matters_and_the_record_says_late(city: City) -> None:
    matter = city.report()
    found = moments(matter)
    now = found[80] + datetime.timedelta(hours=1)
    assert ring_due(now) == 1 and rang(matter) == [80]
    (fact,) = facts(matter)
    assert fact["passed_over"] == [50] and fact["late_minutes"] == 60
    assert Message.objects.get(topic="matter.clock_rang").body["late"] is True
    assert ring_due(found[100]) == 1 and rang(matter) == [80, 100]


def test_a_closed_matter_and_a_paused_clock_do_not_ring(city: City) -> None:
    closed = city.bring_to(city.report(), "closed")
    hung = city.bring_to(city.report(), "processing")
    at = moments(hung)[100]
    hung = city.act("handler-roads", hung, "ask_hang_up", reason="等材料", why="works", planned_on="2027-01-01")
    city.act("supervisor", hung, "grant_hang_up")
    while ring_due(at + LEASE):
        continue
    assert rang(closed) == rang(hung) == []


def test_urgent_classes_are_spoken_of_sooner_by_the_rulebook(city: City) -> None:
    rungs = [[30, 0], [60, 0], [90, 1], [100, 3]]
    command = SetValue(
        parameter="ladder", subject="U1", from_on=datetime.date(2020, 1, 1), content={"rungs": rungs}, basis="测试"
    )
    execute(FOUNDER, command, "ladder")
    tree = city.report(category="PARK-1")
    found = moments(tree)
    assert list(found) == [30, 60, 90, 100]
    assert found[30] - tree.opened_at == datetime.timedelta(hours=24) * 0.3
    assert list(moments(city.report())) == [50, 80, 100, 120, 150]


@pytest.mark.parametrize("rungs", [[], [[50]], [[50, 4]], [[80, 0], [50, 0]], [[0, 0]], [["50", 0]], None])
def test_a_ladder_that_leads_nowhere_is_refused(city: City, rungs: object) -> None:
    from jingwei.kernel.rulebook.commands import problems_of

    assert problems_of("ladder", {"rungs": rungs})


def test_levels_climb_from_who_acts_to_who_supervises(city: City) -> None:
    matter = city.bring_to(city.report(), "dispatched")
    ids = dict(Post.objects.values_list("pk", "code"))
    with reading(FOUNDER) as scope:
        agencies = agencies_of(scope)
    told = [{ids[post] for post in posts_told(agencies, matter, [f"level-{level}"])} for level in range(4)]
    assert told == [{"handler-roads"}, {"handler-roads"}, {"supervisor"}, {"supervisor"}]
    assert {ids[one] for one in posts_told(agencies, matter, ["level-0", "level-3"])} == {"handler-roads", "supervisor"}


def test_a_working_hour_clock_rings_in_working_time(city: City) -> None:
    matter = city.bring_to(city.report(), "dispatched")
    found = moments(matter, "sign")
    calendar_days = {at.astimezone(datetime.timezone(datetime.timedelta(hours=8))) for at in found.values()}
    assert all(at.isoweekday() <= 5 and 9 <= at.hour <= 17 for at in calendar_days)


def test_two_workers_ring_each_mark_once(clone: Clone) -> None:
    matters = [clone.city.report() for _ in range(6)]
    at, gate = max(moments(matter)[50] for matter in matters), threading.Barrier(3, timeout=30)

    def work() -> int:
        gate.wait()
        return ring_due(at, most=3)

    answers = in_threads([work] * 3)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    while ring_due(at + LEASE * 2):
        continue
    assert [rang(matter) for matter in matters] == [[50]] * 6
    assert verify(clone.owner).faults == []
