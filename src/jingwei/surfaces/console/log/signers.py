"""The two people who open a new log: by their passwords, or by name where no account can be used."""

import argparse
import datetime
import getpass
import sys
from typing import TYPE_CHECKING

from jingwei.surfaces.console.answer import Faults

if TYPE_CHECKING:
    from jingwei.kernel.agencies.models import Account
    from jingwei.kernel.commands.actor import Actor
    from jingwei.kernel.epochs.open import OpenEpoch
    from jingwei.kernel.ledger.opening import Plan


def command_of(given: argparse.Namespace, planned: "Plan") -> "tuple[Actor, OpenEpoch]":
    """Who opens the planned log, and the command. Raises Faults for an account that is not there or a wrong password.

    Each types a password: at the terminal, unseen, or as a line of standard input.
    """
    from jingwei.kernel.commands.actor import system
    from jingwei.kernel.epochs.open import OPEN, OpenEpoch

    if given.by_hand:
        names = (given.operator, given.auditor)
        return system("console", OPEN), OpenEpoch(log=planned, reason=given.reason, by_hand=names)
    operator, auditor = _actor(_signed_in(given.operator)), _actor(_signed_in(given.auditor))
    return operator, OpenEpoch(log=planned, reason=given.reason, second=auditor.id)


def _signed_in(login: str) -> "Account":
    from jingwei.kernel.agencies.models import Account

    account = Account.objects.filter(username=login, is_active=True).first()
    ask = f"password of {login}: "
    password = getpass.getpass(ask) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if account is None or not account.check_password(password):
        raise Faults(f"{login}: there is no such account, or the password is wrong; nothing was changed")
    return account


def _actor(account: "Account") -> "Actor":
    from jingwei.kernel.agencies.actors import actor_of_account

    actor = actor_of_account(account.pk, account.language, datetime.datetime.now(datetime.UTC))
    if actor is None:
        raise Faults(f"{account.username} belongs to nobody in office; nothing was changed")
    return actor
