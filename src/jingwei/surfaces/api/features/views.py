"""The addresses of OGC API Features: Part 1 (core, GeoJSON, OpenAPI 3.0) and Part 3 (filtering by CQL2 text).

Everybody may ask: the grid is public, and matters stand in it as counts under the rule of small counts alone.
"""

import datetime
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import shapely
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.values.errors import Denied, Refusal, not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.limits import Limit
from jingwei.kit.page import face_of, public_face, show
from jingwei.kit.publishing.figures import COUNTS
from jingwei.surfaces.api.features import asking
from jingwei.surfaces.api.features.asking import CRS84
from jingwei.surfaces.api.features.collections import COLLECTIONS, Collection, Feature
from jingwei.surfaces.api.features.description import description
from jingwei.surfaces.api.keys import count_public
from jingwei.surfaces.api.problems import Unanswerable

READING = Limit("api.features", 120, 60)
"""Questions of one address."""

CONFORMS = (
    *(f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{one}" for one in ("core", "oas30", "geojson")),
    *(
        f"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/{one}"
        for one in ("queryables", "filter", "features-filter")
    ),
    *(f"http://www.opengis.net/spec/cql2/1.0/conf/{one}" for one in ("cql2-text", "basic-cql2")),
)
_JSON, _GEOJSON, _OPENAPI = "application/json", "application/geo+json", "application/vnd.oai.openapi+json;version=3.0"
_SCHEMA, _HTML = "application/schema+json", "text/html"
_READ = [_JSON, _HTML]
"""What the landing page and collections are answered as: JSON where both are as good."""

_KEPT = "public, max-age=300"
_TYPES: Mapping[type, str] = {str: "string", float: "number", bool: "boolean"}


class _Question:
    """One request, with the words of its language and the addresses of this interface; `is_read`: by a person."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.language = request, get_language() or "en"
        wanted = request.GET.get("f") or ("html" if request.get_preferred_type(_READ) == _HTML else "json")
        self.is_read = wanted == "html"

    def address(self, name: str, *keys: str) -> str:
        """The whole address of one of these views."""
        return self.request.build_absolute_uri(reverse(f"api:features_{name}", args=keys))

    def document(self, said: dict[str, Any], title: Text) -> HttpResponse:
        """What is said, as JSON or as a page of the same; each names the other."""
        address = self.request.build_absolute_uri(self.request.path)
        other = self.link("alternate", f"{address}?f=html", Text("网页", "Page"), _HTML)
        said["links"] = [*said["links"], other]
        if self.is_read:
            context = {"said": said, "title": title, "json": f"{address}?f=json"}
            answer = show(self.request, "api/features.html", public_face(), context)
        else:
            answer = _answered(said)
        patch_vary_headers(answer, ("Accept",))
        return answer

    def link(self, rel: str, href: str, title: Text, kind: str = _JSON) -> dict[str, str]:
        """A link as the standard writes it."""
        return {"rel": rel, "href": href, "type": kind, "title": title.in_(self.language)}


def _answered(content: Any, kind: str = _JSON, status: int = HTTPStatus.OK) -> HttpResponse:
    answer = HttpResponse(json.dumps(content, ensure_ascii=False).encode(), status=status, content_type=kind)
    answer["Cache-Control"] = _KEPT if status == HTTPStatus.OK else "no-store"
    return answer


def _fault(status: HTTPStatus, reason: Text, place: str = "") -> HttpResponse:
    """An exception as Part 1 has it: a code and a sentence."""
    said = reason.in_(get_language() or "en")
    return _answered({"code": status.phrase, "description": f"{place}: {said}" if place else said}, status=status)


def outside(request: HttpRequest, status: HTTPStatus, reason: Text, place: str) -> HttpResponse:
    """The same for what ends before it reaches a view, as for an unknown address."""
    return _fault(status, reason, place)


def _endpoint(
    view: Callable[..., HttpResponse], *, own: bool = False, forms: tuple[str, ...] = ("json",)
) -> Callable[..., HttpResponse]:
    """A view with its refusals in one form; `own`: it looks at its parameters itself, every other takes but `f`, which
    is one of `forms`."""

    @csrf_exempt  # what is no GET is told so, not that a form is out of date
    def answering(request: HttpRequest, **named: str) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            answer = _fault(HTTPStatus.METHOD_NOT_ALLOWED, Text("这里只接受 GET。", "Only GET is accepted here."))
            answer["Allow"] = "GET, HEAD"
            return answer
        try:
            count_public(READING, request)
            if not own:
                asking.check_names(request.GET, ("f",), forms)
            return view(_Question(request), **named)
        except Unanswerable as stopped:
            answer = _fault(stopped.status, stopped.reason)
            for name, value in stopped.headers.items():
                answer[name] = value
            return answer
        except Refusal as refusal:
            missing = isinstance(refusal, Denied) and not refusal.found
            status = HTTPStatus.NOT_FOUND if missing else HTTPStatus.BAD_REQUEST
            return _fault(status, refusal.reason, refusal.place)

    return answering


def _collection(key: str) -> Collection:
    found = COLLECTIONS.get(key)
    if found is None:
        raise not_found("collection")
    return found


def _landing(question: _Question) -> HttpResponse:
    """Where everything is."""
    with reading(COUNTS) as scope:
        title = face_of(scope).title
    links = [
        question.link("self", question.address("landing"), title),
        question.link("service-desc", question.address("description"), Text("接口描述", "Description"), _OPENAPI),
        question.link("conformance", question.address("conformance"), Text("符合的规范", "Conformance")),
        question.link("data", question.address("collections"), Text("数据集", "Collections")),
    ]
    return question.document({"title": title.in_(question.language), "links": links}, title)


def _conformance(question: _Question) -> HttpResponse:
    """What of the standards it keeps."""
    return _answered({"conformsTo": list(CONFORMS)})


def _description(question: _Question) -> HttpResponse:
    """The interface in OpenAPI 3.0."""
    base = question.address("landing").rstrip("/")
    return _answered(description(base, COLLECTIONS.values(), question.language), _OPENAPI)


def _collections(question: _Question) -> HttpResponse:
    """All collections."""
    with reading(COUNTS, everywhere=True) as scope:
        found = [_told(question, one, scope) for one in COLLECTIONS.values()]
    title = Text("数据集", "Collections")
    links = [question.link("self", question.address("collections"), title)]
    return question.document({"links": links, "collections": found}, title)


def _one_collection(question: _Question, collection: str) -> HttpResponse:
    """One collection."""
    known = _collection(collection)
    with reading(COUNTS, everywhere=True) as scope:
        said = _told(question, known, scope)
    return question.document(said, known.title)


def _told(question: _Question, one: Collection, scope: Scope) -> dict[str, Any]:
    """A collection with where it lies. The extent is that of its shapes."""
    shapes = [feature.shape for feature in one.read(scope, scope.today)]
    said: dict[str, Any] = {
        "id": one.id,
        "title": one.title.in_(question.language),
        "description": one.description.in_(question.language),
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            question.link("self", question.address("collection", one.id), one.title),
            question.link("items", question.address("items", one.id), one.title, _GEOJSON),
            question.link(
                "http://www.opengis.net/def/rel/ogc/1.0/queryables",
                question.address("queryables", one.id),
                Text("可筛选的属性", "Queryables"),
                _SCHEMA,
            ),
        ],
    }
    if shapes:
        box = [round(one, 7) for one in shapely.total_bounds(shapes).tolist()]
        said["extent"] = {"spatial": {"bbox": [box], "crs": CRS84}}
    return said


def _queryables(question: _Question, collection: str) -> HttpResponse:
    """What a filter may name, as a JSON schema (Part 3)."""
    one = _collection(collection)
    properties = {
        name: {"type": _TYPES[kind], "title": title.in_(question.language)}
        for name, (kind, title) in one.properties.items()
    }
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": question.address("queryables", one.id),
        "type": "object",
        "title": one.title.in_(question.language),
        "properties": properties,
        "additionalProperties": False,
    }
    return _answered(schema, _SCHEMA)


def _items(question: _Question, collection: str) -> HttpResponse:
    """The features that are meant, page by page."""
    one = _collection(collection)
    wanted = asking.wanted_of(question.request.GET, one)
    with reading(COUNTS, everywhere=True) as scope:
        found = asking.matching(one.read(scope, wanted.day(scope.today)), wanted)
        now = scope.now
    page, following = asking.page_of(found, wanted)
    asked = question.request.GET.copy()
    base = question.address("items", one.id)
    links = [
        question.link("self", f"{base}?{asked.urlencode()}" if asked else base, one.title, _GEOJSON),
        question.link("collection", question.address("collection", one.id), one.title),
    ]
    if following:
        asked["after"] = following
        links.append(question.link("next", f"{base}?{asked.urlencode()}", Text("下一页", "Next page"), _GEOJSON))
    said = {
        "type": "FeatureCollection",
        "numberMatched": len(found),
        "numberReturned": len(page),
        "timeStamp": now.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "links": links,
        "features": [_written(feature) for feature in page],
    }
    return _answered(said, _GEOJSON)


def _item(question: _Question, collection: str, feature: str) -> HttpResponse:
    """One feature."""
    one = _collection(collection)
    with reading(COUNTS, everywhere=True) as scope:
        found = next((known for known in one.read(scope, scope.today) if known.id == feature), None)
    if found is None:
        raise not_found("featureId")
    links = [
        question.link("self", question.address("item", one.id, found.id), one.title, _GEOJSON),
        question.link("collection", question.address("collection", one.id), one.title),
    ]
    return _answered({**_written(found), "links": links}, _GEOJSON)


def _written(feature: Feature) -> dict[str, Any]:
    """The feature in GeoJSON (RFC 7946), to 1e-7 degree, which is 11 mm."""
    shape = shapely.set_precision(feature.shape, 1e-7, mode="pointwise")
    geometry = json.loads(shapely.to_geojson(shape))
    return {"type": "Feature", "id": feature.id, "geometry": geometry, "properties": dict(feature.properties)}


_PAGE = ("json", "html")
landing = _endpoint(_landing, forms=_PAGE)
conformance = _endpoint(_conformance)
describe = _endpoint(_description)
collections = _endpoint(_collections, forms=_PAGE)
collection = _endpoint(_one_collection, forms=_PAGE)
queryables = _endpoint(_queryables)
items = _endpoint(_items, own=True)
item = _endpoint(_item)
