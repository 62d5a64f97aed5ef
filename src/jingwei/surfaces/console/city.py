"""Console commands on cities: city create, list, drop, check; upgrade; backup and restore."""

import argparse
import sys
from pathlib import Path
from typing import Any

from jingwei.installation import (
    check_city,
    cities,
    create_city_schema,
    drop_city_schema,
    drop_keys,
    forget_training,
    home,
    make_keys,
    server,
)
from jingwei.surfaces.console.answer import Answer, Faults, Misuse
from jingwei.surfaces.console.lifecycle import start_database
from jingwei.surfaces.console.practice import command as practice
from jingwei.surfaces.console.process import become, enter_city, migrate, run_as


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """`city`, `upgrade`, `backup`, `restore`."""
    parts = commands.add_parser("city", help="the cities of this installation").add_subparsers(required=True)
    created = parts.add_parser("create", parents=[shared], help="make a city from a pack")
    created.add_argument("name", help="small letters and digits; the name in every later --city")
    created.add_argument("--pack", type=Path, required=True, help="the folder with pack.toml")
    created.add_argument("--founder", default="founder", help="login name of the founding administrator")
    created.set_defaults(run=create)
    checked = parts.add_parser("check", parents=[shared], help="dry run of a pack: list every problem")
    checked.add_argument("--pack", type=Path, required=True, help="the folder with pack.toml")
    checked.set_defaults(run=check_pack)
    practice.declare(parts, shared)
    parts.add_parser("list", parents=[shared], help="name the cities").set_defaults(run=list_cities)
    dropped = parts.add_parser("drop", parents=[shared], help="remove a city with all its records")
    dropped.add_argument("name", help="as `city list` gives it")
    dropped.add_argument("--yes-remove-everything", action="store_true", help="without it nothing is removed")
    dropped.set_defaults(run=drop)
    commands.add_parser("upgrade", parents=[shared], help="bring the tables of all cities up to date").set_defaults(
        run=upgrade
    )
    commands.add_parser("index", parents=[shared], help="index anew what an earlier edition indexed").set_defaults(
        run=index
    )
    commands.add_parser(
        "seal", parents=[shared], help="seal personal data and files that an earlier edition kept in clear"
    ).set_defaults(run=seal)
    commands.add_parser(
        "erase", parents=[shared], help="finish what is to be erased, and erase again what a restore brought back"
    ).set_defaults(run=erase)


def check_pack(given: argparse.Namespace, answer: Answer) -> None:
    """Lists every problem of a pack with file, row and remedy; changes nothing."""
    become("")
    _read(given.pack, answer)
    answer.say("the pack is sound")


def _read(folder: Path, answer: Answer) -> tuple[Any, Any]:
    from jingwei.surfaces.console.pack.check import check
    from jingwei.surfaces.console.pack.tables import read_pack

    pack = read_pack(folder)
    layers = check(pack)
    problems = [
        {"file": one.file, "row": one.row, "what": one.what.en, "what_zh": one.what.zh, "remedy": one.remedy.en}
        for one in pack.problems
    ]
    answer.give({"problems": problems})
    for one in pack.problems:
        answer.say(f"{one.file}:{one.row}: {one.what.en} {one.remedy.en} | {one.what.zh} {one.remedy.zh}")
    if problems:
        raise Faults(f"{len(problems)} problems in {folder}; nothing was changed")
    return pack, layers


def create(given: argparse.Namespace, answer: Answer) -> None:
    """A city from a pack, after its dry run; prints the founding administrator's one-time link."""
    start_database()
    found = create_city(given.name, given.pack, given.founder, answer)
    answer.give(found)
    answer.say(f"city {given.name} made. The founding administrator {given.founder} sets a password at (once):")
    answer.say(f"  {found['first_login']}")
    answer.say(f"Start it with: jingwei up --city {given.name}")


def free_name(name: str) -> None:
    """Raises InstallationFault for what can name no city, Misuse for what names one."""
    if check_city(name) in cities(server()):
        raise Misuse(f"there is a city {name} already")


def create_city(name: str, folder: Path, founder: str, answer: Answer, now: Any = None) -> dict[str, Any]:
    """Schema, tables, pack, founder; what was begun is removed again if any of it fails. `now`: see `enter`."""
    one = server()
    free_name(name)
    become(name)
    pack, layers = _read(folder, answer)
    create_city_schema(one, name)
    try:
        make_keys(name)
        migrate(name)
        from jingwei.surfaces.console.pack.enter import enter
        from jingwei.surfaces.console.people import found_administrator

        enter(pack, layers, lambda part: answer.say(f"  {part} …"), now)
        return {"city": name, "founder": founder, "first_login": found_administrator(founder, pack)}
    except BaseException:
        drop_city_schema(one, name)
        drop_keys(name)
        raise


def list_cities(given: argparse.Namespace, answer: Answer) -> None:
    """The cities by name."""
    names = cities(server())
    answer.give({"cities": names})
    answer.say("\n".join(names) or "no city yet: jingwei city create NAME --pack PATH")


def drop(given: argparse.Namespace, answer: Answer) -> None:
    """Removes a city for ever; asks for the long option."""
    if not given.yes_remove_everything:
        raise Misuse(f"this removes {given.name} and its record for ever; add --yes-remove-everything")
    if given.name not in cities(server()):
        raise Misuse(f"there is no city {given.name}")
    drop_city_schema(server(), given.name)
    drop_keys(given.name)
    forget_training(given.name)
    answer.give({"dropped": given.name})
    answer.say(f"{given.name} is gone")


def upgrade(given: argparse.Namespace, answer: Answer) -> None:
    """Migrates the cities in turn, each in its own process; after a failure the same command goes on where it was."""
    start_database()
    done = []
    for name in cities(server()):
        make_keys(name)
        migrate(name)
        for step in ("index", "seal", "erase"):
            run_as(name, "app", [sys.executable, "-m", "jingwei.surfaces.console.main", step, "--city", name])
        done.append(name)
        answer.say(f"{name}: up to date")
    answer.give({"upgraded": done})


def index(given: argparse.Namespace, answer: Answer) -> None:
    """Makes the words of the search anew where an earlier edition made them; started again, it goes on there."""
    start_database()
    enter_city(given.city)
    from jingwei.kernel.matters.search import reindex

    with answer.progress() as progress:
        count = reindex(lambda done: progress("matters", done, 0))
    answer.give({"indexed": count})
    answer.say(f"{count} matters indexed anew")


def seal(given: argparse.Namespace, answer: Answer) -> None:
    """Seals what an earlier edition kept in clear; started again, it goes on with what is left."""
    start_database()
    city = enter_city(given.city)
    from jingwei.kernel.files.store import store
    from jingwei.kernel.files.sweep import remove_open
    from jingwei.surfaces.console.personal.sealing import seal_what_lies_open

    with answer.progress() as progress:
        count = seal_what_lies_open(lambda done: progress("matters", done, 0))
    left = remove_open(store())
    home().note(f"sealed-{city}", files_in_clear=left)
    answer.give({"sealed": count, "files_in_clear": left})
    answer.say(f"{count} matters sealed")
    if left:
        answer.say(f"{left} damaged files lie in clear still; `jingwei ledger verify` names them")


def erase(given: argparse.Namespace, answer: Answer) -> None:
    """Destroys the keys of what was ordered, and erases again what a backup, of the city or of the keys, brought
    back."""
    start_database()
    enter_city(given.city)
    from jingwei.kernel.subjects.destroying import erase_again

    count = erase_again()
    answer.give({"erased_again": count})
    answer.say(f"{count} erasures done again")
