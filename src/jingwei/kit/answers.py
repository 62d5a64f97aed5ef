"""How refusals are answered: one page, or one JSON object, for each way a request can end without effect."""

import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language

from jingwei.kernel.values.errors import NOT_FOUND, Conflict, Denied, Invalid, Refusal, not_found
from jingwei.kernel.values.words import Text

_TITLES = {
    HTTPStatus.BAD_REQUEST: Text("请求有误", "The request is wrong"),
    HTTPStatus.FORBIDDEN: Text("没有权限", "Not allowed"),
    HTTPStatus.NOT_FOUND: Text("没有找到", "Not found"),
    HTTPStatus.CONFLICT: Text("情况已有变化", "It has changed meanwhile"),
    HTTPStatus.UNPROCESSABLE_ENTITY: Text("填写有误", "Something is filled in wrong"),
    HTTPStatus.TOO_MANY_REQUESTS: Text("请稍后再试", "Please try again later"),
    HTTPStatus.INTERNAL_SERVER_ERROR: Text("系统出错", "Something went wrong here"),
    HTTPStatus.SERVICE_UNAVAILABLE: Text("暂时无法服务", "Not available for a moment"),
}
_STALE = Text(
    "页面已过期，或浏览器没有接受本站的 cookie；请返回、刷新后再试。",
    "The page is out of date, or the browser refused this site's cookie: go back, reload, and try again.",
)
_LOCKED = Text(
    "登录失败次数过多，已暂停 15 分钟；忘记密码请联系管理员。",
    "Too many failed sign-ins: wait 15 minutes. If you forgot your password, ask your administrator.",
)
_BROKEN = Text(
    "系统出错，没有保存任何改动；请稍后再试，仍有问题请告诉值班台。",
    "An error of ours; nothing was changed. Try again later, and tell the duty desk if it stays.",
)
_AWAY = Text(
    "暂时连不上数据库；请稍候再次提交同一内容，已经办成的不会重复办理。",
    "The database cannot be reached for a moment. Send the same again shortly: what was done is not done twice.",
)
_NOT_OURS = Text(
    "请求里的主机名（Host）不是本站的；请核对网址。",
    "The host that the request names (Host) is not this site's: check the address.",
)
_GONE = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
LOCKED_SECONDS = 900
_COMES_BACK = "5"
"""Seconds after which to ask again while the database is away."""
NOT_KEPT = "private, no-store"
"""Cache-Control of what no browser and no proxy may keep."""

Form = Callable[[HttpRequest, HTTPStatus, Text, str], HttpResponse]
"""How an interface writes a refusal: of a request, its status, the reason, and what is meant ("" if nothing)."""

_FORMS: dict[str, Form] = {}


def refuse_below(prefix: str, form: Form) -> None:
    """Below this address (`/api/v1/`) programs ask: whatever they say they accept, what ends before it reaches a view
    there is written as the interface writes its refusals."""
    _FORMS[prefix] = form


class RefusalMiddleware:
    """Turns a refusal that a view did not answer itself into its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Everything happens in `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer for a refusal; None lets other errors be answered as defects."""
        return refused(request, error) if isinstance(error, Refusal) else None


def status_of(error: Refusal) -> HTTPStatus:
    """404 out of scope, 403 in scope, 422 for what cannot be right, 409 when the state has moved on."""
    if isinstance(error, Denied):
        return HTTPStatus.FORBIDDEN if error.found else HTTPStatus.NOT_FOUND
    if isinstance(error, Conflict):
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY if isinstance(error, Invalid) else HTTPStatus.BAD_REQUEST


def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    """The answer for a refusal; for everything not found the same bytes."""
    return answer(request, status_of(error), error.reason, error.place)


def answer(request: HttpRequest, status: HTTPStatus, reason: Text, place: str = "") -> HttpResponse:
    """A page with the reason, or JSON for a client that prefers it; below an interface its own form. Nothing else in it
    depends on the address asked for."""
    form = next((one for prefix, one in _FORMS.items() if f"{request.path_info}/".startswith(prefix)), None)
    if form is not None:
        response = form(request, status, reason, place)
    elif request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        words = {"reason": reason.in_(get_language() or "en"), "place": place}
        response = JsonResponse(words, status=status, json_dumps_params={"ensure_ascii": False})
    else:
        context = {"title": _TITLES[status], "reason": reason, "status": int(status), "training": settings.TRAINING}
        response = render(request, "kit/refusal.html", context, status=status)
    response["Cache-Control"] = NOT_KEPT
    return response


def slow_down(request: HttpRequest, reason: Text, seconds: int) -> HttpResponse:
    """429 with Retry-After."""
    response = answer(request, HTTPStatus.TOO_MANY_REQUESTS, reason)
    response["Retry-After"] = str(seconds)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's view for a form that did not come from our page."""
    return answer(request, HTTPStatus.FORBIDDEN, _STALE)


def locked_out(request: HttpRequest, original_response: Any = None, credentials: Any = None) -> HttpResponse:
    """The answer of the login throttle."""
    return slow_down(request, _LOCKED, LOCKED_SECONDS)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 404: byte for byte the answer for what is out of scope."""
    return refused(request, not_found())


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 403, raised by libraries only."""
    return answer(request, HTTPStatus.FORBIDDEN, NOT_FOUND)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 400: a request too large, or to a host not ours."""
    reason = Text("请求过大或格式不对。", "The request is too large or malformed.")
    return answer(request, HTTPStatus.BAD_REQUEST, _NOT_OURS if isinstance(exception, DisallowedHost) else reason)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's 500; 503 while the database is away. Connections that went with it are thrown away at once, so that not
    every one of them costs somebody an error."""
    if isinstance(sys.exception(), _GONE):
        connection.pool.check()  # type: ignore[attr-defined]  # of Django's PostgreSQL connection
        response = answer(request, HTTPStatus.SERVICE_UNAVAILABLE, _AWAY)
        response["Retry-After"] = _COMES_BACK
        return response
    return answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, _BROKEN)
