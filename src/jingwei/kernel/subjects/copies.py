"""Every place where a matter keeps what is personal, and how it is emptied (the table of decision 0019)."""

import uuid
from collections.abc import Iterable, Iterator

from jingwei.kernel.commands.work import Work
from jingwei.kernel.files.models import Attachment
from jingwei.kernel.matters.models import Detail, Matter, Party, Step, Task, Urging
from jingwei.kernel.matters.search import index_anew, titles_of
from jingwei.kernel.matters.types import FREE_WORDS, Field, MatterType, type_of
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.sealing import Ground, SealedModel, erase

PUBLIC = "public"
"""The actor of whatever came without an account."""


def take_away(work: Work, matter: Matter, party: uuid.UUID | None, ground: Ground) -> list[uuid.UUID]:
    """Empties the row of one party, or everything personal in the matter; gives the ids of the keys to be destroyed.

    The code to follow by stays: it says nothing of anybody, and its holder may see how the matter goes on.
    """
    keys = [_party(work, one, ground) for one in work.parts(Party, matter) if party in (None, one.pk)]
    if party is None:
        matter_type, steps = type_of(matter.type, matter.type_version), work.parts(Step, matter)
        keys.append(_detail(work, matter, matter_type, ground))
        keys += [_step(work, one, matter_type, ground) for one in steps]
        keys += [_emptied(work, one, ground, content=(), result=()) for one in work.parts(Task, matter)]
        _urgings(work, matter)
        keys += _files(work, matter, ground, {matter.pk, *(one.pk for one in steps if one.actor == PUBLIC)})
    return [key for key in keys if key is not None]


def _party(work: Work, party: Party, ground: Ground) -> uuid.UUID | None:
    party.known_by = None
    work.save(party, "known_by")
    return _emptied(work, party, ground, contact=tuple(party.contact))


def _detail(work: Work, matter: Matter, matter_type: MatterType, ground: Ground) -> uuid.UUID | None:
    """What was said in the report, its exact point, and the words it was found by; class and area stay."""
    (detail,) = work.parts(Detail, matter)
    key = _emptied(work, detail, ground, fields=_words(one for one in matter_type.fields if one.asked_of != "act"))
    rules, places, on = rules_of(work.scope), places_of(work.scope), work.scope.day_of(matter.opened_at)
    place = places.by_id.get(matter.area_id) if matter.area_id else None
    found_by = index_anew(detail, matter, titles_of(rules, places, matter.category, place, on))
    detail.lon_e7 = detail.lat_e7 = None
    work.save(detail, "lon_e7", "lat_e7", *found_by)
    return key


def _step(work: Work, step: Step, matter_type: MatterType, ground: Ground) -> uuid.UUID | None:
    """What is sealed of any act; of an act of the public also its free words."""
    action = matter_type.action(step.action)
    said = _words(action.fields if action else ()) if step.actor == PUBLIC else ()
    return _emptied(work, step, ground, content=said)


def _urgings(work: Work, matter: Matter) -> None:
    for urging in work.parts(Urging, matter):
        if urging.side == "resident" and urging.text:
            urging.text = ""
            work.save(urging, "text")


def _files(work: Work, matter: Matter, ground: Ground, acts: set[uuid.UUID]) -> Iterator[uuid.UUID | None]:
    """Files that came from the public: the rows no longer refer to their contents, which nothing opens once the key is
    destroyed, and which the sweep removes."""
    for one in work.parts(Attachment, matter):
        if one.act in acts and not one.gone:
            work.save(one, *one.let_go())
            yield _emptied(work, one, ground)


def _emptied(work: Work, row: SealedModel, ground: Ground, **names: tuple[str, ...]) -> uuid.UUID | None:
    key = row.key
    if erase(row, ground, **names):
        work.save(row, *row.parted, "key", "sealed", "erased")
    return key


def _words(fields: Iterable[Field]) -> tuple[str, ...]:
    return tuple(one.key for one in fields if one.kind in FREE_WORDS and not one.harmless)
