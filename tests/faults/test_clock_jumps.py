"""The machine's clock jumps: an hour either way, ten years back, to the 29th of February, over New Year. Order comes
from the record's own numbers, no time runs backwards, no two ids meet, and nobody is refused because a clock was put
right.
"""

import datetime
import random
from collections.abc import Iterator
from itertools import pairwise

import pytest

from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import segments_of
from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands import Act
from jingwei.kernel.matters.models import Matter, Step
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.values.errors import Invalid
from tests.city import City, pothole
from tests.clones import Clone
from tests.faults.lives import Life, lives

HOUR = datetime.timedelta(hours=1)
WORKING = datetime.datetime(2027, 6, 1, 2, tzinfo=datetime.UTC)  # ten in the morning of a working day
NEW_YEAR = datetime.datetime(2027, 12, 31, 16, tzinfo=datetime.UTC)  # midnight in UTC+8


def moments(chance: random.Random) -> Iterator[datetime.datetime]:
    """What the clock says at one act after another: mostly a minute later, and now and then anything."""
    now = chance.choice((WORKING, NEW_YEAR - datetime.timedelta(milliseconds=1)))
    while True:
        jumped = (
            now + HOUR,
            now - HOUR,
            now.replace(year=now.year - 10),
            datetime.datetime(2028, 2, 29, 3, tzinfo=datetime.UTC),
            NEW_YEAR,
            now,
        )
        yield chance.choice(jumped) if chance.random() < 0.4 else now
        now += datetime.timedelta(minutes=1)


def live(city: City, life: Life, clock: Iterator[datetime.datetime]) -> bool:
    """Carries out a life by a clock that jumps; whether it came to its end. What a limit forbids ends it before."""
    report = pothole()
    execute(public("matter.report"), report, life.key, now=next(clock))
    matter = Matter.objects.get(pk=report.matter_id)
    declared = type_of(matter.type, matter.type_version)
    for number, order in enumerate(life.orders):
        action = declared.action(order.action)
        assert action is not None
        fields = {key: value for key, value in order.fields.items() if key != "reason"}
        act = Act(
            matter_id=matter.pk,
            action=order.action,
            fields=fields,
            reason=order.fields.get("reason", ""),
            grant=action.grant,
        )
        try:
            execute(city.actor(order.post), act, f"{life.key}:{number}", now=next(clock))
        except Invalid:
            return False
    return True


def run(clone: Clone, count: int, seed: int) -> None:
    """So many lives, each by a clock of its own, and what must be true of them."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    units = {unit.code: str(unit.pk) for unit in Unit.objects.all()}
    ended = sum(live(clone.city, life, moments(chance)) for life in lives(chance, count, units))
    assert ended > count // 2, seed
    for matter in Matter.objects.all():
        steps = [matter.opened_at, *Step.objects.filter(matter=matter).order_by("seq").values_list("at", flat=True)]
        assert all(one <= other for one, other in pairwise(steps)), seed
        assert matter.closed_at is None or matter.closed_at >= matter.opened_at, seed
        numbers = list(Entry.objects.filter(stream=matter.pk).order_by("seq").values_list("seq", flat=True))
        assert numbers == list(range(1, matter.version + 1)), seed
        for clock in Clock.objects.filter(stream_id=matter.pk):
            assert all(one.at <= other.at for one, other in pairwise(segments_of(clock))), seed
    assert verify(clone.owner).faults == [], seed


def test_a_clock_that_is_put_right_holds_nobody_up(clone: Clone) -> None:
    run(clone, 12, 25)


@pytest.mark.long
def test_a_thousand_lives_by_clocks_that_jump(clone: Clone) -> None:
    run(clone, 1_000, random.SystemRandom().randrange(2**32))
