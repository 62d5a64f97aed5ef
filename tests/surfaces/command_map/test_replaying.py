"""A day again, hour by hour: what the map says of each hour is what the record tells of that moment."""

import datetime
import json
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pytest

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import External, ReportMatter
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.values.ids import new_id
from jingwei.surfaces.command_map.figures import Counted
from jingwei.surfaces.command_map.replaying import Day, day_of
from jingwei.surfaces.command_map.seat import seat_of
from tests.city import City, point_in
from tests.database import behind
from tests.surfaces.conftest import SignIn

OLD_SYSTEM = system("import:tests", "matter.report", "matter.read", history=True)
ZONE = ZoneInfo("Asia/Shanghai")
HOUR = datetime.timedelta(hours=1)


def reported(city: City, cell: str, at: datetime.datetime, **stated: datetime.datetime) -> None:
    """A matter of the past, with the limit and the closing that are stated."""
    command = ReportMatter(
        matter_id=new_id(),
        type="grid_event",
        category="ROAD-1",
        fields={"text": "旧系统的一件"},
        channel="hotline",
        point=point_in(cell),
        happened_at=at,
        external=External(source="old", number=city.key()),
    )
    execute(OLD_SYSTEM, command, command.external.number if command.external else "")
    for column, moment in stated.items():
        behind(f"UPDATE matters_matter SET {column} = %s WHERE id = %s", moment, command.matter_id)


@pytest.fixture
def midnight() -> datetime.datetime:
    """When the day before yesterday began in the city."""
    today = datetime.datetime.now(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - datetime.timedelta(days=2)


def replayed(city: City, on: datetime.datetime, level: str = "cell") -> Day:
    with reading(city.actor("centre-head"), by_heads=True) as scope:
        return day_of(scope, seat_of(scope, level=level), on.date().isoformat())


def told_by_the_record(at: datetime.datetime, since: datetime.datetime) -> dict[str, Counted]:
    """What there was in each cell at a moment, matter by matter."""
    cells: dict[str, Counted] = {}
    for one in Matter.objects.select_related("area"):
        open_then = one.opened_at < at and (one.closed_at is None or one.closed_at >= at)
        late = open_then and one.due_at is not None and one.due_at < at
        came = since <= one.opened_at < at
        went = one.closed_at is not None and since <= one.closed_at < at
        assert one.area is not None
        cells[one.area.code] = cells.get(one.area.code, Counted()) + Counted(open_then, late, came, went)
    return cells


def test_each_hour_is_what_the_record_tells_of_it(city: City, midnight: datetime.datetime) -> None:
    reported(city, "T1-01", midnight - 30 * HOUR, due_at=midnight - HOUR)
    reported(city, "T1-01", midnight - 20 * HOUR, due_at=midnight + 5.5 * HOUR)
    reported(city, "T1-02", midnight + 3.2 * HOUR, due_at=midnight + 9.1 * HOUR)
    reported(city, "T2-01", midnight + 3.4 * HOUR, due_at=midnight + 90 * HOUR)
    reported(city, "T2-01", midnight + 8 * HOUR, due_at=midnight + 7 * HOUR)
    reported(city, "T1-01", midnight - 50 * HOUR, due_at=midnight - 3 * HOUR, closed_at=midnight + 2.5 * HOUR)
    reported(city, "T1-02", midnight + 6.1 * HOUR, due_at=midnight + 6.3 * HOUR, closed_at=midnight + 6.9 * HOUR)
    reported(city, "T1-02", midnight + 6.1 * HOUR, due_at=midnight + 30 * HOUR, closed_at=midnight + 12 * HOUR)
    reported(city, "T2-01", midnight - 90 * HOUR, closed_at=midnight - 1 * HOUR)
    reported(city, "T2-01", midnight + 26 * HOUR, due_at=midnight + 27 * HOUR)
    day = replayed(city, midnight)
    assert len(day.moments) == 25 and day.moments[0] == midnight
    for hour, at in enumerate(day.moments):
        record = told_by_the_record(at, midnight)
        assert day.whole[hour] == sum(record.values(), Counted()), hour
        for code, one in day.by_part.items():
            assert one[hour] == record.get(code, Counted()), (hour, code)
    assert day.whole[24] == Counted(open=5, overdue=4, came=5, went=3)


def test_what_was_closed_that_day_has_gone(city: City) -> None:
    city.bring_to(city.report(cell="T1-01"), "closed")
    city.report(cell="T1-02")
    later = datetime.datetime.now(datetime.UTC) + 2 * HOUR
    with reading(city.actor("centre-head"), now=later, by_heads=True) as scope:
        day = day_of(scope, seat_of(scope, level="cell"), datetime.datetime.now(ZONE).date().isoformat())
    assert (day.whole[-1].came, day.whole[-1].went, day.whole[-1].open) == (2, 1, 1)
    assert day.by_part["T1-01"][-1] == Counted(open=0, overdue=0, came=1, went=1)


def test_the_map_is_told_the_hours_at_which_anything_changed(
    city: City, midnight: datetime.datetime, sign_in: SignIn
) -> None:
    reported(city, "T1-01", midnight + 3.2 * HOUR, due_at=midnight + 9.1 * HOUR)
    client = sign_in("centre-head")
    asked = f"?level=cell&day={midnight.date().isoformat()}"
    areas = json.loads(client.get(f"/command/replay/frames/{asked}").content)["areas"]
    assert areas["T1-01"] == [[0, "0", 0, 0, 0], [4, "1", 1, 0, 1], [10, "1", 1, 1, 1]]
    page = client.get(f"/command/replay/{asked}").content.decode()
    assert page.count("data-hour=") == 25 and 'max="24"' in page and "24:00" in page


@pytest.mark.parametrize(("day", "said"), [("2999-01-01", "还没有到"), ("tomorrow", "请写成日期")])
def test_a_day_that_cannot_be_replayed_is_refused_in_words(city: City, sign_in: SignIn, day: str, said: str) -> None:
    answer = sign_in("centre-head").get(f"/command/replay/?day={day}")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and said in answer.content.decode()
