"""另开新日志: two people open a new log where the old one may not go on (trust.md c.7)."""

import uuid
from dataclasses import dataclass

from jingwei.kernel.agencies.actors import actor_of_account
from jingwei.kernel.agencies.models import Person
from jingwei.kernel.commands.actor import by_grant
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.epochs.models import Epoch
from jingwei.kernel.ledger.opening import Plan, open_log, stands_last
from jingwei.kernel.values.words import Text

OPEN = "system.operate"
BESIDE = "ledger.read"
"""What the second person holds: whoever runs the machine does not answer for the record alone."""

_REASON = Text("请写明原因，500 字以内。", "Say why, in up to 500 characters.")
_MOVED = Text("日志已有变化，请重新运行。", "The log has changed meanwhile; run the command again.")
_ONE = Text("须由两个不同的人签署。", "Two different people must sign.")
_BESIDE = Text(
    "第二人须在岗，并持有“查看台账”权限（审计管理员）。",
    "The second person must be in office and may “read the ledger” (the audit administrator).",
)
_LONGEST = 500
_LONGEST_NAME = 120


@dataclass(frozen=True, kw_only=True)
class OpenEpoch(Command):
    """Opens the planned log. `second` is the person beside the actor; `by_hand` are instead the names and offices of
    two who signed on paper, where no account can be used. Reason and names are read by everybody."""

    log: Plan
    reason: str
    second: uuid.UUID | None = None
    by_hand: tuple[str, ...] = ()


@handles(OpenEpoch, grant=OPEN)
def open_epoch(work: Work, command: OpenEpoch) -> Result:
    """Answers how many entries wait again. Raises Invalid for one signer, no reason, or a log that moved meanwhile.

    The entry carries the reason and the signers in words: it tells of the installation and of no resident.
    """
    planned, reason = command.log, command.reason.strip()
    epoch = work.open(
        Epoch(
            id=work.new_id(),
            number=planned.number,
            origin=planned.origin,
            before=planned.before,
            held=planned.held,
            trouble=planned.trouble,
            reason=reason,
            by_hand=bool(command.by_hand),
            signers=[one.strip() for one in command.by_hand] or [str(work.actor.id), str(command.second)],
            at=work.now,
        )
    )
    work.authorise(OPEN, by_grant(work.actor, OPEN))
    work.require(None if 0 < len(reason) <= _LONGEST else _REASON, place="reason")
    work.require(_signers_problem(work, command), place="second")
    work.require(None if stands_last(planned.before) else _MOVED)
    work.insert(epoch)
    facts = {
        "log": planned.origin,
        "before": planned.before,
        "held": planned.held,
        "trouble": planned.trouble,
        "checkpoints": list(planned.notes),
        "reason": reason,
        "by_hand": epoch.by_hand,
        "signers": epoch.signers,
    }
    again = open_log(planned, work.record(epoch, "log.opened", facts))
    return {"log": planned.origin, "again": again}


def _signers_problem(work: Work, command: OpenEpoch) -> Text | None:
    if command.by_hand:
        names = {one.strip() for one in command.by_hand}
        return None if len(names) == 2 and all(0 < len(one) <= _LONGEST_NAME for one in names) else _ONE
    if work.actor.kind != "person" or command.second in (None, work.actor.id):
        return _ONE
    person = Person.objects.filter(pk=command.second, active=True, account__isnull=False).first()
    beside = actor_of_account(person.account_id, work.actor.language, work.now) if person else None  # type: ignore[arg-type]  # has one
    return None if beside is not None and beside.holds(BESIDE) else _BESIDE
