"""The logs of a city: opened, compared with what they signed before, signed. The latest checkpoint is kept outside.

Signed is only what has been committed, and only after the copy outside the database was compared: a database brought
back from a backup is behind what was signed, and must not say something else of the same sizes (trust.md c.7).
"""

import datetime
import logging
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from jingwei.kernel.ledger.models import Log, SignedCheckpoint
from jingwei.kernel.ledger.notes import BadNote, Checkpoint, SignerOf, read_checkpoint, receipts_name
from jingwei.kernel.ledger.tree import EMPTY, Edge, Node, cover, range_root, root_of
from jingwei.kernel.values.words import Text

said = logging.getLogger("jingwei.ledger")

PAUSE = datetime.timedelta(seconds=2)
"""Between two checkpoints of a log that grows all the time."""

STEP = 8
"""Nodes are kept at heights that are multiples of it; the hashes between are folded from at most 128 of them."""

TROUBLES = {
    "behind": Text(
        "日志比数据库外保存的检查点短：数据库由较早的备份恢复，或被倒退。新条目照常记录，但不再编入日志、不再签发检查点。"
        "请恢复更新的备份；没有更新的备份时，由两人运行 jingwei ledger open-epoch 另开新日志。",
        "The log is shorter than the checkpoint kept outside the database: the database came from an older backup, or "
        "was set back. Entries are still recorded, but none is taken into the log and nothing is signed. Restore a "
        "newer backup; where there is none, two people open a new log with jingwei ledger open-epoch.",
    ),
    "differs": Text(
        "日志的内容与数据库外保存的检查点不符：记录被改动过。不再签发检查点。"
        "请运行 jingwei ledger verify，并保全现场；查明之后由两人运行 jingwei ledger open-epoch 另开新日志。",
        "The log differs from the checkpoint kept outside the database: the record was changed. Nothing is signed. Run "
        "jingwei ledger verify, and keep everything as it is; when it has been looked into, two people open a new log "
        "with jingwei ledger open-epoch.",
    ),
    "key": Text(
        "日志的签名密钥不是建立日志时的密钥。请放回原来的 secrets/ledger 文件（JINGWEI_HOME 内）；"
        "原文件已经丢失（例如在新机器上恢复）时，由两人运行 jingwei ledger open-epoch 另开新日志。",
        "The key of the log is not the one that the log began with. Put back the file secrets/ledger of JINGWEI_HOME; "
        "where it is lost (a restore on a new machine), two people open a new log with jingwei ledger open-epoch.",
    ),
    "copy": Text(
        "数据库外保存的检查点（JINGWEI_HOME/checkpoints）缺失或已损坏。请从副本放回该文件；"
        "没有副本时，由两人运行 jingwei ledger open-epoch 另开新日志。",
        "The checkpoint kept outside the database (JINGWEI_HOME/checkpoints) is missing or damaged. Put it back from a "
        "copy; where there is none, two people open a new log with jingwei ledger open-epoch.",
    ),
    "entry": Text(
        "等待编入日志的条目已不在账本中。请运行 jingwei ledger verify，并保全现场。",
        "An entry that waits for the log is no longer in the ledger. Run jingwei ledger verify, and keep everything as "
        "it is.",
    ),
}
"""Why a log stands still, by the word in `Log.trouble`."""

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('jingwei ledger'), hashtext(current_schema()))"
_OPEN = "INSERT INTO ledger_log (epoch, origin, public_key, size, edge, trouble) VALUES (1, %s, %s, 0, '', '')"
_RECEIPTS = "UPDATE ledger_log SET receipt_key = %s WHERE epoch = %s"
_TROUBLE = "UPDATE ledger_log SET trouble = %s WHERE epoch = %s"
_LEAVES = "SELECT idx, hash FROM ledger_leaf WHERE epoch = %s AND idx = ANY(%s)"
_NODES = "SELECT number, hash FROM ledger_fullnode WHERE epoch = %s AND height = %s AND number = ANY(%s)"
_SIGNED = "INSERT INTO ledger_signedcheckpoint (epoch, size, root, at, note) VALUES (%s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Keeper:
    """What a log needs from outside the database."""

    name: str  # of installation and city; a log's origin begins with it
    signer_of: SignerOf
    folder: Path  # where the latest checkpoints lie; no restore touches it

    @property
    def city(self) -> str:
        """The city whose log it is."""
        return self.name.rpartition("/")[2]


def lock_log() -> None:
    """One sequencer at a time, until the transaction ends; another one waits."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)


def log_of(keeper: Keeper) -> Log:
    """The log that grows, under `lock_log`; the first one is opened when there is none."""
    log = Log.objects.order_by("-epoch").first()
    if log is None:
        origin = f"{keeper.name}/{secrets.token_hex(4)}/1"
        with connection.cursor() as cursor:
            cursor.execute(_OPEN, [origin, keeper.signer_of(origin).public()])
        log = Log.objects.get(epoch=1)
    if log.receipt_key is None:  # a new log: it says which key signs receipts now, and the older ones what did before
        log.receipt_key = keeper.signer_of(receipts_name(keeper.city)).public()
        with connection.cursor() as cursor:
            cursor.execute(_RECEIPTS, [log.receipt_key, log.epoch])
    return log


def edge_of(log: Log) -> Edge:
    """The log's tree, ready to grow."""
    edge = bytes(log.edge)
    return Edge(log.size, [edge[place : place + 32] for place in range(0, len(edge), 32)])


def trouble_of(log: Log, keeper: Keeper, *, lost: bool = False) -> str:
    """Why this log may not go on, as a word of `TROUBLES`; empty when it may. Noted in the log's row, for the health
    page of any process, and said once to the operator's log. `lost`: what waits is no entry any more."""
    trouble = found_trouble(log, keeper) or ("entry" if lost else "")
    if trouble != log.trouble:
        with connection.cursor() as cursor:
            cursor.execute(_TROUBLE, [trouble, log.epoch])
        if trouble:
            said.error("the log stands still: %s / %s", TROUBLES[trouble].zh, TROUBLES[trouble].en)
        else:
            said.warning("the log goes on")
    return trouble


def found_trouble(log: Log, keeper: Keeper) -> str:
    """Why this log may not go on, as the database and what is kept outside it show it now; empty when it may."""
    if keeper.signer_of(log.origin).public() != bytes(log.public_key):
        return "key"
    if max(kept_numbers(keeper.folder, log.origin), default=0) > number_of(log.origin):
        return "behind"
    path = kept_path(keeper.folder, log.origin)
    if not path.exists():
        return "copy" if SignedCheckpoint.objects.filter(epoch=log.epoch).exists() else ""
    try:
        kept = read_checkpoint(path.read_text(encoding="utf-8"), log.origin, bytes(log.public_key))
    except (BadNote, UnicodeDecodeError):
        return "copy"
    if kept.size > log.size:
        return "behind"
    return "" if root_at(log, kept.size) == kept.root else "differs"


def kept_path(folder: Path, origin: str) -> Path:
    """Where the latest checkpoint of this log lies outside the database."""
    *_, base, number = origin.split("/")
    return folder / f"{base}-{number}.note"


def number_of(origin: str) -> int:
    """Which of the city's logs this is."""
    return int(origin.rpartition("/")[2])


def kept_numbers(folder: Path, origin: str) -> list[int]:
    """The numbers of this log and of those that began with the same name, as far as a checkpoint of theirs is kept."""
    name = kept_path(folder, origin).stem.rpartition("-")[0]
    return sorted(int(path.stem.rpartition("-")[2]) for path in folder.glob(f"{name}-*.note"))


def hashes_of(epoch: int, nodes: Iterable[Node]) -> dict[Node, bytes]:
    """The hashes of full nodes of a log, folded from what is kept (a statement for each of the few heights kept)."""
    wanted = set(nodes)
    parts: dict[int, set[int]] = {}
    for height, number in wanted:
        below = height % STEP
        parts.setdefault(height - below, set()).update(range(number << below, (number + 1) << below))
    kept: dict[Node, bytes] = {}
    for height, numbers in parts.items():
        kept.update({(height, number): bytes(found) for number, found in _kept(epoch, height, numbers)})
    return {node: _folded(node, kept) for node in wanted}


def _kept(epoch: int, height: int, numbers: set[int]) -> Sequence[tuple[int, bytes | memoryview]]:
    with connection.cursor() as cursor:
        if height == 0:
            cursor.execute(_LEAVES, [epoch, list(numbers)])
        else:
            cursor.execute(_NODES, [epoch, height, list(numbers)])
        found: Sequence[tuple[int, bytes | memoryview]] = cursor.fetchall()
    return found


def _folded(node: Node, kept: dict[Node, bytes]) -> bytes:
    height, number = node
    below = height % STEP
    return root_of(kept[height - below, part] for part in range(number << below, (number + 1) << below))


def root_at(log: Log, size: int) -> bytes:
    """The root that the log's tree had when it was of this size."""
    found = hashes_of(log.epoch, cover((0, size)))
    return range_root((0, size), found.__getitem__) if size else EMPTY


def sign(log: Log, keeper: Keeper, now: datetime.datetime) -> Checkpoint | None:
    """Signs the log's committed size where it grew and the last checkpoint is `PAUSE` old; under `lock_log`.

    The copy outside is written first: what is handed out is never unknown there.
    """
    last = SignedCheckpoint.objects.filter(epoch=log.epoch).order_by("-size").first()
    if log.size == (last.size if last else 0) or (last and now - last.at < PAUSE):
        return None
    checkpoint = Checkpoint(log.origin, log.size, edge_of(log).root())
    note = keeper.signer_of(log.origin).signed(checkpoint.text())
    _replace(kept_path(keeper.folder, log.origin), note)
    with connection.cursor() as cursor:
        cursor.execute(_SIGNED, [log.epoch, log.size, checkpoint.root, now, note])
    return checkpoint


def _replace(path: Path, text: str) -> None:
    """Puts a file in the place of the one there, whole and down to the disk, or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
