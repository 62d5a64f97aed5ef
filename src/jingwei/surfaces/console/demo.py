"""The demo: the Boston city with its sample and one login a role."""

import json
import secrets
from pathlib import Path
from typing import Any

import jingwei
from jingwei.installation import cities, home, server
from jingwei.surfaces.console.answer import Answer, Faults
from jingwei.surfaces.console.process import enter_city

CITY = "boston"


def packs_folder() -> Path:
    """The packs that come with the project's checkout. Raises Faults where it was installed without them."""
    folder = Path(jingwei.__file__).resolve().parents[2] / "packs"
    if not folder.is_dir():
        raise Faults(f"{folder} is missing: the demo needs the project's checkout")
    return folder


def make_demo(answer: Answer) -> list[dict[str, str]]:
    """Makes the city if it is not there; gives the logins (kept in the home, readable by this account only)."""
    kept = home().path / "secrets" / "demo-logins.json"
    if CITY in cities(server()) and kept.exists():
        logins: list[dict[str, str]] = json.loads(kept.read_text())
        return logins
    if CITY not in cities(server()):
        from jingwei.surfaces.console.city import create_city

        answer.say(f"making the city {CITY} …")
        create_city(CITY, packs_folder() / CITY, "founder", answer)
    else:
        enter_city(CITY)
    _import_sample(answer)
    logins = _logins()
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    kept.touch(mode=0o600)
    kept.write_text(json.dumps(logins, ensure_ascii=False, indent=1))
    return logins


def _import_sample(answer: Answer) -> None:
    from jingwei.kernel.feeds.run import import_file
    from jingwei.surfaces.console.feeds import declared_feed

    found = import_file(CITY, declared_feed("boston311"), packs_folder() / CITY / "sample" / "boston311.csv.gz")
    answer.say(f"  {found['imported']} sample reports imported, {found['entries']} entries")


def _logins() -> list[dict[str, str]]:
    """One person for each role of the posts, with a password made here."""
    from jingwei.kernel.agencies.accounts import set_password
    from jingwei.kernel.agencies.models import Account, Post
    from jingwei.surfaces.console.people import new_person

    logins: list[dict[str, Any]] = []
    for post in Post.objects.order_by("role", "code").distinct("role"):
        username = post.role.replace("_", "-")
        if not Account.objects.filter(username=username).exists():
            new_person(username, post.title_zh, [post.code], "zh-hans")
        password = secrets.token_urlsafe(9)
        set_password(Account.objects.get(username=username), password)
        logins.append({"role": post.role, "username": username, "password": password})
    return logins
