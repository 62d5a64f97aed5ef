"""Acts on two matters at once, in every order: nobody is answered with a 5xx, nobody tries again more than thrice."""

import random
from collections import Counter
from collections.abc import Sequence
from functools import partial

import pytest
from django.test import Client

from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.models import Matter
from tests.city import City
from tests.clones import Clone, in_threads
from tests.surfaces.conftest import hidden_in

CLERKS = 6
MOST_RETRIES = 3


class Clerk:
    """Somebody who joins matters, takes that back and links them; what was overtaken is tried again from the page as it
    then is."""

    def __init__(self, city: City, numbers: Sequence[str], seed: int) -> None:
        self.client = Client(raise_request_exception=False)
        self.client.force_login(city.accounts["intake"], backend="django.contrib.auth.backends.ModelBackend")
        self.numbers, self.chance = numbers, random.Random(seed)
        self.statuses: Counter[int] = Counter()
        self.tries: Counter[int] = Counter()

    def work(self, acts: int) -> None:
        """So many acts."""
        for _ in range(acts):
            one, other = self.chance.sample(self.numbers, 2)
            action = self.chance.choice(("link", "merge", "separate"))
            kind = self.chance.choice(("related_to", "duplicate_of"))
            self._until_answered(one, action, {"other": other, "kind": kind, "reason": "弄错了"})

    def _until_answered(self, number: str, action: str, fields: dict[str, str]) -> None:
        path = f"/matters/{number}/act/{action}/"
        for tries in range(1, 20):
            page = self.client.get(f"/matters/{number}/")
            if f'action="{path}' not in page.content.decode():
                return  # merged meanwhile, or not merged any more
            status = self.client.post(path, {**hidden_in(page, path), **fields}).status_code
            self.statuses[status] += 1
            if status != 409:
                self.tries[tries] += 1
                return


def run(clone: Clone, acts: int, matters: int, seed: int) -> None:
    """So many acts of each clerk, on so many matters: the fewer, the oftener two clerks meet at one."""
    city = clone.city
    numbers = [city.report().number for _ in range(matters)]
    clerks = [Clerk(city, numbers, seed + place) for place in range(CLERKS)]
    answers = in_threads([partial(clerk.work, acts) for clerk in clerks])
    assert [answer for answer in answers if answer is not None] == [], seed
    statuses = sum((clerk.statuses for clerk in clerks), Counter())
    tries = sum((clerk.tries for clerk in clerks), Counter())
    assert set(statuses) <= {303, 409, 422}, (seed, statuses)
    assert statuses[303] > acts and max(tries) <= 1 + MOST_RETRIES, (seed, statuses, tries)
    assert Matter.objects.filter(state__in=("reported", "merged")).count() == matters
    assert verify(clone.owner).faults == [], seed


@pytest.mark.proof
def test_nobody_meets_a_deadlock(clone: Clone) -> None:
    run(clone, acts=60, matters=36, seed=random.SystemRandom().randrange(2**32))


@pytest.mark.long
def test_nobody_meets_a_deadlock_in_ten_minutes(clone: Clone) -> None:
    run(clone, acts=3_000, matters=120, seed=random.SystemRandom().randrange(2**32))
