"""The hand-over sheet in one click: what the next shift must know, given by one, taken over by another."""

import json

from django.db import connection
from django.test.utils import CaptureQueriesContext

from jingwei.kernel.agencies.commands import EnterPost
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.commands import EndPost
from jingwei.kernel.matters.models import HandOver
from tests.city import FOUNDER, GRANTS, City
from tests.duty import person_of, take_up
from tests.surfaces.conftest import SignIn
from tests.surfaces.test_duty import COUNTS, ENGLISH, local, send


def test_a_shift_is_handed_over_and_taken_over_by_another(city: City, sign_in: SignIn) -> None:
    matter = city.bring_to(city.report(), "signed")
    other = city.report(category="PARK-1")
    page = sign_in("handler-roads").get("/handover/").content.decode()
    assert matter.number in page and other.number not in page and "本班新增" in page
    post = str(city.actor("handler-roads").duties[0].post)
    given = {
        "post": post,
        "to": post,
        "whose": "post",
        "since": local(-8),
        "until": local(8),
        "note": "三号坑等配料，明早八点到",
    }
    unknown = "0190a000-0000-7000-8000-000000000000"
    for forged in ({"post": unknown}, {"to": unknown}):
        assert send(sign_in("handler-roads"), "/handover/", "give", **{**given, **forged}).status_code == 404
    answer = send(sign_in("handler-roads"), "/handover/", "give", **given)
    assert answer.status_code == 303
    (sheet,) = HandOver.objects.all()
    assert sheet.counts["open"] == 1 and sheet.matters == [str(matter.pk)]
    address = f"/handover/{sheet.pk}/"
    mine = sign_in("handler-roads").get(address).content.decode()
    assert "三号坑等配料" in mine and "待接收" in mine
    refused = send(sign_in("handler-roads"), address, "take", str(sheet.pk))
    assert refused.status_code == 422 and "另一个人" in refused.content.decode()
    take_up(city, "handler-parks", "handler-roads")
    assert "有一份移交等您接收" in sign_in("handler-parks").get("/handover/", {"post": post}).content.decode()
    assert send(sign_in("handler-parks"), address, "take", str(sheet.pk)).status_code == 303
    sheet.refresh_from_db()
    assert sheet.accepted_by == f"person:{person_of(city, 'handler-parks')}"
    assert sign_in("auditor").get(address).status_code == 404
    told = b"".join(bytes(entry.body) for entry in Entry.objects.filter(stream=sheet.pk)).decode()
    assert "配料" not in told and '"matters":1' in told


def test_the_receiver_of_an_ended_post_sees_and_accepts(city: City, sign_in: SignIn) -> None:
    matter = city.bring_to(city.report(), "signed")
    execute(city.actor("administrator"), EndPost(post="handler-roads", to="handler-parks"), "end")
    (receipt,) = HandOver.objects.all()
    client = sign_in("handler-parks")
    page = client.get(f"/handover/{receipt.pk}/").content.decode()
    assert matter.number in page and "撤岗移交" in page
    assert send(client, f"/handover/{receipt.pk}/", "take", str(receipt.pk)).status_code == 303
    assert "已接收" in client.get(f"/handover/{receipt.pk}/").content.decode()
    assert "经手岗位撤销" in client.get(f"/matters/{matter.number}/").content.decode()


def test_the_sheet_of_a_unit_asks_little_and_is_english(city: City, sign_in: SignIn) -> None:
    for _ in range(3):
        city.bring_to(city.report(title="Hole", text="Deep"), "dispatched")
    post = EnterPost(code="two", unit="ROADS", area="T", role="handler", title=("二", "Two"), grants=GRANTS["handler"])
    execute(FOUNDER, post, "two")
    client = sign_in("handler-roads")
    client.get("/handover/")
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/handover/?whose=unit", headers=ENGLISH).content.decode()
    assert "new in this shift" in page and page.count("Roads handler") >= 1
    assert len(asked) <= json.loads(COUNTS.read_text())["/handover/"], len(asked)
