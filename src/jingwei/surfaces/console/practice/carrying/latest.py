"""Matters that are still news at the end of the simulated time: their clocks ring, and people urge and answer."""

import datetime
import uuid
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jingwei.surfaces.console.practice.acts import BEING_HANDLED, BY_HANDLER
from jingwei.surfaces.console.practice.carrying.turns import (
    NEWS,
    Refused,
    actor_of,
    carry_turns,
    county_post,
    matter_id,
    turns_of_family,
)
from jingwei.surfaces.console.practice.days import utc
from jingwei.surfaces.console.practice.plan import Planned

if TYPE_CHECKING:
    from jingwei.kernel.clocks.models import Clock
    from jingwei.kernel.commands.bulk import Turn

_URGED = "市民来电催办，请告知进展和预计办结时间。"
_ANSWERED = "已安排人员处理，今日内完成并回复。"
_DEMANDED = "已超时限，请说明原因，当日办结并书面答复。"


def is_latest(planned: Planned, until: datetime.datetime) -> bool:
    """Whether the matter is open at the end, or something happened in it shortly before."""
    last = planned.steps[-1].at if planned.steps else planned.told.opened
    return planned.closed is None or until - last < NEWS


def carry_latest(families: Sequence[list[Planned]], seed: int, until: datetime.datetime) -> tuple[int, list[Refused]]:
    """Carries these out so that each clock rings at its moment between the acts; gives how many acts, and what was
    refused, which is cut from the plan.

    Rings and acts of matters that meet follow one another, so it goes in rounds: in each, one turn of every family.
    """
    waiting = [_Waiting(family, seed, until) for family in families]
    of_matter = {matter: one for one in waiting for matter in one.matters}
    done, refused = 0, list[Refused]()
    while turns := list(_round(waiting, _ringing(of_matter, until), until)):
        of_key = {turn.keyed.key: one for one, turn in turns}
        found = carry_turns([turn for _, turn in turns])
        done += len(turns) - len(found)
        refused += found
        for one in found:
            family = of_key[one.key]
            family.drop(one)
            if one.number is None:  # a clock that may not ring would be asked for ever
                of_matter = {matter: other for matter, other in of_matter.items() if other is not family}
    return done, refused


class _Waiting:
    """What is still to be done with matters that meet, the earliest first."""

    def __init__(self, family: list[Planned], seed: int, until: datetime.datetime) -> None:
        self._family = family
        urgings = [turn for one in family for turn in _urging(one, seed, until)]
        turns = [*turns_of_family(family, seed, until), *urgings]
        self.matters = [matter_id(seed, one.number, one.told.opened) for one in family]
        self.turns = deque(sorted(turns, key=lambda turn: turn.now.at))

    def drop(self, refused: Refused) -> None:
        """Takes what was refused out of the plan, with all that would follow on it."""
        if refused.number is None:
            return
        refused.cut(self._family)
        if refused.place is not None or refused.key.endswith("|report"):
            mine = f"practice|{refused.number}|"
            self.turns = deque(turn for turn in self.turns if not turn.keyed.key.startswith(mine))


def _ringing(of_matter: Mapping[uuid.UUID, _Waiting], until: datetime.datetime) -> "dict[_Waiting, Clock]":
    """The clock of each family that rings next, before the end."""
    from jingwei.kernel.clocks.models import Clock

    found = Clock.objects.filter(stream_id__in=of_matter, fires_at__lt=utc(until)).order_by("-fires_at", "-key")
    return {of_matter[clock.stream_id]: clock for clock in found}  # the earliest comes last and stays


def _round(
    waiting: Sequence[_Waiting], ringing: "Mapping[_Waiting, Clock]", until: datetime.datetime
) -> "Iterator[tuple[_Waiting, Turn]]":
    for one in waiting:
        clock, rest = ringing.get(one), one.turns
        if clock is not None and clock.fires_at and (not rest or clock.fires_at < rest[0].now.at):
            yield one, _ring(clock, clock.fires_at, until)
        elif rest:
            yield one, rest.popleft()


def _ring(clock: "Clock", at: datetime.datetime, until: datetime.datetime) -> "Turn":
    from jingwei.kernel.commands.bulk import Keyed, Turn
    from jingwei.kernel.commands.scope import Simulated
    from jingwei.kernel.matters.commands.ring import TIMER, RingClock
    from jingwei.kernel.values.canonical import moment_text

    command = RingClock(matter_id=clock.stream_id, key=clock.key, at=at)
    moment = Simulated(at, silent=utc(until) - at > NEWS)
    return Turn(TIMER, moment, Keyed(f"ring:{clock.pk}:{moment_text(at)}", command))


def _urging(one: Planned, seed: int, until: datetime.datetime) -> "Iterator[Turn]":
    """Of what a unit has in hand, the overdue is supervised and every third urged; every other one is answered."""
    from jingwei.kernel.matters.commands import AnswerUrging, Supervise, Urge

    if not one.steps or one.steps[-1].action not in BEING_HANDLED:
        return
    matter, last = matter_id(seed, one.number, one.told.opened), one.steps[-1].at
    overdue = one.due < until
    if not overdue and one.number % 3:
        return
    at = max(last, one.due) if overdue else last
    asked = Supervise(matter_id=matter, text=_DEMANDED) if overdue else Urge(matter_id=matter, text=_URGED)
    supervisor = county_post("supervisor", one.told.cell)
    yield _turn(f"practice|{one.number}|urge", supervisor, at + (until - at) * 0.4, asked, until)
    if one.number % 2:
        answer = AnswerUrging(matter_id=matter, number=1, text=_ANSWERED, public_text=_ANSWERED)
        handler = next(step.who for step in reversed(one.steps) if step.action in BY_HANDLER)
        yield _turn(f"practice|{one.number}|urge|answer", handler, at + (until - at) * 0.7, answer, until)


def _turn(key: str, who: str, at: datetime.datetime, command: Any, until: datetime.datetime) -> "Turn":
    from jingwei.kernel.commands.bulk import Keyed, Turn
    from jingwei.kernel.commands.scope import Simulated

    return Turn(actor_of(who), Simulated(utc(at), silent=until - at > NEWS), Keyed(key, command))
