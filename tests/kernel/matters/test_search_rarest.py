"""What is found by the rarest words, among the newest matters and in a category is what each row says of itself."""

import random
import uuid
from collections.abc import Callable

import pytest

from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.search import found_by, newest_found_by
from tests.city import add_post
from tests.clones import Clone

COUNT = 12_000
WORDS: dict[str, Callable[[int], bool]] = {
    "everywhere": lambda n: True,
    "到处": lambda n: True,
    "half": lambda n: n % 2 == 0,
    "seventh": lambda n: n % 7 == 0,
    "often": lambda n: n % 30 == 0,
    "before": lambda n: n < 3_000,
    "rare": lambda n: n % 200 == 0,
    "single": lambda n: n == 4_321,
    "nowhere": lambda n: False,
}
"""Which of the matters 1 to COUNT hold a word: all, many, some of them alone, none."""

MADE = "CREATE TEMPORARY TABLE made AS SELECT * FROM unnest(%s::int[], %s::text[], %s::int[]) one (n, words, area_lft)"
MANY = """
INSERT INTO {0} SELECT (jsonb_populate_record({0}, jsonb_build_object(
  '{1}', lpad(to_hex(n), 32, '0'), 'number', lpad(n::text, 14, '0'), 'category', 'C' || n % 4,
  'words', made.words, 'area_lft', made.area_lft))).* FROM {0}, made
"""
COUNTED = """
SELECT most_common_elems::text::text[] @> '{everywhere,half}' FROM pg_stats
WHERE schemaname = current_schema() AND tablename = 'matters_detail' AND attname = 'words'
"""


def lexemes(number: int) -> str:
    """The words of a matter as a tsvector's text."""
    return " ".join("'" + word.replace("'", "''") + "'" for word, holds in WORDS.items() if holds(number))


@pytest.fixture
def ranges(clone: Clone) -> dict[str, tuple[int, int]]:
    """Many matters whose words the database has counted, every third in a cell; the ranges of two readers."""
    posts = {"of-all": "T", "of-cell": "T1-02"}
    for code, area in posts.items():
        add_post(clone.city, code, "HOTLINE", area, "reader", ("matter.read",))
    clone.city.report()
    found = {code: clone.city.actor(code).duties[0].area for code in posts}
    numbers = range(1, COUNT + 1)
    areas = [found["of-all" if n % 3 else "of-cell"][0] for n in numbers]
    with clone.owner() as owner:
        owner.execute(MADE, [list(numbers), [lexemes(n) for n in numbers], areas])
        owner.execute(MANY.format("matters_matter", "id"))
        owner.execute(MANY.format("matters_detail", "matter_id"))
        owner.execute("ANALYZE matters_detail")
        counted = owner.execute(COUNTED).fetchone()
    assert counted == (True,), "or the words are all taken for rare ones"
    return found


def test_it_finds_what_each_row_says_of_itself(clone: Clone, ranges: dict[str, tuple[int, int]]) -> None:
    chance = random.Random(1)  # noqa: S311  # the same in every run
    for _ in range(400):
        post, asked = chance.choice(sorted(ranges)), chance.sample(sorted(WORDS), chance.randint(1, 3))
        before, most = chance.choice((None, 11_000, 5_000, 2_500, 1)), chance.choice((1, 51, 200))
        of = chance.choice((None, None, ["C1"], ["C0", "C2"], ["C9"], []))
        with reading(clone.city.actor(post)) as scope:
            older = uuid.UUID(int=before) if before else None
            found = newest_found_by(scope, " ".join(asked), older, most, of)
            hits = [one.int for one in Matter.objects.filter(found).order_by("-pk").values_list("pk", flat=True)]
            every = Matter.objects.filter(found_by(scope, " ".join(asked))).count()
        mine = (n for n in range((before or COUNT + 1) - 1, 0, -1) if post == "of-all" or n % 3 == 0)
        held = (n for n in mine if all(WORDS[word](n) for word in asked) and (of is None or f"C{n % 4}" in of))
        assert hits == list(held)[:most], (post, asked, before, most, of)
        theirs = (n for n in range(1, COUNT + 1) if post == "of-all" or n % 3 == 0)
        assert every == sum(all(WORDS[word](n) for word in asked) for n in theirs), (post, asked)
