"""Console commands that keep an installation: backup, its verification, restore; the same of the keys, apart."""

import argparse
import datetime
from pathlib import Path
from typing import Any

from jingwei.installation import backup, backup_keys, home, restore, restore_keys, server, verify_backup
from jingwei.surfaces.console.answer import Answer, Faults, Misuse
from jingwei.surfaces.console.lifecycle import start_database


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """`backup`, `restore`, `keys`."""
    saved = commands.add_parser("backup", parents=[shared], help="save database and secrets, with a sum of every file")
    saved.add_argument("folder", type=Path, nargs="?", help="default: backups/ in the home, named by the moment")
    saved.add_argument("--without-secrets", action="store_true", help="leave the keys out; keep them elsewhere")
    saved.add_argument("--verify", action="store_true", help="check the backup in FOLDER instead of making one")
    saved.set_defaults(run=save)
    restored = commands.add_parser("restore", parents=[shared], help="put a verified backup back")
    restored.add_argument("folder", type=Path, help="a folder that `backup` has made")
    restored.add_argument("--replace", action="store_true", help="even where the database is not empty")
    restored.set_defaults(run=put_back)
    keys = commands.add_parser("keys", help="the keys of personal data").add_subparsers(required=True)
    for name, run, words in (
        ("backup", save_keys, "save the key database in a new file; keep no such file longer than 35 days"),
        ("restore", put_keys_back, "put a saved key database in the place of the present one"),
    ):
        one = keys.add_parser(name, parents=[shared], help=words)
        one.add_argument("file", type=Path, help="apart from every other backup")
        one.set_defaults(run=run)


def save(given: argparse.Namespace, answer: Answer) -> None:
    """Makes a backup, or verifies one."""
    if given.verify:
        verify(given, answer)
        return
    start_database()
    named = f"{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%SZ}"
    folder = given.folder or home().path / "backups" / named
    manifest = backup(server(), home(), folder, without_secrets=given.without_secrets)
    keys = {} if given.without_secrets else {"keys_at": manifest["made_at"]}
    home().note("backup", made_at=manifest["made_at"], made=str(folder), **keys)
    answer.give({"folder": str(folder), **manifest})
    answer.say(f"saved in {folder}; check it with: jingwei backup {folder} --verify")


def verify(given: argparse.Namespace, answer: Answer) -> None:
    """Recomputes the sum of every file."""
    if given.folder is None:
        raise Misuse("name the backup to verify: jingwei backup FOLDER --verify")
    faults = verify_backup(given.folder)
    moment = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    home().note("backup", verified_at=moment, verified=str(given.folder), faults=len(faults))
    answer.give({"folder": str(given.folder), "faults": [str(fault) for fault in faults]})
    for fault in faults:
        answer.say(str(fault))
    if faults:
        raise Faults(f"{len(faults)} faults in {given.folder}")
    answer.say("the backup is whole")


def put_back(given: argparse.Namespace, answer: Answer) -> None:
    """Verifies first; the old database, if any, goes only once the new one stands."""
    start_database()
    found = restore(server(), home(), given.folder, replace=given.replace)
    answer.give(found)
    answer.say(f"restored from {given.folder}; run `jingwei upgrade`, then `jingwei ledger verify`")


def save_keys(given: argparse.Namespace, answer: Answer) -> None:
    """Saves the key database; the key encryption key is not in the file."""
    start_database()
    begun = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    backup_keys(given.file)
    home().note("keys", saved_at=begun, saved=str(given.file))
    answer.give({"file": str(given.file)})
    answer.say(f"keys saved in {given.file}; keep secrets/kek elsewhere, and this file no longer than 35 days")


def put_keys_back(given: argparse.Namespace, answer: Answer) -> None:
    """Replaces the key database by a saved one."""
    start_database()
    restore_keys(given.file)
    answer.give({"file": str(given.file)})
    answer.say(f"keys restored from {given.file}; run `jingwei upgrade`")
