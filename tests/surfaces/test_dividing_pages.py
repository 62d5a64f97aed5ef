"""The page of a balanced division: asked for, looked at in figures and maps, carried out; what is wrong is told."""

import datetime
import re
from http import HTTPStatus

import pytest

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import ReportMatter
from jingwei.kernel.places.commands import EnterSheet, SheetCell
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.coordinates import parse_degrees
from jingwei.kernel.values.ids import new_id
from tests.city import FOUNDER, City, day_of_city, point_in
from tests.surfaces.conftest import SignIn, hidden_in

PAGE = "/grid/redraw/T1/divide/"
TODAY = day_of_city()
ACT = {"from_on": TODAY.isoformat(), "basis": "试城办〔2026〕12号"}


def reported(city: City) -> None:
    """Nine reports in the south-east, one in the north-east: two cells of very unlike load."""
    for at in range(9):
        report = ReportMatter(
            matter_id=new_id(),
            type="grid_event",
            category="ROAD-1",
            fields={"title": "路面有坑", "text": "有坑", "address": "东一路"},
            channel="portal",
            point=parse_degrees(f"117.{21 + 2 * at}", f"36.0{at + 1}"),
        )
        execute(city.actor("intake"), report, city.key())
    city.report(cell="T1-02")


def loads(city: City) -> list[int]:
    """How many of the ten lie in each cell of the east as it is drawn today."""
    with reading(FOUNDER) as scope:
        places = places_of(scope)
    points = [parse_degrees(f"117.{21 + 2 * at}", f"36.0{at + 1}") for at in range(9)] + [point_in("T1-02")]
    codes = [cell.code for cell in places.locate_many(points) if cell is not None]
    return sorted(codes.count(code) for code in set(codes))


def test_a_proposal_is_looked_at_and_carried_out(city: City, sign_in: SignIn) -> None:
    reported(city)
    client = sign_in("administrator")
    assert f'href="{PAGE}?by=reports"' in client.get("/grid/redraw/T1/").content.decode()
    assert 'name="plan"' not in client.get(PAGE).content.decode(), "nothing is worked out before it is asked for"
    assert loads(city) == [1, 9]
    answer = client.get(f"{PAGE}?by=reports&count=2")
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.OK and "80 %" in page and "变异系数" in page
    assert page.count("data-code=") == 4, "two cells on each of two maps"
    assert "没有找到比现在更均衡的划分" not in page
    done = client.post(PAGE, {**hidden_in(answer), **ACT})
    assert done.status_code == HTTPStatus.SEE_OTHER, done.content.decode()
    assert "已按方案调整" in client.get(done["Location"]).content.decode()
    assert loads(city) == [5, 5]
    handed = sign_in("intake").get("/grid/handover/").content.decode()
    assert handed.count('class="excerpt"') == 4, "those that lie in the other cell now"
    again = client.post(PAGE, {**hidden_in(answer), "_key": hidden_in(client.get(f"{PAGE}?count=2"))["_key"], **ACT})
    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "请重新生成" in again.content.decode()


def test_more_cells_and_households(city: City, sign_in: SignIn) -> None:
    cells = tuple(
        SheetCell(code=code, worker="", phone="", households=count, names=())
        for code, count in (("T1-01", 900), ("T1-02", 300))
    )
    execute(FOUNDER, EnterSheet(from_on=datetime.date(2000, 1, 1), cells=cells), city.key())
    client = sign_in("administrator")
    answer = client.get(f"{PAGE}?by=households&count=3")
    page = answer.content.decode()
    assert "新网格" in page and page.count("data-code=") == 5
    done = client.post(PAGE, {**hidden_in(answer), **ACT})
    assert done.status_code == HTTPStatus.SEE_OTHER
    with reading(FOUNDER) as scope:
        codes = {place.code for place in places_of(scope).children("T1")}
    assert codes == {"T1-01", "T1-02", "T1-03"}


def test_fewer_cells(city: City, sign_in: SignIn) -> None:
    reported(city)
    client = sign_in("administrator")
    answer = client.get(f"{PAGE}?count=1")
    assert "撤销" in answer.content.decode() and "没有找到比现在更均衡的划分" not in answer.content.decode()
    assert client.post(PAGE, {**hidden_in(answer), **ACT}).status_code == HTTPStatus.SEE_OTHER
    assert loads(city) == [10]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("count=0", "1 到"),
        ("count=x", "1 到"),
        ("count=9999", "一次最多算"),
        ("count=2&by=households", "没有可以均衡的数据"),
    ],
)
def test_what_cannot_be_proposed_is_told(city: City, sign_in: SignIn, asked: str, told: str) -> None:
    city.report(cell="T1-01")
    answer = sign_in("administrator").get(f"{PAGE}?{asked}")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and told in answer.content.decode()


def test_what_is_wrong_with_the_act_is_told_and_the_proposal_stays(city: City, sign_in: SignIn) -> None:
    reported(city)
    client = sign_in("administrator")
    form = hidden_in(client.get(f"{PAGE}?count=2"))
    for wrong, place in (
        ({"basis": ""}, "basis"),
        ({"from_on": "2020-01-01"}, "from_on"),
        ({"from_on": "x"}, "from_on"),
    ):
        answer = client.post(PAGE, {**form, **ACT, **wrong})
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert f'id="{place}-error"' in answer.content.decode() and 'name="plan"' in answer.content.decode()
    forged = client.post(PAGE, {**form, **ACT, "plan": re.sub("[a-z]", "q", form["plan"])})
    assert forged.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "请重新生成" in forged.content.decode()
    assert sign_in("intake").get(PAGE).status_code == HTTPStatus.FORBIDDEN
    assert client.get("/grid/redraw/nowhere/divide/").status_code == HTTPStatus.NOT_FOUND
    assert loads(city) == [1, 9]
