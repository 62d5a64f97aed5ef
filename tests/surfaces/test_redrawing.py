"""The pages of whoever redraws cells: who has how much to do, and a cell split by a line, its open matters told."""

import datetime
import json
import os
from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.models import HandOver, Matter
from jingwei.kernel.places.commands import EnterSheet, SheetCell
from jingwei.kernel.places.models import Area, Succession
from tests.city import FOUNDER, City, add_post, day_of_city
from tests.surfaces.conftest import SignIn, hidden_in
from tests.surfaces.test_duty import COUNTS

SPLIT = "/grid/redraw/T1-01/split/"
FORM = {
    "line": "117.28, 35.9\n117.28, 36.2",
    "code_a": "T1-03",
    "name_a": "东一格甲",
    "name_en_a": "East cell 1 A",
    "code_b": "T1-04",
    "name_b": "东一格乙",
    "name_en_b": "East cell 1 B",
    "from_on": day_of_city().isoformat(),
    "basis": "试城办〔2026〕9号",
}


def counted(city: City) -> None:
    """Households of three cells; the first has more than a cell should."""
    cells = tuple(
        SheetCell(code=code, worker="", phone="", households=count, names=())
        for code, count in (("T1-01", 800), ("T1-02", 200), ("T2-01", 300))
    )
    execute(FOUNDER, EnterSheet(from_on=datetime.date(2000, 1, 1), cells=cells), city.key())


def test_what_cells_have_to_do_is_told_to_whoever_redraws_them(city: City, sign_in: SignIn) -> None:
    counted(city)
    for _ in range(6):
        city.report(cell="T1-01")
    city.report(cell="T2-02")
    client = sign_in("administrator")
    page = client.get("/grid/redraw/").content.decode()
    assert "东区" in page and "上报超过辖区平均的 2 倍：1 个网格" in page and "超过 500 户：1 个网格" in page
    assert "<dt>网格数</dt><dd>4</dd>" in page and "<dd>1.8</dd>" in page  # seven reports on four cells
    east = client.get("/grid/redraw/T1/?by=households").content.decode()
    assert "<dd>500.0</dd>" in east and "<dd>60 %</dd>" in east and "<dd>0.60</dd>" in east
    assert 'href="/grid/redraw/T1-01/split/"' in east and "上报超过辖区平均的 2 倍" in east
    assert client.get("/grid/redraw/T1-02/").status_code == HTTPStatus.OK
    assert client.get("/grid/redraw/nowhere/").status_code == HTTPStatus.NOT_FOUND
    assert sign_in("intake").get("/grid/redraw/").status_code == HTTPStatus.FORBIDDEN


def test_whoever_redraws_a_part_is_told_of_that_part(city: City, sign_in: SignIn) -> None:
    city.report(cell="T1-01")
    city.report(cell="T2-01")
    add_post(city, "planner-west", "HOTLINE", "T2", "planner", ("places.edit",))
    page = sign_in("planner-west").get("/grid/redraw/").content.decode()
    assert "西区" in page and "东区" not in page and "<dt>网格数</dt><dd>2</dd>" in page and "<dd>0.5</dd>" in page


def test_a_cell_is_split_after_a_look_and_its_matters_are_handed_over(city: City, sign_in: SignIn) -> None:
    counted(city)
    matter, elsewhere = city.report(cell="T1-01"), city.report(cell="T1-02")
    add_post(city, "planner", "HOTLINE", "T", "planner", ("places.edit", "matter.read"))
    client = sign_in("planner")
    page = client.get(SPLIT)
    assert 'value="T1-03"' in page.content.decode() and 'value="东一格乙"' in page.content.decode()
    looked = client.post(SPLIT, {**hidden_in(page), **FORM, "step": "look"})
    words = looked.content.decode()
    assert looked.status_code == HTTPStatus.OK and not Area.objects.filter(code="T1-03").exists()
    assert matter.number in words and elsewhere.number not in words and "→ T1-04 东一格乙" in words
    assert ">320<" in words and ">480<" in words  # two fifths of the land, so of the households
    assert "1 个相邻网格的边界" in words
    done = client.post(SPLIT, {**hidden_in(looked), **FORM, "step": "do"})
    assert (done.status_code, done["Location"]) == (HTTPStatus.SEE_OTHER, "/grid/redraw/T1/?done=T1-01")
    assert "区划调整后的移交" in client.get(done["Location"]).content.decode()
    assert set(Succession.objects.values_list("area__code", "earlier__code")) == {
        ("T1-03", "T1-01"),
        ("T1-04", "T1-01"),
    }
    assert Matter.objects.get(pk=matter.pk).area_id == matter.area_id, "it keeps its cell until it is handed over"
    clerk = sign_in("intake")
    page = clerk.get("/grid/handover/")
    assert matter.number in page.content.decode() and elsewhere.number not in page.content.decode()
    clerk.post("/grid/handover/", {**hidden_in(page), "move": [f"{matter.pk}:T1-04"]})
    assert Matter.objects.get(pk=matter.pk).area.code == "T1-04" and HandOver.objects.exists()  # type: ignore[union-attr]  # it has one
    assert client.get(SPLIT).status_code == HTTPStatus.NOT_FOUND, "the cell has ended"


def test_who_reads_no_matter_is_told_how_many_and_not_which(city: City, sign_in: SignIn) -> None:
    matter = city.report(cell="T1-01")
    client = sign_in("administrator")
    page = client.post(SPLIT, {**hidden_in(client.get(SPLIT)), **FORM, "step": "look"}).content.decode()
    assert matter.number not in page and "1 件您的岗位只计数、不阅看" in page


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ("line", {"line": "117.1, 35.9\n117.5, 35.9"}),
        ("line", {"line": ""}),
        ("code_b", {"code_b": "T1-02"}),
        ("code_a", {"code_a": "T1/03"}),
        ("code_b", {"code_a": "T1-09", "code_b": "T1-09"}),
        ("name_a", {"name_a": ""}),
        ("from_on", {"from_on": "2020-01-01"}),
        ("from_on", {"from_on": "soon"}),
        ("basis", {"basis": " "}),
    ],
)
def test_what_is_wrong_is_told_at_its_place_and_what_was_typed_stays(
    city: City, sign_in: SignIn, place: str, wrong: dict[str, str]
) -> None:
    client = sign_in("administrator")
    form = {**hidden_in(client.get(SPLIT)), **FORM, **wrong, "step": "do"}
    answer = client.post(SPLIT, form)
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and not Area.objects.filter(code="T1-04").exists()
    assert f'id="{place}-error"' in page and "东一格乙" in page
    assert sign_in("intake").post(SPLIT, form).status_code == HTTPStatus.FORBIDDEN


def test_a_cell_without_a_boundary_says_so(city: City, sign_in: SignIn) -> None:
    from jingwei.kernel.places.commands import NewArea, RedrawAreas

    new = NewArea(code="T2-03", level="cell", parent="T2", name=("西三格", "West cell 3"))
    execute(FOUNDER, RedrawAreas(from_on=datetime.date(2000, 1, 2), basis="b", adds=(new,)), "a")
    page = sign_in("administrator").get("/grid/redraw/T2-03/split/").content.decode()
    assert "还没有边界" in page and "<form method" not in page.partition("<main")[2]


def test_statements_of_the_pages(city: City, sign_in: SignIn) -> None:
    counted(city)
    city.report(cell="T1-01")
    client = sign_in("administrator")
    form = {**hidden_in(client.get(SPLIT)), **FORM, "step": "look"}
    asked: dict[str, Callable[[], object]] = {
        "/grid/redraw/": lambda: client.get("/grid/redraw/"),
        SPLIT: lambda: client.get(SPLIT),
        "a split, looked at": lambda: client.post(SPLIT, form),
    }
    counts = {}
    for name, ask in asked.items():
        ask()
        with CaptureQueriesContext(connection) as told:
            ask()
        counts[name] = sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE")) for one in told.captured_queries)
    known = json.loads(COUNTS.read_text())
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        COUNTS.write_text(json.dumps({**known, **counts}, indent=2) + "\n")
    assert counts == {name: json.loads(COUNTS.read_text()).get(name) for name in counts}
    assert max(counts.values()) <= 8, counts
