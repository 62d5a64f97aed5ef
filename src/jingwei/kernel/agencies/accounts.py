"""Logins: an account, opened without a password; its password, language and identity; closing it."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.hashers import make_password

from jingwei.kernel.agencies.models import Account
from jingwei.kernel.values.errors import Conflict
from jingwei.kernel.values.words import Text


def open_account(username: str, language: str) -> Account:
    """A new account that cannot log in before its holder set a password. Raises Conflict when the name is taken."""
    if Account.objects.filter(username=username).exists():
        raise Conflict(Text(f"账户名 {username} 已被占用。", f"The login name {username} is taken."), place="username")
    account = Account(username=username, language=language)
    account.set_unusable_password()
    account.save()
    return account


def withdraw_account(account: Account) -> None:
    """An account whose person was refused is no more, so that its name can be used again."""
    account.delete()


def set_password(account: Account, password: str) -> None:
    """Gives the account a password; sessions under the old one end."""
    keep_password(account, make_password(password))


def keep_password(account: Account, hashed: str) -> None:
    """Gives the account a password that was hashed already; sessions under the old one end."""
    account.password = hashed
    account.save(update_fields=["password"])


def close_account(account: Account) -> None:
    """The login is refused from now on, and sessions under it end with its password."""
    account.is_active = False
    account.set_unusable_password()
    account.save(update_fields=["is_active", "password"])


def set_subject(account: Account, subject: str) -> None:
    """Who the holder is at the identity provider: its subject, or the e-mail address that it has confirmed; "" nobody.

    Raises Conflict where another login has it.
    """
    if subject and Account.objects.filter(subject=subject).exclude(pk=account.pk).exists():
        raise Conflict(
            Text("这个统一身份已对应另一个账户。", "Another login has this identity already."), place="subject"
        )
    account.subject = subject
    account.save(update_fields=["subject"])


def account_of_subject(claims: Mapping[str, Any]) -> Account | None:
    """The login of whom the provider speaks; by the e-mail address only where the provider has confirmed it."""
    names = [str(claims["sub"])]
    if claims.get("email_verified") is True and "@" in str(claims.get("email", "")):
        names.append(str(claims["email"]).lower())
    found = {one.subject: one for one in Account.objects.filter(subject__in=names, is_active=True)}
    return next((found[name] for name in names if name in found), None)


def set_language(account: Account, language: str) -> None:
    """The language of the account's pages and messages from now on."""
    account.language = language
    account.save(update_fields=["language"])
