"""The worker killed at any moment: every message owed is sent, under one id; what it had in hand soon goes on."""

import datetime
import multiprocessing
import random
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection, connections

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import Act
from jingwei.kernel.matters.telling.route import adapters_of, router
from jingwei.kernel.matters.telling.send import Post, send_queued
from jingwei.kernel.outbox.deliver import deliver_waiting
from jingwei.kernel.outbox.models import Delivery, Message, Notice
from jingwei.kernel.values.errors import Invalid
from tests.city import City
from tests.clones import Clone
from tests.kernel.matters.gateways import Gateway, http_gateway
from tests.kernel.matters.test_telling import SITE, describe, sms, wish

GOES_ON = datetime.timedelta(seconds=90)
"""After a kill, whatever the worker had in hand is taken up again within this time."""


LONGEST = 20.0  # seconds that a worker lives that finds no letter to be killed at


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with http_gateway() as opened:
        yield opened


def one_round(now: datetime.datetime) -> int:
    """What the worker does with messages in one round; how many it looked at."""
    with reading(system("postman", "matter.read")) as scope:
        adapters = adapters_of(scope, mail=False)
        channels = [router(scope, adapters.values())]
    done = deliver_waiting(channels, now)
    post = Post(SITE, "jingwei@example.org", lambda _: "secret", frozenset({"localhost"}))
    return done.delivered + done.failed + send_queued(adapters, post, now)


def work() -> None:
    """A worker in a process of its own, until it is killed."""
    while True:
        one_round(datetime.datetime.now(datetime.UTC))


def killed_at(gateway: Gateway, letters: int) -> None:
    """Starts a worker and kills it when the gateway has taken so many letters of it and has not answered the last; or
    when it has had a while and there were no more."""
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]  # of Django's PostgreSQL connection
    child = multiprocessing.get_context("fork").Process(target=work)
    last = len(gateway.asked) + letters

    def strike() -> None:
        if len(gateway.asked) >= last:
            child.kill()

    gateway.before_answer = strike
    child.start()
    child.join(LONGEST)
    child.kill()
    child.join()
    gateway.before_answer = lambda: None


def happen(city: City, events: int) -> None:
    """So many events that people are told of; with every tenth an act that is refused and tells nobody anything."""
    for number in range(events):
        matter = city.report()
        if number % 10 == 0:
            act = Act(matter_id=matter.pk, action="pass_check", fields={"finding": "好"}, grant="matter.check")
            with pytest.raises(Invalid):
                execute(city.actor("checker"), act, city.key())


def run(city: City, gateway: Gateway, events: int, kills: int, seed: int) -> None:
    """Events and kills in turn; then one more worker, 90 seconds after the last kill."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    describe("sms", sms(gateway, per_hour=0, per_day=0))
    for post in ("intake", "dispatcher"):
        wish(city, post)
    for _ in range(kills):
        happen(city, events // kills)
        killed_at(gateway, chance.randrange(1, 2 * events // kills))
    now = datetime.datetime.now(datetime.UTC) + GOES_ON
    while one_round(now):
        pass
    assert len(gateway.asked) > Delivery.objects.count(), (
        "some were sent twice, as they were when the worker was killed"
    )
    check(gateway, seed)


def check(gateway: Gateway, seed: int) -> None:
    """Everything owed was sent; what was sent twice bears the same id and says the same."""
    assert not Message.objects.filter(delivered_at=None).exists(), seed
    assert Message.objects.filter(topic="matter.reported").count() == Message.objects.count(), seed
    assert set(Delivery.objects.values_list("state", flat=True)) == {Delivery.SENT}, seed
    owed = {str(key) for key in Delivery.objects.values_list("pk", flat=True)}
    assert {asked.key for asked in gateway.asked} == owed, seed
    assert len({(asked.key, asked.body) for asked in gateway.asked}) == len(owed), seed
    told = Counter(Notice.objects.values_list("message", flat=True))
    assert set(told) == set(Message.objects.values_list("pk", flat=True)), seed
    assert max(Counter(Notice.objects.values_list("message", "post")).values()) == 1, seed


@pytest.mark.proof
def test_a_worker_killed_ten_times_owes_nothing_to_anybody(clone: Clone, gateway: Gateway) -> None:
    run(clone.city, gateway, events=200, kills=10, seed=random.SystemRandom().randrange(2**32))


@pytest.mark.long
def test_a_worker_killed_a_hundred_times_owes_nothing_to_anybody(clone: Clone, gateway: Gateway) -> None:
    run(clone.city, gateway, events=10_000, kills=100, seed=random.SystemRandom().randrange(2**32))
