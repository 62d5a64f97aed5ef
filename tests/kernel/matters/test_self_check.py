"""The daily self-check escalates along the way all matters go; what does not arrive in time, or not at all, is red."""

import datetime
from zoneinfo import ZoneInfo

from jingwei.kernel.agencies.models import Post
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.commands.ring import ring_due
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.self_check.probe import PATIENCE, SelfCheck, id_of, keep_self_check, self_check_of
from jingwei.kernel.matters.telling.route import router
from jingwei.kernel.outbox.deliver import deliver_waiting
from jingwei.kernel.outbox.models import Notice
from tests.city import FOUNDER, City

MORNING = datetime.datetime(2026, 12, 1, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)


def at(now: datetime.datetime) -> SelfCheck:
    with reading(FOUNDER, now) as scope:
        return self_check_of(scope)


def rounds(begin: datetime.datetime, minutes: int, *, rings: bool = True, routes: bool = True) -> None:
    """What the worker does, once a minute."""
    for minute in range(minutes):
        now = begin + minute * MINUTE
        keep_self_check(now)
        if rings:
            ring_due(now)
        if routes:
            with reading(FOUNDER, now) as scope:
                channel = router(scope, ())
            deliver_waiting([channel], now)


def test_every_level_is_told_and_the_check_ends_by_itself(city: City) -> None:
    assert at(MORNING) == SelfCheck(False, "silent", None)
    rounds(MORNING, 1)
    assert (at(MORNING).ok, at(MORNING).state) == (True, "waiting")
    rounds(MORNING + MINUTE, 20)
    assert (at(MORNING + 21 * MINUTE).ok, at(MORNING + 21 * MINUTE).state) == (True, "arrived")
    matter = Matter.objects.get(pk=id_of(MORNING.date()))
    rang = Entry.objects.filter(stream=matter.pk, kind="matter.clock_rang").count()
    assert rang == 5 and Notice.objects.filter(stream=matter.pk).count() == 5
    assert {notice.post for notice in Notice.objects.all()} == {Post.objects.get(code="operator").pk}
    assert not Notice.objects.filter(read_at=None).exists()
    rounds(MORNING + 30 * MINUTE, 3)
    assert Matter.objects.count() == 1


def test_a_chain_that_does_not_ring_or_does_not_deliver_goes_red_and_stays_so(city: City) -> None:
    for day, broken in enumerate(("rings", "routes")):
        begin = MORNING + day * DAY
        rounds(begin, 40, **{broken: False})
        check = at(begin + PATIENCE + 10 * MINUTE)
        assert (check.ok, check.state) == (False, "missed")
    third = MORNING + 2 * DAY
    rounds(third, 2)
    assert not at(third + 2 * MINUTE).ok, "only a check that arrives makes it well again"
    rounds(third + 2 * MINUTE, 20)
    assert at(third + 22 * MINUTE).ok


def test_a_worker_that_stops_is_told_by_silence(city: City) -> None:
    rounds(MORNING, 20)
    assert at(MORNING + 20 * MINUTE).ok
    assert at(MORNING + DAY).ok, "the next may be opened a little later"
    assert at(MORNING + DAY + PATIENCE + MINUTE) == SelfCheck(False, "silent", None)
    rounds(MORNING + 2 * DAY, 1)
    dead = MORNING + 2 * DAY + PATIENCE + MINUTE
    assert (at(dead).ok, at(dead).state) == (False, "missed")
