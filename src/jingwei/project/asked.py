"""Asks the city of this process as its pages do, and prints the milliseconds; run as a process of its own."""

import hashlib
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django


def _timed(ask: Callable[[], Any], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


class _Database:
    """What the statements of a page take: as a wrapper of Django's cursors it adds up their milliseconds."""

    def __init__(self) -> None:
        self.ms = 0.0
        self.statements = 0

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*statement)
        finally:
            self.ms += (time.perf_counter() - began) * 1000
            self.statements += 1


def _asked(ask: Callable[[], Any], times: int) -> tuple[float, float, int]:
    """Medians of the milliseconds in the database and in all, and the most statements."""
    from django.db import connection

    database, whole, statements = [], [], 0
    for _ in range(times):
        wrapper = _Database()
        began = time.perf_counter()
        with connection.execute_wrapper(wrapper):
            ask()
        whole.append((time.perf_counter() - began) * 1000)
        database.append(wrapper.ms)
        statements = max(statements, wrapper.statements)
    return statistics.median(database), statistics.median(whole), statements


def _actor(code: str) -> Any:
    from jingwei.kernel.agencies.models import Post
    from jingwei.kernel.commands.actor import Actor, Duty
    from jingwei.kernel.values.words import Text

    post = Post.objects.select_related("area").get(code=code)
    area = (post.area.lft, post.area.rgt)
    duty = Duty(post.pk, post.unit_id, post.role, Text(code, code), frozenset(post.grants), area, True)
    return Actor("person", code, post.pk, (duty,))


def _floor() -> float:
    from django.db import connection

    def one() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    return _timed(one, 200)


def _sample(ms: float, more: dict[str, Any]) -> dict[str, Any]:
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"ms": ms, "floor_ms": _floor(), "rss_mb": rss, "more": more}


def worklist(runs: int) -> list[dict[str, Any]]:
    """First page, own area, both scopes; the figure is the database's time, of the slower of the two."""
    from jingwei.kernel.commands.scope import reading
    from jingwei.surfaces.desk.queries import Wanted, work_list

    def ask(actor: Any) -> None:
        with reading(actor) as scope:
            work_list(scope, Wanted())

    ask(_actors["centre"])  # a process reads the slow data once
    found = []
    for _ in range(runs):
        whole, part = (_asked(lambda code=code: ask(_actors[code]), 20) for code in ("centre", "district"))  # type: ignore[misc]  # bound now
        more = {"scope_100_ms": round(whole[0], 3), "scope_3_ms": round(part[0], 3)}
        more |= {"list_ms": round(max(whole[1], part[1]), 3), "statements": max(whole[2], part[2])}
        found.append(_sample(max(whole[0], part[0]), more))
    return found


def matter(runs: int) -> list[dict[str, Any]]:
    """Everything of one matter, of 200 from all over; the figure is the database's time."""
    from jingwei.kernel.commands.scope import reading
    from jingwei.kernel.matters.models import Matter
    from jingwei.surfaces.desk.matter_page import matter_page

    with reading(_actors["centre"]):
        numbers = list(Matter.objects.order_by("id").values_list("number", flat=True))
    keys = numbers[:: max(1, len(numbers) // 200)][:200]

    def ask(key: Any) -> None:
        with reading(_actors["centre"]) as scope:
            matter_page(scope, key)

    ask(keys[0])  # a process reads the slow data once
    found = []
    for _ in range(runs):
        pages = [_asked(lambda key=key: ask(key), 1) for key in keys]  # type: ignore[misc]  # bound now
        database, page, _ = (statistics.median(column) for column in zip(*pages, strict=True))
        more = {"page_ms": round(page, 3), "statements": max(statements for *_, statements in pages)}
        found.append(_sample(database, more))
    return found


def search(runs: int) -> list[dict[str, Any]]:
    """First fifty hits, both scopes, rare and frequent words; the figure is the median of all."""
    from jingwei.kernel.commands.scope import reading
    from jingwei.surfaces.console.measurements.chance import PLACES, THINGS, WRONGS
    from jingwei.surfaces.desk.queries import Wanted, work_list

    frequent = [*PLACES, *THINGS, *WRONGS][:20]
    rare = [
        f"{place}{number}号{thing}" for place, number, thing in zip(PLACES * 2, range(7, 27), THINGS * 2, strict=False)
    ][:20]

    def ask(actor: Any, words: str) -> None:
        with reading(actor) as scope:
            work_list(scope, Wanted(words=words))

    found = []
    for _ in range(runs):
        times = {
            f"{kind}_{code}": statistics.median(_timed(lambda w=w, c=code: ask(_actors[c], w), 1) for w in words)  # type: ignore[misc]  # bound now
            for kind, words in (("rare", rare), ("frequent", frequent))
            for code in ("centre", "district")
        }
        found.append(_sample(statistics.median(times.values()), {key: round(value, 3) for key, value in times.items()}))
    return found


def hashing(_: int) -> list[dict[str, Any]]:
    """Entries a second that SHA-256 alone manages on the same bytes, read from the database."""
    from django.db import connection

    began, count = time.perf_counter(), 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM ledger_entry LIMIT 100000")
        for (body,) in cursor.fetchall():
            hashlib.sha256(body).digest()
            count += 1
    return [{"ms": count / (time.perf_counter() - began), "floor_ms": 0, "rss_mb": 0, "more": {}}]


_actors: dict[str, Any] = {}

if __name__ == "__main__":
    django.setup()
    _actors.update({code: _actor(code) for code in ("centre", "district")})
    asked = {"worklist": worklist, "matter": matter, "search": search, "hashing": hashing}[sys.argv[1]]
    print(json.dumps(asked(int(sys.argv[2]))))
