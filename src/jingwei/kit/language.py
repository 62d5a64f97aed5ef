"""Chinese or English: by the reader's own choice, else of the account, else of the browser."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from jingwei.kit.frame.pseudo import is_offered
from jingwei.kit.permission import public

IN_SESSION = "language"
"""Where the login keeps the account's language."""

YEAR = 365 * 24 * 3600
"""Seconds for which what a reader chose is kept."""

_LONGEST = 200  # characters of Accept-Language that are read


def known(text: str) -> str | None:
    """The language that a tag like `en-GB` or `zh-CN` means here; for developers one more (frame/pseudo.py)."""
    name = text.strip().lower()
    return name if is_offered(name) else {"zh": "zh-hans", "en": "en"}.get(name[:2])


def language_of(request: HttpRequest) -> str:
    """Cookie, then account, then the browser's first known language, then the site's."""
    chosen = known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
    return chosen or known(str(request.session.get(IN_SESSION, ""))) or _of_browser(request) or settings.LANGUAGE_CODE


def _of_browser(request: HttpRequest) -> str | None:
    wanted = []
    for place, part in enumerate(request.headers.get("Accept-Language", "")[:_LONGEST].split(",")):
        tag, _, quality = part.partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue  # a part that is no preference says nothing
        language = known(tag)
        if language and weight > 0:
            wanted.append((-weight, place, language))
    return min(wanted)[2] if wanted else None


class LanguageMiddleware:
    """Activates the language of each request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Says in the answer which language it is in, and what that depended on."""
        language = language_of(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def back_to(request: HttpRequest) -> HttpResponseRedirect:
    """Leads back to the page that a choice was made on; to the front page, where that is no page of this site."""
    target = request.POST.get("next", "")[:2000]
    return HttpResponseRedirect(target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else "/")


@public("everybody chooses a language")
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen language in a cookie for a year and returns to where the reader was."""
    response = back_to(request)
    language = known(request.POST.get("language", ""))
    if language:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
