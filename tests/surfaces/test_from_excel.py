"""Matters from a sheet: looked at first, entered by the command of the intake page, each row with what became of it."""

import io
import zipfile
from collections.abc import Sequence

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.models import Detail, ExternalNumber, Matter, Party
from jingwei.kernel.reads.models import Read
from jingwei.kernel.sealing import revealed
from jingwei.surfaces.desk.intake import sheet
from tests.city import City
from tests.surfaces.conftest import Answer, SignIn
from tests.workbooks import Rows, book

PAGE = "/matters/import/"
HEADS = ["来自", "对方编号", "类别", "诉求标题", "诉求内容", "区域", "姓名", "电话"]
HOLE = ["12345热线", "A-1", "ROAD-1", "路上有坑", "红绿灯旁边有一个很深的坑", "T1-01", "王女士", 13800000000]
PARK = ["12345热线", "A-2", "PARK-1", "树倒了", "公园里一棵树倒了", "T2-01", "", ""]


@pytest.fixture(autouse=True)
def heads(city: City, sign_in: SignIn) -> None:
    """The titles of the two free fields are those of the type, whatever it calls them."""
    (line, *_), *_ = _sheets(sign_in("intake").get(f"{PAGE}?as=template").content).values()
    HEADS[3:5] = [str(one) for one in line[3:5]]


def _sheets(content: bytes) -> dict[str, Rows]:
    read = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: read.get_sheet_by_name(name).to_python() for name in read.sheet_names}


def _sent(client: Client, *rows: Sequence[object], heads: Sequence[object] = HEADS) -> Answer:
    return _file(client, book({"事项": [heads, *rows]}))


def _file(client: Client, content: bytes) -> Answer:
    return client.post(PAGE, {"file": SimpleUploadedFile("day.xlsx", content)})


def _entered(client: Client, tried: Answer) -> Answer:
    """The second button of the page that shows what the file would do."""
    kept = tried.content.decode().partition('name="kept" value="')[2].partition('"')[0]
    return client.post(PAGE, {"kept": kept, "apply": "1"})


def test_a_day_list_is_tried_then_entered_and_never_twice(city: City, sign_in: SignIn) -> None:
    client = sign_in("intake")
    entries = Entry.objects.count()
    tried = _sent(client, HOLE, PARK)
    assert tried.status_code == 200 and "登记这 2 件" in tried.content.decode()
    assert (Matter.objects.count(), Entry.objects.count()) == (0, entries), "a trial writes nothing"
    done = _entered(client, tried)
    hole, park = (ExternalNumber.objects.get(source="Excel 12345热线", number=one).matter for one in ("A-1", "A-2"))
    assert done.status_code == 200 and hole.number in done.content.decode() and park.number in done.content.decode()
    assert (hole.category, hole.channel, hole.state) == ("ROAD-1", "phone", "reported") and hole.due_at is not None
    assert Detail.objects.get(matter=hole).fields["text"] == HOLE[4]
    (party,) = Party.objects.filter(matter=hole)
    assert revealed(party).contact == {"name": "王女士", "phone": "13800000000"} and party.follow is None
    assert not Party.objects.filter(matter=park).exists(), "nobody is known"
    again = _entered(sign_in("intake-2") if "intake-2" in city.accounts else client, tried).content.decode()
    assert Matter.objects.count() == 2 and "以前登记过" in again and hole.number in again
    assert Read.objects.filter(matter=hole.pk, what="list").exists(), "whoever is shown a number is on record"


def test_wrong_rows_are_named_and_the_others_entered(city: City, sign_in: SignIn) -> None:
    client = sign_in("intake")
    rows = (
        HOLE,
        ["12345热线", "B-1", "NONE", "x", "没有这个类别", "T1-01", "", ""],
        ["12345热线", "B-2", "ROAD-1", "x", "没有这个区域", "NOWHERE", "", ""],
        ["12345热线", "B-3", "", "x", "没有类别", "T1-01", "", ""],
        ["12345热线", "A-1", "ROAD-1", "x", "编号重复", "T1-01", "", ""],
        ["12345热线", "B-4", "ROAD-1", "x", "电话太长", "T1-01", "王", "1" * 60],
    )
    tried = _sent(client, *rows)
    words = tried.content.decode()
    assert tried.status_code == 422 and "登记这 1 件" in words
    for said in ("类别目录中没有 NONE", "没有区域 NOWHERE", "没有填写", "与第 2 行重复", "超过 40 个字符"):
        assert said in words, said
    assert "从“类别”工作表中选一个" in words and "从“区域”工作表中选一个" in words
    done = _entered(client, tried).content.decode()
    assert Matter.objects.count() == 1 and "类别目录中没有 NONE" in done


def test_a_number_with_other_words_is_not_taken_for_the_same(city: City, sign_in: SignIn) -> None:
    client = sign_in("intake")
    _entered(client, _sent(client, HOLE))
    other = _sent(client, [*HOLE[:4], "另一件事", *HOLE[5:]])
    assert other.status_code == 422 and "那时写的不是这些内容" in other.content.decode()
    elsewhere = _sent(client, ["市长信箱", *HOLE[1:]])
    assert elsewhere.status_code == 200 and "登记这 1 件" in elsewhere.content.decode(), "another list, another matter"


def test_what_stands_out_of_sight_is_known_and_not_shown(city: City, sign_in: SignIn) -> None:
    client = sign_in("intake")
    _entered(client, _sent(client, PARK))
    (park,) = Matter.objects.all()
    east = sign_in("grid-east")
    page = _sent(east, PARK)
    assert page.status_code == 200, "reports of a grid worker are taken as well"
    assert "以前登记过" in page.content.decode() and park.number not in page.content.decode()


def test_the_form_to_fill_in_offers_classes_and_areas_and_is_taken_back(city: City, sign_in: SignIn) -> None:
    client = sign_in("intake")
    found = _sheets(client.get(f"{PAGE}?as=template").content)
    assert list(found) == ["事项", "类别", "区域"] and found["事项"][0][:3] == ["来自", "对方编号", "类别"]
    written = next(str(row[0]) for row in found["类别"] if str(row[0]).startswith("ROAD-1 "))
    area = next(str(row[0]) for row in found["区域"] if str(row[0]).startswith("T1-01 "))
    kept: dict[str, Rows] = {**found, "事项": [HEADS, [*HOLE[:2], written, *HOLE[3:5], area, "", ""]]}
    tried = _file(client, book(kept))
    assert tried.status_code == 200 and "登记这 1 件" in tried.content.decode()
    english = _sheets(client.get(f"{PAGE}?as=template", headers={"accept-language": "en"}).content)
    assert list(english) == ["matters", "classes", "areas"]


def test_formulas_macros_and_files_without_end_are_refused(
    city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, made = sign_in("intake"), io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as written:
        page = written.add_worksheet("事项")
        page.write_row(0, 0, HEADS)
        page.write_row(1, 0, HOLE)
        page.write_formula(1, 4, '="a"&"b"', None, "ab")
    refused = _file(client, made.getvalue())
    assert refused.status_code == 422 and "单元格 E2 是公式" in refused.content.decode()
    kept = io.BytesIO(book({"事项": [HEADS, HOLE]}))
    with zipfile.ZipFile(kept, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"x")
    macros = _file(client, kept.getvalue())
    assert macros.status_code == 422 and "文件带有宏" in macros.content.decode()
    monkeypatch.setattr(sheet, "MOST", 1)
    assert "超过 1 行" in _sent(client, HOLE, PARK).content.decode()
    assert _file(client, b"").status_code == 422 and _file(client, b"x" * 700_000).status_code == 422
    assert Matter.objects.count() == 0


def test_whoever_reports_nothing_enters_nothing(city: City, sign_in: SignIn) -> None:
    assert "登记" in sign_in("intake").get("/matters/new/").content.decode()
    page = _sent(sign_in("administrator"), HOLE)
    assert "您的岗位不登记任何事项" in page.content.decode() and Matter.objects.count() == 0
    assert sign_in("intake").get(f"{PAGE}?type=hazard").status_code == 403
