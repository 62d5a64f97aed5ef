"""Destroying the keys of what was erased, and erasing again what a restored backup brought back."""

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.models import KEPT, OPEN, Matter
from jingwei.kernel.sealing import keys
from jingwei.kernel.subjects.erasing import FINISH, FinishErasure, RepeatErasure
from jingwei.kernel.subjects.models import Erasure

_BY = system("erasing", FINISH)
_KNOWN = (Erasure.ORDERED, Erasure.DONE)


def finish_erasures() -> int:
    """Destroys the keys of what was ordered and says so; gives how many erasures were finished. Ended at any moment,
    it goes on with what is left. Raises Conflict where the key database is away."""
    with reading(_BY):
        ordered = list(Erasure.objects.filter(state=Erasure.ORDERED))
    for one in ordered:
        keys.destroy(_listed(one))
        execute(_BY, FinishErasure(matter_id=one.matter_id, erasure=one.pk), f"erased:{one.pk}")
    return len(ordered)


def erase_again() -> int:
    """After a restore: what the key database lists is erased in the city, and what the city has erased loses its keys
    in the key database; gives how many erasures were done anew. Raises Conflict as above."""
    with reading(_BY):
        alive, unknown = _still_alive(), _not_here()
    for one in alive:
        keys.destroy(_listed(one))
    for listed in unknown:
        command = RepeatErasure(
            matter_id=listed.matter,
            erasure=listed.erasure,
            basis=listed.basis,
            party=listed.party,
            keys=tuple(listed.keys),
        )
        execute(_BY, command, f"erase again:{listed.erasure}")
    finish_erasures()
    return len(alive) + len(unknown)


def undone() -> int:
    """How many erasures a restore has undone. To be called within a reading transaction. Raises Conflict."""
    return len(_still_alive()) + len(_not_here())


def _still_alive() -> list[Erasure]:
    """What was erased here, while the key database has one of the keys again."""
    done = list(Erasure.objects.filter(state=Erasure.DONE).order_by("decided_at", "id"))
    alive = keys.alive({key for one in done for key in one.keys})
    return [one for one in done if alive & set(one.keys)]


def _not_here() -> list[keys.Destroyed]:
    """What the key database lists, while the matter is here, neither erased nor destroyed."""
    listed = keys.destroyed()
    known = set(Erasure.objects.filter(state__in=_KNOWN).values_list("pk", flat=True))
    missing = [one for one in listed if one.erasure not in known]
    here = set(Matter.objects.filter(KEPT | OPEN, pk__in=[one.matter for one in missing]).values_list("pk", flat=True))
    return [one for one in missing if one.matter in here]


def _listed(one: Erasure) -> keys.Destroyed:
    at = one.decided_at or one.proposed_at
    return keys.Destroyed(one.pk, one.matter_id, one.party_id, one.basis, at, one.keys)
