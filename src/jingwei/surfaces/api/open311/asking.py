"""What every address of Open311 shares: format, jurisdiction, who asks, and errors in the specification's form.

The specification has a key as the parameter `api_key`; the header `Authorization: Bearer` of the own interface is
taken as well and is better, since no log keeps it. Statuses are those of the specification: 404 for what is not there,
403 for the key, 400 for everything else that cannot be answered; 405 and 429 besides, as HTTP has them.
"""

from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

from jingwei.kernel.values.errors import Denied, Invalid, Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.limits import Limit
from jingwei.surfaces.api.bodies import LARGEST_BODY
from jingwei.surfaces.api.keys import Asker, asker_of
from jingwei.surfaces.api.open311.shapes import FORMATS, answered
from jingwei.surfaces.api.problems import Unanswerable

READING = Limit("api.open311", 60, 60)
"""Questions of one address without a key."""

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_LONGEST = 200  # characters of a parameter of a question
_NO_FORMAT = Text("只有 .xml 和 .json 两种格式。", "There are two formats: .xml and .json.")
_NOT_A_FORM = Text(
    "请以 Content-Type: application/x-www-form-urlencoded 发送，字符集为 UTF-8。",
    "Send it with Content-Type: application/x-www-form-urlencoded, in UTF-8.",
)
_TOO_LARGE = Text(f"内容超过 {LARGEST_BODY // 1024} kB。", f"The body is larger than {LARGEST_BODY // 1024} kB.")

Ask = Callable[..., HttpResponse]


class Question:
    """One request, once it is known who asks and in which format the answer is wanted."""

    def __init__(self, request: HttpRequest, kind: str, form: Mapping[str, str]) -> None:
        self.request, self.kind, self.form = request, kind, form
        secret = (form.get("api_key") or request.GET.get("api_key", ""))[:_LONGEST]
        keyless = None if request.method == "POST" else READING
        self.asker: Asker = asker_of(request, secret, keyless=keyless)

    def asked(self, name: str) -> str:
        """A parameter of the address; an empty one is as none (GeoReport v2, “Optional Arguments”)."""
        return self.request.GET.get(name, "")[:_LONGEST].strip()

    def answer(self, root: str, answer: Any) -> HttpResponse:
        """The answer in the format that was asked for."""
        return answered(root, answer, self.kind)


def endpoint(*, get: Ask, post: Ask | None = None, formats: Collection[str] = tuple(FORMATS)) -> Ask:
    """A view of these functions by method; each takes the question and what the address names."""
    views = {"get": get, "post": post} if post else {"get": get}

    @csrf_exempt
    def view(request: HttpRequest, format: str, **named: str) -> HttpResponse:  # noqa: A002  # the route's own name
        kind = format if format in FORMATS else "xml"  # of what is refused
        method = "get" if request.method == "HEAD" else str(request.method).lower()
        if method not in views:
            allowed = ", ".join(sorted(one.upper() for one in views))
            reason = Text(f"这里只接受 {allowed}。", f"Only {allowed} is accepted here.")
            return fault(HTTPStatus.METHOD_NOT_ALLOWED, reason, kind, {"Allow": allowed})
        try:
            if format not in formats:
                raise Denied(_NO_FORMAT, found=False)
            form = _form(request) if method == "post" else {}
            _check_jurisdiction(request, form.get("jurisdiction_id") or request.GET.get("jurisdiction_id", ""))
            return views[method](Question(request, format, form), **named)
        except Unanswerable as stopped:
            known = {HTTPStatus.UNAUTHORIZED: HTTPStatus.FORBIDDEN}
            return fault(known.get(stopped.status, stopped.status), stopped.reason, kind, stopped.headers)
        except Refusal as refusal:
            reason = refusal.reason
            if refusal.place:
                reason = Text(f"{refusal.place}：{reason.zh}", f"{refusal.place}: {reason.en}")
            return fault(_status_of(refusal), reason, kind)

    return view


def fault(status: HTTPStatus, reason: Text, kind: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """An error in the specification's form: a list of one, with its code and a sentence for people."""
    said = {"code": int(status), "description": reason.in_(get_language() or "en")}
    response = answered("errors", [said], kind, int(status))
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def outside(request: HttpRequest, status: HTTPStatus, reason: Text, place: str) -> HttpResponse:
    """The same for what ends before it reaches a view, as for an unknown address: JSON where its ending says so."""
    return fault(status, reason, "json" if request.path_info.endswith(".json") else "xml")


def _status_of(refusal: Refusal) -> HTTPStatus:
    if isinstance(refusal, Denied):
        return HTTPStatus.FORBIDDEN if refusal.found else HTTPStatus.NOT_FOUND
    return HTTPStatus.BAD_REQUEST


def _form(request: HttpRequest) -> Mapping[str, str]:
    """What was sent, by name. Raises Invalid for what is no form, or names a thing twice."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        raise Invalid(_TOO_LARGE)
    if request.content_type not in _FORMS:
        raise Invalid(_NOT_A_FORM, place="Content-Type")
    try:
        sent: QueryDict = request.POST
    except (MultiPartParserError, SuspiciousOperation, BadRequest, UnreadablePostError) as error:
        raise Invalid(_NOT_A_FORM) from error
    for name, values in sent.lists():
        if len(values) > 1:
            raise Invalid(Text("重复出现。", "It stands there twice."), place=name[:60])
    return {name: value for name, value in sent.dict().items() if isinstance(value, str)}


def _check_jurisdiction(request: HttpRequest, named: str) -> None:
    """An address serves one city: its key or its host may be named, another city may not. Raises Denied (404)."""
    if named and named not in (settings.CITY, request.get_host(), request.get_host().partition(":")[0]):
        known = f"{settings.CITY}, {request.get_host()}"
        reason = Text(f"没有这个辖区；这里是 {known}。", f"There is no such jurisdiction: this is {known}.")
        raise Denied(reason, found=False, place="jurisdiction_id")
