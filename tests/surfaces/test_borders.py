"""The page of one figure: by area under the borders of each report, of a named day; of a period; the same as a file."""

import datetime
import io
import re

import pytest
from django.utils.html import strip_tags
from python_calamine import CalamineWorkbook

from jingwei.kernel.matters.models import Matter
from tests.city import City
from tests.kernel.measures.test_borders import EAST, TODAY, WEST, redraw, reported
from tests.surfaces.conftest import SignIn

PAGE = "/measures/matter.reported/?by=area:district"
UNTOLD = "无法归入"


@pytest.fixture
def redrawn(city: City) -> Matter:
    """Three of the old cell, one of them without a point; the eastern half is another district's since today."""
    for point in (WEST, EAST, None):
        matter = reported(city, point)
    redraw(city)
    return matter


def rows(text: str) -> dict[str, str]:
    """What the table says, by its rows."""
    found = re.findall(r'<th scope="row">(.*?)</th><td[^>]*>(.*?)</td>', text)
    return {strip_tags(name): strip_tags(value) for name, value in found}


@pytest.mark.usefixtures("redrawn")
def test_the_reader_chooses_the_borders_and_the_page_says_which(sign_in: SignIn) -> None:
    client = sign_in("auditor")
    filed, before, now = (
        client.get(PAGE + asked).content.decode()
        for asked in ("", f"&borders={TODAY - datetime.timedelta(days=3)}", f"&borders={TODAY}")
    )
    assert rows(filed) == {"东区": "3", "合计": "3"} and "上报时的边界：" in filed
    assert rows(before) == {"东区": "3", "合计": "3"} and "2000年1月1日至" in before
    names = rows(now)
    assert names.pop(next(name for name in names if name.startswith(UNTOLD))) == "1"
    assert names == {"东区": "1", "西区": "1", "合计": "3"}
    assert f"{TODAY.year}年{TODAY.month}月{TODAY.day}日起的边界：" in now and "不作猜测" in now
    assert f'<option value="{TODAY}" selected>' in now


@pytest.mark.usefixtures("redrawn")
def test_borders_are_for_areas_alone_and_what_is_no_day_is_not_asked(sign_in: SignIn) -> None:
    client = sign_in("auditor")
    for asked in (
        "?by=category&borders=2026-01-01",
        "?by=area:district&borders=soon",
        "?by=area:district&borders=1999-01-01",
    ):
        text = client.get(f"/measures/matter.reported/{asked}").content.decode()
        assert UNTOLD not in text and rows(text)["合计"] == "3"


@pytest.mark.usefixtures("redrawn")
def test_a_period_narrows_figure_matters_and_addresses(sign_in: SignIn) -> None:
    client, lately = sign_in("auditor"), TODAY - datetime.timedelta(days=5)
    text = client.get(f"{PAGE}&until={lately}").content.decode()
    assert rows(text)["合计"] == "3" and text.count('class="title"') == 3
    assert f"until={lately}" in re.findall(r'href="\?part=unknown&amp;([^"]*)"', text)[0]
    text = client.get(f"{PAGE}&since={lately}").content.decode()
    assert rows(text) == {} and text.count('class="title"') == 0


@pytest.mark.usefixtures("redrawn")
def test_the_file_says_which_borders_and_has_the_same_rows(sign_in: SignIn) -> None:
    answer = sign_in("auditor").get(f"{PAGE}&borders={TODAY}&of=figures&as=xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    cells = [str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert any("起的边界：" in cell for cell in cells) and any(cell.startswith(UNTOLD) for cell in cells)
    filed = sign_in("auditor").get(f"{PAGE}&of=figures&as=csv").content.decode("utf-8-sig")
    assert "东区" in filed and "上报时的边界" in filed.splitlines()[0]


def test_a_city_that_was_never_redrawn_has_nothing_to_choose(city: City, sign_in: SignIn) -> None:
    city.report()
    text = sign_in("auditor").get(PAGE).content.decode()
    assert 'name="borders"' not in text and "上报时的边界：" in text
