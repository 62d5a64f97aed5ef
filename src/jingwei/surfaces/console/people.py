"""Console commands on people: user add, link, leave, post, key."""

import argparse
import secrets
import uuid
from typing import Any

from jingwei.surfaces.console.answer import Answer, Faults
from jingwei.surfaces.console.process import enter_city


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """`user`."""
    parts = commands.add_parser("user", help="logins and partners' keys").add_subparsers(required=True)
    added = parts.add_parser("add", parents=[shared], help="a person with a login and posts; prints a one-time link")
    added.add_argument("username", help="the login's name")
    added.add_argument("--name", required=True, help="the person's name")
    added.add_argument("--post", action="append", default=[], help="code of a post (may be given several times)")
    added.add_argument("--language", choices=("zh-hans", "en"), default="zh-hans", help="of the pages (zh-hans)")
    added.set_defaults(run=add)
    linked = parts.add_parser("link", parents=[shared], help="a new one-time link for a login")
    linked.add_argument("username", help="the login's name")
    linked.set_defaults(run=link)
    left = parts.add_parser("leave", parents=[shared], help="a person leaves: holdings end, the login is closed")
    left.add_argument("username", help="the login's name")
    left.set_defaults(run=leave)
    posted = parts.add_parser("post", parents=[shared], help="a person takes up one more post")
    posted.add_argument("username", help="the login's name")
    posted.add_argument("--post", required=True, help="code of the post")
    posted.set_defaults(run=take_up)
    keyed = parts.add_parser("key", parents=[shared], help="a partner system's key; shown once")
    keyed.add_argument("name", help="of the partner system")
    keyed.add_argument("--post", required=True, help="code of the post whose grants it has")
    keyed.add_argument("--per-minute", type=int, default=600, help="most requests in a minute (600)")
    keyed.set_defaults(run=key)


def add(given: argparse.Namespace, answer: Answer) -> None:
    """A login that its holder gives a password by the link."""
    enter_city(given.city)
    from jingwei.kernel.values.errors import Refusal

    try:
        path = new_person(given.username, given.name, given.post, given.language)
    except Refusal as refusal:
        raise Faults(refusal.reason.en) from refusal
    answer.give({"username": given.username, "first_login": path})
    answer.say(f"{given.username} sets a password at (once): {path}")


def new_person(username: str, name: str, posts: list[str], language: str) -> str:
    """Account and person, invited; gives the path of the one-time link. Raises Refusal."""
    from jingwei.kernel.agencies.invitations import digest_of, path_of, secret_for

    secret = secret_for(f"person:{uuid.uuid4()}")
    enter_person(username, name, posts, language, digest_of(secret))
    return path_of(secret)


def enter_person(username: str, name: str, posts: list[str], language: str, invitation: bytes = b"") -> None:
    """Account and person; whoever is not invited gets a password otherwise. Raises Refusal."""
    from jingwei.kernel.agencies.accounts import open_account
    from jingwei.kernel.agencies.commands import EnterPerson
    from jingwei.kernel.commands.execute import execute
    from jingwei.surfaces.console.pack.enter import FOUNDER

    account = open_account(username, language)
    person = EnterPerson(account=account.pk, name=name, posts=tuple(posts), invitation=invitation)
    execute(FOUNDER, person, f"person:{account.pk}")


def found_administrator(username: str, pack: Any) -> str:
    """The founding administrator, on every post whose role may edit agencies; gives the path of the one-time link."""
    roles = {role for role, content in pack.roles.items() if "agencies.edit" in content["grants"]}
    posts = [row["code"] for _, row in pack.rows("posts.csv") if row["role"] in roles]
    language = "en" if pack.settings.get("language") == "en" else "zh-hans"
    return new_person(username, username, posts, language)


def _person(username: str) -> Any:
    from jingwei.kernel.agencies.models import Person

    person = Person.objects.filter(account__username=username).select_related("account").first()
    if person is None:
        raise Faults(f"there is no login {username}")
    return person


def _carry_out(command: Any, key: str) -> Any:
    from jingwei.kernel.commands.execute import execute
    from jingwei.kernel.values.errors import Refusal
    from jingwei.surfaces.console.pack.enter import FOUNDER

    try:
        return execute(FOUNDER, command, f"{key}:{uuid.uuid4()}")
    except Refusal as refusal:
        raise Faults(refusal.reason.en) from refusal


def link(given: argparse.Namespace, answer: Answer) -> None:
    """The old link, if unused, opens nothing any more."""
    enter_city(given.city)
    from jingwei.kernel.agencies.commands import Invite
    from jingwei.kernel.agencies.invitations import digest_of, path_of, secret_for

    secret = secret_for(f"link:{uuid.uuid4()}")
    _carry_out(Invite(person=_person(given.username).pk, digest=digest_of(secret)), "link")
    path = path_of(secret)
    answer.give({"username": given.username, "first_login": path})
    answer.say(path)


def leave(given: argparse.Namespace, answer: Answer) -> None:
    """Matters stay with the posts; the answer says how many posts nobody holds now."""
    enter_city(given.city)
    from jingwei.kernel.matters.commands import PersonLeaves

    result = _carry_out(PersonLeaves(person=_person(given.username).pk), "leave")
    answer.give({"username": given.username, **result})
    answer.say(f"{given.username} has left: {result['holdings']} holdings ended, {result['vacant']} posts vacant")


def take_up(given: argparse.Namespace, answer: Answer) -> None:
    """The person who logs in under this name holds the post from now on."""
    enter_city(given.city)
    from jingwei.kernel.agencies.commands import TakeUpPost

    _carry_out(TakeUpPost(person=_person(given.username).pk, post=given.post), "post")
    answer.give({"username": given.username, "post": given.post})
    answer.say(f"{given.username} holds {given.post}")


def key(given: argparse.Namespace, answer: Answer) -> None:
    """160 random bits; only their hash is kept."""
    enter_city(given.city)
    from jingwei.kernel.agencies.actors import key_digest
    from jingwei.kernel.agencies.commands import GiveKey

    secret = f"jwk_{secrets.token_urlsafe(20)}"
    command = GiveKey(name=given.name, digest=key_digest(secret), post=given.post, per_minute=given.per_minute)
    _carry_out(command, "key")
    answer.give({"name": given.name, "key": secret})
    answer.say(f"key of {given.name} (shown once): {secret}")
