"""The brief of a day, week or month: its figures are those of the records, the document says what the page says."""

import datetime
import io
import json
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from docx import Document

from jingwei.surfaces.desk.brief.period import latest, period
from tests.capabilities import conftest
from tests.capabilities.conftest import Town, town
from tests.city import day_of_city
from tests.surfaces.conftest import SignIn
from tests.surfaces.test_duty import COUNTS

__all__ = ["town"]

HOUR = datetime.timedelta(hours=1)
LAST_WEEK = day_of_city() - datetime.timedelta(days=7)


@pytest.fixture(autouse=True)
def _reported_last_week(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events begin on the Monday of the week before this one."""
    monday = LAST_WEEK - datetime.timedelta(days=LAST_WEEK.weekday())
    at = datetime.datetime.combine(monday, datetime.time(3), datetime.UTC)
    monkeypatch.setattr(conftest, "REPORTED", at)


@pytest.fixture
def week(town: Town) -> Town:
    """Five events reported: two closed, three open."""
    for state in ("closed", "closed", "feedback", "feedback", "reported"):
        town.event().to(state)
    return town


def test_the_weekly_brief_counts_what_the_records_hold(week: Town, sign_in: SignIn) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = sign_in("auditor").get(f"/brief/?of=week&on={LAST_WEEK}&type=grid_event").content.decode()
    assert len(asked) <= json.loads(COUNTS.read_text())["/brief/"], len(asked)
    assert "受理 5 件，比上期多 5 件；办结 2 件。期末未结 3 件" in page
    assert "按期结案率" in page and "期限落在本期的事项" in page


def test_the_document_says_what_the_page_says(week: Town, sign_in: SignIn) -> None:
    client = sign_in("auditor")
    address = f"?of=week&on={LAST_WEEK}&type=grid_event"
    page = client.get(f"/brief/{address}").content.decode()
    answer = client.get(f"/brief/document/{address}")
    assert f'filename="grid_event-week-{period("week", LAST_WEEK).first}.docx"' in answer["Content-Disposition"]
    paper = Document(io.BytesIO(answer.content))
    assert any("受理 5 件" in one.text for one in paper.paragraphs)
    *figures, listed = paper.tables  # the page lists the matters without headings
    rows = [*(row for table in figures for row in table.rows), *listed.rows[1:]]
    cells = [cell.text for row in rows for cell in row.cells]
    assert len(cells) > 20 and [cell for cell in cells if escape(cell) not in page] == []


def test_a_type_of_which_nothing_is_known_has_a_brief_too(town: Town, sign_in: SignIn) -> None:
    page = sign_in("auditor").get("/brief/?of=day&type=hazard")
    assert page.status_code == HTTPStatus.OK and "受理 0 件，与上期相同" in page.content.decode()


@pytest.mark.parametrize("day", ["tomorrow", "2999-01-01", "1023-01-01"])
def test_a_day_that_is_none_is_refused_in_words(town: Town, sign_in: SignIn, day: str) -> None:
    answer = sign_in("auditor").get(f"/brief/?on={day}")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "请选今天或以前的一天" in answer.content.decode()


def test_periods_are_whole_and_follow_each_other() -> None:
    zone = ZoneInfo("America/New_York")
    spring, autumn = period("day", datetime.date(2026, 3, 8)), period("day", datetime.date(2026, 11, 1))
    assert [(one.until(zone) - one.since(zone)) // HOUR for one in (spring, autumn)] == [23, 25]
    assert period("week", datetime.date(2026, 11, 27)).first == datetime.date(2026, 11, 23)
    december = period("month", datetime.date(2026, 12, 5))
    assert (december.last, december.after.last) == (datetime.date(2026, 12, 31), datetime.date(2027, 1, 31))
    assert latest("month", datetime.date(2027, 1, 1)) == december
    assert december.after.before == december
