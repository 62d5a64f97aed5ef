"""The handbook's pages, for everybody on the staff: what a type says is no secret."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.types import all_types, type_of
from jingwei.kernel.values.errors import not_found
from jingwei.kit.handbook.content import handbook_of
from jingwei.kit.handbook.diagram import drawn, everywhere
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, signed_in
from jingwei.surfaces.desk.handbook.city import in_this_city


@signed_in
@require_safe
def handbook(request: HttpRequest) -> HttpResponse:
    """Every type that is installed."""
    with reading(cast(ActorRequest, request).actor) as scope:
        face = face_of(scope)
    return show(request, "desk/handbook/handbook.html", face, {"types": all_types()})


@signed_in
@require_safe
def of_type(request: HttpRequest, matter_type: str) -> HttpResponse:
    """One type in its newest version. Raises Denied as not found."""
    with reading(cast(ActorRequest, request).actor) as scope:
        face = face_of(scope)
        try:
            one = type_of(matter_type)
        except LookupError as error:
            raise not_found() from error
        here = in_this_city(scope, one)
    context = {
        "book": handbook_of(one),
        "diagram": drawn(one, get_language() or "zh-hans"),
        "everywhere": everywhere(one),
        "here": here,
    }
    return show(request, "desk/handbook/type.html", face, context)
