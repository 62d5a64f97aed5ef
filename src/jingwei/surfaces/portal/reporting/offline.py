"""The worker that keeps the empty form of a report on the resident's device, so that it opens without a
connection; and how a city turns that off."""

from functools import cache
from pathlib import Path

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.rulebook.snapshot import rules_of

_SETTING, _OFF = "offline", "off"
"""The city's setting: `off` in English turns it off."""

_FOLDER = Path(__file__).parents[1] / "static" / "portal"


def is_kept(scope: Scope) -> bool:
    """Whether the form may be kept on devices: unless the city says `off`."""
    found = rules_of(scope).value("city", _SETTING, scope.today)
    return found is None or found.content["en"].strip().lower() != _OFF


def worker_of(scope: Scope) -> str:
    """The address of the worker, another one for each state of the static files; "" where the city turned it off."""
    if not is_kept(scope):
        return ""
    return f"{reverse('portal:report_worker')}?v={getattr(staticfiles_storage, 'manifest_hash', '') or 'plain'}"


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The program, or the one that removes what an earlier one kept. Asked for anew each time, so that it can go."""
    with reading(public()) as scope:
        name = "worker.js" if is_kept(scope) else "worker_gone.js"
    answer = HttpResponse(_program(name), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@cache
def _program(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()
