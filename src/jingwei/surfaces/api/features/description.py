"""The interface in OpenAPI 3.0, as Part 1 asks for it (conformance class “OpenAPI 3.0”)."""

from collections.abc import Iterable
from typing import Any

from jingwei.kernel.values.words import Text
from jingwei.surfaces.api.features.asking import CRS84, MOST, USUAL
from jingwei.surfaces.api.features.collections import Collection

_TITLE = Text("经纬：网格与公开统计", "Jingwei: the grid and what is counted in public")
_PAGES = ("landing", "collections", "collection")
"""What people read as well, in a browser."""

_REFUSED = {"400": "Invalid", "404": "NotFound", "429": "TooOften"}


def description(base: str, collections: Iterable[Collection], language: str) -> dict[str, Any]:
    """The document for the site at `base`, in one of the two languages."""
    keys = [one.id for one in collections]
    key = _in_path("collectionId", {"type": "string", "enum": keys})
    paths = {
        "/": _got("landing", "Landing page"),
        "/conformance": _got("conformance", "Conformance classes"),
        "/api": _got("description", "This document", kind="application/vnd.oai.openapi+json;version=3.0"),
        "/collections": _got("collections", "Collections"),
        "/collections/{collectionId}": _got("collection", "One collection", key),
        "/collections/{collectionId}/queryables": _got("queryables", "Queryables", key, kind="application/schema+json"),
        "/collections/{collectionId}/items": _got("items", "Features", key, *_asked(), kind="application/geo+json"),
        "/collections/{collectionId}/items/{featureId}": _got(
            "item", "One feature", key, _in_path("featureId", {"type": "string"}), kind="application/geo+json"
        ),
    }
    fault = {
        "type": "object",
        "required": ["code"],
        "properties": {"code": {"type": "string"}, "description": {"type": "string"}},
    }
    refusals = {
        name: {"description": name, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/fault"}}}}
        for name in _REFUSED.values()
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": _TITLE.in_(language), "version": "1"},
        "servers": [{"url": base}],
        "paths": paths,
        "components": {"schemas": {"fault": fault}, "responses": refusals},
    }


def _got(name: str, title: str, *parameters: dict[str, Any], kind: str = "application/json") -> dict[str, Any]:
    responses: dict[str, Any] = {"200": {"description": title, "content": {kind: {"schema": {"type": "object"}}}}}
    if name in _PAGES:
        responses["200"]["content"]["text/html"] = {"schema": {"type": "string"}}
    responses |= {status: {"$ref": f"#/components/responses/{one}"} for status, one in _REFUSED.items()}
    forms = ["json", "html"] if name in _PAGES else ["json"]
    only = {"name": "f", "in": "query", "schema": {"type": "string", "enum": forms}}
    return {"get": {"operationId": name, "summary": title, "parameters": [*parameters, only], "responses": responses}}


def _in_path(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _asked() -> list[dict[str, Any]]:
    numbers = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
    plain: dict[str, dict[str, Any]] = {
        "limit": limit,
        "datetime": {"type": "string"},
        "filter": {"type": "string"},
        "filter-lang": {"type": "string", "enum": ["cql2-text"], "default": "cql2-text"},
        "filter-crs": {"type": "string", "enum": [CRS84], "default": CRS84},
        "bbox-crs": {"type": "string", "enum": [CRS84], "default": CRS84},
        "after": {"type": "string"},
    }
    box = {"name": "bbox", "in": "query", "schema": numbers, "style": "form", "explode": False}
    return [box, *({"name": name, "in": "query", "schema": schema} for name, schema in plain.items())]
