"""The search inside a range of areas: what it finds is what the policy lets its asker read, whatever is asked of it."""

import random
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import AskTask
from jingwei.kernel.matters.commands.place import PlaceMatter
from jingwei.kernel.matters.models import Detail, Matter
from jingwei.kernel.matters.policies import may_read
from jingwei.kernel.matters.search import found_by, newest_found_by, words_asked
from tests.city import City, add_post

POSTS = {
    "of-t1": ("HOTLINE", "T1"),
    "of-cell": ("HOTLINE", "T1-02"),
    "of-all": ("HOTLINE", "T"),
    "of-roads": ("ROADS", "T"),
    "of-roads-t1": ("ROADS", "T1"),
    "of-parks": ("PARKS", "T"),
}
CELLS = ("T1-01", "T1-02", "T2-01", "T2-02", "")
WORDS = ("大坑", "红绿灯", "pothole", "lamp")
NEWEST = uuid.UUID(int=2**128 - 1)
FIND = "SELECT search_matters(%s::text[], %s, %s::text[], %s, %s, %s, %s)"


@pytest.fixture
def searched(city: City) -> City:
    """Matters in every cell with one or two of the words, and one far away on which Parks assists."""
    for code, (unit, area) in POSTS.items():
        add_post(city, code, unit, area, "reader", ("matter.read",))
    for number in range(20):
        text = f"{WORDS[number % 4]} near {WORDS[(number // 4) % 4]}"
        city.report(category="PARK-1" if number % 3 else "ROAD-1", cell=CELLS[number % 5], title="见图", text=text)
    helped = city.bring_to(city.report(cell="T2-02", text="大坑 only here"), "processing")
    parks = Unit.objects.get(code="PARKS").pk
    asked = AskTask(
        matter_id=helped.pk, role="consult", unit=parks, fields={"asked": "请看看树"}, grant="matter.handle"
    )
    execute(city.actor("handler-roads"), asked, "ask")
    return city


def answered(arguments: list[Any]) -> list[uuid.UUID]:
    """What the function itself gives."""
    with connection.cursor() as cursor:
        cursor.execute(FIND, arguments)
        return [key for (key,) in cursor.fetchall()]


def holding(words: str) -> set[uuid.UUID]:
    """The matters that hold all of the words, or of which words begin with these letters, wherever they lie."""
    letters = words if re.fullmatch("[a-z]{3,}", words) else "-"
    plain = ["words @@ %s::tsquery OR initials LIKE %s"]
    held = Detail.objects.extra(where=plain, params=[" & ".join(words_asked(words)), f"%{letters}%"])  # noqa: S610
    return set(held.values_list("pk", flat=True))


def test_it_finds_what_the_rows_hold_in_sight_the_newest_first(searched: City) -> None:
    everything = list(Matter.objects.all())
    for post in POSTS:
        actor = searched.actor(post)
        mine = {one.pk for one in everything if may_read(actor, one)}
        for words in (*WORDS, "大坑 红绿灯", "lamp pothole", "hld", "nothing of it", "only", ""):
            with reading(actor) as scope:
                found = set(Matter.objects.filter(found_by(scope, words)).values_list("pk", flat=True))
                quick = set(
                    Matter.objects.filter(newest_found_by(scope, words, None, 100)).values_list("pk", flat=True)
                )
            assert found == quick == holding(words) & mine, f"{post} {words}"
    with reading(searched.actor("of-all")):
        hits = answered([["'lamp'"], "", None, 0, 2**31 - 1, NEWEST, 100])
    assert hits == sorted(hits, reverse=True), "the newest first"
    assert len(hits) == 8


def test_pages_of_it_follow_each_other_without_a_gap(searched: City) -> None:
    with reading(searched.actor("of-all")) as scope:
        whole = answered([["'lamp'"], "", None, 0, 2**31 - 1, NEWEST, 100])
        pages, before = [], None
        while True:
            found = newest_found_by(scope, "lamp", before, 3)
            page = sorted(Matter.objects.filter(found).values_list("pk", flat=True), reverse=True)
            if not page:
                break
            pages += page
            before = page[-1]
    assert pages == whole


def hostile(seed: int) -> Iterator[list[Any]]:
    """Arguments as somebody would try who wants to see what is not theirs."""
    chance = random.Random(seed)  # noqa: S311  # the same in every run
    edges = (-(2**31), -1, 0, 1, 2, 5, 100, 2**31 - 1)
    for _ in range(150):
        words = chance.choice(
            (["'大坑'"], ["'lamp' | 'pothole'"], ["!'lamp'"], ["!'nothing'", "'见图'"], [], [None], [""])
        )
        letters = chance.choice(("", "hld", "%", "_", "%' OR true --", "\\"))
        of = chance.choice((None, None, [], ["PARK-1"], ["') OR true --"], [None]))
        low, high, most = chance.choice(edges), chance.choice(edges), chance.choice((0, 1, 50, 10**6))
        yield [words, letters, of, low, high, NEWEST, most]


def test_whatever_is_asked_no_matter_out_of_sight_is_named(searched: City) -> None:
    everything = list(Matter.objects.all())
    named = 0
    for seed, post in enumerate(POSTS):
        actor = searched.actor(post)
        mine = {one.pk for one in everything if may_read(actor, one)}
        for arguments in hostile(seed):
            try:
                with reading(actor):
                    found = set(answered(arguments))
            except DatabaseError:
                continue  # refused is as good
            assert found <= mine, f"{post} {arguments}"
            named += len(found)
    assert named, "it found something, or the test is blind"


def test_without_an_actor_it_fails_and_finds_nothing(searched: City) -> None:
    with pytest.raises(DatabaseError, match="whose actor it is"), transaction.atomic():
        answered([["'lamp'"], "", None, 0, 2**31 - 1, NEWEST, 100])


def test_the_detail_lies_where_its_head_does(searched: City) -> None:
    matter = Matter.objects.filter(area__code="T1-01", closed_at=None).first()
    assert matter is not None
    execute(
        searched.actor("intake"),
        PlaceMatter(matter_id=matter.pk, area="T2-01", expected_version=matter.version),
        "move",
    )
    pairs = Detail.objects.values_list("area_lft", "matter__area_lft")
    assert all(own == of_head for own, of_head in pairs)
    with reading(searched.actor("of-t1")) as scope:
        assert matter.pk not in Matter.objects.filter(found_by(scope, "大坑")).values_list("pk", flat=True)
