"""Console commands on the record: ledger verify, prove, key, checkpoint, open-epoch."""

import argparse
import dataclasses
import datetime
from pathlib import Path
from typing import Any

from jingwei.installation import home
from jingwei.surfaces.console.answer import Answer, Faults, Misuse
from jingwei.surfaces.console.log.signers import command_of
from jingwei.surfaces.console.process import check_processes, enter_city


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """`ledger`."""
    ledger = commands.add_parser("ledger", help="the record").add_subparsers(required=True)
    verified = ledger.add_parser("verify", parents=[shared], help="recompute chains and log, compare with the state")
    verified.add_argument("--processes", type=int, default=2, help="how many read side by side (2)")
    verified.set_defaults(run=verify_ledger)
    proved = ledger.add_parser("prove", parents=[shared], help="write the proof of a matter's entries to a file")
    proved.add_argument("number", help="the number of the matter")
    proved.add_argument("--out", type=Path, required=True, help="the file; docs/guides/ledger.md says how to check it")
    proved.set_defaults(run=prove_matter)
    ledger.add_parser("key", parents=[shared], help="print the public keys of logs and receipts").set_defaults(
        run=public_keys
    )
    ledger.add_parser("checkpoint", parents=[shared], help="print the latest signed checkpoint").set_defaults(
        run=latest
    )
    opened = ledger.add_parser("open-epoch", parents=[shared], help="open a new log where the old one may not go on")
    opened.add_argument("--reason", required=True, help="why, in words that everybody may read")
    opened.add_argument("--operator", required=True, help="the login of the system administrator")
    opened.add_argument("--auditor", required=True, help="the login of the audit administrator, another person")
    opened.add_argument(
        "--by-hand",
        action="store_true",
        help="no account can be used: --operator and --auditor are names and offices, and the two sign on paper",
    )
    opened.set_defaults(run=open_epoch)


def verify_ledger(given: argparse.Namespace, answer: Answer) -> None:
    """Recomputes every chain, the log and the hash of every attached file; faults name table and row."""
    check_processes(given.processes)
    city = enter_city(given.city)
    from jingwei.surfaces.console.verification.city_wide import verify_city

    with answer.progress() as progress:
        report = verify_city(city, given.processes, progress)
    moment = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    home().note(f"verified-{city}", verified_at=moment, entries=report.entries, faults=len(report.faults))
    answer.give(dataclasses.asdict(report))
    files = f", {report.files} files" if report.files else ""
    answer.say(f"{report.entries} entries in {report.streams} streams{files}, {report.seconds} s, {report.rss_mb} MB")
    for fault in report.faults[:20]:
        answer.say(f"FAULT {fault.table} {fault.row} (stream {fault.stream}): {fault.what}")
    if report.faults:
        raise Faults(f"{len(report.faults)} faults")


def prove_matter(given: argparse.Namespace, answer: Answer) -> None:
    """Every entry of a matter that the log has been signed for, in one file that a stranger can check."""
    enter_city(given.city)
    from jingwei.kernel.commands.actor import system
    from jingwei.kernel.commands.scope import reading
    from jingwei.kernel.ledger.proofs import prove
    from jingwei.kernel.matters.models import Matter

    with reading(system("console", "matter.read")):
        matter = Matter.objects.filter(number=given.number).first()
        if matter is None:
            raise Misuse(f"there is no matter {given.number}")
        proof = prove(matter.pk)
    if not proof.entries:
        raise Faults(f"nothing of {given.number} is signed for yet; the worker does it within seconds (jingwei status)")
    given.out.write_text(proof.text, encoding="utf-8")
    answer.give({"file": str(given.out), "entries": proof.entries, "waiting": proof.waiting})
    answer.say(f"{proof.entries} entries of {given.number} are proved by {given.out}")
    if proof.waiting:
        answer.say(f"{proof.waiting} newer ones wait to be signed for; ask again in a few seconds")


def public_keys(given: argparse.Namespace, answer: Answer) -> None:
    """A line for each log, the oldest first, what they sign begins with the same name; then those of receipts."""
    enter_city(given.city)
    from jingwei.kernel.ledger.proofs import keys, receipt_keys

    found, receipts = keys(), receipt_keys()
    answer.give({"keys": found, "receipts": receipts})
    for key in (*found, *receipts):
        answer.say(key)
    if not found:
        raise Faults("there is no log yet; the worker opens it with the first entry (jingwei up)")


def latest(given: argparse.Namespace, answer: Answer) -> None:
    """The note as it was signed."""
    enter_city(given.city)
    from jingwei.kernel.ledger.proofs import current_checkpoint

    found = current_checkpoint()
    if found is None:
        raise Faults("nothing is signed yet; the worker signs within seconds of the first entry (jingwei up)")
    answer.give({"epoch": found.epoch, "size": found.size, "at": found.at, "note": found.note})
    answer.say(found.note.rstrip("\n"))


def open_epoch(given: argparse.Namespace, answer: Answer) -> None:
    """A new log after a restore that lost entries, or where the key or the copy outside is lost. Two people sign."""
    city = enter_city(given.city, "owner")  # the running role may take no leaf away
    from jingwei.installation import home
    from jingwei.kernel.commands.execute import execute
    from jingwei.kernel.ledger.checkpoints import TROUBLES
    from jingwei.kernel.ledger.extent import log_extent
    from jingwei.kernel.ledger.opening import plan
    from jingwei.kernel.values.errors import Refusal
    from jingwei.surfaces.console.log.keeper import keeper_of

    planned = plan(keeper_of(home(), city))
    if planned is None:
        trouble = TROUBLES.get(log_extent().trouble)
        raise Misuse(f"a new log would mend nothing: {trouble.en if trouble else 'the log does not stand still'}")
    answer.say(TROUBLES[planned.trouble].en)
    actor, command = command_of(given, planned)
    try:
        result = execute(actor, command, f"epoch:{planned.origin}")
    except Refusal as refusal:
        raise Faults(refusal.reason.en) from refusal
    answer.give({**result, "before": planned.before, "held": planned.held, "trouble": planned.trouble})
    answer.say(f"the log {planned.origin} follows {planned.before}, which ends at {planned.held} entries")
    answer.say(f"{result['again']} entries beyond that wait for the new log; the worker signs within seconds")
    if given.by_hand:
        answer.say(f"sign on paper, both: {given.operator}; {given.auditor}: {planned.origin}, {given.reason}")
