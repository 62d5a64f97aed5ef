"""Events to another system: of the reach of a post, signed, and acted on once whatever is killed."""

import base64
import datetime
import hashlib
import hmac
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import Contact
from jingwei.kernel.matters.telling.route import adapters_of, router
from jingwei.kernel.matters.telling.send import LEASE, Post, send_queued
from jingwei.kernel.outbox.adapters import problems_of_channel
from jingwei.kernel.outbox.deliver import deliver_waiting
from jingwei.kernel.outbox.models import Delivery, Message
from jingwei.kernel.rulebook.commands import SetValue
from tests.architecture.tree import ROOT
from tests.city import FOUNDER, SINCE, City
from tests.kernel.matters.gateways import Gateway, http_gateway

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
SITE = "https://city.example.org"
MINUTE = datetime.timedelta(minutes=1)


def describe(url: str, post: str = "grid-east", **changes: Any) -> None:
    content = {"kind": "webhook", "title": {"zh": "应用", "en": "App"}, "url": url, "post": post, **changes}
    assert list(problems_of_channel(content)) == []
    execute(FOUNDER, SetValue(parameter="channel", subject="app", from_on=SINCE, content=content, basis="x"), "app")


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with http_gateway() as opened:
        yield opened


def routed() -> None:
    with reading(FOUNDER) as scope:
        channel = router(scope, adapters_of(scope, mail=True).values())
    deliver_waiting([channel], datetime.datetime.now(datetime.UTC) + MINUTE)


def send(after: datetime.timedelta = MINUTE) -> int:
    with reading(FOUNDER) as scope:
        adapters = adapters_of(scope, mail=True)
    office = Post(SITE, "city@example.org", lambda _: SECRET, frozenset({"localhost"}))
    return send_queued(adapters, office, datetime.datetime.now(datetime.UTC) + after)


def test_an_event_is_a_cloudevent_with_number_and_keys_alone(city: City, gateway: Gateway) -> None:
    describe(gateway.url)
    matter = city.report(cell="T1-01", contact=Contact(name="王小明", phone="13911112222"), title="机密标题")
    routed()
    assert send() == 1
    (asked,) = gateway.asked
    said = json.loads(asked.body)
    delivery = Delivery.objects.get()
    assert said == {
        "specversion": "1.0",
        "id": str(delivery.pk),
        "source": SITE,
        "type": "jingwei.matter.reported",
        "subject": matter.number,
        "time": said["time"],
        "datacontenttype": "application/json",
        "data": {"number": matter.number, "url": f"{SITE}/api/v1/reports/{matter.number}"},
    }
    assert datetime.datetime.fromisoformat(said["time"]) == Message.objects.get().created_at
    assert asked.headers["Content-Type"].startswith("application/cloudevents+json")
    assert (delivery.state, delivery.audience) == (Delivery.SENT, "partner")


def test_it_is_signed_as_standard_webhooks_has_it(city: City, gateway: Gateway) -> None:
    describe(gateway.url)
    city.report(cell="T1-01")
    routed()
    send()
    (asked,) = gateway.asked
    known = {name.lower(): value for name, value in asked.headers.items()}
    signed = b".".join([known["webhook-id"].encode(), known["webhook-timestamp"].encode(), asked.body])
    wanted = base64.b64encode(hmac.new(bytes(range(32)), signed, hashlib.sha256).digest()).decode()
    assert known["webhook-signature"] == f"v1,{wanted}"
    now = datetime.datetime.now(datetime.UTC).timestamp()
    assert abs(now - int(known["webhook-timestamp"])) < 60


def test_only_what_the_post_reads_is_told_and_only_the_topics_it_asks_for(city: City, gateway: Gateway) -> None:
    describe(gateway.url, topics=["matter.acted"])
    here, there = city.report(cell="T1-01"), city.report(cell="T2-01")
    for one in (here, there):
        city.bring_to(one, "dispatched")
    routed()
    while send():
        pass
    told = [json.loads(asked.body) for asked in gateway.asked]
    assert {one["subject"] for one in told} == {here.number}
    assert {one["type"] for one in told} == {"jingwei.matter.acted"}
    assert {one["data"]["action"] for one in told} >= {"file", "dispatch"}


def test_every_act_is_an_event_while_a_webhook_is_there_and_people_are_told_no_more(
    city: City, gateway: Gateway
) -> None:
    city.bring_to(city.report(cell="T1-01"), "closed")
    before = sorted(Message.objects.values_list("topic", flat=True))
    Message.objects.all().delete()
    describe(gateway.url)
    city.bring_to(city.report(cell="T1-01"), "closed")
    silent = [one for one in Message.objects.all() if one.body.get("tells") == []]
    assert len(before) + len(silent) == Message.objects.count() and silent
    routed()
    assert Delivery.objects.count() == Message.objects.count()


@pytest.mark.parametrize(
    "changed",
    [
        {"url": "https://a.example.org/{number}"},
        {"url": "https://user@a.example.org/"},
        {"url": "https://a.example.org/#x"},
        {"post": ""},
        {"topics": "matter.acted"},
        {"topics": ["people.left"]},
        {"body": {"n": "{number}"}},
        {"everybody": True},
        {"headers": {"A": "b"}},
    ],
)
def test_a_description_says_where_and_of_which_post_and_nothing_else(changed: dict[str, Any]) -> None:
    content = {"kind": "webhook", "title": {"zh": "应用", "en": "App"}, "url": "https://a.example.org/", "post": "x"}
    assert list(problems_of_channel(content)) == []
    assert list(problems_of_channel({**content, **changed}))


def test_a_system_that_is_away_for_a_weekend_is_told_in_the_end(city: City, gateway: Gateway) -> None:
    describe(gateway.url)
    city.report(cell="T1-01")
    routed()
    gateway.status, after, tries = 503, MINUTE, 0
    while after < datetime.timedelta(hours=50):
        tries += send(after)
        after += datetime.timedelta(minutes=30)
    one = Delivery.objects.get()
    assert one.state == Delivery.QUEUED and one.tries == tries > 10
    gateway.status = 204
    assert send(after + datetime.timedelta(hours=6)) == 1
    assert Delivery.objects.get().state == Delivery.SENT
    assert len({asked.body for asked in gateway.asked}) == 1, "the same to the byte each time"


@dataclass
class Partner:
    """The receiver of the guide as a process of its own, which is killed and started again."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    acted: Path = field(init=False)

    def __post_init__(self) -> None:
        text = (ROOT / "docs" / "guides" / "webhooks.md").read_text(encoding="utf-8")
        (code,) = re.findall(r"```python\n(.*?)```", text, re.S)
        assert len([line for line in code.splitlines() if line.strip()]) <= 40
        (self.folder / "receiver.py").write_text(code, encoding="utf-8")
        self.acted = self.folder / "acted.txt"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]

    def start(self) -> None:
        with self.acted.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "receiver.py", str(self.port), "events.db"],
                cwd=self.folder,
                env={**os.environ, "WEBHOOK_SECRET": SECRET},
                stdout=out,
                stderr=subprocess.DEVNULL,
            )
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the receiver did not start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    @property
    def kept(self) -> set[str]:
        with closing(sqlite3.connect(self.folder / "events.db")) as store:
            return {row[0] for row in store.execute("SELECT id FROM done")}


def test_the_receiver_of_the_guide_is_killed_and_restarted_and_loses_and_doubles_nothing(
    city: City, gateway: Gateway, tmp_path: Path
) -> None:
    """What is sent goes through a relay that sometimes takes the answer away, as a line does that is cut."""
    partner, cut = Partner(tmp_path), [False]

    def relay() -> None:
        asked = gateway.asked[-1]
        address = f"http://127.0.0.1:{partner.port}/"
        urllib.request.urlopen(urllib.request.Request(address, asked.body, asked.headers), timeout=5)
        if cut[0]:
            raise ConnectionAbortedError

    gateway.before_answer = relay
    describe(gateway.url)
    after = MINUTE
    try:
        for phase in ("well", "cut", "killed", "well", "cut", "killed"):
            if phase == "killed":
                partner.kill()
            elif partner.process is None:
                partner.start()
            cut[0] = phase == "cut"
            city.bring_to(city.report(cell="T1-01"), "dispatched")
            routed()
            after += datetime.timedelta(minutes=5)
            send(after)
        partner.start()
        cut[0] = False
        for _ in range(20):
            after += datetime.timedelta(hours=6)
            send(after)
    finally:
        partner.kill()
    rows = Delivery.objects.all()
    assert len(rows) > 15 and {one.state for one in rows} == {Delivery.SENT}
    assert partner.kept == {str(one.pk) for one in rows}, "nothing is lost"
    done = [line.split()[0] for line in partner.acted.read_text().splitlines()]
    assert sorted(done) == sorted(partner.kept), "nothing is acted on twice"
    times = [asked.headers["webhook-id"] for asked in gateway.asked]
    assert len(times) > len(set(times)), "the relay did make it be sent again"


def test_the_receiver_of_the_guide_refuses_what_is_not_signed(tmp_path: Path) -> None:
    partner = Partner(tmp_path)
    partner.start()
    try:
        body, now = b'{"id": "1", "type": "t", "subject": "n"}', int(datetime.datetime.now().timestamp())
        key = bytes(range(32))

        def sent(at: int, signed: bytes, key: bytes = key) -> int:
            mark = base64.b64encode(hmac.digest(key, f"1.{at}.".encode() + signed, "sha256")).decode()
            headers = {"webhook-id": "1", "webhook-timestamp": str(at), "webhook-signature": f"v1,{mark}"}
            request = urllib.request.Request(f"http://127.0.0.1:{partner.port}/", body, headers)
            try:
                return int(urllib.request.urlopen(request, timeout=5).status)
            except urllib.error.HTTPError as refusal:
                return refusal.code

        assert [sent(now, b"other"), sent(now, body, b"k" * 32), sent(now - 600, body)] == [400, 400, 400]
        assert partner.kept == set() and sent(now, body) == 204 and partner.kept == {"1"}
    finally:
        partner.kill()


def test_what_was_claimed_by_a_killed_worker_is_sent_by_the_next_under_the_same_id(
    city: City, gateway: Gateway
) -> None:
    describe(gateway.url)
    city.report(cell="T1-01")
    routed()
    send()
    Delivery.objects.update(state=Delivery.QUEUED, try_at=datetime.datetime.now(datetime.UTC) + MINUTE + LEASE)
    assert send(MINUTE) == 0 and send(MINUTE + LEASE + MINUTE) == 1
    assert len({asked.headers["webhook-id"] for asked in gateway.asked}) == 1 and len(gateway.asked) == 2
