"""Swapping shifts: one asks, the other agrees, and only then does the roster change."""

import uuid
from dataclasses import dataclass
from typing import Literal

from jingwei.kernel.agencies.commands.known import OWN, PERSON, ended_problem, may_own, person_of
from jingwei.kernel.agencies.commands.roster import begun_problem, holder_problem
from jingwei.kernel.agencies.models import Person, Roster, Shift, Swap
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, kw_only=True)
class AskSwap(Command):
    """请求换班: another person is asked to take over a shift of mine, for one of theirs (`back`) or for none."""

    shift: uuid.UUID
    asked: uuid.UUID
    back: uuid.UUID | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerSwap(Command):
    """答复换班: whoever is asked agrees or declines; whoever asked withdraws."""

    swap: uuid.UUID
    answer: Literal["agreed", "declined", "withdrawn"]


@handles(AskSwap, grant=OWN)
def ask_swap(work: Work, command: AskSwap) -> Result:
    """Changes nothing on the roster yet."""
    shift = Shift.objects.filter(pk=command.shift).first()
    if shift is None:
        raise not_found()
    other = person_of(command.asked)
    roster = work.lock(Roster, shift.roster_id)
    shift = Shift.objects.get(pk=command.shift)
    back = Shift.objects.filter(pk=command.back, roster=roster).first() if command.back else None
    work.authorise(OWN, may_own(work.actor, shift.person_id))
    work.require(
        None if other.pk != shift.person_id else Text("请选另一个人。", "Choose somebody else."), place="asked"
    )
    work.require(ended_problem(not other.active, PERSON), place="asked")
    missing = command.back is not None and (back is None or back.person_id != other.pk)
    work.require(Text("对方没有这个班次。", "That is no shift of theirs.") if missing else None, place="back")
    swap = Swap(
        id=work.new_id(),
        roster=roster,
        shift=shift,
        back=back,
        asked_by_id=shift.person_id,
        asked=other,
        state="asked",
        asked_at=work.now,
    )
    for problem, place in _problems(work, swap):
        work.require(problem, place)
    work.insert(swap)
    facts = {"swap": swap.pk, "shift": shift.pk, "back": swap.back_id, "asked": other.pk}
    work.record(roster, "agencies.swap_asked", facts)
    return {"swap": str(swap.pk)}


@handles(AnswerSwap, grant=OWN)
def answer_swap(work: Work, command: AnswerSwap) -> Result:
    """On the locked roster everything is asked again: a shift swapped, cancelled or begun meanwhile is refused."""
    swap = Swap.objects.filter(pk=command.swap).first()
    if swap is None:
        raise not_found()
    work.lock_many(Person, {swap.asked_by_id, swap.asked_id})
    roster = work.lock(Roster, swap.roster_id)
    swap = Swap.objects.select_related("shift", "back", "asked", "asked_by").get(pk=command.swap)
    mine = swap.asked_by_id if command.answer == "withdrawn" else swap.asked_id
    work.authorise(OWN, may_own(work.actor, mine))
    answered = swap.state != "asked"
    work.require(Text("这个换班请求已有结果。", "This request has been answered already.") if answered else None)
    if command.answer == "agreed":
        for problem, place in _problems(work, swap):
            work.require(problem, place)
        _exchange(work, swap)
    swap.state, swap.answered_at = command.answer, work.now
    work.save(swap, "state", "answered_at")
    facts = {"swap": swap.pk, "shift": swap.shift_id, "back": swap.back_id}
    work.record(roster, f"agencies.swap_{command.answer}", facts)
    return {"swap": str(swap.pk), "state": swap.state}


def _exchange(work: Work, swap: Swap) -> None:
    swap.shift.person_id = swap.asked_id
    work.save(swap.shift, "person_id")
    if swap.back is not None:
        swap.back.person_id = swap.asked_by_id
        work.save(swap.back, "person_id")


def _problems(work: Work, swap: Swap) -> list[tuple[Text | None, str]]:
    """Why the swap cannot be: a shift gone, begun, no longer theirs, a post not held, another shift in that time."""
    given = [(swap.shift, swap.asked_by_id, swap.asked_id, swap.back_id, "shift")]
    if swap.back is not None:
        given.append((swap.back, swap.asked_id, swap.asked_by_id, swap.shift_id, "back"))
    found: list[tuple[Text | None, str]] = []
    for shift, giver, taker, other, place in given:
        moved = shift.person_id != giver
        found += [
            (begun_problem(shift, work.now), place),
            (Text("这个班次已换给别人。", "This shift is somebody else's now.") if moved else None, place),
            (holder_problem(taker, shift.post_id, shift.from_at), place),
            (_busy_problem(shift, taker, other), place),
        ]
    found += [(ended_problem(not person.active, PERSON), "asked") for person in (swap.asked, swap.asked_by)]
    return found


def _busy_problem(shift: Shift, taker: uuid.UUID, given_away: uuid.UUID | None) -> Text | None:
    others = Shift.objects.filter(person=taker, cancelled=False).exclude(pk__in=[given_away] if given_away else [])
    if not others.filter(from_at__lt=shift.until_at, until_at__gt=shift.from_at).exists():
        return None
    return Text("接班的人在这段时间已有别的班次。", "Whoever takes the shift has another one in that time.")
