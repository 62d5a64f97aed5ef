"""Every answer has the same headers of protection: pages, errors, redirects, files, data, refusals, by any method."""

from collections.abc import Iterator

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client

from jingwei.kit.permission import all_views
from tests.city import City
from tests.surfaces.conftest import SignIn
from tests.surfaces.test_permissions import address_of

EVERYWHERE = {
    "Content-Security-Policy": (
        "base-uri 'self'; default-src 'self'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:; "
        "object-src 'none'; worker-src 'self'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
NOWHERE = ("Server", "X-Powered-By", "Access-Control-Allow-Origin")


def _ordered(value: str | None) -> str | None:
    """A policy with its parts in order: in which they stand means nothing."""
    return value and "; ".join(sorted(part.strip() for part in value.split(";")))


def _faults(client: Client, addresses: Iterator[tuple[str, str]]) -> list[str]:
    found = []
    for method, address in addresses:
        answer = client.generic(method, address)
        said = {name: _ordered(answer.headers.get(name)) for name in EVERYWHERE}
        found += [
            f"{method} {address} ({answer.status_code}): {name}: {value}"
            for name, value in said.items()
            if value != EVERYWHERE[name]
        ]
        found += [f"{method} {address}: says {name}" for name in NOWHERE if name in answer.headers]
        kind = answer.headers.get("Content-Type", "")
        if "text/html" in kind and "charset=utf-8" not in kind:
            found.append(f"{method} {address}: a page without its charset")
    return found


@pytest.mark.proof
@pytest.mark.parametrize("post", ["", "intake", "auditor"])
def test_every_address_by_every_method(city: City, sign_in: SignIn, post: str) -> None:
    number = city.bring_to(city.report(cell="T1-02"), "dispatched").number
    routes = [address_of(route, number, "none") for route, _ in all_views()] + ["/no/such/page/", "/%00"]
    assert len(routes) > 120
    kept_out = {"/logout/"}  # the session goes on
    asked = ((method, address) for address in routes if address not in kept_out for method in METHODS)
    assert _faults(sign_in(post), asked) == []


def test_each_class_of_answer(city: City, sign_in: SignIn) -> None:
    """A page, a form refused, a redirect, absence, a file of the site, data, a forged form."""
    classes = ["/", "/report/", "/work/", "/no/such/page/", "/api/v1/matters/", "/shapes/", "/feed/"]
    asked = [(method, address) for address in classes for method in METHODS]
    assert _faults(sign_in("intake"), iter(asked)) == []
    strict = Client(enforce_csrf_checks=True)
    assert _faults(strict, iter([("POST", "/report/"), ("POST", "/login/")])) == []
    file = staticfiles_storage.url("kit/tokens.css")
    answer = strict.get(file)
    assert answer.headers.get("X-Content-Type-Options", "nosniff") == "nosniff"
