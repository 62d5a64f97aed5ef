"""From a message to a phone: number and link only, in the receiver's time, within quotas, once, and accounted for."""

import datetime
import email
import json
import multiprocessing
import os
import signal
import tomllib
import uuid
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection, connections
from pytest_django import Settings

from jingwei.kernel.agencies.models import Account
from jingwei.kernel.agencies.models import Post as AgencyPost
from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import Contact
from jingwei.kernel.matters.telling.route import adapters_of, router
from jingwei.kernel.matters.telling.send import LEASE, MOST_TRIES, Post, send_queued
from jingwei.kernel.matters.telling.timing import first_allowed, room_for
from jingwei.kernel.outbox.adapters import Adapter, problems_of_channel
from jingwei.kernel.outbox.deliver import deliver_waiting
from jingwei.kernel.outbox.gateway import NotSent, checked_address
from jingwei.kernel.outbox.marks import Wish, set_wish, try_again
from jingwei.kernel.outbox.models import Delivery, Notice, Preference
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.sealing import keys
from tests.architecture.tree import ROOT
from tests.city import FOUNDER, City
from tests.clones import Clone
from tests.duty import leave, open_roster, shift, take_up
from tests.kernel.matters.gateways import Gateway, http_gateway, smtp_gateway

MINUTE = datetime.timedelta(minutes=1)
ZONE = ZoneInfo("Asia/Shanghai")
SITE = "https://city.example.org"


def sms(gateway: Gateway, **changes: Any) -> dict[str, Any]:
    """An SMS gateway as a city would describe it."""
    return {
        "kind": "http",
        "title": {"zh": "短信", "en": "Text message"},
        "address": "own",
        "url": gateway.url,
        "headers": {"Authorization": "Bearer {secret}"},
        "body": {"to": "{address}", "params": ["{number}", "{link}"], "text": "{text}", "more": "{more}"},
        "success": {"status": [200], "member": "code", "equals": 0},
        "everybody": True,
        **changes,
    }


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with http_gateway() as opened:
        yield opened


def describe(name: str, content: dict[str, Any]) -> None:
    command = SetValue(
        parameter="channel", subject=name, from_on=datetime.date(2020, 1, 1), content=content, basis="测试"
    )
    execute(FOUNDER, command, f"channel:{name}:{uuid.uuid4()}")


def wish(city: City, post: str, **changes: Any) -> uuid.UUID:
    """The holder of a post may be told at any hour, over every channel, at a number of its own."""
    person = city.actor(post).id
    assert person is not None
    values: dict[str, Any] = {
        "channels": None,
        "addresses": {"sms": "13800138000"},
        "working_time": False,
        "quiet_from": None,
        "quiet_until": None,
        "sound": False,
    }
    set_wish(person, Wish(**{**values, **changes}))
    return person


def routed() -> None:
    """Every message so far has its lines and deliveries."""
    now = datetime.datetime.now(datetime.UTC)
    with reading(FOUNDER) as scope:
        channel = router(scope, adapters_of(scope, mail=True).values())
    deliver_waiting([channel], now + MINUTE)


def post() -> Post:
    return Post(SITE, "city@example.org", lambda _: "geheim", frozenset({"localhost"}))


def send(now: datetime.datetime | None = None) -> int:
    with reading(FOUNDER) as scope:
        adapters = adapters_of(scope, mail=True)
    return send_queued(adapters, post(), now or datetime.datetime.now(datetime.UTC) + MINUTE)


def test_a_text_message_holds_number_and_link_and_nothing_else(city: City, gateway: Gateway) -> None:
    describe("sms", sms(gateway))
    wish(city, "intake")
    matter = city.report(contact=Contact(name="王小明", phone="13911112222"), title="机密标题", text="机密内容")
    routed()
    assert send() == 1
    (asked,) = gateway.asked
    said = json.loads(asked.body)
    link = f"{SITE}/matters/{matter.number}/"
    assert said["params"] == [matter.number, link] and said["to"] == "13800138000" and said["more"] == "0"
    assert matter.number in said["text"] and link in said["text"]
    assert asked.headers["Authorization"] == "Bearer geheim"
    whole = asked.body.decode() + asked.path + json.dumps(asked.headers)
    for personal in ("王小明", "13911112222", "机密", "东一路"):
        assert personal not in whole and personal.encode("unicode_escape").decode() not in whole
    row = Delivery.objects.get()
    assert (row.state, row.tries, str(row.pk)) == (Delivery.SENT, 0, asked.key)


@pytest.mark.parametrize(
    "wrong",
    [
        {"body": {"text": "{title}"}},
        {"url": "https://{address}/x"},
        {"url": "file:///etc/passwd"},
        {"headers": {"X": "{name}"}},
        {"success": {}},
        {"surprise": 1},
        {"kind": "fax"},
        {"per_hour": -1},
        {"address": "home"},
    ],
)
def test_a_description_can_name_no_field_and_no_person(wrong: dict[str, Any]) -> None:
    assert list(problems_of_channel(sms(Gateway()))) == []
    assert list(problems_of_channel({**sms(Gateway()), **wrong}))


@pytest.mark.parametrize("name", ["sms", "wecom", "dingtalk", "dingtalk_signed"])
def test_the_channels_to_copy_from_are_sound(name: str) -> None:
    content = tomllib.loads((ROOT / "packs/channels" / f"{name}.toml").read_text("utf-8"))
    assert list(problems_of_channel(content["channel"][name])) == []


def test_a_gateway_that_says_no_within_its_yes_has_not_delivered(city: City, gateway: Gateway) -> None:
    describe("sms", sms(gateway))
    wish(city, "intake")
    city.report()
    routed()
    gateway.answer = {"code": 93000, "msg": "invalid key"}
    send()
    row = Delivery.objects.get()
    assert (row.state, row.tries, row.error) == (Delivery.QUEUED, 1, "the gateway says code = 93000")
    assert row.try_at is not None
    now = row.try_at
    while (row := Delivery.objects.get()).state == Delivery.QUEUED:
        now = max(now, row.try_at or now)
        send(now)
    assert row.state == Delivery.FAILED and row.tries == MOST_TRIES == len(gateway.asked)
    gateway.answer = {"code": 0}
    assert try_again([row.pk], now) == 1 and send(now) == 1
    assert Delivery.objects.get().state == Delivery.SENT
    assert len({asked.key for asked in gateway.asked}) == 1


def test_a_gateway_away_is_asked_once_a_round(city: City, gateway: Gateway) -> None:
    describe("sms", sms(gateway))
    gateway.status = 502
    for post_code in ("intake",):
        wish(city, post_code)
    for _ in range(3):
        city.report()
    routed()
    send()
    assert len(gateway.asked) == 1
    assert sorted(Delivery.objects.values_list("tries", flat=True)) == [0, 0, 1]


def test_a_quota_is_kept_and_the_rest_is_one_line(city: City, gateway: Gateway) -> None:
    describe("sms", sms(gateway, per_hour=3))
    wish(city, "intake")
    for _ in range(6):
        city.report()
    routed()
    now = datetime.datetime.now(datetime.UTC) + MINUTE
    assert send(now) == 6
    said = [json.loads(asked.body) for asked in gateway.asked]
    assert [one["more"] for one in said] == ["0", "0", "3"]
    assert said[2]["params"][1] == f"{SITE}/inbox/" and "3" in said[2]["text"]
    assert Delivery.objects.filter(state=Delivery.SENT).count() == 6
    assert Delivery.objects.exclude(within=None).count() == 3
    city.report()
    routed()
    send(now + MINUTE)
    held = Delivery.objects.get(state=Delivery.QUEUED)
    assert held.tries == 0 and held.try_at == now + 60 * MINUTE
    send(now + 61 * MINUTE)
    assert Delivery.objects.get(pk=held.pk).state == Delivery.SENT


def test_life_and_danger_goes_at_once_whatever_the_hour_and_the_quota(city: City, gateway: Gateway) -> None:
    describe("sms", sms(gateway, per_hour=1))
    midnight = datetime.time(0), datetime.time(23, 59, 59)
    wish(city, "intake", quiet_from=midnight[0], quiet_until=midnight[1])
    for _ in range(2):
        city.report(category="PARK-1")
    city.report()
    routed()
    send()
    assert len(gateway.asked) == 2
    waiting = Delivery.objects.get(state=Delivery.QUEUED)
    assert not waiting.urgent and waiting.try_at is not None
    assert waiting.try_at.astimezone(ZONE).time() == midnight[1]


def test_life_and_danger_goes_to_whoever_is_on_duty_and_to_nobody_else_at_once(city: City, gateway: Gateway) -> None:
    describe("sms", sms(gateway))
    quiet = {"quiet_from": datetime.time(0), "quiet_until": datetime.time(23, 59, 59)}
    duty = wish(city, "supervisor", addresses={"sms": "111"}, **quiet)
    intake = wish(city, "intake", addresses={"sms": "222"}, **quiet)
    open_roster(city)
    take_up(city, "supervisor", "checker")
    shift(city, "supervisor", -10, 30, post="checker")
    city.report(category="PARK-1")
    routed()
    rows = {row.receiver: row.urgent for row in Delivery.objects.all()}
    assert rows == {duty: True, intake: False}
    send()
    assert [json.loads(asked.body)["to"] for asked in gateway.asked] == ["111"]
    assert Notice.objects.filter(post=AgencyPost.objects.get(code="checker").pk).count() == 1


def test_a_stand_in_gets_the_reminders_of_whoever_is_on_leave(city: City, gateway: Gateway) -> None:
    describe("sms", sms(gateway))
    stand_in = wish(city, "auditor")
    leave(city, "intake", "auditor")
    city.report()
    routed()
    assert [row.receiver for row in Delivery.objects.all()] == [stand_in]


def test_a_reminder_of_a_matter_that_has_ended_is_dropped(city: City, gateway: Gateway) -> None:
    from jingwei.kernel.clocks.models import Clock
    from jingwei.kernel.matters.commands.ring import ring_due

    describe("sms", sms(gateway))
    for code in ("handler-roads", "intake"):
        wish(city, code)
    matter = city.report()
    fires_at = Clock.objects.get(stream_id=matter.pk, key="handle").fires_at
    assert fires_at is not None and ring_due(fires_at) == 1
    connection.cursor().execute("UPDATE outbox_message SET try_at = now() WHERE topic = 'matter.clock_rang'")
    routed()
    city.bring_to(matter, "closed")
    send()
    reminder = Delivery.objects.get(message__topic="matter.clock_rang")
    assert reminder.state == Delivery.DROPPED


def test_a_reporter_is_written_to_by_mail_without_a_word_of_the_matter(city: City, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    contact = Contact(name="王小明", phone="13800138000", email="wang@example.org")
    with smtp_gateway() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        number = city.act("intake", city.report(contact=contact), "decline", reason="不属于受理范围").number
        for one in (Contact(phone="13900139000"), None):
            city.act("intake", city.report(contact=one), "decline", reason="不属于受理范围")
        routed()
        send()
    (letter,) = [email.message_from_string(one) for one in server.letters]
    payload = letter.get_payload(decode=True)
    assert isinstance(payload, bytes)
    text = payload.decode()
    assert letter["To"] == "wang@example.org" and number in text and f"{SITE}/follow/" in text
    assert letter["Message-ID"].startswith(f"<{Delivery.objects.get(channel='mail').pk}@")
    for personal in ("王小明", "13800138000", "路面", "受理范围"):
        assert personal not in text and personal not in str(letter["Subject"])


def test_while_no_key_can_be_had_staff_are_told_and_the_letter_to_the_reporter_waits(
    city: City, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]
) -> None:
    contact = Contact(email="wang@example.org")
    city.act("intake", city.report(contact=contact), "decline", reason="不属于受理范围")
    with monkeypatch.context() as away:
        away.setattr(keys, "_line", keys._Line())
        away.setattr(settings, "KEY_DATABASE", lambda: {"host": "/nowhere", "dbname": "none"})
        routed()
        send()
    waiting = Delivery.objects.get(audience="reporter")
    assert Notice.objects.exists() and waiting.state == Delivery.QUEUED and "no key" in waiting.error
    send(waiting.try_at)
    assert [letter.to for letter in mailoutbox if letter.to == ["wang@example.org"]]


def test_staff_without_an_address_fail_visibly(city: City, gateway: Gateway) -> None:
    describe("sms", sms(gateway))
    wish(city, "intake", addresses={})
    city.report()
    routed()
    send()
    assert Delivery.objects.get().error == "the receiver has given no own address" and gateway.asked == []


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "192.168.1.1", "0.0.0.0"]
)
def test_the_own_network_is_closed_unless_opened_by_name(host: str) -> None:
    with pytest.raises(NotSent, match="own network"):
        checked_address(host, 80, frozenset())
    assert checked_address("127.0.0.1", 80, frozenset({"127.0.0.1"})) == "127.0.0.1"


def test_routing_again_makes_nothing_twice(city: City, gateway: Gateway) -> None:
    describe("sms", sms(gateway))
    city.report()
    routed()
    connection.cursor().execute("UPDATE outbox_message SET try_at = now(), delivered_at = NULL")
    before = (Notice.objects.count(), Delivery.objects.count())
    routed()
    assert before == (Notice.objects.count(), Delivery.objects.count()) == (1, 1)


OFFICE = WorkCalendar("o", ZONE, frozenset(range(1, 6)), ((datetime.time(9), datetime.time(17)),), {})


@pytest.mark.parametrize(
    ("now", "working", "quiet", "then"),
    [
        ("2026-11-26 10:00", True, None, "2026-11-26 10:00"),
        ("2026-11-27 18:00", True, None, "2026-11-30 09:00"),
        ("2026-11-27 18:00", False, None, "2026-11-27 18:00"),
        ("2026-11-27 23:00", False, ("22:00", "07:00"), "2026-11-28 07:00"),
        ("2026-11-27 06:00", False, ("22:00", "07:00"), "2026-11-27 07:00"),
        ("2026-11-27 12:10", True, ("12:00", "13:30"), "2026-11-27 13:30"),
        ("2026-11-27 16:30", True, ("16:00", "18:00"), "2026-11-30 09:00"),
        ("2026-11-27 08:00", True, ("08:00", "09:30"), "2026-11-27 09:30"),
    ],
)
def test_the_first_moment_somebody_may_be_told(
    now: str, working: bool, quiet: tuple[str, str] | None, then: str
) -> None:
    begin, end = (datetime.time.fromisoformat(one) for one in quiet) if quiet else (None, None)
    row = Preference(working_time=working, quiet_from=begin, quiet_until=end)
    moment = datetime.datetime.fromisoformat(now).replace(tzinfo=ZONE)
    expected = datetime.datetime.fromisoformat(then).replace(tzinfo=ZONE)
    assert first_allowed(moment, OFFICE, row) == expected


def test_room_within_an_hour_and_a_day() -> None:
    now = datetime.datetime(2026, 11, 26, 12, tzinfo=datetime.UTC)
    adapter = Adapter.of("x", {"kind": "http", "title": {"zh": "甲", "en": "A"}, "per_hour": 2, "per_day": 4})
    assert room_for(adapter, [], now, 9).left == 2
    full = [now - 10 * MINUTE, now - 20 * MINUTE]
    room = room_for(adapter, full, now, 1)
    assert (room.left, room.opens_at) == (0, now + 40 * MINUTE)
    day = [now - 100 * MINUTE * n for n in range(1, 5)]
    assert room_for(adapter, day, now, 1).opens_at == day[3] + datetime.timedelta(days=1)


def test_killed_between_sending_and_recording_it_sends_again_under_the_same_key(clone: Clone, gateway: Gateway) -> None:
    """The worker is killed while the gateway, which has taken the message, has not answered yet."""
    city = clone.city
    describe("sms", sms(gateway))
    wish(city, "intake")
    city.report()
    routed()
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]  # of Django's PostgreSQL connection
    child = multiprocessing.get_context("fork").Process(target=send)
    gateway.before_answer = lambda: os.kill(child.pid or 0, signal.SIGKILL)
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL and len(gateway.asked) == 1
    assert Delivery.objects.get().state == Delivery.QUEUED
    gateway.before_answer = lambda: None
    now = datetime.datetime.now(datetime.UTC)
    assert send(now + MINUTE) == 0  # its lease holds
    assert send(now + MINUTE + LEASE) == 1
    assert len({asked.key for asked in gateway.asked}) == 1 and len(gateway.asked) == 2
    assert Delivery.objects.get().state == Delivery.SENT and Notice.objects.count() == 1


def test_mail_to_staff_goes_to_their_account(city: City, mailoutbox: list[Any]) -> None:
    person = wish(city, "intake", channels=("mail",))
    account = Account.objects.get(person=person)
    account.email, account.language = "intake@example.org", "en"
    account.save()
    matter = city.report()
    routed()
    send()
    (letter,) = mailoutbox
    assert letter.to == ["intake@example.org"] and letter.body.startswith(f"Jingwei: news of matter {matter.number}")
