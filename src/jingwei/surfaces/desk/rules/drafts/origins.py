"""By which publication a value came into the rulebook."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from jingwei.kernel.rulebook.models import Draft, DraftChange
from jingwei.kernel.values.words import Text
from jingwei.kit.saying import names_of


@dataclass(frozen=True, slots=True)
class Origin:
    """By which publication a value came: the draft, whoever wrote it and whoever published it."""

    draft: uuid.UUID
    title: str
    writers: Text
    published_by: str


def hands_of(draft: Draft, names: Mapping[str, str]) -> Text:
    """Everybody who wrote in a draft, the first at the head."""
    hands = [names.get(hand, hand) for hand in draft.hands]
    return Text("、".join(hands), ", ".join(hands))


def origins_of(values: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Origin]:
    """Of the values that came by a draft. Two statements, one where none did."""
    rows = list(DraftChange.objects.filter(becomes__in=values).select_related("draft"))
    names = names_of(one for row in rows for one in (*row.draft.hands, row.draft.ended_by))
    return {
        row.becomes_id: Origin(
            row.draft_id,
            row.draft.title,
            hands_of(row.draft, names),
            names.get(row.draft.ended_by, row.draft.ended_by),
        )
        for row in rows
        if row.becomes_id
    }
