"""Every page that somebody can open: the routes of the resolver, with the keys of a city found by following links.

The one list for all who walk them: the pictures (tools/pictures.py), the crawl in a browser, axe-core. Django must be
set up; whoever calls gives the way to ask an address, so that a test's client and a running site are walked alike.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from jingwei.kit.permission import all_views

NOT_OPENED = (
    *("/api/v1/", "/api/open311/", "/api/features/", "/logout/", "/metrics", "/healthz", "/kit/", "/switch/lock/"),
    *("/language/", "/look/"),
)
"""What is not for readers, ends the session, or is there for developers alone."""

BESIDE = {
    "/work/": ("?tab=unit", "?tab=all", "?tab=all&sort=-due"),
    "/measures/": ("?type=grid_event",),
    "/measures/<str:measure>/": ("?by=unit", "?by=category"),
    "/brief/": ("?of=week", "?of=month"),
    "/duty/<str:roster>/": ("?span=month",),
    "/handover/": ("?whose=unit",),
    "/report/": ("?step=whole",),
}
"""Other looks of a page, by what it is asked."""

DECLARED = {"paper": "receipt"}
"""Keys that are the same in every city, of pages that no link of another page's first look leads to."""

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


@dataclass
class Pages:
    """What one reader may open: the address of each route, in the order of the resolver."""

    opened: dict[str, str] = field(default_factory=dict)
    alike: dict[str, str] = field(default_factory=dict)
    """Routes that show the very page of another, and of which (as what takes only a form does when it is opened)."""
    shown: dict[str, str] = field(default_factory=dict)
    """What a route's page shows, without what is new each time: two readers with the same see the same page."""

    @property
    def distinct(self) -> dict[str, str]:
        """Without those that look as another."""
        return {route: address for route, address in self.opened.items() if route not in self.alike}


def routes() -> list[str]:
    """The routes that readers may be sent to, in the order of the resolver."""
    return [route for route, _ in all_views() if not route.startswith(NOT_OPENED) and "/files/" not in route]


def name_of(route: str) -> str:
    """A page's name in file names: `matters-number`, `work--tab-unit`."""
    path, _, query = route.partition("?")
    words = _KEY.sub(r"\1", path).strip("/").replace("/", "-") or "home"
    return f"{words}--{re.sub(r'[^a-z0-9]+', '-', query)}" if query else words


def every_page(ask: Callable[[str], Given], keys: dict[str, str] | None = None) -> Pages:
    """All pages that one reader may open. Keys of routes are those of `keys` (by the name in the route), and else what
    links lead to."""
    asked = routes()
    patterns = {route: re.compile(_KEY.sub("[^/]+", route)) for route in asked}
    given_keys = {**DECLARED, **(keys or {})}
    waiting = deque((route, address) for route in asked if (address := _filled(route, given_keys)))
    pages, firsts, led_to = Pages(), dict[str, str](), {address for _, address in waiting}
    while waiting:
        route, address = waiting.popleft()
        if route in pages.opened or not (given := ask(address)).is_page:
            continue
        pages.opened |= {route + query: address.partition("?")[0] + query for query in ("", *BESIDE.get(route, ()))}
        pages.opened[route], pages.shown[route] = address, _without_news(given.body)
        first = firsts.setdefault(pages.shown[route].partition("<main")[2], route)
        if first != route:
            pages.alike[route] = first
        for link in _LINK.findall(given.body):
            if link not in led_to and (led := _route_of(link, patterns)):
                led_to.add(link)
                waiting.append((led, unquote(link.replace("&amp;", "&"))))
    pages.opened = {route: pages.opened[route] for route in _in_order(asked) if route in pages.opened}
    return pages


def _without_news(body: str) -> str:
    return re.sub(r'name="next" value="[^"]*"|value="[^"]{20,}"|(?:next|action)="[^"]*"', "", body)


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
