"""Rate limits in PostgreSQL, shared by all processes of a city: one statement a question."""

import datetime
import os
import random
from dataclasses import dataclass

from django.http import HttpRequest

from jingwei.kernel.commands.keyed import keyed
from jingwei.kernel.commands.sql import prepared
from jingwei.kernel.values.words import Text

_TAKE = """INSERT INTO kit_bucket AS kept (key, used, until) VALUES (%(key)s, %(uses)s, %(until)s)
ON CONFLICT (key) DO UPDATE SET
  used = CASE WHEN kept.until <= %(now)s THEN excluded.used
    ELSE least(kept.used::bigint + excluded.used, 2147483647)::integer END,
  until = CASE WHEN kept.until <= %(now)s THEN excluded.until ELSE kept.until END
RETURNING used, until"""
_SWEEP = "DELETE FROM kit_bucket WHERE until < %s"
_SWEEP_ONE_IN = 500

TOO_OFTEN = Text("操作过于频繁，请稍后再试。", "That was too often; please try again later.")


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in so many seconds, counted under this name."""

    name: str
    times: int
    seconds: int


def wait_for(limit: Limit, whose: str, now: datetime.datetime | None = None, uses: int = 1) -> int:
    """Counts one use, or as many as are said, and says how many seconds to wait: 0 goes on. Of `whose` only a keyed
    digest is kept."""
    moment = now or datetime.datetime.now(datetime.UTC)
    key = keyed("jingwei.kit.limits", f"{limit.name}|{whose}".encode())[:16]
    until = moment + datetime.timedelta(seconds=limit.seconds)
    with prepared() as cursor:
        cursor.execute(_TAKE, {"key": key, "now": moment, "until": until, "uses": uses})
        used, until = cursor.fetchone()
        if random.randrange(_SWEEP_ONE_IN) == 0:  # noqa: S311  # only spreads the sweeping
            cursor.execute(_SWEEP, [moment])
    return 0 if used <= limit.times else max(1, int((until - moment).total_seconds()))


def wait_for_all(*uses: tuple[Limit, str]) -> int:
    """Counts one use of each limit, by whom, up to the first that says to wait: so many seconds, 0 goes on."""
    return next((seconds for limit, whose in uses if (seconds := wait_for(limit, whose))), 0)


def address_of(request: HttpRequest) -> str:
    """Whom a request comes from. A header is believed only from as many proxies as JINGWEI_PROXIES says there are."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    proxies = int(os.environ.get("JINGWEI_PROXIES", "0"))
    passed = [one.strip() for one in request.headers.get("X-Forwarded-For", "")[:2000].split(",") if one.strip()]
    return passed[-proxies][:45] if 0 < proxies <= len(passed) else direct
