"""Every exercise is played by its solution and is done; not played, or wrongly, each check says what is missing."""

import datetime
import uuid
from http import HTTPStatus
from pathlib import Path

import pytest
from django.test import Client

from jingwei.kernel.values.errors import Refusal
from jingwei.surfaces.console.answer import Answer
from jingwei.surfaces.console.demo import packs_folder
from jingwei.surfaces.console.pack.check import check
from jingwei.surfaces.console.pack.enter import enter
from jingwei.surfaces.console.pack.tables import read_pack
from jingwei.surfaces.console.practice.command import appoint_people, founding, today, write_practice_pack
from jingwei.surfaces.console.practice.invented import Wanted, invent
from jingwei.surfaces.console.training.command import CELLS, mark
from jingwei.surfaces.training.declared import exercises_of
from jingwei.surfaces.training.preparing import Prepared, carry
from jingwei.surfaces.training.roles import ROLES, actor_named
from tests.surfaces.training.playing import browser_of, play

EVERY = [one for role in ROLES for one in exercises_of(role.key)]


def test_there_are_seven_for_each_role_in_both_languages() -> None:
    assert {role.key: len(exercises_of(role.key)) for role in ROLES} == {role.key: 7 for role in ROLES}
    assert len({one.name for one in EVERY}) == len(EVERY)
    for one in EVERY:
        texts = [one.title, one.why, one.task, one.after, *(text for step in one.steps for text in step)]
        assert all(text.zh.strip() and text.en.strip() for text in texts), one.name
        assert not any("\u4e00" <= letter <= "\u9fff" for text in texts for letter in text.en), one.name


def _found_city(folder: Path) -> None:
    """As `training set-up` makes it, without its past year."""
    wanted = Wanted(1, CELLS, 0, today())
    write_practice_pack(folder, invent(wanted, packs_folder() / "practice"))
    pack = read_pack(folder)
    layers = check(pack)
    assert pack.problems == []
    enter(pack, layers, now=founding(wanted))
    appoint_people(folder, wanted, Answer(as_json=True))
    mark("03:00")


@pytest.mark.proof
@pytest.mark.django_db
def test_each_is_done_by_its_solution_and_each_check_can_fail(fresh_snapshots: None, tmp_path: Path) -> None:
    _found_city(tmp_path / "city")
    problems: list[tuple[object, ...]] = []
    browsers = {role.key: browser_of(role.key) for role in ROLES}
    for one in EVERY:
        try:
            untouched, solved = play(one, one.solution, browsers[one.role])
            wrong = play(one, one.wrong, browsers[one.role])[1] if one.wrong else untouched
        except Refusal as refusal:
            problems.append((one.name, refusal.reason.en))
            continue
        problems += [(one.name, "not done", each.asked.zh, each.instead) for each in solved if not each.met]
        for a, b in zip(untouched, wrong, strict=True):
            if a.met and b.met:
                problems.append((one.name, "cannot fail", a.asked.zh, None))
        missing = [each for each in (*untouched, *wrong) if not each.met]
        problems += [(one.name, "no words") for each in missing if not each.instead or not each.instead.en]
    assert not problems, "\n".join(map(str, problems))


@pytest.mark.proof
@pytest.mark.django_db
def test_the_pages_lead_through_one(fresh_snapshots: None, tmp_path: Path) -> None:
    _found_city(tmp_path / "city")
    browser = Client()
    browser.post("/training/role/", {"role": "intake"})
    assert browser.get("/training/").content.count(b'name="exercise"') == 7
    begun = browser.post("/training/start/", {"exercise": "answer"})
    page = browser.get(begun["Location"])
    assert "练习 2/7：当场答复" in page.content.decode() and "第 1 步" in page.content.decode()
    turned = browser.post("/training/step/", {"by": "1", "next": begun["Location"]})
    assert "第 2 步" in browser.get(turned["Location"]).content.decode()
    missing = browser.post("/training/check/").content.decode()
    assert "还差" in missing and "做对了。" not in missing
    exercise = next(one for one in EVERY if one.name == "intake/answer")
    kept = browser.session["training_now"]
    prepared = Prepared(datetime.datetime.fromisoformat(kept["begun"]), uuid.UUID(kept["matter"]), None, kept["made"])
    for said in exercise.solution:
        carry(said, prepared, actor_named("intake"))
    done = browser.post("/training/check/").content.decode()
    assert "做对了。" in done and "电话核实后立案" in done
    assert "做对了" in browser.get("/training/").content.decode()
    browser.post("/training/role/", {"role": "checker"})  # another role: what was done is still known, nothing is open
    assert browser.post("/training/check/").status_code == HTTPStatus.NOT_FOUND
    assert browser.post("/training/start/", {"exercise": "answer"}).status_code == HTTPStatus.NOT_FOUND
    browser.post("/training/role/", {"role": "intake"})
    assert "做对了" in browser.get("/training/").content.decode()
    browser.post("/training/start/", {"exercise": "merge"})
    browser.post("/training/leave/")
    assert "正在做的练习" not in browser.get("/work/").content.decode()
