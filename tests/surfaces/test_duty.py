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

from jingwei.kernel.agencies.models import Holding, Leave, Roster, RosterDraft, Shift, Swap
from tests.city import City, add_post
from tests.duty import HOUR, keep_duty, open_roster, person_of, shift, take_up, this_minute
from tests.surfaces.conftest import Answer, SignIn, hidden_in
from tests.workbooks import book

COUNTS = Path(__file__).parent / "query_counts.json"
ENGLISH = {"accept-language": "en"}


def send(client: Client, address: str, act: str, subject: str = "", **values: str) -> Answer:
    """Sends one form of a page, with the key that the page gave it."""
    key = hidden_in(client.get(address)).get("_key", "")
    return client.post(address, {"_do": act, "_subject": subject, "_key": key, **values})


def local(hours: float) -> str:
    """A moment so many hours after this minute as a form writes it."""
    from zoneinfo import ZoneInfo

    return f"{(this_minute() + hours * HOUR).astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%dT%H:%M}"


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
    assert not Shift.objects.exists(), "a draft"
    publish(city, sign_in, "DAY")
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
    assert send(admin, f"/duty/DAY/?from={day}", "away", last).status_code == 303
    assert "来 0 · 去 1" in admin.get("/duty/DAY/").content.decode()
    publish(city, sign_in, "DAY")
    assert Shift.objects.filter(cancelled=True).count() == 1
    assert mine.get("/duty/NOWHERE/").status_code == 404


def publish(city: City, sign_in: SignIn, roster: str) -> None:
    """The draft of a roster handed in by the administrator, published by somebody else."""
    address = f"/duty/{roster}/draft/"
    if "roster-second" not in city.accounts:
        add_post(city, "roster-second", "CITY", "T", "roster-second", ("roster.edit", "rulebook.read"))
    one = RosterDraft.objects.get(state="open")
    assert send(sign_in("administrator"), address, "ask", str(one.version)).status_code == 303
    second, version = sign_in("roster-second"), str(RosterDraft.objects.get(pk=one.pk).version)
    assert send(second, address, "publish", version).status_code == 303


def test_a_draft_is_read_day_by_day_and_taken_back(city: City, sign_in: SignIn) -> None:
    open_roster(city)
    take_up(city, "dispatcher", "intake")
    old = shift(city, "intake", 30, 38)
    admin, address = sign_in("administrator"), "/duty/NIGHT/draft/"
    assert "没有排班草案" in admin.get(address).content.decode()
    holding = str(Holding.objects.get(post__code="intake", person=person_of(city, "dispatcher")).pk)
    sent = {"holding": holding, "from_at": local(30), "until_at": local(34), "days": "1"}
    assert send(admin, "/duty/NIGHT/", "away", str(old.pk)).status_code == 303
    assert send(admin, "/duty/NIGHT/", "enter", **sent).status_code == 303
    page = admin.get(address).content.decode()
    assert "<del>Intake clerk A</del>" in page and "<strong>Dispatcher A</strong>" in page and "空班" in page
    wrong = send(admin, address, "publish", "9")
    assert wrong.status_code in (409, 422) and "没有办成" in wrong.content.decode()
    book_of = CalamineWorkbook.from_filelike(io.BytesIO(admin.get(f"{address}?as=xlsx").content))
    cells = [cell for row in book_of.get_sheet_by_index(0).to_python() for cell in row]
    assert "来" in cells and "去" in cells and "Dispatcher A" in cells
    publish(city, sign_in, "NIGHT")
    one = RosterDraft.objects.get()
    assert Shift.objects.get(cancelled=False).person_id == person_of(city, "dispatcher")
    listed = admin.get(address).content.decode()
    assert f"?of={one.pk}" in listed and "已发布" in listed
    assert send(admin, f"{address}?of={one.pk}", "undo").status_code == 303
    publish(city, sign_in, "NIGHT")
    assert Shift.objects.get(cancelled=False).person_id == person_of(city, "intake")
    assert sign_in("auditor").get(address).status_code == 403
    assert admin.get(f"{address}?of=nothing").status_code == 404
    english = admin.get(f"{address}?of={one.pk}", headers=ENGLISH).content.decode()
    assert "Draft of the roster" in english and "Published" in english


def test_what_cannot_wait_is_changed_at_once_and_named_on_the_roster(city: City, sign_in: SignIn) -> None:
    open_roster(city)
    take_up(city, "dispatcher", "intake")
    tonight = shift(city, "intake", 5, 13)
    admin, address = sign_in("administrator"), f"/duty/NIGHT/?from={local(5)[:10]}"
    page = admin.get(address).content.decode()
    assert "临时换人" in page and "临时变动" not in page
    holding = str(Holding.objects.get(post__code="intake", person=person_of(city, "dispatcher")).pk)
    assert send(admin, address, "replace", str(tonight.pk), holding=holding).status_code == 303
    assert Shift.objects.get(cancelled=False).person_id == person_of(city, "dispatcher")
    page = admin.get(address).content.decode()
    assert "临时变动" in page and "<del>Intake clerk A</del>" in page
    extra = {"holding": holding, "from_at": local(14), "until_at": local(16), "days": "1", "at_once": "on"}
    assert send(admin, "/duty/NIGHT/", "enter", **extra).status_code == 303
    late = {**extra, "from_at": local(40), "until_at": local(42)}
    refused = send(admin, "/duty/NIGHT/", "enter", **late)
    assert refused.status_code == 422 and "请写进排班草案" in refused.content.decode()


def test_shifts_come_in_by_excel_after_a_dry_run_and_none_twice(city: City, sign_in: SignIn) -> None:
    open_roster(city)
    client, address = sign_in("administrator"), "/duty/import/"
    heads = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{address}?as=template").content))
    (row,) = heads.get_sheet_by_name("值班").to_python()
    assert row == ["值班表代码", "岗位代码", "账户名", "开始", "结束", "取消"]
    shift_row = ["NIGHT", "intake", "intake", "2031-01-01 20:00", "2031-01-02 08:00", ""]

    def sent(*rows: list[str], sheet: str = "值班") -> Answer:
        file = SimpleUploadedFile("shifts.xlsx", book({sheet: [row, *rows]}))
        return client.post(address, {"file": file})

    wrong = sent(shift_row, ["NIGHT", "nowhere", "intake", "昨天", "2031-01-02 08:00", ""]).content.decode()
    assert "不是日期" in wrong and '<td data-head="行">3</td>' in wrong, "row and column are named"
    assert sent(shift_row, sheet="人员").status_code == 422, "people are entered elsewhere"
    before = Shift.objects.count()
    page = sent(shift_row).content.decode()
    assert Shift.objects.count() == before, "a dry run"
    kept = page.partition('name="kept" value="')[2].partition('"')[0]
    assert client.post(address, {"kept": kept, "apply": "1"}).status_code == 200
    assert Shift.objects.count() == before, "it stands in the draft"
    assert "不变：1" in sent(shift_row).content.decode(), "what is in the draft is not written twice"
    publish(city, sign_in, "NIGHT")
    assert Shift.objects.count() == before + 1
    assert "不变：1" in sent(shift_row).content.decode(), "what stands is not entered twice"
    out = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{address}?as=shifts").content))
    (_, stands) = out.get_sheet_by_name("值班").to_python()
    assert stands[:3] == ["NIGHT", "intake", "intake"], "out again, to be changed"
    gone = [*shift_row[:5], "是"]
    page = sent(gone).content.decode()
    kept = page.partition('name="kept" value="')[2].partition('"')[0]
    assert client.post(address, {"kept": kept, "apply": "1"}).status_code == 200
    publish(city, sign_in, "NIGHT")
    assert not Shift.objects.filter(cancelled=False).exists()
    assert "无从取消" in sent(gone).content.decode()
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
