"""Units and posts as they stand, read once an edition and shared by all requests of a process."""

import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from jingwei.kernel.agencies.models import Post, Unit
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, slots=True)
class Body:
    """A unit; `area` is the code of the area that it is for."""

    id: uuid.UUID
    code: str
    kind: str
    name: Text
    area: str
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """A post: its unit, the interval of its area, its grants."""

    id: uuid.UUID
    code: str
    unit: uuid.UUID
    title: Text
    area: tuple[int, int]
    whole_area: bool
    grants: frozenset[str]


@dataclass(frozen=True, slots=True)
class Agencies:
    """Living units by code, all units by id, all active posts by id, and what every post is or was called."""

    unit_by_code: Mapping[str, Body]
    unit_by_id: Mapping[uuid.UUID, Body]
    posts: Mapping[uuid.UUID, Desk]
    post_titles: Mapping[uuid.UUID, Text]

    def posts_with(self, grant: str, area_lft: int, unit: uuid.UUID | None) -> list[uuid.UUID]:
        """The posts that carry a grant and reach a matter there."""
        return [
            post.id
            for post in self.posts.values()
            if grant in post.grants
            and post.area[0] <= area_lft <= post.area[1]
            and (post.whole_area or post.unit == unit)
        ]


_lock = threading.Lock()
_held: tuple[int, Agencies] | None = None


def agencies_of(scope: Scope) -> Agencies:
    """The agencies at the edition of this transaction; reads them (two statements) when the edition has risen."""
    global _held
    edition, held = scope.edition("agencies"), _held
    if held is not None and held[0] == edition:
        return held[1]
    with _lock:
        agencies = _read()
        _held = (edition, agencies)
    return agencies


def _read() -> Agencies:
    units = [
        Body(row.pk, row.code, row.kind, Text(row.name_zh, row.name_en), row.area.code, row.ended_at is not None)
        for row in Unit.objects.select_related("area").order_by("code")
    ]
    kinds = {unit.id: unit.kind for unit in units}
    every = list(Post.objects.select_related("area").order_by("code"))
    posts = {
        row.pk: Desk(
            row.pk,
            row.code,
            row.unit_id,
            Text(row.title_zh, row.title_en),
            (row.area.lft, row.area.rgt),
            kinds[row.unit_id] != "department",
            frozenset(row.grants),
        )
        for row in every
        if row.active
    }
    titles = {row.pk: Text(row.title_zh, row.title_en) for row in every}
    living = {unit.code: unit for unit in units if not unit.ended}
    return Agencies(living, {unit.id: unit for unit in units}, posts, titles)
