"""What was typed on a page when a counter locked: kept sealed for whom it is of, and given back once."""

import datetime
import logging
import uuid

from django.db import models

from jingwei.kernel.sealing import keys, payload
from jingwei.kernel.values.errors import Conflict
from jingwei.kit.models import HeldForm

log = logging.getLogger("jingwei.kit")

LONGEST = 100_000
"""Letters that are kept; more than this is no form that somebody filled in."""

HOLDS = datetime.timedelta(hours=12)


def hold(account: uuid.UUID, path: str, typed: str, now: datetime.datetime) -> None:
    """Keeps it in the place of what was kept before. Where no key can be had nothing is kept: locking goes first."""
    forget(account)
    if not typed or len(typed) > LONGEST:
        return
    try:
        key, cipher_key = keys.take()
    except Conflict:
        log.warning("no key can be had: what was typed when a counter locked is not kept")
        return
    row = HeldForm(account=account, path=path[:600], key=key, until=now + HOLDS)
    row.sealed, _ = payload.closed(cipher_key, {"typed": typed}, _bound(account))
    row.save()


def path_held(account: uuid.UUID, now: datetime.datetime) -> str:
    """The page on which something of this person is kept; "" where nothing is. One statement."""
    return HeldForm.objects.filter(account=account, until__gt=now).values_list("path", flat=True).first() or ""


def take(account: uuid.UUID, now: datetime.datetime) -> str:
    """What was kept, which is then kept no longer; "" where nothing is. Raises Conflict: no key can be had."""
    row = HeldForm.objects.filter(account=account, until__gt=now).first()
    if row is None:
        return ""
    key = keys.fetch([row.key])[row.key]
    typed = payload.opened(key, bytes(row.sealed), _bound(account))["typed"] if key else ""
    forget(account)
    return str(typed)


def forget(account: uuid.UUID) -> None:
    """What is kept of this person goes, with its key."""
    _drop(HeldForm.objects.filter(account=account))


def forget_old(now: datetime.datetime) -> None:
    """What nobody came back for goes, with its keys."""
    _drop(HeldForm.objects.filter(until__lte=now))


def _drop(rows: "models.QuerySet[HeldForm]") -> None:
    found = list(rows.values_list("key", flat=True))
    if found:
        rows.delete()
        keys.drop(found)


def _bound(account: uuid.UUID) -> payload.Bound:
    return payload.Bound(f"kit_heldform:{account}", "", str(account))
