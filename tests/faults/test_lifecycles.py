"""Lives of matters over HTTP, while web, worker and database are killed and replies are lost: nothing acknowledged is
lost, nothing is doubled.

A proxy throws away one reply in ten after the server has sent it, and the client sends the same again. Clients,
server, worker and database are processes of their own, started again by `jingwei up` alone. Each failure names the
seed, which gives the same lives and the same strikes; the instants of the machine are its own.
"""

import json
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest

from jingwei.installation.processes import wait_until
from tests.faults.installed import TARGETS, Installation, installation
from tests.faults.lives import Life, Order, lives
from tests.faults.proxy import proxy
from tests.faults.visitors import Browser, Unsettled, hidden_of

CLIENTS = 6
LOST = 0.1  # of the replies
DRAINS = 90.0  # seconds in which what waits is done, a message included that a killed worker had in hand
Strike = tuple[int, Callable[[], None]]
"""After how many acknowledged changes, what happens."""

REPORT = {
    "category": "ROAD-1",
    "title": "路面有坑",
    "text": "路面有一个大坑",
    "longitude": "117.3",
    "latitude": "36.05",
}


@dataclass
class Clients:
    """All that ask the installation: they take the next life when one has ended."""

    port: int
    secret: str
    waiting: list[Life]
    unsettled: Unsettled = field(default_factory=Unsettled)
    changes: int = 0  # acknowledged so far
    _cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sign_in(self) -> None:
        """Once for each post; the sessions live on whatever is killed."""
        for post in ("intake", "dispatcher", "supervisor", "checker", "handler-roads", "handler-parks"):
            browser = self._browser("")
            browser.sign_in(post)
            self._cookies[post] = browser.cookies

    def work(self) -> None:
        """One client, until no life is left."""
        browsers = {post: self._browser(post) for post in self._cookies}
        partner = self._browser("")
        partner.secret = self.secret
        while True:
            with self._lock:
                if not self.waiting:
                    return
                life = self.waiting.pop()
            self._report(partner, life)
            for order in life.orders:
                self._act(browsers[order.post], life, order)

    def _browser(self, post: str) -> Browser:
        return Browser(self.port, self.unsettled, dict(self._cookies.get(post, {})))

    def _report(self, partner: Browser, life: Life) -> None:
        answer = partner.report(REPORT, life.key)
        assert answer.status == 201, (life.key, answer)
        taken = json.loads(answer.text)
        life.number, life.matter = taken["number"], UUID(taken["matter"])
        self._acknowledge(life, "report", "reported")

    def _act(self, browser: Browser, life: Life, order: Order) -> None:
        page = browser.ask("GET", f"/matters/{life.number}/")
        assert page.status == 200, (life.key, order, page.status)
        action = f"/matters/{life.number}/act/{order.action}/"
        answer = browser.send(action, {**hidden_of(page.text, action), **order.fields})
        assert answer.status == 303, (life.key, order, answer.status, answer.text[:5000])
        self._acknowledge(life, order.action, order.state)

    def _acknowledge(self, life: Life, action: str, state: str) -> None:
        life.acknowledged.append(action)
        life.state = state
        with self._lock:
            self.changes += 1


def moments(chance: random.Random, count: int, changes: int) -> list[int]:
    """So many moments of a run, each by how many changes have been acknowledged by then."""
    return sorted(chance.randrange(1, changes * 95 // 100) for _ in range(count))


def kills(installed: Installation, chance: random.Random, count: int, changes: int) -> list[Strike]:
    """Each target in turn is killed at some moment; whatever was killed is started again at once."""

    def strike(target: str, pause: float) -> None:
        time.sleep(pause)
        installed.kill(target, chance)
        installed.up()

    return [
        (after, partial(strike, TARGETS[number % len(TARGETS)], chance.uniform(0.0, 0.1)))
        for number, after in enumerate(moments(chance, count, changes))
    ]


def carry_out(clients: Clients, strikes: Sequence[Strike]) -> None:
    """Runs all lives to their end, with the strikes on the way."""
    clients.sign_in()
    with ThreadPoolExecutor(CLIENTS) as pool:
        running = [pool.submit(clients.work) for _ in range(CLIENTS)]
        for after, strike in strikes:
            while clients.changes < after and not any(one.done() and one.exception() for one in running):
                time.sleep(0.005)
            strike()
        for one in running:
            one.result()


def counted(database: "psycopg.Connection[Any]", query: str) -> int:
    """The one number that a query gives."""
    row = database.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


def check(database: "psycopg.Connection[Any]", done: Sequence[Life]) -> None:
    """What was acknowledged stands, once; nothing else does."""
    steps: dict[UUID, list[str]] = {}
    for matter, action in database.execute("SELECT matter_id, action FROM matters_step ORDER BY matter_id, seq, id"):
        steps.setdefault(matter, []).append(action)
    standing = {row[0]: row[1:] for row in database.execute("SELECT id, number, state, version FROM matters_matter")}
    ours = {life.matter: life for life in done}
    assert {key for key in standing if key in ours} == ours.keys()
    extra = counted(database, "SELECT count(*) FROM matters_matter WHERE type <> 'self_check'") - len(ours)
    assert extra == 0, f"{extra} matters that nobody was told of"
    wrong = [
        (life.key, standing[key], steps[key], life.acknowledged)
        for key, life in ours.items()
        if key is not None
        and (
            standing[key] != (life.number, life.state, life.changes)
            or [action for action in steps[key] if action != "report"] != life.acknowledged[1:]
        )
    ]
    assert wrong == []


def replayed(database: "psycopg.Connection[Any]", done: Sequence[Life]) -> list[str]:
    """What the entries of the record, read from the first on, tell otherwise than the tables."""
    told: dict[UUID, tuple[str, int, str | None]] = {}
    wrong = []
    ours = [life.matter for life in done]
    entries = database.execute(
        "SELECT stream, seq, body FROM ledger_entry WHERE stream = ANY(%s) ORDER BY stream, seq", [ours]
    )
    for stream, seq, body in entries:
        facts = json.loads(body)["facts"]
        state, before, _ = told.get(stream, ("reported", 0, None))
        if seq != before + 1 or facts.get("from", state) != state:
            wrong.append(f"{stream} {seq}: {facts.get('from')} does not follow {state}")
        told[stream] = (facts.get("to", state), seq, facts["unit"])
    rows = database.execute("SELECT id, state, version, unit_id FROM matters_matter WHERE id = ANY(%s)", [ours])
    for matter, state, version, unit in rows:
        if told[matter] != (state, version, str(unit) if unit else None):
            wrong.append(f"{matter}: {told[matter]} in the record, {(state, version, unit)} in the table")
    return wrong


def waits(database: "psycopg.Connection[Any]") -> int:
    """Entries that are not in the log yet, and messages not delivered yet."""
    return counted(
        database,
        "SELECT (SELECT count(*) FROM ledger_pending) + (SELECT count(*) FROM outbox_message WHERE try_at IS NOT NULL)",
    )


def check_all(installed: Installation, done: Sequence[Life], seed: int) -> None:
    """Everything that must be true once all lives have ended, whatever was struck on the way."""
    with installed.database() as database:
        assert wait_until(lambda: waits(database) == 0, DRAINS), (seed, waits(database))
        check(database, done)
        assert replayed(database, done) == [], seed
        assert counted(database, "SELECT count(*) FROM commands_receipt WHERE result IS NULL") == 0, seed
    assert installed.faults() == [], seed


def run(count: int, killed: int, seed: int) -> None:
    """So many lives and kills."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    with installation() as installed, proxy(("127.0.0.1", installed.port), random.Random(seed)) as between:
        between.loses = LOST
        done = lives(chance, count, installed.units)
        clients = Clients(between.port, installed.secret, list(done))
        carry_out(clients, kills(installed, chance, killed, sum(life.changes for life in done)))
        print(f"{clients.changes} changes, {killed} kills, {between.lost} replies lost; {clients.unsettled.seen}")
        check_all(installed, done, seed)


@pytest.mark.proof
def test_five_hundred_lives_and_fifteen_kills_lose_and_double_nothing() -> None:
    run(500, 15, random.SystemRandom().randrange(2**32))


@pytest.mark.long
def test_ten_thousand_lives_and_two_hundred_kills_lose_and_double_nothing() -> None:
    run(10_000, 200, random.SystemRandom().randrange(2**32))
