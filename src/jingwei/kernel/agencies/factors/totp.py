"""Codes of an authenticator app (RFC 6238: SHA-1, six digits, thirty seconds), none taken twice."""

import base64
import datetime
import hmac
import os
import struct
from hashlib import sha1
from urllib.parse import quote, urlencode

SECONDS, DIGITS, BYTES = 30, 6, 20
_EARLIER_AND_LATER = 1
"""Steps by which a telephone's clock may be wrong."""


def new_secret() -> str:
    """A secret as authenticator apps take it: base 32."""
    return base64.b32encode(os.urandom(BYTES)).decode()


def uri(secret: str, login: str, site: str) -> str:
    """What the QR code holds."""
    return f"otpauth://totp/{quote(site)}:{quote(login)}?{urlencode({'secret': secret, 'issuer': site})}"


def code_at(secret: str, step: int) -> str:
    """The code of one time step."""
    mac = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), sha1)
    start = mac[-1] & 15
    (number,) = struct.unpack(">I", mac[start : start + 4])
    return f"{(number & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}}"


def step_of(moment: datetime.datetime) -> int:
    """The time step of a moment."""
    return int(moment.timestamp()) // SECONDS


def matching_step(secret: str, code: str, moment: datetime.datetime, after: int) -> int | None:
    """The step whose code this is, near the moment and later than the last one used; None where it is wrong or old."""
    now = step_of(moment)
    found = None
    for step in range(now - _EARLIER_AND_LATER, now + _EARLIER_AND_LATER + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()) and step > after:
            found = step
    return found
