"""The pages of units, posts and people: who holds what, handing over by ending a post, links shown once, Excel."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from jingwei.kernel.agencies.models import Holding, Person, Post, Terms, Unit
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.models import HandOver
from tests.city import City
from tests.surfaces.conftest import Answer, SignIn
from tests.surfaces.test_duty import COUNTS, ENGLISH, send
from tests.workbooks import NEW, book


def upload(client: Client, content: bytes) -> Answer:
    return client.post("/agencies/import/", {"file": SimpleUploadedFile("people.xlsx", content)})


def test_the_tree_shows_holders_open_matters_and_alarms(city: City, sign_in: SignIn) -> None:
    city.bring_to(city.report(), "signed")
    client = sign_in("administrator")
    page = client.get("/agencies/").content.decode()
    assert "Roads handler A" in page and "未结 1" in page and "badge-late" not in page
    holding = Holding.objects.get(post__code="handler-roads")
    assert send(client, "/agencies/posts/handler-roads/", "step_down", str(holding.pk)).status_code == 303
    page = client.get("/agencies/").content.decode()
    assert "badge-late" in page and "空岗" in page, "open matters, and nobody there"


def test_a_post_is_changed_and_what_it_was_stays_on_record(city: City, sign_in: SignIn) -> None:
    client = sign_in("administrator")
    sent = {"name_zh": "东区受理员", "name_en": "Intake, East", "area": "T1"}
    assert '<input type="checkbox" name="grant:matter.accept" id="change--grant:matter.accept" checked> 受理' in (
        client.get("/agencies/posts/intake/").content.decode()
    ), "by its title, not by its key"
    sent |= {"grant:matter.read": "on", "grant:matter.accept": "on"}
    assert send(client, "/agencies/posts/intake/", "change", **sent).status_code == 303
    post = Post.objects.get(code="intake")
    assert (post.area.code, post.grants) == ("T1", ["matter.accept", "matter.read"])
    old, new = Terms.objects.filter(post=post).order_by("from_at", "pk")
    assert old.until_at == new.from_at and old.area.code == "T" and len(old.grants) > 2
    assert city.actor("intake").duties[0].grants == frozenset({"matter.read", "matter.accept"})
    assert client.get("/agencies/posts/nowhere/").status_code == 404


def test_a_post_ends_on_its_page_by_category(city: City, sign_in: SignIn) -> None:
    hole, light = city.bring_to(city.report(), "signed"), city.bring_to(city.report(category="ROAD-2"), "signed")
    client = sign_in("administrator")
    refused = send(client, "/agencies/posts/handler-roads/", "end", **{"to:ROAD-2": "handler-parks"})
    assert refused.status_code == 422 and "还有 1 件未结事项" in refused.content.decode()
    ends = {"to:ROAD-2": "handler-parks", "to": "handler-parks"}
    answer = send(client, "/agencies/posts/handler-roads/", "end", **ends)
    assert answer.status_code == 303 and "handed=2" in answer.headers["Location"]
    (receipt,) = HandOver.objects.all()
    assert set(receipt.matters) == {str(hole.pk), str(light.pk)}
    assert "已撤" in client.get("/agencies/posts/handler-roads/").content.decode()


def test_units_and_posts_are_entered_and_ended(city: City, sign_in: SignIn) -> None:
    client = sign_in("administrator")
    names = {"name_zh": "水务局", "name_en": "Water"}
    unit = {"code": "WATER", "kind": "department", "parent": "CITY", "area": "T", **names}
    assert send(client, "/agencies/", "enter_unit", **unit).status_code == 303
    post = {"code": "water-1", "area": "T", "like": "handler-roads", **names}
    assert send(client, "/agencies/units/WATER/", "enter_post", **post).status_code == 303
    assert Post.objects.get(code="water-1").grants == Post.objects.get(code="handler-roads").grants
    assert send(client, "/agencies/posts/water-1/", "take_up", login="handler-parks").status_code == 303
    refused = send(client, "/agencies/units/WATER/", "end")
    assert refused.status_code == 422 and "1 个岗位未撤" in refused.content.decode()
    assert send(client, "/agencies/posts/water-1/", "end").status_code == 303
    assert send(client, "/agencies/units/WATER/", "end").status_code == 303
    assert Unit.objects.get(code="WATER").ended_at is not None


def test_a_link_is_shown_once_and_whoever_leaves_is_signed_out(city: City, sign_in: SignIn) -> None:
    client, theirs = sign_in("administrator"), sign_in("intake")
    assert theirs.get("/work/").status_code == 200
    page = send(client, "/agencies/people/intake/", "link").content.decode()
    assert "/login/first/" in page and "/login/first/" not in client.get("/agencies/people/intake/").content.decode()
    sent = {"name": "王芳", "phone": "13900001111"}
    assert send(client, "/agencies/people/intake/", "change", **sent).status_code == 303
    assert send(client, "/agencies/people/intake/", "leave").status_code == 303
    assert theirs.get("/work/").status_code == 302, "signed out at once"
    person = Person.objects.get(account__username="intake")
    assert not person.active and person.name == "王芳"
    bodies = b"".join(bytes(entry.body) for entry in Entry.objects.all()).decode()
    assert "王芳" not in bodies and "13900001111" not in bodies and "first/" not in bodies


def test_excel_comes_in_after_a_dry_run_and_goes_out(city: City, sign_in: SignIn) -> None:
    client, content = sign_in("administrator"), book(NEW)
    page = upload(client, content)
    assert page.status_code == 200 and "handler-water" in page.content.decode()
    assert not Post.objects.filter(code="handler-water").exists(), "a dry run"
    kept = page.content.decode().partition('name="kept" value="')[2].partition('"')[0]
    done = client.post("/agencies/import/", {"kept": kept, "apply": "1"}).content.decode()
    assert "/login/first/" in done and Post.objects.filter(code="handler-water").exists()
    out = client.get("/agencies/export/", headers=ENGLISH).content
    names = CalamineWorkbook.from_filelike(io.BytesIO(out)).sheet_names
    assert names == ["units", "posts", "people", "holdings", "shifts"]
    wrong = upload(client, b"nonsense")
    assert wrong.status_code == 422 and "不是 Excel 文件" in wrong.content.decode()
    empty = upload(client, b"")
    assert empty.status_code == 422 and "文件是空的" in empty.content.decode()
    assert client.post("/agencies/import/", {"apply": "1"}).status_code == 422
    assert upload(sign_in("supervisor"), content).status_code == 403


@pytest.mark.parametrize(
    "address", ["/agencies/", *(f"/agencies/{one}/" for one in ("units/HOTLINE", "posts/intake", "people/intake"))]
)
def test_the_pages_are_english_and_ask_little(city: City, sign_in: SignIn, address: str) -> None:
    client = sign_in("administrator")
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address, headers=ENGLISH)
    assert page.status_code == 200 and "Intake clerk" in page.content.decode()
    assert len(asked) <= json.loads(COUNTS.read_text())[address], len(asked)


def test_why_somebody_cannot_leave_yet_is_said_before(city: City, sign_in: SignIn) -> None:
    client, page = sign_in("administrator"), "/agencies/people/handler-roads/"
    assert 'data-sure="sure-leave-"' in client.get(page).content.decode()
    city.bring_to(city.report(), "signed")
    shown = client.get(page).content.decode()
    assert "只有此人在岗：“道路承办员”有未结事项 1 件。" in shown
    assert 'data-sure="sure-leave-"' not in shown, "no button for what would be refused"
    assert send(client, page, "leave").status_code == 422
    assert Person.objects.get(account__username="handler-roads").active
