"""A day of the rulebook is one of the city: it begins at the city's midnight, in summer and in winter."""

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.rulebook.drafting import BeginDraft, NewValue
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, Dated, Rules, rules_of
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.ids import new_id
from tests.city import FOUNDER, SINCE, ZONE, City, pothole

DAY, HALF_AN_HOUR, MINUTE = datetime.timedelta(days=1), datetime.timedelta(minutes=30), datetime.timedelta(minutes=1)
NEW_YORK = "America/New_York"
ONE_HOUR = {"counting": "continuous", "amount": 1, "unit": "hour"}
MONDAY = datetime.date(2026, 3, 2)


def midnight(day: datetime.date, zone: str = ZONE) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), ZoneInfo(zone)).astimezone(datetime.UTC)


def begins(parameter: str, subject: str, on: datetime.date, content: Mapping[str, Any]) -> None:
    value = SetValue(parameter=parameter, subject=subject, from_on=on, content=content, basis="tests")
    execute(FOUNDER, value, f"{parameter}:{subject}:{on}")


def calendar_in(zone: str) -> dict[str, Any]:
    return {"zone": zone, "weekdays": [1, 2, 3, 4, 5], "hours": [["09:00", "17:00"]], "days": {}}


def reported(at: datetime.datetime, category: str = "ROAD-1") -> Matter:
    command = replace(pothole(), matter_id=new_id(), category=category)
    execute(public("matter.report"), command, f"report:{command.matter_id}", now=at)
    return Matter.objects.get(pk=command.matter_id)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (ZONE, MONDAY, 8),
        (ZONE, datetime.date(2026, 7, 1), 8),
        (NEW_YORK, MONDAY, -5),
        (NEW_YORK, datetime.date(2026, 7, 1), -4),
    ],
)
def test_a_limit_of_tomorrow_begins_at_the_citys_midnight(
    city: City, zone: str, day: datetime.date, hours: int
) -> None:
    begins("calendar", CITY_CALENDAR, SINCE + DAY, calendar_in(zone))
    begins("limit", "ROAD//sign", day, ONE_HOUR)
    begin = midnight(day, zone)
    assert begin == datetime.datetime.combine(day, datetime.time(), datetime.UTC) - datetime.timedelta(hours=hours)
    for moment, today, amount in ((begin - MINUTE, day - DAY, 4), (begin + MINUTE, day, 1)):
        with reading(FOUNDER, moment) as scope:
            assert (scope.today, scope.day_of(moment), rules_of(scope).day_of(moment)) == (today,) * 3
            found = rules_of(scope).limit("ROAD-1", "", "sign", scope.today)
        assert found is not None and found.content["amount"] == amount


def test_a_matter_of_half_past_midnight_has_the_rules_of_the_new_day(city: City) -> None:
    category = {"zh": "井盖丢失", "en": "Lost manhole cover", "parent": "ROAD", "urgency": "U1", "open": True}
    route = {"unit": "PARKS", "priority": 1, "category": "ROAD", "area": "", "condition": ""}
    begins("category", "ROAD-4", MONDAY, category)
    begins("routing", "road", MONDAY, route)
    before, after = midnight(MONDAY) - HALF_AN_HOUR, midnight(MONDAY) + HALF_AN_HOUR
    with pytest.raises(Invalid, match="no category ROAD-4"):
        reported(before, "ROAD-4")
    units = dict(Unit.objects.values_list("pk", "code"))
    old, new = reported(before), reported(after, "ROAD-4")
    assert [units[one.unit_id] for one in (old, new) if one.unit_id] == ["ROADS", "PARKS"]
    assert new.category == "ROAD-4"


def test_a_clock_begins_with_the_limit_of_the_day_in_the_city(city: City) -> None:
    begins("limit", "ROAD//handle", MONDAY, ONE_HOUR)
    for at, amount in ((midnight(MONDAY) - HALF_AN_HOUR, 5), (midnight(MONDAY) + HALF_AN_HOUR, 1)):
        matter = city.bring_to(reported(at), "dispatched")
        assert Clock.objects.get(stream_id=matter.pk, key="handle").segments[0]["limit"]["amount"] == amount


def test_a_draft_may_begin_today_in_the_city_and_not_the_day_before(city: City) -> None:
    value = NewValue(parameter="limit", subject="ROAD//handle", content=ONE_HOUR, basis="tests")

    def begun(on: datetime.date) -> None:
        draft = BeginDraft(draft_id=new_id(), title="t", from_on=on, values=(value,))
        execute(city.actor("administrator"), draft, city.key(), now=midnight(MONDAY) + HALF_AN_HOUR)

    begun(MONDAY)
    with pytest.raises(Invalid, match="is gone"):
        begun(MONDAY - DAY)


def test_the_day_is_that_of_the_latest_calendar_for_all_time() -> None:
    values = [
        Dated(CITY_CALENDAR, SINCE, MONDAY, calendar_in(ZONE), "tests"),
        Dated(CITY_CALENDAR, MONDAY, None, calendar_in(NEW_YORK), "tests"),
    ]
    moment = datetime.datetime(2026, 1, 1, 3, tzinfo=datetime.UTC)
    books = [Rules({"calendar": {CITY_CALENDAR: known}}) for known in ([], values[:1], values)]
    days = [rules.day_of(moment) for rules in books]
    assert days == [datetime.date(2026, 1, 1), datetime.date(2026, 1, 1), datetime.date(2025, 12, 31)]
    assert books[0].zone == ZoneInfo("UTC")
