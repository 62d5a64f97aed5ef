"""A unit's own page: where it stands, who holds its posts, what is open with each, and what may be done there."""

import datetime
from http import HTTPStatus

import pytest

from jingwei.kernel.agencies.commands import StepDown, TakeUpPost
from jingwei.kernel.agencies.models import Holding, Post, Unit
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import AskTask, EndUnit
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.values.errors import Denied
from jingwei.surfaces.desk.agencies.units import found_unit, standing_of
from tests.city import FOUNDER, City, add_post, day_of_city
from tests.duty import HOUR, person_of, take_up
from tests.procedure import Procedure, install
from tests.surfaces.conftest import SignIn
from tests.surfaces.test_duty import send

ROADS = "/agencies/units/ROADS/"


def test_it_says_where_the_unit_stands_and_who_is_there(city: City, sign_in: SignIn) -> None:
    city.bring_to(city.report(), "signed")
    client = sign_in("administrator")
    assert f'href="{ROADS}"' in client.get("/agencies/").content.decode()
    page = client.get(ROADS).content.decode()
    assert '<a href="/agencies/units/CITY/">市政府</a>' in page and "没有下级单位。" in page
    assert '<a href="/agencies/people/handler-roads/">Roads handler A</a>' in page and "空岗" not in page
    above = client.get("/agencies/units/CITY/").content.decode()
    assert "没有，这是最上级" in above and above.count('href="/agencies/units/') == len(
        ("HOTLINE", "ROADS", "PARKS", "CHECK")
    )
    assert client.get("/agencies/units/nowhere/").status_code == HTTPStatus.NOT_FOUND


def test_what_is_open_is_counted_by_post_and_where_nobody_is_it_warns(
    city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch)
    procedure = Procedure(city)
    city.bring_to(city.report(), "signed")
    city.bring_to(city.report(), "dispatched")
    matter = procedure.report()
    procedure.act("dispatcher", matter, "give", unit=str(Unit.objects.get(code="PARKS").pk))
    procedure.act("handler-parks", matter, "sign")
    ask_of("handler-roads", procedure, matter)
    ask_of("", procedure, matter)
    with reading(city.actor("administrator")) as scope:
        standing = standing_of(scope, found_unit("ROADS"))
    (seat,) = standing.seats
    assert (seat.open, seat.tasks, standing.open, standing.tasks, seat.vacant) == (1, 1, 1, 1, False)
    execute(city.actor("administrator"), StepDown(holding=Holding.objects.get(post__code=seat.code).pk), city.key())
    page = sign_in("administrator").get(ROADS).content.decode()
    assert '<span class="badge badge-late">空岗</span>' in page


def ask_of(post: str, procedure: Procedure, matter: Matter) -> None:
    """A task of the roads department, of one post of it or of the whole unit."""
    to = Post.objects.get(code=post).pk if post else None
    unit = Unit.objects.get(code="ROADS").pk
    task = AskTask(matter_id=matter.pk, role="consult", unit=unit, post=to, fields={}, grant="matter.handle")
    procedure.send("handler-parks", task)


def test_what_is_beyond_the_readers_reach_is_not_counted_and_not_edited(city: City, sign_in: SignIn) -> None:
    add_post(city, "east-office", "HOTLINE", "T1", "office", ("agencies.edit",))
    city.bring_to(city.report(cell="T2-01"), "signed")
    with reading(city.actor("east-office")) as scope:
        (seat,) = standing_of(scope, found_unit("ROADS")).seats
    assert seat.open == 0
    page = sign_in("east-office").get(ROADS).content.decode()
    assert "新设下级单位" not in page, "the unit serves more than the post does"
    with pytest.raises(Denied):
        execute(city.actor("east-office"), EndUnit(code="ROADS"), city.key())
    assert sign_in("supervisor").get(ROADS).status_code == HTTPStatus.FORBIDDEN


def test_whoever_comes_later_is_shown_and_the_post_is_vacant_until_then(city: City, sign_in: SignIn) -> None:
    admin, soon = city.actor("administrator"), datetime.datetime.now(datetime.UTC) + HOUR
    execute(admin, StepDown(holding=Holding.objects.get(post__code="handler-roads").pk), city.key())
    later = TakeUpPost(person=person_of(city, "intake"), post="handler-roads", from_at=soon, until_at=soon + HOUR)
    execute(admin, later, city.key())
    page = sign_in("administrator").get(ROADS).content.decode()
    assert "空岗" in page and "尚未到岗" in page and "Intake clerk A" in page


def test_a_day_that_was_is_looked_at_and_not_changed(city: City, sign_in: SignIn) -> None:
    take_up(city, "supervisor", "handler-roads")  # since long ago; the other holder began today
    client, today = sign_in("administrator"), day_of_city()
    page = client.get(f"{ROADS}?on={today - datetime.timedelta(days=20)}").content.decode()
    assert "没有岗位" in page and "变更单位" not in page and "待答复任务" not in page
    assert "Supervisor A" in client.get(f"{ROADS}?on={today + datetime.timedelta(days=1)}").content.decode()
    for odd in ("0001-01-01", "nonsense"):
        assert client.get(f"{ROADS}?on={odd}").status_code == HTTPStatus.OK


def test_units_below_are_entered_the_unit_is_changed_and_ended(city: City, sign_in: SignIn) -> None:
    client, names = sign_in("administrator"), {"name_zh": "养护队", "name_en": "Upkeep"}
    below = {"code": "UPKEEP", "kind": "team", "area": "T1", **names}
    assert send(client, ROADS, "enter_unit", **below).status_code == HTTPStatus.SEE_OTHER
    assert Unit.objects.get(code="UPKEEP").parent == Unit.objects.get(code="ROADS")
    refused = send(client, ROADS, "end")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "个下级单位" in refused.content.decode()
    address = "/agencies/units/UPKEEP/"
    assert (
        send(client, address, "change", **names | {"name_en": "Keepers"}, area="T2").status_code == HTTPStatus.SEE_OTHER
    )
    changed = Unit.objects.get(code="UPKEEP")
    assert (changed.name_en, changed.area.code) == ("Keepers", "T2")
    post = {"code": "keeper", "area": "T2", "like": "no such post", **names}
    assert send(client, address, "enter_post", **post).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    execute(FOUNDER, EndUnit(code="UPKEEP"), city.key())
    page = client.get(address).content.decode()
    assert "已撤" in page and "撤销单位" not in page
