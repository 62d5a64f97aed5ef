"""The receipt: number, code, a picture that leads to the page of the report, when it is due and why, what is next."""

import segno
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.registry import Result
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kit.answers import NOT_KEPT
from jingwei.kit.intake import Taken
from jingwei.kit.page import face_of, show
from jingwei.kit.proving.receipts import receipt_of
from jingwei.surfaces.portal.queries import followed
from jingwei.surfaces.portal.reporting.steps import danger_of


def receipt_page(
    request: HttpRequest, taken: Taken, matter_type: MatterType, result: Result, *, joined: bool
) -> HttpResponse:
    """What whoever reported takes home; `joined` to another matter it goes on there. Kept by no browser: the code
    stands on it."""
    number = str(result["number"])
    with reading(public()) as scope:
        face = face_of(scope)
        category = rules_of(scope).categories(scope.today).get(taken.command.category)
        context = {
            "number": number,
            "joined": joined,
            "code": taken.code,
            "danger": danger_of(scope, category.code) if category and category.urgency == "U1" else None,
            "receipt": receipt_of(result, matter_type),
            "found": followed(scope, number, taken.code) if taken.code else None,
            "qr": qr_of(request, taken.code) if taken.code else "",
        }
    answer = show(request, "portal/receipt.html", face, context)
    answer["Cache-Control"] = NOT_KEPT
    return answer


def qr_of(request: HttpRequest, code: str) -> SafeString:
    """A picture of the address to follow by. The code stands behind `#`, which no browser sends to any server."""
    return drawn(f"{request.build_absolute_uri(reverse('portal:follow'))}#{code}")


def drawn(link: str) -> SafeString:
    """A link as a picture to point a telephone at (SVG)."""
    return mark_safe(segno.make_qr(link, error="m").svg_inline(border=2, light="#fff", svgclass="qr", omitsize=True))  # noqa: S308  # drawn here, of squares alone
