"""The one form of a refusal here: status, reason in the asker's language, place; and how errors become one."""

import re
from http import HTTPStatus

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from jingwei.kernel.values.errors import Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import status_of


class Problem(msgspec.Struct, frozen=True):
    """Why a request was not carried out. `place` names the field, header or parameter that is meant, if one is."""

    status: int
    reason: str
    place: str = ""


class Unanswerable(Exception):
    """A request that ends before it reaches an endpoint."""

    def __init__(self, status: HTTPStatus, reason: Text, *, place: str = "", headers: dict[str, str] | None = None):
        super().__init__(reason.en)
        self.status, self.reason, self.place, self.headers = status, reason, place, headers or {}


_PLACES = {"lon": "longitude", "lat": "latitude", "key": "Idempotency-Key", "idempotency_key": "Idempotency-Key"}
"""What the kernel calls a place where the interface has another name for it."""

_MALFORMED: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"missing required field `(?P<name>.+?)`"), "缺少此项。", "This is needed."),
    (
        re.compile(r"unknown field `(?P<name>.+?)`"),
        "没有这一项；请查看接口文档。",
        "There is no such field; see the schema.",
    ),
    (
        re.compile(r"^Expected `(?P<kind>.+?)` of length >= (?P<limit>\d+)"),
        "至少 {limit} 个字符。",
        "At least {limit} characters are needed.",
    ),
    (
        re.compile(r"^Expected `(?P<kind>.+?)` of length <= (?P<limit>\d+)"),
        "最多 {limit} 个字符。",
        "At most {limit} characters are allowed.",
    ),
    (
        re.compile(r"^Expected `(?P<kind>.+?)`, got `(?P<got>.+?)`"),
        "类型应为 {kind}，收到的是 {got}。",
        "This must be {kind}, not {got}.",
    ),
)
_AT = re.compile(r" - at `\$\.?(?:parsed_\w+)?\.?(?P<path>.*)`$")


def answer(status: HTTPStatus, reason: Text, *, place: str = "", headers: dict[str, str] | None = None) -> HttpResponse:
    """The refusal as JSON in the language of the request."""
    problem = Problem(int(status), reason.in_(get_language() or "en"), _PLACES.get(place, place))
    return HttpResponse(
        msgspec.json.encode(problem), status=int(status), content_type="application/json", headers=headers
    )


def outside(request: HttpRequest, status: HTTPStatus, reason: Text, place: str) -> HttpResponse:
    """The same for what ends before it reaches an endpoint, as for an unknown address."""
    return answer(status, reason, place=place)


def of_refusal(refusal: Refusal) -> HttpResponse:
    """The answer to a command or read that was refused: 404, 403, 409 or 422."""
    return answer(status_of(refusal), refusal.reason, place=refusal.place)


def of_unanswerable(stopped: Unanswerable) -> HttpResponse:
    """The answer to a request that ended before it reached its endpoint."""
    return answer(stopped.status, stopped.reason, place=stopped.place, headers=stopped.headers)


def of_malformed(message: str) -> HttpResponse:
    """The answer to a body or header of another shape than declared (422): msgspec's message as place and reason."""
    at = _AT.search(message)
    path = at["path"] if at else ""
    for pattern, zh, en in _MALFORMED:
        if found := pattern.search(message):
            named = found.groupdict()
            place = ".".join(part for part in (path, named.pop("name", "")) if part)
            reason = Text(zh.format(**named), en.format(**named))
            return answer(HTTPStatus.UNPROCESSABLE_ENTITY, reason, place=place)
    reason = Text(f"内容不符合接口文档：{message}", f"This does not follow the schema: {message}")
    return answer(HTTPStatus.UNPROCESSABLE_ENTITY, reason, place=path)
