"""What happens to shifts when a holding, a post or a person ends: they are cut, and the gap shows on the roster."""

import datetime
from collections.abc import Sequence

from django.db.models import Q

from jingwei.kernel.agencies.models import Roster, Shift
from jingwei.kernel.commands.work import Work


def rosters_with(work: Work, whose: Q, at: datetime.datetime) -> list[Roster]:
    """Locks the rosters that have shifts of this kind beyond that moment."""
    found = Shift.objects.filter(whose, cancelled=False, until_at__gt=at).values_list("roster_id", flat=True)
    return work.lock_many(Roster, set(found))


def cut(work: Work, rosters: Sequence[Roster], whose: Q, at: datetime.datetime) -> int:
    """Cancels their shifts that begin at that moment or later and ends those under way; gives how many."""
    count = 0
    for roster in rosters:
        shifts = list(Shift.objects.filter(whose, roster=roster, cancelled=False, until_at__gt=at).order_by("pk"))
        for shift in shifts:
            shift.cancelled, shift.until_at = (True, shift.until_at) if shift.from_at >= at else (False, at)
            work.save(shift, "cancelled", "until_at")
        if shifts:
            work.record(roster, "agencies.shifts_cut", {"shifts": [shift.pk for shift in shifts], "from": at})
        count += len(shifts)
    return count
