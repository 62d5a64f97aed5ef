"""The files of a report or an act, held against what its declaration takes and demands."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from jingwei.kernel.files.attaching import Chosen, FileGiven, found
from jingwei.kernel.files.kinds import KINDS
from jingwei.kernel.files.models import Upload
from jingwei.kernel.matters.types import FileRule
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text


def chosen_files(
    rules: Sequence[FileRule], given: Sequence[FileGiven], uploads: Mapping[UUID, Upload], *, history: bool = False
) -> list[Chosen]:
    """What is to be attached. Raises Invalid naming the rule: a file too few, too many, of a kind not asked for.

    Of history nothing is demanded: what a source states is recorded, with the files it gives or none.
    """
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
