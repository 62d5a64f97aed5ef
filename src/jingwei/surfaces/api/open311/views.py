"""The addresses of Open311: discovery, services, requests, tokens, and the bulk file."""

import datetime
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.reads.note import note_reads, seen
from jingwei.kernel.tables.writing import Page
from jingwei.kernel.values.errors import Denied, Invalid, not_found
from jingwei.kernel.values.ids import read_number
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.listing import MOST as MOST_IN_FILE
from jingwei.kit.page import face_of
from jingwei.surfaces.api.open311 import offers, requests
from jingwei.surfaces.api.open311.asking import Question, endpoint
from jingwei.surfaces.api.open311.own import id_for_public, matter_of
from jingwei.surfaces.api.open311.requests import Telling
from jingwei.surfaces.api.open311.shapes import FORMATS
from jingwei.surfaces.api.open311.taking import request_key, take
from jingwei.surfaces.api.tables import CSV, PARQUET, TABLES, table_answer

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
BULK = "http://wiki.open311.org/GeoReport_Bulk_v1"
YEAR = datetime.timedelta(days=366)
"""Days of one bulk file."""

_CHUNK = 1000
_KEYS = Text(
    "接口密钥由本市管理员发放；没有密钥也可以上报，并查询自己上报的事项。",
    "The city's administrator gives keys; without one you may report, and ask for what you reported.",
)
_LIST_NEEDS_KEY = Text(
    "事项列表须有接口密钥；没有密钥的，可按上报时得到的编号查询自己的事项。公开的统计见 /figures/ 和 /map/。",
    "A list of requests needs an api_key; without one, ask for your own by the id that you were given. "
    "What is counted in public stands at /figures/ and /map/.",
)
_TOO_MANY = Text(
    f"超过 {MOST_IN_FILE:,} 行；请缩短日期范围。", f"These are more than {MOST_IN_FILE:,} rows: ask for fewer days."
)


def _discovery(question: Question) -> HttpResponse:
    """Which interfaces there are (“Service Discovery”). The changeset is that of the catalogue."""
    with reading(question.asker.actor) as scope:
        face, changed = face_of(scope), f"{scope.edition('rulebook'):08}"
    language, absolute = get_language() or "en", question.request.build_absolute_uri
    shared = {"changeset": changed, "type": "test" if face.practice or settings.TRAINING else "production"}
    base, bulk = (reverse(f"api:open311_{name}", args=["xml"]) for name in ("services", "bulk"))
    endpoints = [
        {
            "specification": SPECIFICATION,
            "url": absolute(base.removesuffix("/services.xml")),
            **shared,
            "formats": [kind.partition(";")[0] for kind in FORMATS.values()],
        },
        {
            "specification": BULK,
            "url": absolute(bulk.removesuffix("/requests.xml")),
            **shared,
            "formats": [CSV, PARQUET, *(kind.partition(";")[0] for kind in FORMATS.values())],
        },
    ]
    said = {
        "changeset": changed,
        "contact": face.title.in_(language),
        "key_service": _KEYS.in_(language),
        "endpoints": endpoints,
    }
    return question.answer("discovery", said)


def _services(question: Question) -> HttpResponse:
    """What may be reported."""
    with reading(question.asker.actor) as scope:
        found = [offers.listed(one) for one in offers.offers(scope)]
    return question.answer("services", found)


def _definition(question: Question, service: str) -> HttpResponse:
    """What a service asks for."""
    with reading(question.asker.actor) as scope:
        found = offers.defined(offers.offer(scope, service))
    return question.answer("service_definition", found)


def _take(question: Question) -> HttpResponse:
    """Takes a request in: with a key in the exercise of its post, without one as the public reports."""
    return question.answer("service_requests", [take(question)])


def _requests(question: Question) -> HttpResponse:
    """What a key reads, page by page; without a key the own requests, each named by its id."""
    asker = question.asker
    if asker.is_public:
        return _own_requests(question)
    start, size = requests.page_of(question)
    with reading(asker.actor) as scope:
        matters = list(requests.found(scope, requests.wanted_of(question, scope))[start : start + size])
        telling = Telling(scope, matters)
        rows = [telling.row(one) for one in matters]
    note_reads(asker.actor, "api", [seen(one) for one in matters])
    answer = question.answer("service_requests", rows)
    if len(rows) == size:
        answer["Link"] = _next(question.request, start // size + 2)
    return answer


def _next(request: HttpRequest, page: int) -> str:
    """The address of the next page (RFC 8288), without the key."""
    asked = request.GET.copy()
    asked.pop("api_key", None)
    asked["page"] = str(page)
    return f'<{request.build_absolute_uri(request.path)}?{asked.urlencode()}>; rel="next"'


def _own_requests(question: Question) -> HttpResponse:
    """Those that are named by an id with its proof; unknown ids are left out. Raises Denied where none is named."""
    with reading(question.asker.actor) as scope:
        named = requests.wanted_of(question, scope).numbers[:20]
        if not named:
            raise Denied(_LIST_NEEDS_KEY, place="api_key")
        matters = list(_opened(named))
        telling = Telling(scope, matters)
        rows = [telling.row(one, id_for_public(one.pk)) for one in matters]
    return question.answer("service_requests", rows)


def _opened(named: Sequence[str]) -> Iterator[Matter]:
    for one in named:
        try:
            yield matter_of(one)
        except Denied:
            continue


def _request(question: Question, number: str) -> HttpResponse:
    """One request."""
    asker = question.asker
    with reading(asker.actor) as scope:
        if asker.is_public:
            matter = matter_of(number)
            row = Telling(scope, [matter]).row(matter, id_for_public(matter.pk))
        else:
            matter = _in_reach(scope, number=read_number(number))
            row = Telling(scope, [matter]).row(matter)
    note_reads(asker.actor, "api", [seen(matter)])
    return question.answer("service_requests", [row])


def _in_reach(scope: Scope, **named: Any) -> Matter:
    """The matter within the key's reach. Raises Denied (404)."""
    types = [one.key for one in offers.reportable(scope)]
    chosen = Matter.objects.filter(in_scope(scope.actor), type__in=types, **named).select_related("area", "unit")
    matter = chosen.first()
    if matter is None:
        raise not_found("service_request_id")
    return matter


def _token(question: Question, token: str) -> HttpResponse:
    """The id of what was sent under this `Idempotency-Key`, for whoever lost the answer. Ids are given at once, so no
    answer to a POST has a token of ours."""
    asker = question.asker
    try:
        key = asker.matter_id(request_key(token))
    except Invalid as error:
        raise not_found("token") from error
    with reading(asker.actor) as scope:
        if asker.is_public:
            known = matter_of(id_for_public(key))
            found = id_for_public(known.pk)
        else:
            known = _in_reach(scope, pk=key)
            found = known.number
    note_reads(asker.actor, "api", [seen(known)])
    return question.answer("service_requests", [{"service_request_id": found, "token": token}])


def _bulk(question: Question) -> HttpResponse:
    """Everything of up to a year as one file (“GeoReport Bulk”). Raises Denied without a key, Invalid for too much."""
    asker = question.asker
    if asker.is_public:
        raise Denied(_LIST_NEEDS_KEY, place="api_key")
    noted, rows = [], []
    with reading(asker.actor) as scope:
        face = face_of(scope)
        chosen = requests.found(scope, requests.wanted_of(question, scope, YEAR))[: MOST_IN_FILE + 1]
        matters = chosen.iterator(chunk_size=_CHUNK)
        while chunk := list(islice(matters, _CHUNK)):
            telling = Telling(scope, chunk)
            rows += [telling.bulk(one) for one in chunk]
            noted += [seen(one) for one in chunk]
    if len(rows) > MOST_IN_FILE:
        raise Invalid(_TOO_MANY, place="start_date")
    note_reads(asker.actor, "export", noted)
    if question.kind in TABLES:
        page = Page("", Telling.BULK, ([row[name] for name in Telling.BULK] for row in rows))
        return table_answer(face, page, question.kind, "requests", {"specification": BULK})
    return question.answer("service_requests", rows)


discovery = endpoint(get=_discovery)
service_list = endpoint(get=_services)
definition = endpoint(get=_definition)
request_list = endpoint(get=_requests, post=_take)
request = endpoint(get=_request)
token = endpoint(get=_token)
bulk = endpoint(get=_bulk, formats=(*TABLES, *FORMATS))
