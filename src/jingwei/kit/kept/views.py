"""Views of the work list as people keep them: plain marks of one's own, about no matter and in no ledger."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from jingwei.kernel.commands.sql import prepared
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text
from jingwei.kit.models import KeptView

MOST = 20
LONGEST_NAME = 40
LONGEST_QUERY = 600
_OF_PERSON = "SELECT name, query, columns, first FROM kit_keptview WHERE person = %s ORDER BY name"  # at each list
_FULL = Text(f"最多保存 {MOST} 个视图；请先删去一个。", f"At most {MOST} views are kept: remove one first.")


@dataclass(frozen=True, slots=True)
class View:
    """A list as somebody keeps it; without a name it only says which columns are shown where no view does."""

    name: str
    query: str  # the filters as they stand in the address, from the question mark on
    columns: tuple[str, ...]
    first: bool = False  # what the list opens with


def views_of(person: uuid.UUID) -> list[View]:
    """A person's views by name, the nameless one before them. One statement."""
    with prepared() as cursor:
        cursor.execute(_OF_PERSON, [person])
        return [
            View(name, query, tuple(json.loads(columns)), first) for name, query, columns, first in cursor.fetchall()
        ]


def keep_view(person: uuid.UUID, view: View) -> None:
    """The person's view of this name is this one; where it comes first, no other does. Raises Invalid past `MOST`."""
    with transaction.atomic():
        own = KeptView.objects.select_for_update().filter(person=person)
        names = {row.name for row in own if row.name}
        if view.name and view.name not in names and len(names) >= MOST:
            raise Invalid(_FULL, place="name")
        if view.first:
            KeptView.objects.filter(person=person, first=True).update(first=False)
        values = {"query": view.query, "columns": list(view.columns), "first": view.first}
        KeptView.objects.update_or_create(
            person=person, name=view.name, defaults=values, create_defaults={**values, "id": new_id()}
        )


def forget_views(person: uuid.UUID, names: Sequence[str]) -> None:
    """These views are no longer kept."""
    KeptView.objects.filter(person=person, name__in=list(names)).delete()
