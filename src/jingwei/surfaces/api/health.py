"""Whether this city works: database, schema, worker, outbox, reminders; for monitors, without secrets."""

from collections.abc import Callable

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.extent import log_extent
from jingwei.kernel.matters.self_check.probe import self_check_of
from jingwei.kernel.outbox.waiting import given_up, waiting
from jingwei.kit.checking.running import LONGEST_SILENCE, LONGEST_WAIT, missing_migrations, worker_age

_MONITOR = system("monitor", "matter.read")

Check = dict[str, str | int | float | bool | None]


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when every check passes, else 503; each check says what it saw."""
    checks = {"database": _tried(_database), "worker": _worker()}
    away = None if checks["database"]["ok"] else checks["database"]  # asking again would only wait again
    checks |= {"schema": away or _tried(_schema), "outbox": away or _tried(_outbox)}
    checks |= {"reminders": away or _tried(_reminders), "ledger": away or _tried(_ledger)}
    ok = all(check["ok"] for check in checks.values())
    return JsonResponse(
        {"ok": ok, "city": settings.CITY, "checks": checks},
        status=200 if ok else 503,
        headers={"Cache-Control": "no-store"},
    )


def _tried(check: Callable[[], Check]) -> Check:
    try:
        return check()
    except Error as error:  # the message may carry an address or a role; its kind says enough
        return {"ok": False, "error": type(error).__name__}


def _database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True}


def _schema() -> Check:
    missing = missing_migrations()
    return {"ok": not missing, "missing": missing}


def _worker() -> Check:
    age = worker_age(settings.HOME, settings.CITY)
    if age is None:
        return {"ok": False, "age_seconds": None}
    return {"ok": age <= LONGEST_SILENCE, "age_seconds": round(age, 1)}


def _outbox() -> Check:
    queue = waiting()
    return {
        "ok": queue.oldest_seconds <= LONGEST_WAIT,
        "waiting": queue.messages,
        "oldest_seconds": queue.oldest_seconds,
    }


def _reminders() -> Check:
    """The daily self-check: silence is an alarm."""
    with reading(_MONITOR) as scope:
        check, dead = self_check_of(scope), given_up()
    opened = check.opened_at.isoformat(timespec="seconds") if check.opened_at else None
    return {"ok": check.ok, "self_check": check.state, "opened_at": opened, "given_up": dead}


def _ledger() -> Check:
    """The log over the entries: why it stands still, if it does."""
    extent = log_extent()
    return {"ok": not extent.trouble, "size": extent.size, "pending": extent.pending, "trouble": extent.trouble}
