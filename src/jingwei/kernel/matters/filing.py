"""The files of matters: held against what the declaration takes and demands, and found again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from jingwei.kernel.commands.scope import as_uuid
from jingwei.kernel.files.attaching import Chosen, FileGiven, found
from jingwei.kernel.files.kinds import KINDS
from jingwei.kernel.files.models import Attachment, Upload
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import FileRule, MatterType
from jingwei.kernel.values.errors import Invalid, not_found
from jingwei.kernel.values.words import Text

ORIGINAL = "file.original"
"""The grant to open a sealed original."""


def chosen_files(
    rules: Sequence[FileRule], given: Sequence[FileGiven], uploads: Mapping[UUID, Upload], *, history: bool = False
) -> list[Chosen]:
    """What is to be attached. Raises Invalid naming the rule: a file too few, too many, of a kind not asked for.

    Of history nothing is demanded: what a source states is recorded, with the files it gives or none.
    """
    if not given and (history or not any(rule.least for rule in rules)):
        return []
    known = {rule.key: rule for rule in rules}
    for one in given:
        if one.rule not in known:
            raise Invalid(
                Text(f"这里不收名为 {one.rule} 的文件。", f"No files called {one.rule} are taken here."),
                place=f"files.{one.rule}",
            )
    named = found(given, uploads)
    counts = Counter(one.rule for one in given)
    for rule in rules:
        _check_count(rule, counts[rule.key], 0 if history else rule.least)
    chosen = []
    for one, upload in zip(given, named, strict=True):
        rule, picture = known[one.rule], KINDS[upload.kind].picture
        if rule.images and not picture:
            raise Invalid(
                Text(f"“{rule.title.zh}”只收图片。", f"“{rule.title.en}” takes pictures only."),
                place=f"files.{rule.key}",
            )
        chosen.append(Chosen(upload, rule.key, keep=rule.sealed or not picture))
    return chosen


def _check_count(rule: FileRule, count: int, least: int) -> None:
    if count < least:
        raise Invalid(
            Text(
                f"缺少文件：“{rule.title.zh}”至少要 {least} 个。",
                f"Files are missing: “{rule.title.en}” needs at least {least}.",
            ),
            place=f"files.{rule.key}",
        )
    if count > rule.most:
        raise Invalid(
            Text(f"“{rule.title.zh}”最多 {rule.most} 个文件。", f"“{rule.title.en}” takes at most {rule.most} files."),
            place=f"files.{rule.key}",
        )


def attachments_of(matter: Matter) -> list[Attachment]:
    """The files of a matter in the order they came. One statement."""
    return list(Attachment.objects.filter(stream_id=matter.pk).order_by("added_at", "id"))


def attachment_of(matter: Matter, key: str) -> Attachment:
    """One file of this matter and of no other. Raises Denied as not found."""
    wanted = as_uuid(key)
    found_one = Attachment.objects.filter(stream_id=matter.pk, pk=wanted).first() if wanted else None
    if found_one is None:
        raise not_found()
    return found_one


def rules_of_files(matter_type: MatterType) -> dict[str, FileRule]:
    """Every rule of a type's files, by key; the report's own go before those of actions."""
    rules = [rule for action in matter_type.actions for rule in action.files]
    return {rule.key: rule for rule in (*rules, *matter_type.files)}
