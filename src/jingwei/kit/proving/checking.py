"""Checks what somebody brings, a proof file, a receipt or a checkpoint, and says in plain words what holds."""

import base64
import datetime
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.ledger import verifier
from jingwei.kernel.ledger.proofs import keys, prove_leaf, receipt_keys, root_of_log
from jingwei.kernel.values.words import Text
from jingwei.kit.proving.receipts import UNTOLD

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
    "这里面没有证明、回执，也没有检查点：请选择文件，或把它的全部内容粘贴进来。",
    "There is neither a proof, a receipt nor a checkpoint in it: choose the file, or paste all of its content.",
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
_NO_RECEIPT = Text(
    "不成立：回执不是本市签发的，缺了一部分，或者签发之后被改动过。",
    "It does not hold: the receipt was not signed by this city, lacks a part, or was changed after it was signed.",
)
_RECEIPTS_PARTED = Text(
    "不成立：这些回执不是同一件事的，同一张用了两次，或者中间缺了、换了次序。",
    "It does not hold: the receipts are not of one matter, one of them is there twice, or one is missing or misplaced.",
)
_RECEIPT = Text(
    "成立：回执是本市签发的，签发之后没有改动。",
    "It holds: this city signed the receipt, and nothing of it was changed since.",
)
_IN_LOG = Text(
    "回执所说的记录已编入日志；下面的证明可以换下这张回执，请保存。",
    "The entry it speaks of is in the log. The proof below takes the place of the receipt; keep it.",
)
_NOT_IN_LOG = Text(
    "回执所说的记录还没有编入日志。通常只要几秒；几分钟后仍然没有，请保存好这张回执，它本身就是证据，并告诉审计管理员。",
    "The entry it speaks of is not in the log yet, which takes some seconds. If it is still missing after minutes, "
    "keep this receipt, which is evidence by itself, and tell the audit administrator.",
)
_OF_A_FILE = Text(
    "这张回执出自一份证明文件：请核对整个文件，它还证明记录已编入日志。",
    "The receipt is out of a proof file: check the whole file, which also proves the entry to be in the log.",
)
_STAGES = Text(
    "成立：这些步骤都在本市的记录里，签发以后没有改动。办理的内部记录没有列出。",
    "It holds: these stages are in this city's record, unaltered since they were signed. Internal entries are not "
    "listed.",
)
_STAGES_WHOLE = Text(
    "成立：这些步骤都在本市的记录里，签发以后没有改动。其间的每一条记录也都列出，只证明它在，内容不公开；此外再没有别的。",
    "It holds: these stages are in this city's record, unaltered since they were signed. Every entry between them is "
    "listed too and proved to be there, without what it says. Nothing else stands between.",
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
    """An entry of a proof or a receipt, without its facts."""

    seq: int  # in the matter; of receipts that do not say it their place in the file
    recorded_at: datetime.datetime | None  # not told of an entry between the stages
    kind: Text


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a check."""

    holds: bool
    told: tuple[Text, ...]
    entries: tuple[EntryTold, ...] = ()
    sizes: tuple[tuple[str, int], ...] = ()  # origin and size of each checkpoint in it
    number: str = ""  # of the matter, where receipts name it
    exchanged: str = ""  # the proof that takes the place of a receipt


def checked(given: str) -> Checked:
    """Of a proof file, a receipt or a checkpoint; anything else does not hold either."""
    text, known = given.replace("\r\n", "\n").lstrip("\ufeff\n "), [*keys(), *receipt_keys()]
    if text.startswith(verifier.RECEIPT):
        return _receipt(text.rstrip() + "\n", known)
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


def _receipt(note: str, known: list[str]) -> Checked:
    told = _read(note, known)
    if told is None:
        return Checked(False, (_NO_RECEIPT,))
    entry, leaf = told
    exchanged = prove_leaf(leaf, note.encode()) if "seq" not in entry else ""
    goes_on = _IN_LOG if exchanged else _OF_A_FILE if "seq" in entry else _NOT_IN_LOG
    return Checked(True, (_RECEIPT, goes_on), (_told(entry, 1),), (), entry["number"], exchanged)


def _read(note: str, known: list[str]) -> tuple[dict[str, Any], bytes] | None:
    try:
        entry = verifier.receipt(note, known)
        return entry, base64.b64decode(entry["leaf"], validate=True)
    except Exception:  # whatever is wrong with it: nobody signed it
        return None


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
        return Checked(
            False, (_NO_RECEIPT if any(_forged(block, known) for block in blocks) else _CHANGED,), sizes=sizes
        )
    try:
        proved = [entry for entry, _ in verifier.verified(text, known)]
    except Exception:  # as above
        return Checked(False, (_RECEIPTS_PARTED if any(map(_receipt_of, blocks)) else _PARTED,), sizes=sizes)
    entries = tuple(_told(entry, place) for place, entry in enumerate(proved, 1))
    number = str(proved[0].get("number", ""))
    said = _PROVED if not number else _STAGES_WHOLE if "seq" in proved[0] else _STAGES
    return Checked(True, (said, _now(found)), entries, sizes, number)


def _receipt_of(block: str) -> str:
    """The receipt that stands in the place of a proof's entry; empty where it is the entry itself."""
    try:
        told = base64.b64decode(block.partition("\n")[0].removeprefix("extra "), validate=True).decode()
    except ValueError:
        return ""
    return told if told.startswith(verifier.RECEIPT) else ""


def _forged(block: str, known: list[str]) -> bool:
    receipt = _receipt_of(block)
    return bool(receipt) and _read(receipt, known) is None


def _signed(note: str, known: list[str]) -> tuple[str, int, bytes] | None:
    try:
        return verifier.signed_by(note, known)
    except Exception:  # whatever is wrong with it: nobody signed it
        return None


def _now(signed: list[tuple[str, int, bytes]]) -> Text:
    return _STILL if all(root_of_log(origin, size) == root for origin, size, root in signed) else _GONE


def _told(entry: dict[str, Any], place: int) -> EntryTold:
    recorded = datetime.datetime.fromisoformat(entry["recorded"]) if entry["recorded"] != UNTOLD else None
    if "leaf" in entry:
        zh, _, en = entry["kind"].partition(" / ")
        return EntryTold(entry.get("seq", place), recorded, Text(zh, en))
    return EntryTold(int(entry["seq"]), recorded, _KINDS.get(entry["kind"], _OTHER))
