"""What holds for drafts of rules alone; the life of every draft is in `kernel/drafts/life.py`."""

import datetime

from jingwei.kernel.rulebook.models import Draft
from jingwei.kernel.values.words import Text

GRANT = Draft.grant
"""Whoever holds it writes drafts, and publishes those that others wrote."""

MOST = 2_000
"""Values of one draft: more than anybody reads; a whole new catalogue is entered as a pack."""

LONGEST_TITLE = 120


def day_problem(day: datetime.date, today: datetime.date) -> Text | None:
    """Rules are never changed for days that are gone."""
    if day >= today:
        return None
    return Text(
        f"生效日 {day} 已经过去；规则不能倒着改，请定为 {today} 或以后。",
        f"The day in force, {day}, is gone; rules are not changed for the past: choose {today} or later.",
    )
