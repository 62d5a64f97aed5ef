"""What is listed of one's own matters: number, kind and state."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import Matter, Party
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.values.words import Text
from jingwei.kit.saying import category_title, public_title


@dataclass(frozen=True, slots=True)
class Row:
    """One matter in the list."""

    number: str
    kind: Text
    category: Text
    state: Text
    opened_at: datetime.datetime
    closed: bool


def rows_of(scope: Scope, parties: Sequence[Party]) -> list[Row]:
    """The matters of these rows. No statement but for slow data."""
    return [row_of(scope, party.matter) for party in parties]


def row_of(scope: Scope, matter: Matter) -> Row:
    """One matter by number, kind and state."""
    matter_type = type_of(matter.type, matter.type_version)
    return Row(
        matter.number,
        matter_type.title,
        category_title(scope, matter.category),
        public_title(matter_type, matter.state),
        matter.opened_at,
        matter.closed_at is not None,
    )
