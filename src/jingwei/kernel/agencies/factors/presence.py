"""Who may come back by PIN at which counter today, and how often a wrong one was typed."""

import datetime
import uuid

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F

from jingwei.kernel.agencies.factors import store
from jingwei.kernel.agencies.models import Account, Factor, Presence

TRIES = 5
PIN_DIGITS = 6


def weak(pin: str) -> bool:
    """Whether the PIN is not six digits, or is one that others try first."""
    if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        return True
    steps = {(int(later) - int(earlier)) % 10 for earlier, later in zip(pin, pin[1:], strict=False)}
    return len(set(pin)) < 3 or steps in ({1}, {9}) or pin[:3] == pin[3:]


def prepare_pin(account: Account, pin: str) -> Factor:
    """A PIN that waits for the command that begins it; of it an Argon2 hash lies sealed."""
    return store.prepare(account, "pin", "", {"hash": make_password(pin)})


def arrive(workstation: uuid.UUID, account: Account, until: datetime.datetime) -> None:
    """Somebody signed in at this counter, and may come back by PIN until then."""
    fresh = {"until": until, "tries": 0}
    Presence.objects.update_or_create(workstation_id=workstation, account=account, defaults=fresh)


def present(workstation: uuid.UUID, now: datetime.datetime) -> list[Account]:
    """Who may come back by PIN now: active, with a PIN, with tries left. One statement."""
    with_pin = Factor.objects.filter(kind="pin", ended_at=None).exclude(begun_at=None).values("account")
    found = Presence.objects.filter(workstation=workstation, until__gt=now, tries__lt=TRIES)
    found = found.filter(account__is_active=True, account__in=with_pin)
    return [one.account for one in found.select_related("account__person").order_by("account__person__name")]


def came_back(workstation: uuid.UUID, account: uuid.UUID, pin: str, now: datetime.datetime) -> bool:
    """Whether this is the PIN of somebody present. The try is counted before the PIN is looked at."""
    mine = Presence.objects.filter(workstation=workstation, account=account)
    counted = mine.filter(until__gt=now, tries__lt=TRIES).update(tries=F("tries") + 1)
    factor = next(iter(store.live(account, "pin")), None)
    if not counted or factor is None or not check_password(pin, store.secret_of(factor)["hash"]):
        return False
    mine.update(tries=0)
    store.note_use(factor, now)
    return True
