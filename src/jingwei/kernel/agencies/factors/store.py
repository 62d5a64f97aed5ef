"""The factors of logins: prepared by a page, begun and ended by a command, noted when they are used."""

import datetime
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from jingwei.kernel.agencies.factors import totp
from jingwei.kernel.agencies.models import Account, Factor
from jingwei.kernel.sealing import keys, payload
from jingwei.kernel.values.errors import Conflict
from jingwei.kernel.values.words import Text

SECOND = ("totp", "passkey")
"""What proves somebody beside the password. Recovery codes stand in for them; a PIN does not."""

RECOVERY_CODES = 10
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Of these are codes that somebody reads and types: none is taken for another."""

_AT_A_TIME = ("totp", "recovery", "pin")
"""Of these somebody has one: a new one ends the one before."""


def live(account: uuid.UUID, *kinds: str) -> list[Factor]:
    """The factors of a login that hold now, the oldest first; of these kinds, or all. One statement."""
    found = Factor.objects.filter(account=account, ended_at=None).exclude(begun_at=None)
    return list((found.filter(kind__in=kinds) if kinds else found).order_by("begun_at"))


def has_second(account: uuid.UUID) -> bool:
    """Whether a login has a second factor. One statement."""
    return bool(live(account, *SECOND))


def prepare(account: Account, kind: str, label: str, secret: Mapping[str, Any], **known: Any) -> Factor:
    """A factor that is not yet confirmed, in place of one of its kind that was not; `known`: a passkey's handle and
    count. Raises Conflict (no key)."""
    forget(account, kind)
    key, cipher_key = keys.take()
    factor = Factor(account=account, kind=kind, label=label, key=key, **known)
    factor.sealed, _ = payload.closed(cipher_key, secret, _bound(factor))
    factor.save()
    return factor


def prepared(account: uuid.UUID, kind: str) -> Factor | None:
    """The factor of this kind that waits to be confirmed."""
    return Factor.objects.filter(account=account, kind=kind, begun_at=None, ended_at=None).order_by("-id").first()


def forget(account: Account, kind: str) -> None:
    """Prepared factors of this kind that nobody confirmed are no more."""
    waiting = Factor.objects.filter(account=account, kind=kind, begun_at=None)
    keys.drop([one.key for one in waiting if one.key])
    waiting.delete()


def begin(factor: Factor, by: uuid.UUID, now: datetime.datetime) -> None:
    """The factor holds from now on; of a kind that there is one of, the one before ends."""
    if factor.kind in _AT_A_TIME:
        for former in live(factor.account_id, factor.kind):
            end(former, by, now)
    factor.begun_at = now
    factor.save(update_fields=["begun_at"])


def end(factor: Factor, by: uuid.UUID | None, now: datetime.datetime) -> None:
    """The factor proves nothing any more, and its secret is emptied."""
    factor.ended_at, factor.ended_by, factor.sealed, factor.handle = now, by, None, None
    factor.save(update_fields=["ended_at", "ended_by", "sealed", "handle"])


def secret_of(factor: Factor) -> dict[str, Any]:
    """What lies sealed. Raises Conflict: the key database is away, or the secret is gone."""
    key = keys.fetch([factor.key])[factor.key] if factor.key else None
    if key is None or factor.sealed is None:
        raise Conflict(Text("这个验证方式已失效，请重新设置。", "This factor no longer works: set up another."))
    return payload.opened(key, bytes(factor.sealed), _bound(factor))


def _bound(factor: Factor) -> payload.Bound:
    return payload.Bound(f"agencies_factor:{factor.pk}", "", str(factor.account_id))


# --- Using one ----------------------------------------------------------------------------------------------------


def use(factor: Factor, counter: int, now: datetime.datetime) -> bool:
    """Notes the use under its counter; False where another request used the factor since it was read."""
    known = Factor.objects.filter(pk=factor.pk, ended_at=None, counter=factor.counter)
    return known.update(counter=counter, used_at=now) == 1


def note_use(factor: Factor, now: datetime.datetime) -> None:
    """Notes the use of a factor that counts nothing."""
    Factor.objects.filter(pk=factor.pk).update(used_at=now)


def code_fits(factor: Factor, code: str, now: datetime.datetime) -> bool:
    """Whether this is the app's code now, and was not used before."""
    step = totp.matching_step(secret_of(factor)["secret"], code, now, factor.counter)
    return step is not None and use(factor, step, now)


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes of ten letters each, as they are shown once."""
    drawn = ("".join(secrets.choice(LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES))
    return tuple(f"{one[:5]}-{one[5:]}" for one in drawn)


def recovery_secret(codes: Sequence[str]) -> dict[str, Any]:
    """What is kept of them: their hashes, one by one."""
    return {"hashes": [_hash(one) for one in codes]}


def recovery_left(factor: Factor) -> int:
    """How many of the codes are not used up."""
    return RECOVERY_CODES - factor.counter.bit_count()


def recovery_fits(factor: Factor, code: str, now: datetime.datetime) -> bool:
    """Whether this is one of the codes and was not used before; then it is used up. The counter has a bit for each."""
    wanted = _hash(code)
    for place, kept in enumerate(secret_of(factor)["hashes"]):
        if hmac.compare_digest(kept, wanted):
            used = factor.counter | 1 << place
            return used != factor.counter and use(factor, used, now)
    return False


def plain(code: str) -> str:
    """A code as it was drawn, however it was typed: in small letters, with blanks or hyphens."""
    return "".join(one for one in code.upper() if one in LETTERS)


def _hash(code: str) -> str:
    return hashlib.sha256(plain(code).encode()).hexdigest()
