"""`jingwei city practice`: invents the city, enters it as any pack, carries its year out, says the right answers."""

import argparse
import datetime
import json
import time
from pathlib import Path
from typing import Any

from jingwei.installation import drop_city_schema, home, server
from jingwei.surfaces.console.answer import Answer, Misuse
from jingwei.surfaces.console.practice.answers import Tally, right_answers
from jingwei.surfaces.console.practice.carrying.carry import carry_out, link_duplicates
from jingwei.surfaces.console.practice.carrying.duty import enter_duty, hand_over_shifts
from jingwei.surfaces.console.practice.carrying.told import carry_told
from jingwei.surfaces.console.practice.carrying.turns import Refused
from jingwei.surfaces.console.practice.days import ZONE, utc
from jingwei.surfaces.console.practice.folder import write_pack
from jingwei.surfaces.console.practice.invented import FEWEST_CELLS, MOST_CELLS, Invented, Wanted, invent
from jingwei.surfaces.console.practice.words import rows
from jingwei.surfaces.console.process import become

MOST_MATTERS = 1_000_000
EARLIEST = datetime.date(2008, 1, 1)
"""The first end of a year whose holidays are known whole."""


def declare(parts: Any, shared: argparse.ArgumentParser) -> None:
    """`city practice`."""
    made = parts.add_parser("practice", parents=[shared], help="invent a city with a year of matters and known answers")
    made.add_argument("name", help="small letters and digits; the name in every later --city")
    made.add_argument("--cells", type=int, default=1000, help="how many cells (1000)")
    made.add_argument("--matters", type=int, default=20_000, help="how many matters in its year (20000)")
    made.add_argument("--seed", type=int, default=1, help="another number invents another city (1)")
    made.add_argument("--until", default="", help="the day before which its year ends; today if left out")
    made.set_defaults(run=practice)


def practice(given: argparse.Namespace, answer: Answer) -> None:
    """Makes the city and prints what was planted."""
    from jingwei.surfaces.console.lifecycle import start_database

    start_database()
    wanted = Wanted(given.seed, given.cells, given.matters, given.until or today())
    answers = make_practice_city(given.name, wanted, answer)
    answer.give({"city": given.name, "answers": answers})
    answer.say(json.dumps(answers["figures"] | answers["planted"], ensure_ascii=False, indent=1))
    answer.say(f"Start it with: jingwei up --city {given.name}")


def today() -> str:
    """The day in the city's zone."""
    return datetime.datetime.now(ZONE).date().isoformat()


def make_practice_city(name: str, wanted: Wanted, answer: Answer) -> dict[str, Any]:
    """The pack in the home, the city in the database, the year in the city; gives the right answers.

    What was begun is removed again if any of it fails.
    """
    from jingwei.surfaces.console.city import create_city, free_name
    from jingwei.surfaces.console.demo import packs_folder

    free_name(name)  # before the folder that bears it is made anew
    check_wanted(wanted)
    become(name)  # the moment of its founding is the kernel's
    folder = home().path / "practice" / name
    invented = invent(wanted, packs_folder() / "practice")
    write_practice_pack(folder, invented)
    create_city(name, folder, "founder", answer, now=founding(wanted))
    try:
        appoint_people(folder, wanted, answer)
        answers = _live(invented, answer)
    except BaseException:
        drop_city_schema(server(), name)
        raise
    (folder / "answers.json").write_text(json.dumps(answers, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return answers


def write_practice_pack(folder: Path, invented: Invented) -> None:
    """The pack's folder with its planted faults; the same for the same seed."""
    write_pack(folder, invented.base, invented.places, invented.agencies, invented.flaws.outlines)
    invented.wanted.keep(folder)


def check_wanted(wanted: Wanted) -> None:
    """Raises Misuse for more, less or another time than a city can be made of."""
    if not FEWEST_CELLS <= wanted.cells <= MOST_CELLS:
        raise Misuse(f"--cells is {wanted.cells}; take {FEWEST_CELLS} to {MOST_CELLS}")
    if not 0 <= wanted.matters <= MOST_MATTERS:
        raise Misuse(f"--matters is {wanted.matters}; take 0 to {MOST_MATTERS}")
    try:
        ends = wanted.ends
    except ValueError:
        raise Misuse(f"--until is {wanted.until!r}, not a day like 2026-11-26") from None
    if ends.date() < EARLIEST:
        raise Misuse(f"--until is {wanted.until}: working days are known from 2007 on, so take {EARLIEST} or later")
    if ends.date().isoformat() > today():
        raise Misuse(f"--until is {wanted.until}: the year may not reach beyond today, {today()}")


def founding(wanted: Wanted) -> Any:
    """The moment of simulated time at which the city is founded."""
    from jingwei.kernel.commands.scope import Simulated

    return Simulated(utc(wanted.begins - datetime.timedelta(days=1)), silent=True)


def appoint_people(folder: Path, wanted: Wanted, answer: Answer) -> None:
    """One invented person for every post, with a login that has no password yet."""
    from jingwei.kernel.agencies.accounts import open_account
    from jingwei.kernel.agencies.commands import EnterPerson
    from jingwei.kernel.commands.execute import execute
    from jingwei.surfaces.console.pack.enter import FOUNDER

    people = rows(folder / "people.csv")
    answer.say(f"  {len(people)} people …")
    for row in people:
        account = open_account(row["username"], "zh-hans")
        person = EnterPerson(account=account.pk, name=row["name"], posts=(row["post"],), phone=row["phone"])
        execute(FOUNDER, person, f"person:{row['username']}", now=founding(wanted))


def _live(invented: Invented, answer: Answer) -> dict[str, Any]:
    wanted, began = invented.wanted, time.monotonic()
    tally = Tally(wanted.ends, invented.agencies)
    acts, refused = 0, list[Refused]()
    enter_duty(invented.agencies, wanted.ends)
    for carried in carry_out(invented.plan(), wanted.seed, wanted.ends):
        acts += carried.acts
        refused += carried.refused
        told = tally.matters // 2000
        for one in carried.matters:
            tally.add(one)
        if tally.matters // 2000 > told or tally.matters == wanted.matters:
            answer.say(f"  {tally.matters} of {wanted.matters} matters …")
    unlinked = link_duplicates(tally.duplicates, wanted.seed, wanted.ends)
    tally.forget_duplicates(unlinked)
    answer.say(f"  {carry_told(invented)} hazards, projects and needs")
    hand_over_shifts(invented.agencies, wanted.ends)
    seconds = time.monotonic() - began
    answer.say(f"  {tally.matters} matters with {acts} acts in {seconds:.0f} s")
    refused += unlinked
    for left_out in refused:
        answer.say(f"  refused and left out of the plan: {left_out.key}: {left_out.reason}")
    return right_answers(invented, tally, refused)
