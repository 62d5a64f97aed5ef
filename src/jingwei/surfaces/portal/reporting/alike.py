"""What others reported near by, shown before sending, and “me too”: one's own report that goes on in theirs.

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
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.alike import open_near
from jingwei.kernel.matters.commands import MergeMatters
from jingwei.kernel.matters.types import MatterType, type_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import Invalid, Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.intake import read_point
from jingwei.kit.saying import public_title

_READER = system("portal", "matter.read")
_JOINER = system("me-too", "matter.read", "matter.accept")
_SALT = "jingwei.surfaces.portal.reporting.alike"
_LIVES = 3600  # seconds for which somebody may say “me too” to what the page showed
_MOST = 3
_HERE, _STEP = 20, 50  # metres
_GONE = Text("这一页放得太久；请再看一次附近的事项。", "This page is too old: look at what is near by once more.")


@dataclass(frozen=True, slots=True)
class Alike:
    """An open matter of the same class near by."""

    token: str
    distance: Text
    stage: Text
    due_at: datetime.datetime | None


def alike_to(matter_type: MatterType, values: Mapping[str, str]) -> list[Alike]:
    """Open matters of the class within the city's radius of the point, the nearest first, at most three; none without a
    point. One statement."""
    try:
        point = read_point(values)
    except Invalid:
        return []
    merges = any(one.kind == "merge" for one in matter_type.actions)
    if point is None or not merges:
        return []
    with reading(_READER) as scope:
        category = rules_of(scope).categories(scope.now.date()).get(values.get("category", ""))
        if category is None or category.check == "reporter" or category.verify == "phone":
            return []
        found = open_near(scope, matter_type.key, category.code, point)[:_MOST]
        return [
            Alike(
                signing.dumps(str(matter.pk), salt=_SALT),
                distance_of(metres),
                public_title(type_of(matter.type, matter.type_version), matter.state),
                matter.due_at,
            )
            for matter, metres in found
        ]


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
