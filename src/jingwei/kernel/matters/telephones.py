"""Telephone numbers as they are compared, and the keyed digest by which whoever proves one finds the own matters."""

import unicodedata

from jingwei.kernel.commands.keyed import keyed
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

_PURPOSE = "jingwei.kernel.matters.telephones"
_PREFIXES = ("86", "0086")  # the country's own number before one of eleven digits
_FEWEST, _MOST = 6, 15  # digits (the most: E.164)
_NO_NUMBER = Text("请填写完整的电话号码。", "Give the whole telephone number.")


def digits_of(text: str) -> str:
    """The digits of a number, however it is typed, without the country's own."""
    digits = "".join(one for one in unicodedata.normalize("NFKC", text[:60]) if one.isascii() and one.isdigit())
    for prefix in _PREFIXES:
        if digits.startswith(prefix) and len(digits) == len(prefix) + 11:
            return digits.removeprefix(prefix)
    return digits


def phone_of(text: str) -> str:
    """As `digits_of`. Raises Invalid for what is no whole number."""
    digits = digits_of(text)
    if not _FEWEST <= len(digits) <= _MOST:
        raise Invalid(_NO_NUMBER, place="phone")
    return digits


def known_by(phone: str) -> bytes | None:
    """The keyed digest of a number as it was left; None for what is no whole one. Without the site's secret it says
    nothing; equal numbers have equal digests, as every exact look-up must."""
    digits = digits_of(phone)
    if not _FEWEST <= len(digits) <= _MOST:
        return None
    return keyed(_PURPOSE, digits.encode())
