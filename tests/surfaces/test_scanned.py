"""What a telephone reads from the pictures that residents take home; and what the page that it opens asks of the
database."""

import json
import os
import re

import pytest
import segno
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jingwei.kernel.values.ids import new_id
from tests.city import City
from tests.surfaces import qr
from tests.surfaces.conftest import hidden_in
from tests.surfaces.test_duty import COUNTS
from tests.surfaces.test_grid_pages import sheet


def _receipt(resident: Client) -> str:
    form = {**hidden_in(resident.get("/report/")), "category": "ROAD-1", "text": "路面有坑", "anonymous": "1"}
    return resident.post("/report/", {**form, "go": "send"}).content.decode()


def _code(page: str) -> str:
    found = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", page)
    assert found
    return found.group()


def test_the_receipt_leads_to_the_page_of_the_report_and_the_code_to_no_server(city: City, resident: Client) -> None:
    page = _receipt(resident)
    assert qr.read(page) == f"http://testserver/follow/#{_code(page)}"
    assert 'id="code"' in resident.get("/follow/").content.decode(), "where follow.js puts it"


def test_the_card_of_a_cell_leads_to_itself(city: City, resident: Client) -> None:
    sheet(city)
    assert qr.read(resident.get("/who/T1-01/").content.decode()) == "http://testserver/who/T1-01/"


@pytest.mark.parametrize("level", ["m", "q"])
@pytest.mark.parametrize("longer", range(0, 60, 7))
def test_the_reader_reads_what_was_written(level: str, longer: int) -> None:
    text = f"https://events.city.example/{new_id()}"[: 24 + longer]
    drawn = segno.make_qr(text, error=level, boost_error=False).svg_inline(border=2, light="#fff", omitsize=True)
    assert qr.read(drawn) == text


def test_the_page_of_a_report_asks_little(city: City, resident: Client) -> None:
    code = _code(_receipt(resident))
    resident.post("/follow/", {"code": code})
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = resident.post("/follow/", {"code": code}).content.decode()
    assert 'href="#why"' in page and 'id="why"' in page, "the day is explained"
    kept = json.loads(COUNTS.read_text(encoding="utf-8"))
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        COUNTS.write_text(json.dumps({**kept, "/follow/": len(asked)}, indent=2) + "\n", encoding="utf-8")
    else:
        assert len(asked) == kept["/follow/"]
