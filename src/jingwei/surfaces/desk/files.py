"""The files of a matter as its page shows them, and who looked at the originals."""

import datetime
from dataclasses import dataclass

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.files.kinds import KINDS
from jingwei.kernel.files.looks import looks_at
from jingwei.kernel.files.models import Attachment
from jingwei.kernel.matters.filing import ORIGINAL, attachments_of, rules_of_files
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import may_act
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.sealing import shown
from jingwei.kernel.values.words import Text
from jingwei.kit.saying import names_of


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file as the page shows it."""

    id: str
    rule: str  # what it was asked for as: before, after, …
    title: Text
    kind: Text
    size: int  # bytes
    pixels: str
    picture: bool
    kept: bool
    gone: bool
    added_at: datetime.datetime
    taken_at: datetime.datetime | None
    sha256: str  # of the original; empty where it cannot be read


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look at an original."""

    at: datetime.datetime
    who: Text
    post: Text
    reason: str


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a matter, and who looked at its originals."""

    rows: tuple[FileRow, ...]
    looks: tuple[LookRow, ...]
    opens: bool  # whether this reader may open originals

    @property
    def pairs(self) -> tuple[tuple[FileRow, FileRow], ...]:
        """Pictures from before the work, each beside one from after it, in the order they came in."""
        before, after = (
            [one for one in self.rows if one.rule == rule and one.picture and not one.gone]
            for rule in ("before", "after")
        )
        return tuple(zip(before, after, strict=False))


def files_of(scope: Scope, matter: Matter, matter_type: MatterType, some: bool) -> Files:
    """One statement where there are `some`, two more and one to the key database where originals are kept."""
    rules, attachments = rules_of_files(matter_type), attachments_of(matter) if some else []
    kept = any(one.kept for one in attachments)
    attachments = shown(attachments) if kept else attachments
    rows = tuple(
        _row(one, rules[one.rule].title if one.rule in rules else Text(one.rule, one.rule)) for one in attachments
    )
    return Files(rows, _looks(scope, matter) if kept else (), may_act(scope.actor, matter, ORIGINAL).allowed)


def _row(one: Attachment, title: Text) -> FileRow:
    kind = KINDS[one.kind]
    pixels = f"{one.width} × {one.height}" if one.width else ""
    sha256 = one.content.get("sha256", "")
    return FileRow(
        str(one.pk),
        one.rule,
        title,
        kind.title,
        one.size,
        pixels,
        kind.picture,
        one.kept,
        one.gone,
        one.added_at,
        one.taken_at,
        sha256 if isinstance(sha256, str) else "",
    )


def _looks(scope: Scope, matter: Matter) -> tuple[LookRow, ...]:
    looks, posts = looks_at(matter.pk), agencies_of(scope).posts
    names = {one: Text(name, name) for one, name in names_of(look.actor for look in looks).items()}
    return tuple(
        LookRow(
            look.at,
            names.get(look.actor, Text(look.actor, look.actor)),
            posts[look.post].title if look.post in posts else Text("", ""),
            look.reason,
        )
        for look in looks
    )
