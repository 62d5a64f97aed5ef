"""Forgetting whose the proofs were that are over: the worker's part, once an hour."""

import datetime

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.bulk import Keyed, execute_many
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.subjects.commands import FORGET, ForgetProof
from jingwei.kernel.subjects.models import Proof
from jingwei.kernel.values.errors import Conflict

_BY = system("proofs", FORGET)
_BATCH = 500


def forget_proofs(now: datetime.datetime) -> int:
    """Blanks every proof that is over; gives how many. Ended at any moment, it goes on with what is left; where one of
    them is being erased just now, the rest waits for the next time."""
    done = 0
    while True:
        with reading(_BY):
            over = Proof.objects.filter(until__lte=now).exclude(whose=b"")
            batch = list(over.order_by("until", "id").values_list("pk", flat=True)[:_BATCH])
        if not batch:
            return done
        try:
            outcomes = execute_many(_BY, [Keyed(f"forget:{one}", ForgetProof(proof=one)) for one in batch], now=now)
        except Conflict:
            return done
        refused = [one.refusal for one in outcomes if one.refusal is not None]
        if refused:
            raise refused[0]
        done += len(batch)
