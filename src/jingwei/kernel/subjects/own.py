"""Whose a matter is: by a telephone that was proved and the name that goes with it; there is no other way to ask."""

import datetime
import hmac
import unicodedata
import uuid
from collections.abc import Iterable, Iterator

from jingwei.kernel.commands.keyed import keyed
from jingwei.kernel.matters.models import Party
from jingwei.kernel.matters.telephones import digits_of, known_by
from jingwei.kernel.sealing import reveal
from jingwei.kernel.subjects.models import Proof
from jingwei.kernel.values.ids import code_of, in_groups, read_code

_PURPOSE = "jingwei.kernel.subjects"
_LATEST = 5
"""Proofs of one person that may hold at a time: a code asked for twice does not spoil the first."""
_CLOSED_TO = {"phone": frozenset({"tip", "mediation", "sealed"}), "counter": frozenset({"tip"})}
"""Classes of confidentiality that this proof does not open: a telephone is often a household's, and whoever gave a tip
must not be found by anything but the code of the tip."""


def name_of(text: str) -> str:
    """A name as names are compared: without blanks, width and case."""
    return "".join(unicodedata.normalize("NFKC", text[:120]).split()).casefold()


def whose(phone: str, name: str) -> bytes:
    """What is kept of the person who proves it: useless without the site's secret."""
    return _digest("whose", f"{phone}|{name}")


def code_digest(code: str) -> bytes:
    """What is kept of a code, as people type it."""
    return _digest("code", read_code(code))


def telephone_code(key: str) -> str:
    """Eight digits for the telephone, the same for the same form."""
    digits = f"{int.from_bytes(_digest('telephone', key)[:8], 'big') % 10**8:08}"
    return f"{digits[:4]}-{digits[4:]}"


def slip_code(key: str) -> str:
    """Sixteen letters for the slip, the same for the same form: 80 bits."""
    return in_groups(code_of(int.from_bytes(_digest("slip", key)[:10], "big"), 16))


def _digest(purpose: str, text: str) -> bytes:
    return keyed(f"{_PURPOSE}.{purpose}", text.encode())


def proof_of(whom: bytes, code: str, now: datetime.datetime) -> Proof | None:
    """The proof that holds now for this person and this code; None for everything else alike. One statement."""
    wanted = code_digest(code)
    held = list(Proof.objects.filter(whose=whom, until__gt=now).order_by("-given_at")[:_LATEST])
    return next((one for one in held if hmac.compare_digest(bytes(one.code), wanted)), None)


def proofs_of(parties: Iterable[Party]) -> list[uuid.UUID]:
    """The ids of the proofs given to these parties, which are revealed, by telephone and name. One statement."""
    whom = [
        whose(digits_of(str(one.contact["phone"])), name_of(str(one.contact.get("name", ""))))
        for one in parties
        if "phone" in one.contact
    ]
    return list(Proof.objects.filter(whose__in=whom).values_list("pk", flat=True))


def own_parties(proof: Proof, phone: str, name: str) -> list[Party]:
    """The rows of whoever proved it, with their matters, the latest first. One statement.

    The name must be the one that was given; by telephone also where none was given.
    """
    return list(_own(proof.how, phone, name))


def _own(how: str, phone: str, name: str) -> Iterator[Party]:
    """A contact that cannot be read names nobody, and is nobody's: the number itself must stand in it."""
    for party in parties_of_phone(phone):
        if digits_of(str(party.contact.get("phone", ""))) != phone:
            continue
        given = name_of(str(party.contact.get("name", "")))
        same = given == name if given else how == "phone"
        if same and party.matter.confidentiality not in _CLOSED_TO[how]:
            yield party


def parties_of_phone(phone: str) -> list[Party]:
    """Everybody who left this number, as they read unsealed, with their matters, the latest first. Two statements."""
    found = Party.objects.filter(known_by=known_by(phone)).select_related("matter")
    return reveal(found.order_by("-matter__opened_at", "-pk"))
