"""The desk: pages by key, filters, search, acts with their refusals, inbox, intake, statements a page."""

import datetime
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from jingwei.kernel.agencies.models import Post
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import LinkMatters
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.outbox.models import Message, Notice
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.grants import missing
from jingwei.kernel.values.ids import new_id
from jingwei.kit.pages import Cursor, read_cursor
from jingwei.surfaces.desk import queries
from jingwei.surfaces.desk.queries import Wanted, work_list
from tests.city import City
from tests.database import behind
from tests.surfaces.conftest import SignIn, hidden_in

COUNTS = Path(__file__).parent / "query_counts.json"


def _rows(city: City, post: str, wanted: Wanted) -> list[str]:
    with reading(city.actor(post)) as scope:
        return [row.number for row in work_list(scope, wanted).rows]


def test_pages_by_key_show_every_matter_once_in_order(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 4)
    for category in ("ROAD-1", "PARK-1", "ROAD-3") * 4:
        city.report(category=category)
    behind("UPDATE matters_matter SET due_at = NULL WHERE category = 'ROAD-3'")
    seen: list[str] = []
    after, pages = "", 0
    while after or not pages:
        with reading(city.actor("intake")) as scope:
            page = work_list(scope, Wanted(after=read_cursor(after)))
        seen += [row.number for row in page.rows]
        after, pages = page.following, pages + 1
    ordered = sorted(Matter.objects.all(), key=lambda one: (one.due_at is None, one.due_at or 0, one.pk))
    assert seen == [one.number for one in ordered]
    assert pages == 3
    assert [one.due_at is None for one in ordered][-4:] == [True] * 4


@pytest.mark.parametrize(
    "text", ["x", "~", "2026-01-01~", "2026-13-01T00:00:00+00:00~" + str(uuid.UUID(int=7)), "~abc", "é~" * 90]
)
def test_a_damaged_cursor_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_cursor(text)


def test_a_cursor_is_read_as_written() -> None:
    for at in (None, datetime.datetime(2026, 11, 24, 5, 6, 7, 89, tzinfo=datetime.UTC)):
        cursor = Cursor(at, new_id())
        assert read_cursor(cursor.text) == cursor
    assert read_cursor("") is None


def test_the_tabs(city: City) -> None:
    held = city.bring_to(city.report(), "signed")
    other = city.report(category="PARK-1")
    assert set(_rows(city, "handler-roads", Wanted("area"))) == {held.number}
    assert _rows(city, "handler-roads", Wanted("mine")) == [held.number]
    assert _rows(city, "handler-parks", Wanted("unit")) == [other.number]
    assert _rows(city, "intake", Wanted("unit")) == []
    assert set(_rows(city, "intake", Wanted())) == {held.number, other.number}


def test_the_filters(city: City) -> None:
    closed = city.bring_to(city.report(category="ROAD-2"), "closed")
    pothole, tree = city.report(), city.report(category="PARK-1")
    assert _rows(city, "intake", Wanted(state="closed")) == [closed.number]
    assert _rows(city, "intake", Wanted(category="ROAD")) == [pothole.number]
    assert _rows(city, "intake", Wanted(category="ROAD-2", state="closed")) == [closed.number]
    assert _rows(city, "intake", Wanted(overdue=True)) == []
    behind("UPDATE matters_matter SET due_at = now() - interval '1 day' WHERE id = %s", tree.pk)
    assert _rows(city, "intake", Wanted(overdue=True)) == [tree.number]


def test_the_search(city: City) -> None:
    pit = city.report(title="路面有坑", text="红绿灯旁边")
    dark = city.report(category="ROAD-2", text="The street lamp is dark 3 nights")
    assert _rows(city, "intake", Wanted(words="红绿灯")) == [pit.number]
    assert _rows(city, "intake", Wanted(words="LAMP")) == [dark.number]
    assert _rows(city, "intake", Wanted(words="LAMP", category="ROAD")) == [dark.number], "of a class below it"
    assert _rows(city, "intake", Wanted(words="LAMP", category="PARK")) == []
    assert _rows(city, "intake", Wanted(words="3")) == [dark.number]
    assert _rows(city, "intake", Wanted(words=pit.number.lower().replace("-", ""))) == [pit.number]
    assert _rows(city, "intake", Wanted(words="'':*&|!()")) == []
    assert _rows(city, "grid-west", Wanted(words=pit.number)) == []


def test_the_title_of_a_matter_stands_once_on_its_page(city: City, sign_in: SignIn) -> None:
    pit = city.report(title="路面有坑", text="红绿灯旁边")
    page = sign_in("intake").get(f"/matters/{pit.number}/").content.decode()
    facts = page[page.index("基本情况") : page.index("经过")]
    assert "<h1>路面有坑</h1>" in page and "红绿灯旁边" in facts and "路面有坑" not in facts


@pytest.mark.parametrize("query", ["?after=x", "?after=2026-01-01T00:00:00Z~1"])
def test_a_damaged_page_is_answered_422(sign_in: SignIn, query: str) -> None:
    assert sign_in("intake").get("/work/" + query).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_odd_filters_show_a_page(sign_in: SignIn) -> None:
    for query in (
        "?tab=x",
        "?state=%00",
        "?category=no",
        "?q=%00",
        "?q=%F0%9F%98%80",
        "?overdue=2",
        "?q=1-" + "9" * 900,
    ):
        assert sign_in("intake").get("/work/" + query).status_code == HTTPStatus.OK, query


def test_whoever_handles_nothing_is_told_so(sign_in: SignIn) -> None:
    page = sign_in("administrator").get("/work/")
    assert page.status_code == HTTPStatus.OK
    assert "您的岗位不办理事项" in page.content.decode()


def _act(client: Client, matter: Matter, action: str, **sent: str) -> Any:
    address = f"/matters/{matter.number}/"
    form = f"{address}act/{action}/"
    return client.post(form, {**hidden_in(client.get(address), form), **sent})


def test_an_act_is_done_once_however_often_it_is_sent(city: City, sign_in: SignIn) -> None:
    matter, client = city.report(), sign_in("intake")
    form = f"/matters/{matter.number}/act/file/"
    sent = {**hidden_in(client.get(f"/matters/{matter.number}/"), form), "finding": "属实"}
    for _ in range(3):
        answer = client.post(form, sent)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/matters/{matter.number}/?done=1")
    after = Matter.objects.get(pk=matter.pk)
    assert (after.state, after.version) == ("filed", matter.version + 1)
    page = client.get(f"/matters/{matter.number}/?done=1").content.decode()
    assert "属实" in page and "已办理" in page


def test_a_refused_act_keeps_what_was_filled_in(city: City, sign_in: SignIn) -> None:
    matter = city.report()
    answer = _act(sign_in("intake"), matter, "decline", reason="")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = answer.content.decode()
    assert "请写明理由" in page
    assert 'id="do" open' in page and f'/matters/{matter.number}/act/decline/#do"' in page, "the browser goes there"
    answer = _act(sign_in("intake"), matter, "file", finding="坏\x07的")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "的</textarea>" in answer.content.decode()
    assert Matter.objects.get(pk=matter.pk).state == "reported"


def test_the_unit_that_the_rules_name_is_chosen_already_until_somebody_decided(city: City, sign_in: SignIn) -> None:
    matter = city.bring_to(city.report(), "filed")
    chosen, client = f'<option value="{matter.unit_id}" selected>', sign_in("dispatcher")
    assert matter.unit_id and chosen in client.get(f"/matters/{matter.number}/").content.decode()
    city.act("dispatcher", matter, "dispatch", unit=str(matter.unit_id))
    recalled = city.act("dispatcher", matter, "recall", reason="选错了单位")
    assert recalled.state == "filed" and chosen not in client.get(f"/matters/{matter.number}/").content.decode()


def test_an_act_on_an_old_page_is_a_conflict(city: City, sign_in: SignIn) -> None:
    matter, client = city.report(), sign_in("intake")
    form = f"/matters/{matter.number}/act/file/"
    old = hidden_in(client.get(f"/matters/{matter.number}/"), form)
    city.act("intake", matter, "verify")
    answer = client.post(form, {**old, "finding": "写了很久"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "写了很久" in answer.content.decode()


def test_a_form_not_ours_is_refused(city: City, sign_in: SignIn) -> None:
    matter = city.report()
    for key, version in (("", ""), ("made-up", "1"), ("x:y", "1")):
        sent = {"_key": key, "_version": version, "finding": "x"}
        answer = sign_in("intake").post(f"/matters/{matter.number}/act/file/", sent)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Matter.objects.get(pk=matter.pk).version == matter.version


def test_what_is_not_offered_says_why(city: City, sign_in: SignIn) -> None:
    matter = city.bring_to(city.report(), "feedback")
    page = sign_in("handler-roads").get(f"/matters/{matter.number}/").content.decode()
    assert missing("matter.check").zh in page
    answer = sign_in("handler-roads").post(
        f"/matters/{matter.number}/act/pass_check/",
        {"_key": "x", "finding": "x"},
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_an_undeclared_act_is_refused(city: City, sign_in: SignIn) -> None:
    matter, client = city.report(), sign_in("intake")
    known = hidden_in(client.get(f"/matters/{matter.number}/"), f"/matters/{matter.number}/act/file/")
    answer = client.post(f"/matters/{matter.number}/act/vanish/", known)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "没有办成" in answer.content.decode()


def test_the_matter_page_tells_the_whole_story(city: City, sign_in: SignIn) -> None:
    original = city.report(title="老地方")
    matter = city.bring_to(city.report(), "closed")
    linked = LinkMatters(matter_id=original.pk, other_id=matter.pk, kind="duplicate_of")
    from jingwei.kernel.commands.actor import system

    execute(system("test", "matter.link", "matter.read"), linked, city.key())
    page = sign_in("checker").get(f"/matters/{matter.number}/").content.decode()
    for words in (
        "坑已填平",
        "东一格",
        "东区",
        "试城办〔2026〕1号 第3条",
        "按期",
        "另有重复件",
        original.number,
        "<path d=",
        "<circle",
        'href="/handbook/grid_event/"',
    ):
        assert words in page, words


def test_a_clock_that_is_over_is_folded_while_the_matter_goes_on(city: City, sign_in: SignIn) -> None:
    matter = city.bring_to(city.report(), "signed")
    open_ = '<details class="act" open><summary>'
    page = sign_in("handler-roads").get(f"/matters/{matter.number}/").content.decode()
    assert f"{open_}办结时限" in page
    assert '<details class="act"><summary>签收时限' in page
    closed = city.bring_to(city.report(), "closed")
    assert f"{open_}办结时限" in sign_in("checker").get(f"/matters/{closed.number}/").content.decode()


def test_the_inbox_shows_what_ones_posts_were_told(city: City, sign_in: SignIn) -> None:
    matter = city.report()
    message = Message.objects.get(stream=matter.pk)
    for code in ("intake", "dispatcher"):
        post = Post.objects.get(code=code)
        row = Notice(id=new_id(), message=message, post=post.pk, stream=matter.pk)
        row.topic, row.body, row.created_at = message.topic, message.body, message.created_at
        row.save()
    page = sign_in("intake").get("/inbox/").content.decode()
    assert page.count(f'href="/matters/{matter.number}/"') == 1
    assert matter.number not in sign_in("checker").get("/inbox/").content.decode()


def test_staff_write_down_a_report(city: City, sign_in: SignIn) -> None:
    client = sign_in("intake")
    sent = {
        **hidden_in(client.get("/matters/new/")),
        "category": "ROAD-3",
        "title": "窗口来访",
        "area": "T1",
        "phone": "139",
    }
    first, again = client.post("/matters/new/", sent), client.post("/matters/new/", sent)
    assert first.status_code == again.status_code == HTTPStatus.OK
    (matter,) = Matter.objects.all()
    assert (matter.channel, matter.category) == ("phone", "ROAD-3")
    assert matter.number in first.content.decode() and matter.number in again.content.decode()
    assert client.post("/matters/new/", {**sent, "category": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@contextmanager
def _statements() -> Iterator[list[str]]:
    """Every statement but the marks of nested transactions, which only tests have."""
    seen: list[str] = []

    def note(run: Any, statement: str, values: Any, many: bool, context: Any) -> Any:
        if not str(statement).startswith(("SAVEPOINT", "RELEASE")):
            seen.append(str(statement))
        return run(statement, values, many, context)

    with connection.execute_wrapper(note):
        yield seen


def test_statements_of_each_page(city: City, sign_in: SignIn) -> None:
    """Run with UPDATE_QUERY_COUNTS=1 to write the file anew, and look at the difference before keeping it."""
    matter = city.bring_to(city.report(), "closed")
    client, found = sign_in("checker"), {}
    pages = {
        "work": "/work/",
        "work, second page": f"/work/?after=2026-01-01T00:00:00%2B00:00~{matter.pk}",
        "work, search by words": "/work/?q=红绿灯",
        "work, search by number": f"/work/?q={matter.number}",
        "matter": f"/matters/{matter.number}/",
        "matter, around": f"/matters/{matter.number}/around/",
        "matter, replay": f"/matters/{matter.number}/replay/handle/?stop=2099-01-01T00:00",
        "inbox": "/inbox/",
        "home": "/",
        "report": "/report/",
    }
    figures = {
        "command map": "/command/",
        "command map, asked again": "/command/live/",
        "command map, marks": "/command/marks/",
        "command map, replay": "/command/replay/?day=2026-03-02",  # a whole day: of today no hour may be over yet
        "command map, behind a figure": "/command/behind/?figure=open",
    }
    rulebook = {
        "rulebook": "/rules/",
        "rulebook, catalogue": "/rules/category/",
        "rulebook, one value": "/rules/limit/?subject=ROAD//handle",
    }
    for name, address in {**pages, **rulebook, **figures}.items():
        client = sign_in("intake") if name in rulebook else sign_in("centre-head") if name in figures else client
        client.get(address)  # reads the slow data
        with _statements() as seen:
            assert client.get(address).status_code == HTTPStatus.OK
        found[name] = len(seen)
    kept = json.loads(COUNTS.read_text())
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        COUNTS.write_text(json.dumps({**kept, **found}, indent=2) + "\n")
    assert found == {name: kept.get(name) for name in found}
    assert max(count for name, count in found.items() if name.startswith("work")) <= 8
    assert found["matter"] <= 14  # its tasks, of a type that has any, are one of them, and the note that it was read
