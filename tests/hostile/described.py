"""The addresses that are open to everybody and stand in no description of the interface, described like one."""

import re
from typing import Any

from django.test import Client

from jingwei.kit.permission import all_views, permission_of
from tests.hostile.forms import forms_of

_PART = re.compile(r"<(?:\w+:)?(\w+)>")
_ANSWERS = ("200", "302", "303", "304", "400", "403", "404", "405", "406", "409", "415", "422", "429")
_MAY_BE_ILL = "/healthz"
"""Says by 503 that something of the installation does not work, as here, where no worker runs."""


def public_routes() -> list[str]:
    """The routes that state they are for everybody, those of the interface aside."""
    return [
        route
        for route, view in all_views()
        if (permission := permission_of(view)) and permission.kind == "public" and not route.startswith("/api/v1/")
    ]


def public_pages(client: Client) -> dict[str, Any]:
    """OpenAPI of the public pages; what their forms ask for is read from the pages."""
    paths: dict[str, Any] = {}
    for route in public_routes():
        names, path = _PART.findall(route), _PART.sub(r"{\1}", route)
        paths[path] = {
            method: _operation(method, names, path == _MAY_BE_ILL) for method in ("get", "post", "head", "put")
        }
        for form in forms_of(client, route):
            if form.method == "post" and form.action in paths:
                paths[form.action]["post"]["requestBody"] = _body(form.sent)
    return {"openapi": "3.1.0", "info": {"title": "public pages", "version": "1"}, "paths": paths}


def _operation(method: str, names: list[str], may_be_ill: bool) -> dict[str, Any]:
    answers = (*_ANSWERS, *(("503",) if may_be_ill else ()))
    asked = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    asked += [
        {"name": name, "in": "query", "schema": {"type": "string"}} for name in ("next", "q", "after", "number", "code")
    ]
    asked += [
        {"name": name, "in": "header", "schema": {"type": "string"}} for name in ("Accept-Language", "Accept", "Cookie")
    ]
    return {"parameters": asked, "responses": {status: {"description": status} for status in answers}} | (
        {"requestBody": _body({})} if method in ("post", "put") else {}
    )


def _body(sent: dict[str, str]) -> dict[str, Any]:
    fields = {name: {"type": "string", "examples": [value]} for name, value in sent.items()}
    shape = {"type": "object", "properties": fields}
    kinds = ("application/x-www-form-urlencoded", "multipart/form-data")
    return {"content": {kind: {"schema": shape} for kind in kinds}}
