"""Every answer of a training city says so, for programs: what is no page bears no bar."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "Jingwei-City"
"""`training`; absent in every other city."""


class OriginMiddleware:
    """Adds the header, without asking the database: errors, the interface and handed out pictures have it as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if settings.TRAINING:
            answer[HEADER] = "training"
        return answer
