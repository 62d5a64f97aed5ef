"""Whom a message means: the posts behind the words of `tells`, by the area tree and the grants."""

import uuid
from collections.abc import Iterable, Sequence

from jingwei.kernel.agencies.snapshot import Agencies, Desk
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import type_of

LEAD = "matter.lead"
"""The grant of a unit's head."""

SUPERVISE = "matter.supervise"
HANDLE = "matter.handle"


def acting_grant(matter: Matter) -> str:
    """The grant of those who are expected to act in the matter's state."""
    return type_of(matter.type, matter.type_version).state(matter.state).waits_for or HANDLE


def posts_told(agencies: Agencies, matter: Matter, tells: Iterable[str]) -> list[uuid.UUID]:
    """The posts that `tells` means, each once: holder, unit, `level-0` to `level-3`, `post:<id>`, `unit:<id>`,
    `heads:<id of a unit>`, or a grant."""
    posts: set[uuid.UUID] = set()
    for whom in tells:
        if whom == "holder" and matter.holder_id:
            posts.add(matter.holder_id)
        elif whom == "unit":
            posts |= {desk.id for desk in _posts_of(agencies, matter.unit_id)}
        elif whom.startswith("level-"):
            posts |= set(level_posts(agencies, matter, int(whom.removeprefix("level-"))))
        elif whom.startswith("unit:"):
            posts |= {desk.id for desk in _posts_of(agencies, uuid.UUID(whom.removeprefix("unit:")))}
        elif whom.startswith("heads:"):
            posts |= set(_heads(agencies, uuid.UUID(whom.removeprefix("heads:"))))
        elif whom.startswith("post:"):
            posts |= {uuid.UUID(whom.removeprefix("post:"))} & agencies.posts.keys()
        elif "." in whom:
            posts |= set(agencies.posts_with(whom, matter.area_lft, matter.unit_id))
    return sorted(posts)


def level_posts(agencies: Agencies, matter: Matter, level: int) -> Sequence[uuid.UUID]:
    """The posts of one level of escalation, never none while anybody supervises the place.

    0: who acts; 1: the head of the unit, else all of the unit; 2: who supervises the smallest area around the place
    (county); 3: who supervises the largest (city).
    """
    if level == 0:
        return _acting(agencies, matter)
    if level == 1:
        return _heads(agencies, matter.unit_id) or _supervising(agencies, matter, 0)
    return _supervising(agencies, matter, 0 if level == 2 else -1)


def _acting(agencies: Agencies, matter: Matter) -> Sequence[uuid.UUID]:
    if matter.holder_id in agencies.posts and matter.holder_id is not None:
        return [matter.holder_id]
    return agencies.posts_with(acting_grant(matter), matter.area_lft, matter.unit_id)


def _posts_of(agencies: Agencies, unit: uuid.UUID | None) -> list[Desk]:
    return [desk for desk in agencies.posts.values() if desk.unit == unit]


def _heads(agencies: Agencies, unit: uuid.UUID | None) -> Sequence[uuid.UUID]:
    own = _posts_of(agencies, unit)
    return [desk.id for desk in own if LEAD in desk.grants] or [desk.id for desk in own]


def _supervising(agencies: Agencies, matter: Matter, place: int) -> Sequence[uuid.UUID]:
    """Supervising posts by the size of the area they serve, the smallest first; `place` says which of these groups."""
    groups: dict[int, list[uuid.UUID]] = {}
    grant = type_of(matter.type, matter.type_version).escalates_to
    for post in agencies.posts_with(grant, matter.area_lft, matter.unit_id):
        low, high = agencies.posts[post].area
        groups.setdefault(high - low, []).append(post)
    return groups[sorted(groups)[place]] if groups else []
