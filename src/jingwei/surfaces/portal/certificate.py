"""The page from which a device installs the site's own authority, and the authority itself."""

import hashlib
import ssl
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jingwei.kit.page import public_face, show
from jingwei.kit.serving import file_answer


def _authority() -> bytes:
    """In the form whose SHA-256 is the fingerprint, so that any program that sums a file can compare it; empty where
    the site has none of its own."""
    try:
        return ssl.PEM_cert_to_DER_cert(settings.TLS_AUTHORITY.read_text("ascii").strip())
    except FileNotFoundError:
        return b""


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """How to install it on each kind of device, and what to compare before; or that there is nothing to install."""
    held = _authority()
    digest = hashlib.sha256(held).hexdigest().upper()
    lines = [" ".join(digest[i : i + 16][j : j + 2] for j in range(0, 16, 2)) for i in range(0, len(digest), 16)]
    shown = {"fingerprint": lines if held else []}
    status = HTTPStatus.OK if held else HTTPStatus.NOT_FOUND
    return show(request, "portal/certificate.html", public_face(), shown, status)


@require_safe
def authority(request: HttpRequest) -> HttpResponse:
    """The authority's certificate (no secret), as devices take it."""
    held = _authority()
    if not held:
        return page(request)
    return file_answer(held, "jingwei-ca", "crt")
