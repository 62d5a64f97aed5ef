"""What others reported near by, shown before sending, and “me too”: one's own report that goes on in theirs.

Near by is a distance where somebody gave a point, else the cell or the small area that the address or the choice means,
and there the texts must say the same.
Only of classes whose result is seen at the place: what staff confirm with whoever reported it (a dispute, a request for
help) is that person's own affair. Nothing of the reporter is shown: class, a distance in rough words, stage and day.
"""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.core import signing

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.alike import open_near, open_within
from jingwei.kernel.matters.commands import MergeMatters
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import MatterType, type_of
from jingwei.kernel.places.snapshot import Place, places_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.coordinates import Point
from jingwei.kernel.values.errors import Invalid, Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.intake import read_point
from jingwei.kit.saying import public_title
from jingwei.surfaces.portal.where import found_at

_READER = system("portal", "matter.read")
_JOINER = system("me-too", "matter.read", "matter.accept")
_SALT = "jingwei.surfaces.portal.reporting.alike"
_LIVES = 3600  # seconds for which somebody may say “me too” to what the page showed
_MOST = 3
_CELLS = 12  # an area of more is no place that somebody sees whole
_HERE, _STEP = 20, 50  # metres
_GONE = Text("这一页放得太久；请再看一次附近的事项。", "This page is too old: look at what is near by once more.")


@dataclass(frozen=True, slots=True)
class Alike:
    """An open matter of the same class near by."""

    token: str
    where: Text
    stage: Text
    due_at: datetime.datetime | None


def alike_to(matter_type: MatterType, values: Mapping[str, str]) -> list[Alike]:
    """Open matters of the class within the city's radius of the point, the nearest first, then those of the cell or
    small area whose text says the same; at most three. At most two statements."""
    if not any(one.kind == "merge" for one in matter_type.actions):
        return []
    with reading(_READER) as scope:
        category = rules_of(scope).categories(scope.today).get(values.get("category", ""))
        if category is None or not category.seen_at_place:
            return []
        point = _point(values)
        near = open_near(scope, matter_type.key, category.code, point)[:_MOST] if point else []
        found = [(matter, distance_of(metres)) for matter, metres in near]
        place = _small(scope, values) if len(found) < _MOST else None
        if place is not None:
            text = values.get("text", "")
            within = open_within(scope, matter_type, category.code, place, text, unplaced=point is not None)
            found += [(matter, _within(scope, matter, place)) for matter in within]
        return [
            Alike(
                signing.dumps(str(matter.pk), salt=_SALT),
                where,
                public_title(type_of(matter.type, matter.type_version), matter.state),
                matter.due_at,
            )
            for matter, where in found[:_MOST]
        ]


def _point(values: Mapping[str, str]) -> Point | None:
    """The point that was given; a wrong one counts as none."""
    try:
        return read_point(values)
    except Invalid:
        return None


def _small(scope: Scope, values: Mapping[str, str]) -> Place | None:
    """The cell that the point or the address means, else the area that was chosen, where it has few cells."""
    places, cell = places_of(scope), found_at(scope, values).cell
    place = places.by_code.get(cell.code if cell else values.get("area", ""))
    if place is None or places.is_cell(place):
        return place
    below = places.children(place.code)
    return place if 0 < len(below) <= _CELLS and all(places.is_cell(one) for one in below) else None


def _within(scope: Scope, matter: Matter, place: Place) -> Text:
    """In which area a matter lies, where no distance is known."""
    area = places_of(scope).by_id[matter.area_id] if matter.area_id else place
    return Text(f"在{area.name.zh}", f"in {area.name.en}")


def distance_of(metres: int) -> Text:
    """Rough words for a distance: exact metres would tell where somebody stood."""
    if metres <= _HERE:
        return Text("就在这里", "right here")
    rough = -(-metres // _STEP) * _STEP
    return Text(f"{rough} 米以内", f"within {rough} m")


def read_same(token: str) -> uuid.UUID:
    """The matter that somebody says “me too” to. Raises Invalid for one that the page did not show, or long ago."""
    try:
        return uuid.UUID(signing.loads(token[:300], salt=_SALT, max_age=_LIVES))
    except signing.BadSignature as error:
        raise Invalid(_GONE) from error


def join(matter_type: MatterType, matter: uuid.UUID, other: uuid.UUID, key: str) -> bool:
    """Merges a report that was just taken in into the other matter, as staff would; the records of both tell of it, and
    staff can take it back. False where that one has ended meanwhile: then the report goes on by itself."""
    action = next(one for one in matter_type.actions if one.kind == "merge")
    command = MergeMatters(matter_id=matter, other_id=other, action=action.key, fields={}, grant=action.grant)
    try:
        execute(_JOINER, command, f"{key}:same")
    except Refusal:
        return False
    return True
