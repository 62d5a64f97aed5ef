"""Forms in the first hours of the city's day, which UTC has not reached: today is today, tomorrow tomorrow."""

import datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pytest

from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.commands import scope
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Clock, whole_milliseconds
from jingwei.kernel.places.models import Area
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.rulebook.models import Draft
from tests.city import FOUNDER, ZONE, City, day_of_city
from tests.surfaces.conftest import SignIn, hidden_in
from tests.surfaces.test_redrawing import FORM, SPLIT
from tests.surfaces.test_rule_drafts import FILLED, LIMIT

DAY = datetime.timedelta(days=1)


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> datetime.date:
    """The day that begins at the city's next midnight; it is half past midnight, and not yet that day in UTC."""
    day = day_of_city() + DAY
    at = datetime.datetime.combine(day, datetime.time(0, 30), ZoneInfo(ZONE))

    def half_past_midnight(moment: Clock) -> datetime.datetime:
        return whole_milliseconds(at if moment is None else moment)

    monkeypatch.setattr(scope, "whole_milliseconds", half_past_midnight)
    assert at.astimezone(datetime.UTC).date() == day - DAY
    return day


def test_a_draft_is_offered_from_tomorrow_and_taken_from_today(
    city: City, today: datetime.date, sign_in: SignIn
) -> None:
    client = sign_in("administrator")
    page = client.get(LIMIT)
    assert f'value="{today + DAY}"' in page.content.decode()
    sent = {**hidden_in(page), "_do": "put", "_subject": "", **FILLED, "basis": "试城办〔2026〕9号"}
    refused = client.post(LIMIT, {**sent, "from_on": str(today - DAY)})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "已经过去" in refused.content.decode()
    assert client.post(LIMIT, {**sent, "from_on": str(today)}).status_code == HTTPStatus.SEE_OTHER
    assert Draft.objects.get().from_on == today


def test_a_cell_is_split_today_and_not_the_day_before(city: City, today: datetime.date, sign_in: SignIn) -> None:
    client = sign_in("administrator")
    page = client.get(SPLIT)
    assert f'value="{today}"' in page.content.decode()
    refused = client.post(SPLIT, {**hidden_in(page), **FORM, "from_on": str(today - DAY), "step": "look"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    done = client.post(SPLIT, {**hidden_in(page), **FORM, "from_on": str(today), "step": "do"})
    assert done.status_code == HTTPStatus.SEE_OTHER
    assert Area.objects.get(code="T1-01").until_on == today
    found = city.report(cell="T1-01").area
    assert found is not None and found.code == "T1-04"


def test_the_page_says_by_which_rule_of_the_day_a_matter_went(
    city: City, today: datetime.date, sign_in: SignIn
) -> None:
    content = {"unit": "PARKS", "priority": 1, "category": "ROAD", "area": "", "condition": ""}
    rule = SetValue(parameter="routing", subject="road", from_on=today, content=content, basis="试城办〔2026〕10号")
    execute(FOUNDER, rule, "rule")
    matter = city.report()
    assert matter.unit_id == Unit.objects.get(code="PARKS").pk
    assert "试城办〔2026〕10号" in sign_in("dispatcher").get(f"/matters/{matter.number}/").content.decode()
