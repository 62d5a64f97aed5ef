"""The demo: Boston with its sample beside an invented Chinese city with a year of matters; one login a role."""

import json
import secrets
from pathlib import Path
from typing import Any

import jingwei
from jingwei.installation import cities, drop_city_schema, home, server
from jingwei.surfaces.console.answer import Answer, Faults
from jingwei.surfaces.console.process import enter_city

BOSTON, PRACTICE = "boston", "practice"
CITIES = (BOSTON, PRACTICE)
_CELLS, _MATTERS = 300, 1500  # of the practice city: large enough to look around in, made in a minute


def packs_folder() -> Path:
    """The packs that come with the project's checkout. Raises Faults where it was installed without them."""
    folder = Path(jingwei.__file__).resolve().parents[2] / "packs"
    if not folder.is_dir():
        raise Faults(f"{folder} is missing: the demo needs the project's checkout")
    return folder


def make_demo(city: str, answer: Answer) -> list[dict[str, str]]:
    """Makes the city if it is not there; gives the logins (kept in the home, readable by this account only)."""
    kept = home().path / "secrets" / f"demo-logins-{city}.json"
    if city in cities(server()) and kept.exists():
        logins: list[dict[str, str]] = json.loads(kept.read_text())
        return logins
    (_make_boston if city == BOSTON else _make_practice)(city, answer)
    logins = _logins()
    _ask_no_second_factor()
    answer.say("  no grant needs a second factor here, so that every login can be tried: rulebook, rule of signing in")
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    kept.touch(mode=0o600)
    kept.write_text(json.dumps(logins, ensure_ascii=False, indent=1))
    return logins


def _make_boston(city: str, answer: Answer) -> None:
    from jingwei.surfaces.console.city import create_city

    if city not in cities(server()):
        answer.say(f"making the city {city} …")
        create_city(city, packs_folder() / city, "founder", answer)
    else:
        enter_city(city)
    _import_sample(city, answer)


def _make_practice(city: str, answer: Answer) -> None:
    """Its year is carried out whole or, after a cut, begun anew: nothing in it is anybody's work."""
    from jingwei.surfaces.console.practice.command import make_practice_city, today
    from jingwei.surfaces.console.practice.invented import Wanted

    if city in cities(server()):
        drop_city_schema(server(), city)
    answer.say(f"inventing the city {city} …")
    make_practice_city(city, Wanted(1, _CELLS, _MATTERS, today()), answer)


def _import_sample(city: str, answer: Answer) -> None:
    from jingwei.kernel.feeds.run import import_file
    from jingwei.surfaces.console.feeds.commands import declared_feed

    found = import_file(city, declared_feed("boston311"), packs_folder() / city / "sample" / "boston311.csv.gz")
    answer.say(f"  {found['imported']} sample reports imported, {found['entries']} entries")


def _ask_no_second_factor() -> None:
    """Whoever looks around has the passwords of all roles and no telephone for each."""
    from jingwei.kernel.commands.execute import execute
    from jingwei.kernel.commands.scope import reading
    from jingwei.kernel.rulebook.commands import SetValue
    from jingwei.kit.signing.rule import SUBJECT
    from jingwei.surfaces.console.pack.enter import FOUNDER

    content = {"second_factor": [], "idle": 480, "lock": 5}
    with reading(FOUNDER) as scope:
        today = scope.today
    rule = SetValue(parameter="sign_in", subject=SUBJECT, from_on=today, content=content, basis="demo")
    execute(FOUNDER, rule, f"demo:sign-in:{today}")


def _logins() -> list[dict[str, str]]:
    """One person for each role, at each level of the area tree that has one, with a password made here."""
    from jingwei.kernel.agencies.accounts import set_password
    from jingwei.kernel.agencies.models import Account, Post
    from jingwei.surfaces.console.people import enter_person

    logins: list[dict[str, Any]] = []
    levels = Post.objects.select_related("area").order_by("role", "area__level", "code")
    roles: set[str] = set()
    for post in levels.distinct("role", "area__level"):
        username = post.code if post.role in roles else post.role.replace("_", "-")
        roles.add(post.role)
        if Account.objects.filter(username=post.code).exists():
            username = post.code
        elif not Account.objects.filter(username=username).exists():
            enter_person(username, post.title_zh, [post.code], "zh-hans")
        password = secrets.token_urlsafe(9)
        set_password(Account.objects.get(username=username), password)
        logins.append({"role": post.role, "title": post.title_zh, "username": username, "password": password})
    return logins
