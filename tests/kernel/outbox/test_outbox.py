"""A message is written with the change it tells of or not at all, and delivered at least once, whatever fails."""

import datetime
import json
import threading
from functools import partial
from pathlib import Path

import pytest

from jingwei.kernel.agencies.models import Post
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import Act, Contact
from jingwei.kernel.matters.telling.route import router
from jingwei.kernel.matters.telling.spool import spool
from jingwei.kernel.outbox.deliver import LEASE, MOST_TRIES, Channel, Delivered, deliver_waiting
from jingwei.kernel.outbox.models import Message, Notice
from jingwei.kernel.outbox.waiting import waiting
from jingwei.kernel.values.errors import Refusal
from tests.city import FOUNDER, City
from tests.clones import Clone, in_threads


def later(minutes: float = 1) -> datetime.datetime:
    """After everything written so far."""
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes)


class Line:
    """A channel that remembers what it was given, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.given: list[str] = []
        self.failures = failures

    def __call__(self, message: Message) -> None:
        self.given.append(str(message.pk))
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the line is dead")


def test_a_message_is_owed_exactly_when_the_change_was_made(city: City) -> None:
    matter = city.report()
    assert Message.objects.filter(stream=matter.pk).count() == 1
    with pytest.raises(Refusal):
        city.act("intake", matter, "verify", note="bell\x07")
    assert Message.objects.filter(stream=matter.pk).count() == 1
    city.act("intake", matter, "verify")
    topics = Message.objects.filter(stream=matter.pk).order_by("created_at").values_list("topic", flat=True)
    assert list(topics) == ["matter.reported", "matter.acted"]


def test_an_act_that_tells_nobody_leaves_no_message(city: City) -> None:
    matter = city.bring_to(city.report(), "dispatched")
    before = Message.objects.count()
    city.act("handler-roads", matter, "sign")
    assert Message.objects.count() == before


def test_a_message_carries_number_and_keys_only(city: City) -> None:
    matter = city.bring_to(city.report(contact=Contact(name="王小明", phone="13800138000")), "filed")
    for message in Message.objects.filter(stream=matter.pk):
        assert set(message.body) <= {"number", "action", "type", "tells"}
        assert message.body["number"] == matter.number


def test_a_round_delivers_everything_once_in_the_order_of_writing(city: City) -> None:
    for _ in range(3):
        city.report()
    channel = Line()
    assert waiting().messages == 3
    assert deliver_waiting([channel], later()) == Delivered(3, 0)
    assert channel.given == [
        str(pk) for pk in Message.objects.order_by("created_at", "id").values_list("pk", flat=True)
    ]
    assert deliver_waiting([channel], later(600)) == Delivered(0, 0)
    assert waiting().messages == 0
    assert not Message.objects.filter(delivered_at=None).exists()


def test_a_failed_delivery_is_tried_again_later_and_hinders_no_other(city: City) -> None:
    city.report()
    city.report()
    channel = Line(failures=1)
    now = later()
    assert deliver_waiting([channel], now) == Delivered(1, 1)
    failed = Message.objects.get(delivered_at=None)
    assert failed.tries == 1 and failed.try_at == now + datetime.timedelta(minutes=1)
    assert failed.error == "ConnectionError: the line is dead"
    assert deliver_waiting([channel], now) == Delivered(0, 0)
    assert deliver_waiting([channel], now + datetime.timedelta(minutes=2)) == Delivered(1, 0)
    assert Message.objects.get(pk=failed.pk).error == ""


def test_a_message_that_never_gets_through_is_given_up_after_a_day(city: City) -> None:
    city.report()
    channel, now, began = Line(failures=1000), later(), later()
    while (message := Message.objects.get()).try_at is not None:
        now = max(now, message.try_at)
        assert deliver_waiting([channel], now).failed == 1
    assert message.tries == MOST_TRIES == len(channel.given) and message.delivered_at is None and message.error
    assert datetime.timedelta(hours=12) < now - began < datetime.timedelta(hours=48)


def test_what_one_channel_did_before_another_failed_is_not_doubled(city: City) -> None:
    """The inbox's lines are taken back with the failure, or found again: one line a post and message."""
    matter = city.report()
    failing = Line(failures=1)
    with reading(FOUNDER) as scope:
        pass
    now = later()
    channels: list[Channel] = [router(scope, ()), failing]
    assert deliver_waiting(channels, now) == Delivered(0, 1)
    assert deliver_waiting(channels, now + datetime.timedelta(hours=1)) == Delivered(1, 0)
    notice = Notice.objects.get()
    assert notice.post == Post.objects.get(code="intake").pk
    assert notice.body["number"] == matter.number


def test_the_inbox_tells_whom_the_action_names(city: City) -> None:
    matter = city.bring_to(city.report(), "dispatched")
    with reading(FOUNDER) as scope:
        pass
    deliver_waiting([router(scope, ())], later())
    told = Notice.objects.filter(body__action="dispatch").values_list("post", flat=True)
    assert set(told) == {Post.objects.get(code="handler-roads").pk}
    told = Notice.objects.filter(body__action="file").values_list("post", flat=True)
    assert set(told) == {Post.objects.get(code=code).pk for code in ("dispatcher", "supervisor")}
    assert matter.state == "dispatched"


def test_the_spool_holds_one_whole_file_a_message(city: City, tmp_path: Path) -> None:
    city.report()
    folder = tmp_path / "outgoing"
    for round_ in range(2):
        Message.objects.update(try_at=later(), delivered_at=None)
        deliver_waiting([spool(folder)], later(round_ + 2))
    (file,) = folder.iterdir()
    message = Message.objects.get()
    assert file.name == f"{message.pk}.json"
    assert json.loads(file.read_text("utf-8"))["number"] == message.body["number"]


def test_two_workers_share_the_work_and_deliver_nothing_twice(clone: Clone) -> None:
    for _ in range(12):
        clone.city.report()
    channel, gate = Line(), threading.Barrier(4, timeout=30)

    def work() -> Delivered:
        gate.wait()
        return deliver_waiting([channel], later(), most=4)

    rounds = in_threads([work] * 4)
    assert sum(one.delivered for one in rounds if isinstance(one, Delivered)) == len(channel.given)
    while deliver_waiting([channel], later()).delivered:
        continue
    assert sorted(channel.given) == sorted(str(pk) for pk in Message.objects.values_list("pk", flat=True))
    assert len(set(channel.given)) == 12


def test_what_a_killed_worker_held_is_delivered_after_its_lease(clone: Clone) -> None:
    class Killed(BaseException):
        pass

    def dies(_: Message) -> None:
        raise Killed

    clone.city.report()
    now = later()
    with pytest.raises(Killed):
        deliver_waiting([dies], now)
    channel = Line()
    assert deliver_waiting([channel], now + LEASE / 2) == Delivered(0, 0)
    assert deliver_waiting([channel], now + LEASE) == Delivered(1, 0)
    assert len(channel.given) == 1


def test_messages_of_many_writers_are_all_there(clone: Clone) -> None:
    city = clone.city
    matters = [city.report() for _ in range(8)]
    actor = city.actor("intake")
    acts = [Act(matter_id=one.pk, action="verify", fields={}, grant="matter.accept") for one in matters]
    in_threads([partial(execute, actor, act, str(act.matter_id)) for act in acts])
    assert Message.objects.filter(topic="matter.acted").count() == 8
