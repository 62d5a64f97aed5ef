"""Every address × every role: who may, who must sign in, who is refused; what is out of scope looks absent."""

from http import HTTPStatus

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from jingwei.kernel.matters.models import HandOver
from jingwei.kernel.matters.policies import READ, may_read
from jingwei.kit import permission
from jingwei.kit.permission import Permission, PermissionMiddleware, all_views, permission_of, public
from tests.city import POSTS, City
from tests.duty import keep_duty
from tests.surfaces.conftest import SignIn, is_same_everywhere

EVERYBODY = ["", *(post[0] for post in POSTS)]
PLAIN = {
    "key": "none",
    "secret": "x-y",
    "token": "x-y",
    "action": "supervise",
    "roster": "NIGHT",
    "post": "intake",
    "unit": "HOTLINE",
    "login": "intake",
    "paper": "receipt",
    "shape": "copy",
    "file": "none",
    "parameter": "limit",
    "area": "T1-02",
    "matter_type": "grid_event",
    "type": "project",
    "measure": "hazard.found",
    "kind": "call-back",
    "clock": "handle",
    "format": "xml",
    "service": "ROAD-1",
    "collection": "matters",
    "feature": "T1",
}


ASKED = {
    "/api/v1/log/consistency": "?log=1&old=1&new=1",
    "/api/v1/log/inclusion": "?log=1&size=1&index=0",
    "/api/v1/log/leaves": "?log=1&start=0",
}
"""What an address must be asked with."""


def address_of(route: str, number: str, receipt: str) -> str:
    for name, value in {"number": number, "receipt": receipt, **PLAIN}.items():
        route = route.replace(f"<str:{name}>", value).replace(f"<{name}>", value)
    return route + ASKED.get(route, "")


def _expected(city: City, post: str, stated: Permission, reaches: bool) -> set[int]:
    """What a GET may be answered; a view that takes only POST answers 405 to whoever may use it."""
    if stated.kind == "public":
        return {200, 302, 401, 403, 404, 405, 503}
    if not post:
        return {302}
    if stated.kind == "grant" and not city.actor(post).holds(stated.words):
        return {403}
    return {200, 405} if reaches else {404, 405}


@pytest.mark.parametrize("post", EVERYBODY)
def test_every_address_for_every_role(city: City, sign_in: SignIn, post: str) -> None:
    matter = city.bring_to(city.report(cell="T1-02"), "dispatched")
    keep_duty(city)
    reaches = bool(post) and may_read(city.actor(post), matter)
    calls_back = bool(post) and city.actor(post).holds("matter.accept")
    reached = {"<str:number>": reaches, "<str:receipt>": post in ("intake", "supervisor"), "<str:kind>": calls_back}
    receipt = str(HandOver.objects.get().pk)
    client = sign_in(post)
    wrong, seen = [], 0
    for route, view in all_views():
        stated = permission_of(view)
        assert stated is not None
        answer = client.get(address_of(route, matter.number, receipt))
        expected = _expected(city, post, stated, all(may for name, may in reached.items() if name in route))
        if "<str:file>" in route and 200 in expected:
            expected = {404, 405}  # this matter has no files
        if "<str:kind>" in route and 200 in expected and not city.actor(post).holds("matter.accept"):
            expected = {404}  # each list is for those who work it off
        if route.startswith("/rules/drafts/<str:key>/") and 200 in expected:
            expected = {404}  # there is no such draft: see test_rule_drafts
        if route == "/command/instruct/" and 200 in expected:
            expected = {404}  # the city has no classes of what units are told to do: see command_map/test_instructing
        if answer.status_code not in expected:
            wrong.append(f"{route}: {answer.status_code}, not one of {sorted(expected)}")
        if stated.kind != "public" and not post and not str(answer.headers["Location"]).startswith("/login/?next=/"):
            wrong.append(f"{route}: does not lead to the sign-in page")
        seen += 1
    assert wrong == []
    assert seen >= 15


@pytest.mark.parametrize("post", ["grid-west", "handler-parks"])
def test_what_is_out_of_scope_looks_absent_byte_for_byte(city: City, sign_in: SignIn, post: str) -> None:
    matter = city.bring_to(city.report(cell="T1-01"), "dispatched")
    client = sign_in(post)
    nowhere = client.get("/no/such/page/")
    assert nowhere.status_code == HTTPStatus.NOT_FOUND
    for hidden in (
        client.get(f"/matters/{matter.number}/"),
        client.get("/matters/0000-0000-0000/"),
        client.get("/matters/%00/"),
        client.post(f"/matters/{matter.number}/act/sign/"),
        client.post("/matters/0000-0000-0000/act/sign/"),
    ):
        assert is_same_everywhere(hidden, nowhere)


def test_out_of_scope_is_not_in_the_list(city: City, sign_in: SignIn) -> None:
    east, west = city.report(cell="T1-01"), city.report(cell="T2-01")
    page = sign_in("grid-west").get("/work/").content.decode()
    assert west.number in page
    assert east.number not in page


def test_whoever_only_reads_does_not_see_the_contact(city: City, sign_in: SignIn) -> None:
    from jingwei.kernel.matters.commands import Contact

    matter = city.report(contact=Contact(name="王小明", phone="13800001111"))
    assert "13800001111" in sign_in("intake").get(f"/matters/{matter.number}/").content.decode()
    assert "13800001111" not in sign_in("auditor").get(f"/matters/{matter.number}/").content.decode()


def _stateless(request: HttpRequest) -> HttpResponse:
    return HttpResponse("never")


def test_a_view_without_permission_is_refused_at_run_time(rf: RequestFactory) -> None:
    middleware = PermissionMiddleware(_stateless)
    with pytest.raises(ImproperlyConfigured, match="_stateless states no permission"):
        middleware.process_view(rf.get("/"), _stateless, (), {})  # type: ignore[arg-type]  # as the server calls it


def test_a_view_without_permission_is_refused_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    routes = [("/ok/", public("a reason")(lambda request: None)), ("/bad/", _stateless)]
    monkeypatch.setattr(permission, "all_views", lambda: iter(routes))
    assert ["/bad/" in str(found) for found in run_checks() if found.id == "kit.E001"] == [True]
    with pytest.raises(ImproperlyConfigured, match="/bad/"):
        permission.require_permissions()


def test_the_site_itself_passes() -> None:
    permission.require_permissions()
    assert [found for found in run_checks() if found.id == "kit.E001"] == []


def test_public_needs_a_reason() -> None:
    with pytest.raises(ImproperlyConfigured):
        public("")


def test_an_account_of_nobody_active_is_signed_out(
    city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(permission, "actor_of_account", lambda *_: None)
    client = sign_in("intake")
    assert client.get("/work/").status_code == HTTPStatus.FORBIDDEN
    assert client.get("/work/").status_code == HTTPStatus.FOUND


def test_htmx_is_led_to_the_sign_in_page_as_a_whole(city: City) -> None:
    answer = Client().get("/work/?q=1", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/login/?next=/work/%3Fq%3D1")


def test_no_browser_keeps_what_only_staff_see(city: City, sign_in: SignIn) -> None:
    assert sign_in("intake").get("/work/").headers["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in sign_in("").get("/").headers


def test_forms_of_other_sites_are_refused(city: City) -> None:
    strict = Client(enforce_csrf_checks=True)
    for address in ("/report/", "/follow/", "/login/", "/language/", "/look/"):
        assert strict.post(address, {"code": "x"}).status_code == HTTPStatus.FORBIDDEN


def test_reading_is_a_grant_of_matters() -> None:
    stated = {str(route): permission_of(view) for route, view in all_views()}
    assert stated["/matters/<str:number>/"] == Permission("grant", READ)
    assert path("x/", public("y")(_stateless)).callback is _stateless
