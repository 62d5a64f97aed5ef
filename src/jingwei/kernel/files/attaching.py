"""Attaching uploads to a stream, inside a command."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.commands.work import Work
from jingwei.kernel.files.kinds import MOST_OF_ACT, MOST_OF_STREAM
from jingwei.kernel.files.models import Attachment, Upload
from jingwei.kernel.files.opening import close_attachment
from jingwei.kernel.files.uploads import taken_over
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.kernel.writes import StreamHead

_GONE = Text(
    "所附文件不存在、不是您上传的，或已超过 24 小时；请重新上传。",
    "An attached file is not there, not yours, or older than 24 hours: send it again.",
)
_TWICE = Text("同一个文件附了两次；请去掉一个。", "One file is attached twice; leave one out.")
_TOO_MANY = Text(f"一次最多附 {MOST_OF_ACT} 个文件。", f"At most {MOST_OF_ACT} files go with one step.")
_STREAM_FULL = Text(f"这件事的文件已满 {MOST_OF_STREAM} 个。", f"This matter holds {MOST_OF_STREAM} files already.")


@dataclass(frozen=True, kw_only=True)
class FileGiven:
    """One file of a report or act: which upload, under which rule of the declaration."""

    rule: str
    upload: uuid.UUID


@dataclass(frozen=True, slots=True)
class Chosen:
    """An upload that is to be attached under a rule, and whether its original is kept."""

    upload: Upload
    rule: str
    keep: bool


def found(given: Sequence[FileGiven], uploads: Mapping[uuid.UUID, Upload]) -> list[Upload]:
    """The uploads that were named, in their order. Raises Invalid: too many, twice the same, not there."""
    if len(given) > MOST_OF_ACT:
        raise Invalid(_TOO_MANY, place="files")
    if len({one.upload for one in given}) < len(given):
        raise Invalid(_TWICE, place="files")
    missing = [one for one in given if one.upload not in uploads]
    if missing:
        raise Invalid(_GONE, place=f"files.{missing[0].rule}")
    return [uploads[one.upload] for one in given]


def attach(work: Work, head: StreamHead, act: uuid.UUID, chosen: Sequence[Chosen]) -> list[dict[str, Any]]:
    """Inserts the attachments; gives what the entry says of them: id, rule, kind, whether the original is kept. Raises
    Invalid.

    What proves the bytes stands in the entry as of every sealed row: the row's hash, which covers the hashes of the
    contents on the disk, and salted commitments to their key and to the SHA-256 of the original.
    """
    if not chosen:
        return []
    if len(work.parts(Attachment, head)) + len(chosen) > MOST_OF_STREAM:
        raise Invalid(_STREAM_FULL, place="files")
    if not taken_over([one.upload.pk for one in chosen]):
        raise Invalid(_GONE, place="files")
    for one in chosen:
        work.insert(_attachment(work, head, act, one))
    return [
        {
            "file": str(one.upload.pk),
            "rule": one.rule,
            "kind": one.upload.kind,
            "kept": one.keep,
        }
        for one in chosen
    ]


def _attachment(work: Work, head: StreamHead, act: uuid.UUID, one: Chosen) -> Attachment:
    upload = one.upload
    row = Attachment(
        id=upload.pk,
        stream_id=head.pk,
        act=act,
        rule=one.rule,
        kind=upload.kind,
        size=upload.size,
        original=bytes(upload.original) if one.keep else None,
        kept=one.keep,
        copy=bytes(upload.copy) if upload.copy else None,
        thumb=bytes(upload.thumb) if upload.thumb else None,
        width=upload.width,
        height=upload.height,
        taken_at=upload.taken_at,
        added_at=work.now,
        added_by=work.actor.reference,
    )
    close_attachment(row, upload.opener)
    return row
