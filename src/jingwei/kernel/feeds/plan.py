"""From what rows state to commands: two or three for a new row, the fitting few for a changed one."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.commands.bulk import Keyed
from jingwei.kernel.feeds.definition import Feed
from jingwei.kernel.feeds.rows import Stated
from jingwei.kernel.matters.commands import Act, Contact, External, GiveLimit, LinkMatters, ReportMatter, RestateMatter
from jingwei.kernel.matters.fields import checked
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.values.ids import Ids, IdSource
from jingwei.kernel.values.words import Text

CLOSE, REOPEN, GRANT = "close_stated", "reopen_stated", "matter.state"
"""The two actions a type must declare to be fed, and the grant they ask for."""


@dataclass(frozen=True, slots=True)
class Planner:
    """Turns rows into commands under keys that follow from (city, feed, row key, step)."""

    city: str
    feed: Feed

    def key(self, row_key: str, step: str) -> str:
        """The key of one command; the ids it makes derive from it."""
        return f"{self.city}|{self.feed.name}|{row_key}|{step}"

    def check(self, row: Stated) -> None:
        """A row is taken whole or not at all, so its fields are read before its first command. Raises Invalid."""
        matter_type = type_of(self.feed.matter_type)
        checked(matter_type.fields, row.fields)
        closing = matter_type.action(CLOSE)
        if row.is_closed and closing is not None:
            checked(closing.fields, row.closing_fields)

    def new_row(self, row: Stated, matter: uuid.UUID) -> list[Keyed]:
        """Reported, perhaps with a limit given, perhaps closed."""
        report = ReportMatter(matter_id=matter, **self._statement(row))
        commands = [Keyed(self.key(row.key, "reported"), report)]
        commands += self._limit(row, matter, "limit")
        if row.is_closed:
            commands.append(Keyed(self.key(row.key, "closed"), self._close(row, matter)))
        return commands

    def changed_row(self, row: Stated, matter: Matter) -> list[Keyed]:
        """Restated, and what of limit and closing differs from what the matter has."""
        turn = f"{matter.version}:{row.digest.hex()[:16]}"  # a source may go back to what it said before
        restate = RestateMatter(matter_id=matter.pk, **self._statement(row))
        commands = [Keyed(self.key(row.key, f"restated:{turn}"), restate)]
        if row.target_at != matter.due_at:
            commands += self._limit(row, matter.pk, f"limit:{turn}")
        closed = matter.closed_at is not None
        if closed and (not row.is_closed or row.closed_at != matter.closed_at):
            commands.append(Keyed(self.key(row.key, f"reopened:{turn}"), self._reopen(row, matter)))
            closed = False
        if row.is_closed and not closed:
            commands.append(Keyed(self.key(row.key, f"closed:{turn}"), self._close(row, matter.pk)))
        return commands

    def link(self, row: Stated, matter: uuid.UUID, other: uuid.UUID) -> Keyed:
        """The original that the row names, as named."""
        command = LinkMatters(
            matter_id=matter,
            other_id=other,
            kind="duplicate_of",
            happened_at=row.closed_at or row.opened_at,
            claimed=row.closed_text or row.opened_text,
        )
        return Keyed(self.key(row.key, f"linked:{row.duplicate_of}"), command)

    def _statement(self, row: Stated) -> dict[str, Any]:
        """What the row says. A live matter happens when it comes in: the time at the source stays as claimed."""
        live = self.feed.mode == "live"
        return {
            "type": self.feed.matter_type,
            "category": row.category,
            "fields": row.fields,
            "channel": row.channel,
            "point": row.point,
            "area": row.area,
            "contact": _contact(row.contact),
            "unit": row.unit,
            "external": External(source=self.feed.source, number=row.key, digest=row.digest),
            "happened_at": None if live else row.opened_at,
            "claimed": row.opened_text,
        }

    def _limit(self, row: Stated, matter: uuid.UUID, step: str) -> list[Keyed]:
        if row.target_at is None:
            return []
        command = GiveLimit(
            matter_id=matter, due_at=row.target_at, basis=f"feed {self.feed.name}", claimed=row.target_text
        )
        return [Keyed(self.key(row.key, step), command)]

    def _close(self, row: Stated, matter: uuid.UUID) -> Act:
        return Act(
            matter_id=matter,
            action=CLOSE,
            fields=row.closing_fields,
            grant=GRANT,
            happened_at=row.closed_at,
            claimed=row.closed_text,
        )

    def _reopen(self, row: Stated, matter: Matter) -> Act:
        return Act(
            matter_id=matter.pk,
            action=REOPEN,
            fields={},
            reason=f"{self.feed.name}",
            grant=GRANT,
            happened_at=matter.opened_at,
            claimed=row.opened_text,
        )


def _contact(given: Mapping[str, str]) -> Contact | None:
    name, phone, email = (given.get(part, "") for part in ("name", "phone", "email"))
    return Contact(name=name, phone=phone, email=email) if given else None


def differences(row: Stated, matter: Matter) -> Text:
    """What the source says otherwise than the matter stands, for the task that a clash becomes."""
    parts: list[tuple[str, str]] = []
    if row.is_closed != (matter.closed_at is not None):
        parts.append(
            ("来源已结案", "the source has closed it") if row.is_closed else ("来源未结案", "the source has it open")
        )
    if row.target_at != matter.due_at:
        parts.append((f"来源期限 {row.target_text or '无'}", f"due at the source: {row.target_text or 'none'}"))
    if row.category != matter.category:
        parts.append((f"来源类别 {row.category}", f"category at the source: {row.category}"))
    if not parts:
        parts.append(("来源的其他内容有变", "the source changed something else"))
    return Text("；".join(zh for zh, _ in parts), "; ".join(en for _, en in parts))


def matter_id(ids: IdSource, key: str, now: Any) -> uuid.UUID:
    """The id of the matter that the row with this key becomes: apart from the ids its report makes."""
    source: Ids = ids(f"{key}|matter", now)
    return source()


def originals(
    rows: Iterable[Stated], known: Mapping[str, uuid.UUID]
) -> tuple[list[tuple[Stated, uuid.UUID]], int, int]:
    """(rows with the original they name, rows that name themselves, rows whose original is not there)."""
    pairs, selves, missing = [], 0, 0
    for row in rows:
        if not row.duplicate_of:
            continue
        if row.duplicate_of == row.key:
            selves += 1
        elif row.duplicate_of in known:
            pairs.append((row, known[row.duplicate_of]))
        else:
            missing += 1
    return pairs, selves, missing
