"""The grid's pages: areas with faults, a cell, hand-over and its CSV, placing by one key and what it teaches."""

import csv
import datetime
import io
import json
import re
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.ledger.entries import entries_of
from jingwei.kernel.matters.commands import ReportMatter
from jingwei.kernel.matters.models import Detail, HandOver, Matter
from jingwei.kernel.places.commands import EnterSheet, PlainName, RedrawAreas, Redrawn, SheetCell
from jingwei.kernel.places.models import PlaceName
from jingwei.kernel.values.ids import new_id
from jingwei.kit.forms import new_key
from jingwei.surfaces.desk.grid import queries
from tests.city import FOUNDER, City
from tests.kernel.places.test_redraw import box, split
from tests.surfaces.conftest import SignIn, hidden_in
from tests.surfaces.test_duty import COUNTS

KEY, MOVE = (re.compile(f'name="{name}" value="([^"]+)"') for name in ("_key", "move"))


def told(city: City, address: str) -> Matter:
    command = ReportMatter(
        matter_id=new_id(),
        type="grid_event",
        category="ROAD-1",
        fields={"title": "路灯不亮", "text": "看不见", "address": address},
        channel="phone",
    )
    execute(public("matter.report"), command, city.key())
    return Matter.objects.get(pk=command.matter_id)


def sheet(city: City) -> None:
    names = (PlainName(kind="estate", name="阳光花园小区"), PlainName(kind="road", name="人民路", low=1, high=99))
    cell = SheetCell(code="T1-01", worker="赵甲", phone="0543-1234567", households=600, names=names)
    execute(FOUNDER, EnterSheet(from_on=datetime.date(2000, 1, 1), cells=(cell,)), city.key())


def test_the_city_and_its_areas(city: City, sign_in: SignIn) -> None:
    sheet(city)
    city.report(cell="T1-01")
    client = sign_in("supervisor")
    page = client.get("/grid/").content.decode()
    assert (
        "东区" in page and "西区" in page and page.index("<summary>提醒") < page.index("网格偏大</span>")
    )  # notes fold
    cell = client.get("/grid/areas/T1-01/").content.decode()
    for words in ("赵甲", "0543-1234567", "阳光花园小区", "人民路", "600", "<path"):
        assert words in cell
    assert client.get("/grid/areas/T1/?kind=too_large").status_code == HTTPStatus.OK
    assert client.get("/grid/areas/nowhere/").status_code == HTTPStatus.NOT_FOUND


def test_faults_are_marks_on_the_map_that_lead_to_their_rows_and_back(city: City, sign_in: SignIn) -> None:
    """T1-01 is planted 0.01° over T2-01; the cells of the test city are large besides."""
    over = Redrawn(code="T1-01", shape=box(117.19, 36.0, 117.4, 36.1))
    command = RedrawAreas(from_on=datetime.date(2026, 1, 1), basis="试城办〔2026〕9号", redraws=(over,))
    execute(FOUNDER, command, city.key())
    client = sign_in("supervisor")
    page = client.get("/grid/").content.decode()
    marks = re.findall(r'class="map-flag( is-grave)?" id="mark-(\d+)" href="#fault-(\d+)" aria-label="([^"]+)"', page)
    assert marks and all(mark == row for _, mark, row, _ in marks)
    numbers = {int(mark) for _, mark, _, _ in marks}
    assert numbers == set(range(1, len(marks) + 1))
    for number in numbers:
        assert page.count(f'id="fault-{number}"') == page.count(f'href="#mark-{number}"') == 1
    said = {words: bool(grave) for grave, _, _, words in marks}
    overlap = next(words for words in said if "重叠" in words)
    size = float(re.findall(r"([\d.]+) km²", overlap)[0])
    assert said[overlap] and 9.5 < size < 10.5  # 0.9 km by 11.1 km
    assert any("网格偏大" in words and "km²" in words and not grave for words, grave in said.items())
    english = client.get("/grid/?kind=overlap", headers={"Accept-Language": "en"}).content.decode()
    assert english.count('class="map-flag is-grave"') == english.count('class="flag-number"') == 1
    cell = client.get("/grid/areas/T1-01/").content.decode()  # its page has no map of areas below it
    assert "map-flag" not in cell and "重叠" in cell


def test_very_many_reminders_are_marked_one_kind_at_a_time(
    city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_REMINDERS", 1)
    client = sign_in("supervisor")
    page = client.get("/grid/").content.decode()
    assert "网格偏大" in page and 'class="map-flag"' not in page
    assert client.get("/grid/?kind=too_large").content.decode().count('class="map-flag"') > 1


def test_open_matters_are_counted_in_scope(city: City, sign_in: SignIn) -> None:
    city.report(cell="T1-01")
    city.report(cell="T2-01", category="PARK-1")
    pages = {post: sign_in(post).get("/grid/").content.decode() for post in ("supervisor", "handler-roads")}
    assert "<dt>未结事项</dt><dd>2</dd>" in pages["supervisor"]
    assert "<dt>未结事项</dt><dd>1</dd>" in pages["handler-roads"]


def test_statements_of_the_grid_pages(city: City, sign_in: SignIn) -> None:
    sheet(city)
    client = sign_in("intake")
    counts = {}
    matter = told(city, "阳光花园3号楼")
    place = f"/matters/{matter.number}/place/"
    for address in ("/grid/", "/grid/areas/T1-01/", "/grid/handover/", place):
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(address)
        counts[address] = sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE")) for one in asked.captured_queries)
    counts["a matter's place"] = counts.pop(place)
    assert counts == {name: json.loads(COUNTS.read_text()).get(name) for name in counts}
    assert max(counts.values()) <= 8, counts


def test_the_hand_over_and_its_table(city: City, sign_in: SignIn) -> None:
    matter = city.report(cell="T1-01")
    client = sign_in("grid-east")
    assert "没有要移交的事项" in client.get("/grid/handover/").content.decode()
    execute(FOUNDER, split(), "s")
    page = client.get("/grid/handover/").content.decode()
    assert matter.number in page and "T1-03" in page and f"/matters/{matter.number}/place/" in page
    answer = client.get("/grid/handover/?as=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert [row[0] for row in rows] == ["编号", matter.number] and "T1-03" in rows[1][5]
    assert "没有要移交的事项" in sign_in("grid-west").get("/grid/handover/").content.decode()


def test_a_clerk_corrects_by_one_key_and_it_is_remembered(city: City, sign_in: SignIn) -> None:
    sheet(city)
    matter = told(city, "阳光花园3号楼2单元501")
    assert matter.area is None
    client = sign_in("intake")
    address = f"/matters/{matter.number}/place/"
    page = client.get(address)
    words = page.content.decode()
    assert 'accesskey="1"' in words and "近似“阳光花园小区”" in words and "T1-01" in words
    done = client.post(address, {**hidden_in(page), "area": "T1-01", "lesson": "0"})
    assert done.status_code == HTTPStatus.SEE_OTHER
    matter = Matter.objects.get(pk=matter.pk)
    assert matter.area is not None and matter.area.code == "T1-01"
    alias = PlaceName.objects.get(origin="alias")
    assert (alias.kind, alias.name, alias.area.code) == ("estate", "阳光花园", "T1-01")
    again = told(city, "阳光花园9号楼")
    assert again.area is not None and Detail.objects.get(pk=again.pk).located == "by_alias"


def test_a_correction_that_is_refused_shows_why(city: City, sign_in: SignIn) -> None:
    matter = told(city, "不知道哪里")
    client = sign_in("intake")
    address = f"/matters/{matter.number}/place/"
    page = client.get(address)
    answer = client.post(address, {**hidden_in(page), "other": "nowhere"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and 'value="nowhere"' in answer.content.decode()
    assert "填写网格编码" in client.post(address, {**hidden_in(page), "other": " "}).content.decode()
    assert sign_in("auditor").get(address).status_code == HTTPStatus.FORBIDDEN
    closed = city.bring_to(city.report(), "closed")
    assert "保留原来的网格" in client.get(f"/matters/{closed.number}/place/").content.decode()


def test_the_list_of_a_redraw_is_handed_over_in_one_act_with_a_receipt(city: City, sign_in: SignIn) -> None:
    matters = [city.report(cell="T1-01") for _ in range(3)]
    closed = city.report(cell="T1-01")
    execute(FOUNDER, split(), "s")
    client = sign_in("intake")
    page = client.get("/grid/handover/")
    form = {"_key": KEY.findall(page.content.decode())[0], "move": MOVE.findall(page.content.decode())}
    assert len(form["move"]) == 4
    city.bring_to(closed, "closed")
    stale = client.post("/grid/handover/", form)
    assert stale.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "1 件已经办结" in stale.content.decode()
    assert {Matter.objects.get(pk=one.pk).area_id for one in matters} == {matters[0].area_id}, "all of the list or none"
    page = client.get("/grid/handover/")
    form = {"_key": KEY.findall(page.content.decode())[0], "move": MOVE.findall(page.content.decode())}
    answers = [client.post("/grid/handover/", form) for _ in range(2)]
    assert [one.status_code for one in answers] == [HTTPStatus.SEE_OTHER] * 2 and HandOver.objects.count() == 1
    (receipt,) = HandOver.objects.all()
    assert receipt.kind == "redraw" and set(receipt.matters) == {str(one.pk) for one in matters}
    shown = client.get(answers[0]["Location"]).content.decode()
    assert "区划调整移交" in shown and "移入新网格" in shown and all(one.number in shown for one in matters)
    for one in matters:
        entry = entries_of(one.pk)[-1]
        assert entry.kind == "matter.placed" and entry.facts["hand_over"] == str(receipt.pk)
        assert entry.facts["before"] == "T1-01"
    assert "没有要移交的事项" in client.get("/grid/handover/").content.decode()
    assert "改定网格" in client.get(f"/matters/{matters[0].number}/").content.decode()


def test_nobody_hands_over_what_is_not_theirs(city: City, sign_in: SignIn) -> None:
    matter = city.report(cell="T1-01")
    execute(FOUNDER, split(), "s")
    form = {"_key": new_key(), "move": [f"{matter.pk}:T1-03"]}
    assert sign_in("auditor").post("/grid/handover/", form).status_code == HTTPStatus.FORBIDDEN
    assert sign_in("grid-west").post("/grid/handover/", form).status_code == HTTPStatus.NOT_FOUND
    assert not MOVE.findall(sign_in("auditor").get("/grid/handover/").content.decode())
    assert not HandOver.objects.exists()
