"""Who is on duty in the practice city: rosters by turns, one person on leave, shifts handed over."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from jingwei.surfaces.console.practice.agencies import Agencies, is_relieved
from jingwei.surfaces.console.practice.days import utc

_DAY, _HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
_BEFORE, _AFTER = 14, 45
"""How many days shifts reach around the end of the simulated time: a city looked at later still has some."""

_COVERS = (("08:00", "20:00"), ("20:00", "08:00"))
_NOTES = (
    "夜间紧急事项均已电话通知到人，承办单位已到场；临期的请白班逐件核对进度。",
    "白班积压已清，临期事项已逐件电话提醒；夜间有大风，请留意树木倒伏和广告牌。",
)


def enter_duty(agencies: Agencies, until: datetime.datetime) -> None:
    """A roster with its shifts for each post that is held by turns, and one leave with a stand-in.

    `until` is the end of the simulated time, local. Raises Refusal.
    """
    from jingwei.kernel.agencies.commands import EnterShifts, OpenRoster, TakeLeave
    from jingwei.kernel.commands.execute import execute
    from jingwei.kernel.commands.scope import Simulated
    from jingwei.surfaces.console.pack.enter import FOUNDER

    people, begun = _people(), Simulated(utc(until - (_BEFORE + 1) * _DAY), silent=True)
    for post in filter(is_relieved, agencies.posts):
        code = f"duty-{post['code']}"
        title = (f"{post['title_zh']}值班表", f"Duty roster: {post['title_en']}")
        roster = OpenRoster(code=code, unit=post["unit"], area=post["area"], title=title, covers=_COVERS)
        execute(FOUNDER, roster, f"practice:roster:{code}", now=begun)
        shifts = tuple(_shifts(post["code"], [people[name] for name in _turns(agencies, post["code"])], until))
        execute(FOUNDER, EnterShifts(roster=code, shifts=shifts), f"practice:shifts:{code}", now=begun)
    leave = TakeLeave(
        person=people[_turns(agencies, "dispatcher")[0]],
        from_at=utc(until - 2 * _DAY),
        until_at=utc(until + 5 * _DAY),
        stand_in=people["supervisor"],
        by_editor=True,
    )
    execute(FOUNDER, leave, "practice:leave", now=Simulated(utc(until - 4 * _DAY), silent=True))


def _people() -> dict[str, Any]:
    """The person's id by login name."""
    from jingwei.kernel.agencies.models import Person

    return dict(Person.objects.values_list("account__username", "pk"))


def _turns(agencies: Agencies, post: str) -> list[str]:
    """The login names of those who hold a post by turns; the one of the post's own name is not the first."""
    names = [row["username"] for row in agencies.people if row["post"] == post]
    return [*names[1:], names[0]]


def _begins(number: int, until: datetime.datetime) -> datetime.datetime:
    """When a shift begins: days and nights are counted from the first day."""
    return until + (number // 2 - _BEFORE) * _DAY + (20 if number % 2 else 8) * _HOUR


def _shifts(post: str, people: Sequence[Any], until: datetime.datetime) -> Iterator[Any]:
    from jingwei.kernel.agencies.commands import ShiftRow

    for number in range(2 * (_BEFORE + _AFTER)):
        begin = _begins(number, until)
        person = people[number % len(people)]
        yield ShiftRow(post=post, person=person, from_at=utc(begin), until_at=utc(begin + 12 * _HOUR))


def hand_over_shifts(agencies: Agencies, until: datetime.datetime) -> None:
    """The last two changes of shift of each of these posts: the earlier one taken over, the later one not yet.

    Raises Refusal.
    """
    for post in filter(is_relieved, agencies.posts):
        names = _turns(agencies, post["code"])
        for number, note in zip((2 * _BEFORE - 2, 2 * _BEFORE - 1), _NOTES, strict=True):
            giving, taking = names[(number - 1) % len(names)], names[number % len(names)]
            at = _begins(number, until)
            sheet = _hand_over(giving, post["code"], at, note)
            if number % 2 == 0:
                _take_over(taking, sheet, at + datetime.timedelta(minutes=6))


def _hand_over(giving: str, post: str, at: datetime.datetime, note: str) -> Any:
    from jingwei.kernel.commands.execute import execute
    from jingwei.kernel.commands.scope import Simulated
    from jingwei.kernel.matters.commands import HandOverShift
    from jingwei.surfaces.console.practice.carrying.turns import actor_of

    since, until = utc(at - 12 * _HOUR), utc(at + 12 * _HOUR)
    command = HandOverShift(post=post, to=post, whose="unit", since=since, until=until, note=note)
    key = f"practice:hand-over:{post}:{at:%Y%m%d%H}"
    return execute(actor_of(giving), command, key, now=Simulated(utc(at)))["hand_over"]


def _take_over(taking: str, sheet: Any, at: datetime.datetime) -> None:
    from jingwei.kernel.commands.execute import execute
    from jingwei.kernel.commands.scope import Simulated, as_uuid
    from jingwei.kernel.matters.commands import AcceptHandOver
    from jingwei.surfaces.console.practice.carrying.turns import actor_of

    known = as_uuid(sheet)
    assert known is not None  # noqa: S101  # the command gave it
    command = AcceptHandOver(hand_over=known)
    execute(actor_of(taking), command, f"practice:take-over:{sheet}", now=Simulated(utc(at)))
