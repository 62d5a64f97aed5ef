"""The id by which somebody without a key asks for the own request again: its number, and letters that prove it.

The portal shows a report to whoever has its code and to nobody by its number alone; Open311 asks with an id in the
address, where logs and histories keep it. So the id is another proof than the code: it opens the state and the dates,
and nothing that the code opens (answers, pictures, urging, the reporter's own rights).
"""

import hmac
import uuid

from jingwei.kernel.commands.keyed import keyed
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.ids import code_of, in_groups, public_number, read_code

_NUMBER, _PROOF = 12, 16  # letters


def id_for_public(matter: uuid.UUID) -> str:
    """`NUMBER-PROOF`, 28 letters in groups of four."""
    proof = int.from_bytes(keyed("jingwei.surfaces.api.open311", matter.bytes)[:10], "big")
    return f"{public_number(matter)}-{in_groups(code_of(proof, _PROOF))}"


def matter_of(known: str) -> Matter:
    """The matter that an id for the public opens (one statement). Raises Denied (404) for everything else alike."""
    letters = read_code(known)
    if len(letters) != _NUMBER + _PROOF:
        raise not_found("service_request_id")
    chosen = Matter.objects.filter(number=in_groups(letters[:_NUMBER])).select_related("area", "unit")
    matter = chosen.first()
    if matter is None or not hmac.compare_digest(read_code(id_for_public(matter.pk)), letters):
        raise not_found("service_request_id")
    return matter
