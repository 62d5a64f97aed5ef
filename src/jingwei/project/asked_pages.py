"""Asks the city of this process for whole pages, from the request to the last byte, and prints the milliseconds; run
as a process of its own.

The requests go through every middleware with a session of their own, as from a browser, but not through a socket.
"""

import itertools
import json
import re
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import django

WAITING = 300
"""Matters that are brought to where they wait for a unit, so that the dispatchers' page is full."""

_ASKED = 40  # times that each page is asked for
_ONCE_A_WEEK = {"brief": 5}
"""Times that a page is asked for which is no list, matter or page of the portal: told, and not in the figure."""
_CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
_addresses: Iterator[int] = itertools.count(int(time.time()))  # others in each run


def _address() -> str:
    """Another address for each request, so that none is turned away for asking too often."""
    number = next(_addresses)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def browser(post: str) -> Any:
    """A browser in which the holder of a post is signed in; "" for a resident's."""
    from django.conf import settings
    from django.test import Client

    from jingwei.kernel.agencies.commands import EnterPost
    from jingwei.kernel.agencies.models import Account, Post
    from jingwei.kernel.commands.execute import execute
    from jingwei.surfaces.console.pack.enter import FOUNDER
    from jingwei.surfaces.console.people import enter_person

    client = Client(headers={"accept-language": "zh-CN"}, SERVER_NAME=next(iter(settings.ALLOWED_HOSTS)))
    if post:
        username = f"pages-{post}"
        if post == "head" and not Post.objects.filter(code=post).exists():
            title = ("主任", "Head")
            grants = ("matter.read", "measures.read")
            enter = EnterPost(code=post, unit="C", area="city", role="head", title=title, grants=grants)
            execute(FOUNDER, enter, "bench:post:head")
        if not Account.objects.filter(username=username).exists():
            enter_person(username, username, [post], "zh-hans")
        client.force_login(Account.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def _bring_to_dispatch() -> None:
    """So many of the newest open matters are taken up and filed, if they have not been."""
    from jingwei.kernel.commands.actor import system
    from jingwei.kernel.commands.execute import execute
    from jingwei.kernel.commands.scope import reading
    from jingwei.kernel.matters.commands import Act
    from jingwei.kernel.matters.models import OPEN, Matter

    clerk = system("bench:pages", "matter.read", "matter.accept", "matter.verify")
    with reading(clerk, everywhere=True):
        waiting = len(Matter.objects.filter(OPEN, state="filed").values_list("pk")[:WAITING])
        chosen = list(Matter.objects.filter(OPEN, state="reported").order_by("-pk")[: WAITING - waiting])
    for one in chosen:
        for action, fields in (("verify", {}), ("file", {"finding": "属实"})):
            execute(clerk, Act(matter_id=one.pk, action=action, fields=fields), f"bench:pages:{one.pk}:{action}")


def _followed(resident: Any) -> dict[str, str]:
    """What a resident types to follow a report made just now."""
    from jingwei.kit.forms import new_key

    sent = {"_key": new_key(), "category": "0101", "text": "路面有坑，请派人修补。", "area": "G0000", "go": "send"}
    page = resident.post("/report/", sent, REMOTE_ADDR=_address()).content.decode()
    code = _CODE.search(page)
    if code is None:
        raise SystemExit("no code on the receipt: " + re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))[:800])
    return {"code": code.group()}


def _pages() -> dict[str, Callable[[], Any]]:
    """Each page by its name: what asks for it once."""
    from jingwei.kernel.commands.actor import system
    from jingwei.kernel.commands.scope import reading
    from jingwei.kernel.matters.models import Matter

    centre, district, resident = browser("centre"), browser("district"), browser("")
    with reading(system("bench:pages", "matter.read"), everywhere=True):
        numbers = list(Matter.objects.order_by("id").values_list("number", flat=True)[::5000])
    some, code = itertools.cycle(numbers), _followed(resident)

    def get(client: Any, path: str) -> Callable[[], Any]:
        return lambda: client.get(path, REMOTE_ADDR=_address())

    return {
        "list": get(centre, "/work/"),
        "list of a district": get(district, "/work/"),
        "list, finished": get(centre, "/work/?tab=finished"),
        "list, overdue": get(centre, "/work/?overdue=1"),
        "list, a class": get(centre, "/work/?category=0101"),
        "list, search": get(centre, "/work/?q=路灯"),
        "list, search of a district": get(district, "/work/?q=路灯"),
        "matter": lambda: centre.get(f"/matters/{next(some)}/"),
        "matter, around": lambda: centre.get(f"/matters/{next(some)}/around/"),
        "intake": get(centre, "/matters/new/"),
        "dispatch": get(centre, "/dispatch/"),
        "dispatch of a district": get(district, "/dispatch/"),
        "brief": get(browser("head"), "/brief/"),
        "home": get(resident, "/"),
        "report": get(resident, "/report/"),
        "follow": lambda: resident.post("/follow/", code, REMOTE_ADDR=_address()),
        "map": get(resident, "/map/"),
        "figures": get(resident, "/figures/"),
        "feed": get(resident, "/feed/"),
        "who": get(resident, "/who/"),
        "card": get(resident, "/who/G0000/"),
        "status": get(resident, "/status/"),
    }


def _once(name: str, ask: Callable[[], Any]) -> float:
    began = time.perf_counter()
    answer = ask()
    taken = (time.perf_counter() - began) * 1000
    if answer.status_code != HTTPStatus.OK:
        raise SystemExit(f"the page {name} answered {answer.status_code}")
    return taken


def measured(runs: int, asked: dict[str, Callable[[], Any]], times: int = _ASKED) -> list[dict[str, Any]]:
    """Each page's first answer in this process and the median of those after; the figure is the slowest median."""
    first = {f"{name}, first": round(_once(name, ask), 1) for name, ask in asked.items()}
    found = []
    for _ in range(runs):
        medians = {
            name: round(statistics.median(_once(name, ask) for _ in range(_ONCE_A_WEEK.get(name, times))), 1)
            for name, ask in asked.items()
        }
        often = [ms for name, ms in medians.items() if name not in _ONCE_A_WEEK] or list(medians.values())
        rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        found.append({"ms": max(often), "floor_ms": min(often), "rss_mb": rss, "more": medians | first})
    return found


def pages(runs: int, only: str = "") -> list[dict[str, Any]]:
    """The pages that staff and residents see most, or one of them."""
    _bring_to_dispatch()
    return measured(runs, {name: ask for name, ask in _pages().items() if only in ("", name)})


if __name__ == "__main__":
    django.setup()
    print(json.dumps(pages(int(sys.argv[1]), *sys.argv[2:]), ensure_ascii=False))
