"""What all endpoints share: who asks, strict bodies, and refusals of one form."""

from collections.abc import Collection, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from dmr import Controller, ResponseSpec
from dmr.endpoint import Endpoint
from dmr.exceptions import NotAcceptableError, RequestSerializationError, ValidationError
from dmr.openapi.objects import SecurityRequirement
from dmr.parsers import Parser
from dmr.plugins.msgspec import MsgspecSerializer

from jingwei.kernel.values.errors import Refusal
from jingwei.kernel.values.words import Text
from jingwei.surfaces.api import problems
from jingwei.surfaces.api.bodies import StrictJson
from jingwei.surfaces.api.keys import Asker, asker_of, check_form, with_key
from jingwei.surfaces.api.problems import Problem, Unanswerable

JSON = "application/json"
KEYED = ("GET", "HEAD", "POST")
"""Every method of an endpoint that only keys use."""
_UNREADABLE = Text(
    "请求的内容没有到齐或格式不对，没有办理任何事；请重新发送。",
    "The body did not come whole or is malformed. Nothing was done: send it again.",
)


def refusals(*statuses: HTTPStatus) -> list[ResponseSpec]:
    """How an endpoint says which refusals it may answer; they are JSON, whatever else it answers."""
    return [ResponseSpec(Problem, status_code=status, limit_to_content_types={JSON}) for status in statuses]


class Answering(Controller[MsgspecSerializer]):
    """What all endpoints share: who asks, strict bodies, refusals of one form."""

    is_abstract = True
    parsers: ClassVar[Sequence[Parser]] = (StrictJson(),)
    error_model = Problem
    validate_responses = False  # tests compare answers with the schema; no need to do so for every request
    security: ClassVar[Sequence[SecurityRequirement]] = ({"key": []}, {})
    kinds: ClassVar[Sequence[str]] = (JSON,)
    """What the answers are."""
    keyed: ClassVar[Collection[str]] = ()
    """The methods that only a key may use."""
    asker: Asker

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Learns who asks before anything of the request is read."""
        try:
            self.asker = self.who_asks(request)
            if request.method in self.keyed:
                with_key(self.asker)
            if request.method in ("POST", "PUT", "PATCH"):
                self.check_body(request)
        except Unanswerable as refused:
            return problems.of_unanswerable(refused)
        return super().dispatch(request, *args, **kwargs)

    def who_asks(self, request: HttpRequest) -> Asker:
        """Whoever's key is sent, or the public, within its rate. Raises Unanswerable."""
        return asker_of(request)

    def check_body(self, request: HttpRequest) -> None:
        """Refuses, unread, a body that this endpoint does not take. Raises Unanswerable."""
        check_form(request)

    def handle_error(self, endpoint: Endpoint, controller: Any, exc: Exception) -> HttpResponse:
        """Refusals and malformed requests; everything else is a defect and goes on."""
        if isinstance(exc, Refusal):
            return problems.of_refusal(exc)
        if isinstance(exc, Unanswerable):
            return problems.of_unanswerable(exc)
        if isinstance(exc, ValidationError):
            return problems.of_malformed(str(exc.payload[0]["msg"]))
        if isinstance(exc, RequestSerializationError):
            reason = Text(
                f"请求的内容格式不对，没有办理任何事：{exc}", f"The body is malformed, and nothing was done: {exc}"
            )
            return problems.answer(HTTPStatus.BAD_REQUEST, reason)
        if isinstance(exc, NotAcceptableError):
            kinds = ", ".join(self.kinds)
            reason = Text(f"这里只以 {kinds} 回答。", f"The answers here are {kinds}.")
            return problems.answer(HTTPStatus.NOT_ACCEPTABLE, reason, place="Accept")
        if isinstance(exc, RequestDataTooBig):
            return problems.answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, Text("内容过大。", "The body is too large."))
        if isinstance(exc, BadRequest | SuspiciousOperation | UnreadablePostError):  # a form that Django gives up on
            return problems.answer(HTTPStatus.BAD_REQUEST, _UNREADABLE)
        raise exc

    def handle_method_not_allowed(self, method: str) -> HttpResponse:
        """405 in the same form."""
        allowed = ", ".join(sorted(self.api_endpoints))
        reason = Text(f"这里只接受 {allowed}。", f"Only {allowed} is accepted here.")
        return problems.answer(HTTPStatus.METHOD_NOT_ALLOWED, reason, headers={"Allow": allowed})
