"""Checks what somebody brings, a proof file or a checkpoint, and says in plain words what holds and what does not."""

import datetime
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.ledger import verifier
from jingwei.kernel.ledger.proofs import keys, root_of_log
from jingwei.kernel.values.words import Text

LARGEST = 1_000_000
"""Bytes of what may be brought."""

_KINDS = {
    "matter.reported": Text("上报", "reported"),
    "matter.acted": Text("办理", "acted upon"),
    "matter.urged": Text("催办", "urged"),
    "matter.urging_answered": Text("答复催办", "urging answered"),
    "matter.clock_rang": Text("到时提醒", "reminder at the time"),
    "log.opened": Text("另开新日志", "new log opened"),
}
_OTHER = Text("其他记录", "another entry")

_NOTHING = Text(
    "这里面没有证明，也没有检查点：请选择 .tlog-proof 文件，或把它的全部内容粘贴进来。",
    "There is neither a proof nor a checkpoint in it: choose the .tlog-proof file, or paste all of its content.",
)
_NOT_SIGNED = Text(
    "不成立：检查点不是本市日志签发的，或者签发之后被改动过。",
    "It does not hold: the checkpoint was not signed by a log of this city, or was changed after it was signed.",
)
_SIGNED = Text(
    "成立：检查点是本市日志签发的，签发之后没有改动。",
    "It holds: a log of this city signed the checkpoint, and nothing of it was changed since.",
)
_CHANGED = Text(
    "不成立：记录的内容或位置与签发的检查点对不上，被改动过。",
    "It does not hold: what an entry says, or its place, is not what was signed for. It was changed.",
)
_PARTED = Text(
    "不成立：这些记录不是同一件事从第一条起的连续记录，中间缺了、多了或换了次序。",
    "It does not hold: they are not the entries of one matter from the first on; one is missing, added or misplaced.",
)
_PROVED = Text(
    "成立：这些记录从第一条起一条不缺，都在本市的记录里，签发以后没有改动。",
    "It holds: these entries, complete from the first on, are in this city's record, unaltered since they were signed.",
)
_STILL = Text(
    "本市现在的日志仍然包含当时签发的全部内容。",
    "The log as it is now still holds everything that was signed for then.",
)
_GONE = Text(
    "注意：本市现在的日志不再包含当时签发的内容（数据丢失后恢复，或被改动）。请保存好这份文件，它本身仍是证据；并告诉审计管理员。",
    "Beware: the log as it is now does not hold what was signed for then (a restore after a loss, or a change). Keep "
    "this file, which is evidence by itself, and tell the audit administrator.",
)


@dataclass(frozen=True, slots=True)
class EntryTold:
    """An entry of a proof, without its facts."""

    seq: int
    recorded_at: datetime.datetime
    kind: Text


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a check."""

    holds: bool
    told: tuple[Text, ...]
    entries: tuple[EntryTold, ...] = ()
    sizes: tuple[tuple[str, int], ...] = ()  # origin and size of each checkpoint in it


def checked(given: str) -> Checked:
    """Of a proof file or a checkpoint; anything else does not hold either."""
    text, known = given.replace("\r\n", "\n").lstrip("\ufeff\n "), keys()
    if text.startswith(verifier.HEAD):
        return _proof(text, known)
    if "\n\n— " in text:
        return _checkpoint(text.rstrip() + "\n", known)
    return Checked(False, (_NOTHING,))


def _checkpoint(note: str, known: list[str]) -> Checked:
    signed = _signed(note, known)
    if signed is None:
        return Checked(False, (_NOT_SIGNED,))
    return Checked(True, (_SIGNED, _now([signed])), sizes=(signed[:2],))


def _proof(text: str, known: list[str]) -> Checked:
    blocks = text.split(verifier.HEAD)[1:]
    notes = dict.fromkeys(block.partition("\n\n")[2] for block in blocks)
    signed = [_signed(note, known) for note in notes]
    found = [one for one in signed if one is not None]
    if len(found) < len(signed):
        return Checked(False, (_NOT_SIGNED,))
    sizes = tuple(one[:2] for one in found)
    try:
        for block in blocks:
            verifier.proved(block, known)
    except Exception:  # whatever is wrong with it: it proves nothing
        return Checked(False, (_CHANGED,), sizes=sizes)
    try:
        entries = tuple(_told(entry) for entry, _ in verifier.verified(text, known))
    except Exception:  # as above
        return Checked(False, (_PARTED,), sizes=sizes)
    return Checked(True, (_PROVED, _now(found)), entries, sizes)


def _signed(note: str, known: list[str]) -> tuple[str, int, bytes] | None:
    try:
        return verifier.signed_by(note, known)
    except Exception:  # whatever is wrong with it: nobody signed it
        return None


def _now(signed: list[tuple[str, int, bytes]]) -> Text:
    return _STILL if all(root_of_log(origin, size) == root for origin, size, root in signed) else _GONE


def _told(entry: dict[str, Any]) -> EntryTold:
    recorded = datetime.datetime.fromisoformat(entry["recorded"])
    return EntryTold(int(entry["seq"]), recorded, _KINDS.get(entry["kind"], _OTHER))
