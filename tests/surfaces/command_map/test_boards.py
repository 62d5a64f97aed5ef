"""The boards of the command map: units with their samples, and what comes in more than usual."""

import datetime
from html import unescape

import pytest

from jingwei.kernel.agencies.models import Person
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import External, ReportMatter
from jingwei.kernel.values.ids import new_id
from jingwei.surfaces.command_map.figures import forget, standing_of
from jingwei.surfaces.command_map.hot_spots import WEEKS, HotSpot, hot_spots_of
from jingwei.surfaces.command_map.seat import seat_of
from jingwei.surfaces.command_map.units import Board, board_of
from tests.city import City, point_in
from tests.database import behind
from tests.duty import open_roster, person_of, shift, take_up
from tests.surfaces.conftest import SignIn

OLD_SYSTEM = system("import:tests", "matter.report", "matter.read", history=True)


def reported(city: City, category: str, cell: str, days: int) -> None:
    """A report of so many days ago, as another system states it."""
    number = city.key()
    command = ReportMatter(
        matter_id=new_id(),
        type="grid_event",
        category=category,
        fields={"text": "旧系统的一件"},
        channel="hotline",
        point=point_in(cell),
        happened_at=datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days),
        external=External(source="old", number=str(number)),
    )
    execute(OLD_SYSTEM, command, number)


def overdue(city: City) -> None:
    """An event that a unit has in hand and is late with."""
    late = city.bring_to(city.report(), "dispatched")
    behind("UPDATE matters_matter SET due_at = opened_at WHERE id = %s", late.pk)


def spots_of(city: City) -> tuple[HotSpot, ...]:
    with reading(city.actor("centre-head"), by_heads=True) as scope:
        return hot_spots_of(scope, seat_of(scope))


def board(city: City) -> Board:
    with reading(city.actor("centre-head"), by_heads=True) as scope:
        seat = seat_of(scope)
        return board_of(scope, seat, standing_of(scope, seat))


def test_a_class_that_comes_in_more_than_in_the_weeks_before_is_shown_with_both_counts(city: City) -> None:
    for week in range(1, WEEKS + 1):
        reported(city, "ROAD-1", "T1-01", week * 7 + 1)
        for _ in range(6):
            reported(city, "ROAD-2", "T2-01", week * 7 + 1)
    for _ in range(6):
        reported(city, "ROAD-1", "T1-01", 1)
        reported(city, "ROAD-2", "T2-01", 1)
    (spot,) = spots_of(city)
    assert (spot.place.en, spot.category.en, spot.count, spot.usual) == ("East District", "Pothole", 6, 1.0)
    assert "category=ROAD-1" in spot.listed and "part=T1" in spot.listed


def test_few_are_never_a_hot_spot(city: City) -> None:
    for _ in range(4):
        reported(city, "ROAD-1", "T1-01", 1)
    assert spots_of(city) == ()


def test_units_are_shown_with_what_they_have_in_hand_and_how_many_a_share_was_taken_of(city: City) -> None:
    city.bring_to(city.report(), "dispatched")
    city.bring_to(city.report(), "dispatched")
    city.report(category="PARK-1", cell="T2-01")
    lines = {one.code: one for one in board(city).lines}
    assert (lines["ROADS"].counted.open, lines["PARKS"].counted.open) == (2, 1)
    assert "unit=ROADS" in lines["ROADS"].open_list
    assert all(one.share is None or one.share.made_of.zh for one in lines.values())


def test_a_share_of_few_is_told_by_its_numbers_alone(city: City, sign_in: SignIn) -> None:
    for _ in range(4):
        overdue(city)
    (line,) = board(city).lines
    assert line.share and line.share.value.en == "0 / 4"
    client = sign_in("centre-head")
    page = client.get("/command/").content.decode()
    assert "样本太少" in page and "0.0%" not in page
    overdue(city)
    forget()
    (line,) = board(city).lines
    assert line.share and (line.share.value.en, line.share.made_of.en) == ("0.0%", "0 / 5")
    assert "样本太少" not in client.get("/command/").content.decode()


def test_the_unit_with_most_that_is_late_stands_first_and_every_unit_can_be_reached(
    city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.bring_to(city.report(), "dispatched")
    late = city.report(category="PARK-1", cell="T2-01")
    behind("UPDATE matters_matter SET due_at = opened_at WHERE id = %s", late.pk)
    assert [one.code for one in board(city).lines] == ["PARKS", "ROADS"]
    monkeypatch.setattr("jingwei.surfaces.command_map.views.SHOWN", 1)
    client = sign_in("centre-head")
    page = client.get("/command/").content.decode()
    assert 'id="open-PARKS"' in page and 'id="open-ROADS"' not in page
    everything = unescape(page.partition('id="every-unit" href="')[2].partition('"')[0])
    page = client.get(everything).content.decode()
    assert 'id="open-PARKS"' in page and 'id="open-ROADS"' in page
    again = unescape(page.partition('hx-get="')[2].partition('"')[0])
    assert 'id="open-ROADS"' in client.get(again).content.decode(), "it stays so when the page asks again"


def test_who_is_on_duty_for_the_area_is_shown_and_not_for_another(city: City, sign_in: SignIn) -> None:
    for code, area, person in (("EAST", "T1", "grid-east"), ("WEST", "T2", "grid-west"), ("ALL", "T", "supervisor")):
        open_roster(city, code, area)
        take_up(city, person, "checker")
        shift(city, person, -1, 1, code, post="checker")
    client = sign_in("centre-head")
    posts = ("grid-east", "grid-west", "supervisor")
    names = {post: Person.objects.get(pk=person_of(city, post)).name for post in posts}
    for area, expected in (("T", {*posts}), ("T1", {posts[0], posts[2]}), ("T2-01", {posts[1], posts[2]})):
        page = client.get(f"/command/?area={area}").content.decode()
        duty = page.partition('<dl class="duty">')[2].partition("</dl>")[0]
        assert {post for post, name in names.items() if name in duty} == expected
