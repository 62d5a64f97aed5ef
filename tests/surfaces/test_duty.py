"""The pages of duty: who is on duty, one's own shifts, swaps and leave, and a roster with its gaps."""

import io
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from jingwei.kernel.agencies.models import Holding, Leave, Roster, Shift, Swap
from tests.city import City
from tests.duty import HOUR, NOW, keep_duty, open_roster, person_of, shift, take_up
from tests.surfaces.conftest import Answer, SignIn, hidden_in
from tests.workbooks import book

COUNTS = Path(__file__).parent / "query_counts.json"
ENGLISH = {"accept-language": "en"}


def send(client: Client, address: str, act: str, subject: str = "", **values: str) -> Answer:
    """Sends one form of a page, with the key that the page gave it."""
    key = hidden_in(client.get(address)).get("_key", "")
    return client.post(address, {"_do": act, "_subject": subject, "_key": key, **values})


def local(hours: float) -> str:
    """A moment so many hours after NOW as a form writes it."""
    from zoneinfo import ZoneInfo

    return f"{(NOW + hours * HOUR).astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%dT%H:%M}"


def test_who_is_on_duty_now_and_was_then(city: City, sign_in: SignIn) -> None:
    open_roster(city)
    take_up(city, "supervisor", "checker")
    client = sign_in("auditor")
    assert "无人值班" in client.get("/duty/").content.decode()
    shift(city, "supervisor", -8, 8, post="checker")
    assert "Supervisor A" in client.get("/duty/").content.decode()
    then = client.get("/duty/", {"at": local(-9)}).content.decode()
    assert "当时谁在值班" in then and "Supervisor A" not in then
    assert client.get("/duty/", {"at": "nonsense"}).status_code == 200


def test_leave_is_taken_and_ended_on_the_page(city: City, sign_in: SignIn) -> None:
    client = sign_in("intake")
    when = {"from_at": local(1), "until_at": local(9)}
    refused = send(client, "/duty/", "leave", **when)
    assert refused.status_code == 422 and "请指定代行人" in refused.content.decode()
    assert f'value="{local(9)}"' in refused.content.decode(), "what was filled in stays"
    assert send(client, "/duty/", "leave", stand_in=str(person_of(city, "dispatcher")), **when).status_code == 303
    (leave,) = Leave.objects.all()
    assert "Intake clerk A" in sign_in("dispatcher").get("/duty/").content.decode(), "the stand-in sees it"
    assert send(sign_in("dispatcher"), "/duty/", "end_leave", str(leave.pk)).status_code == 403
    assert send(client, "/duty/", "end_leave", str(leave.pk)).status_code == 303


def test_a_roster_is_opened_filled_and_swapped_on_its_page(city: City, sign_in: SignIn) -> None:
    admin = sign_in("administrator")
    opened = {"code": "DAY", "unit": "HOTLINE", "area": "T", "title_zh": "日班", "title_en": "Day"}
    assert send(admin, "/duty/", "open_roster", covers="08:00-99:00", **opened).status_code == 422
    assert send(admin, "/duty/", "open_roster", covers="08:00-20:00，20:00-08:00", **opened).status_code == 303
    assert Roster.objects.get().covers == [["08:00", "20:00"], ["20:00", "08:00"]]
    assert send(sign_in("auditor"), "/duty/", "open_roster", covers="08:00-20:00", **opened).status_code == 403
    holding = Holding.objects.get(post__code="intake")
    sent = {"holding": str(holding.pk), "from_at": local(30), "until_at": local(38), "days": "3"}
    assert send(admin, "/duty/DAY/", "enter", **sent).status_code == 303
    assert Shift.objects.count() == 3
    day = local(30)[:10]
    page = admin.get(f"/duty/DAY/?from={day}").content.decode()
    assert page.count("Intake clerk A") >= 3 and "空班" in page
    take_up(city, "supervisor", "intake")
    first = str(Shift.objects.order_by("from_at")[0].pk)
    mine = sign_in("intake")
    asked = {"with": f"person:{person_of(city, 'supervisor')}"}
    assert send(mine, f"/duty/DAY/?from={day}", "ask", first, **asked).status_code == 303
    (swap,) = Swap.objects.all()
    other = sign_in("supervisor")
    assert "请您接班" in other.get("/duty/").content.decode()
    assert send(other, "/duty/", "agree", str(swap.pk)).status_code == 303
    last = str(Shift.objects.order_by("from_at")[2].pk)
    assert send(admin, f"/duty/DAY/?from={day}", "cancel", last).status_code == 303
    assert Shift.objects.filter(cancelled=True).count() == 1
    assert mine.get("/duty/NOWHERE/").status_code == 404


def test_shifts_come_in_by_excel_after_a_dry_run_and_none_twice(city: City, sign_in: SignIn) -> None:
    open_roster(city)
    client, address = sign_in("administrator"), "/duty/import/"
    heads = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{address}?as=template").content))
    (row,) = heads.get_sheet_by_name("值班").to_python()
    assert row == ["值班表代码", "岗位代码", "账户名", "开始", "结束"]
    shift_row = ["NIGHT", "intake", "intake", "2031-01-01 20:00", "2031-01-02 08:00"]

    def sent(*rows: list[str], sheet: str = "值班") -> Answer:
        file = SimpleUploadedFile("shifts.xlsx", book({sheet: [row, *rows]}))
        return client.post(address, {"file": file})

    wrong = sent(shift_row, ["NIGHT", "nowhere", "intake", "昨天", "2031-01-02 08:00"]).content.decode()
    assert "不是日期" in wrong and '<td data-head="行">3</td>' in wrong, "row and column are named"
    assert sent(shift_row, sheet="人员").status_code == 422, "people are entered elsewhere"
    before = Shift.objects.count()
    page = sent(shift_row).content.decode()
    assert Shift.objects.count() == before, "a dry run"
    kept = page.partition('name="kept" value="')[2].partition('"')[0]
    assert client.post(address, {"kept": kept, "apply": "1"}).status_code == 200
    assert Shift.objects.count() == before + 1
    assert "不变：1" in sent(shift_row).content.decode(), "what stands is not entered twice"
    assert sign_in("auditor").get(address).status_code == 403


@pytest.mark.parametrize("address", ["/duty/", "/duty/NIGHT/", "/duty/NIGHT/?span=month"])
def test_the_pages_are_english_and_ask_little(city: City, sign_in: SignIn, address: str) -> None:
    keep_duty(city)
    take_up(city, "supervisor", "checker")
    shift(city, "supervisor", -8, 8, post="checker")
    client = sign_in("administrator")
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address, headers=ENGLISH)
    assert page.status_code == 200 and "Supervisor A" in page.content.decode()
    assert len(asked) <= json.loads(COUNTS.read_text())[address], [one["sql"] for one in asked]
