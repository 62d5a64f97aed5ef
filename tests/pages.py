"""Every page that somebody can open: the routes of the resolver, with the keys of a city found by following links.

The one list for all who walk them: the pictures (tools/pictures.py), the crawl in a browser, axe-core. Django must be
set up; whoever calls gives the way to ask an address, so that a test's client and a running site are walked alike.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from jingwei.kit.permission import all_views

NOT_OPENED = ("/api/", "/logout/", "/metrics", "/healthz", "/kit/", "/switch/lock/", "/language/", "/look/")
"""What is not for readers, ends the session, or is there for developers alone."""

BESIDE = {
    "/work/": ("?tab=unit", "?tab=all", "?tab=all&sort=-due"),
    "/measures/": ("?type=grid_event",),
    "/measures/<str:measure>/": ("?by=unit", "?by=category"),
    "/brief/": ("?of=week", "?of=month"),
    "/duty/<str:roster>/": ("?span=month",),
    "/handover/": ("?whose=unit",),
    "/report/": ("?simple=1",),
}
"""Other looks of a page, by what it is asked."""

_KEY = re.compile(r"<(?:\w+:)?(\w+)>")
_LINK = re.compile(r'href="(/[^"#]*)')


@dataclass(frozen=True)
class Given:
    """What an address answered."""

    status: int
    kind: str
    body: str

    @property
    def is_page(self) -> bool:
        """Whether a reader sees a whole page, and no refusal."""
        return self.status == 200 and self.kind.startswith("text/html") and self.body.startswith("<!doctype")


def routes() -> list[str]:
    """The routes that readers may be sent to, in the order of the resolver."""
    return [route for route, _ in all_views() if not route.startswith(NOT_OPENED) and "/files/" not in route]


def name_of(route: str) -> str:
    """A page's name in file names: `matters-number`, `work--tab-unit`."""
    path, _, query = route.partition("?")
    words = _KEY.sub(r"\1", path).strip("/").replace("/", "-") or "home"
    return f"{words}--{re.sub(r'[^a-z0-9]+', '-', query)}" if query else words


def every_page(ask: Callable[[str], Given], keys: dict[str, str] | None = None) -> dict[str, str]:
    """The addresses of all pages that one reader may open, by route. Keys of routes are what links lead to, first those
    of `keys` (by the name in the route)."""
    asked = routes()
    patterns = {route: re.compile(_KEY.sub("[^/]+", route)) for route in asked}
    waiting = deque((route, address) for route in asked if (address := _filled(route, keys or {})))
    opened: dict[str, str] = {}
    seen = {route for route, _ in waiting}
    while waiting:
        route, address = waiting.popleft()
        given = ask(address)
        if not given.is_page:
            continue
        opened[route] = address
        for query in BESIDE.get(route, ()):
            opened[route + query] = address.partition("?")[0] + query
        for link in _LINK.findall(given.body):
            led = _route_of(link, patterns)
            if led and led not in seen:
                seen.add(led)
                waiting.append((led, unquote(link.replace("&amp;", "&"))))
    return {route: opened[route] for route in _in_order(asked) if route in opened}


def _in_order(asked: list[str]) -> Iterator[str]:
    for route in asked:
        yield route
        yield from (route + query for query in BESIDE.get(route, ()))


def _route_of(link: str, patterns: dict[str, re.Pattern[str]]) -> str:
    """Which route an address is of; where one spelled out and one with a key both are, the one spelled out."""
    path = link.partition("?")[0]
    if path in patterns:
        return path
    return next((route for route, pattern in patterns.items() if pattern.fullmatch(path)), "")


def _filled(route: str, keys: dict[str, str]) -> str:
    """The route with its keys; empty where one is not known yet."""
    names = _KEY.findall(route)
    return "" if any(name not in keys for name in names) else _KEY.sub(lambda found: keys[found[1]], route)
