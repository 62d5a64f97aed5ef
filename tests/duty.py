"""Duty in the test city: a roster of the hotline with two shifts, leave, a request to swap, a sheet handed over."""

import datetime
import uuid
from functools import cache

from jingwei.kernel.agencies.commands import AskSwap, EnterShifts, OpenRoster, ShiftRow, TakeLeave, TakeUpPost
from jingwei.kernel.agencies.models import Shift
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import whole_milliseconds
from jingwei.kernel.matters.commands import HandOverShift
from tests.city import FOUNDER, City

HOUR = datetime.timedelta(hours=1)


@cache
def this_minute() -> datetime.datetime:
    """The minute in which the test began: it stands still until the next test begins (tests/conftest.py), so that
    everything in a test goes by one moment, and no test by one that was an hour ago."""
    return whole_milliseconds(datetime.datetime.now(datetime.UTC)).replace(second=0, microsecond=0)


def person_of(city: City, post: str) -> uuid.UUID:
    """The id of the person whose login is called like this post."""
    person = city.actor(post).id
    assert person is not None
    return person


def open_roster(city: City, code: str = "NIGHT", area: str = "T", unit: str = "HOTLINE") -> None:
    """A roster that must be covered all day."""
    roster = OpenRoster(code=code, unit=unit, area=area, title=("值班", "Duty"), covers=(("00:00", "24:00"),))
    execute(city.actor("administrator"), roster, city.key())


def shift(
    city: City, person: str, from_hours: float, until_hours: float, roster: str = "NIGHT", post: str = ""
) -> Shift:
    """A shift from so many hours after this minute until so many hours after it."""
    row = ShiftRow(
        post=post or person,
        person=person_of(city, person),
        from_at=this_minute() + from_hours * HOUR,
        until_at=this_minute() + until_hours * HOUR,
    )
    execute(FOUNDER, EnterShifts(roster=roster, shifts=(row,)), city.key())
    return Shift.objects.get(roster__code=roster, person=row.person, from_at=row.from_at, cancelled=False)


def take_up(city: City, person: str, post: str) -> None:
    """One more post for a person, since long ago."""
    since = this_minute() - 1000 * HOUR
    execute(FOUNDER, TakeUpPost(person=person_of(city, person), post=post, from_at=since), city.key())


def leave(city: City, person: str, stand_in: str, from_hours: float = -1, until_hours: float = 24) -> None:
    """Somebody is away and another stands in."""
    command = TakeLeave(
        person=person_of(city, person),
        from_at=this_minute() + from_hours * HOUR,
        until_at=this_minute() + until_hours * HOUR,
        stand_in=person_of(city, stand_in),
    )
    execute(city.actor(person), command, city.key())


def keep_duty(city: City) -> None:
    """A row in every table of duty."""
    open_roster(city)
    take_up(city, "supervisor", "intake")
    mine = shift(city, "intake", 10, 18)
    ask = AskSwap(shift=mine.pk, asked=person_of(city, "supervisor"))
    execute(city.actor("intake"), ask, city.key())
    leave(city, "grid-east", "grid-west")
    mine_now = HandOverShift(
        post="intake", to="intake", whose="unit", since=this_minute() - 8 * HOUR, until=this_minute() + 8 * HOUR
    )
    execute(city.actor("intake"), mine_now, city.key())
