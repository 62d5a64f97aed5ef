"""A draft tried on the last quarter: part after part is added up, nothing that comes back is trusted unless it was
signed here, and what would change is a file; each sees by number what is in sight."""

import datetime
import io
import re
from http import HTTPStatus
from typing import Any

import msgspec
import pytest
from django.core import signing
from django.test import Client
from python_calamine import CalamineWorkbook

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.commands import ReportMatter
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.rules import tryout
from jingwei.kernel.matters.rules.comparing import Compared
from jingwei.kernel.matters.rules.tryout import Tried
from jingwei.kernel.reads.models import Read
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.rulebook.models import Draft
from jingwei.kernel.values.ids import new_id
from jingwei.surfaces.desk.rules.drafts.trial import carried, listing, shown
from tests.city import FOUNDER, City, add_post, day_of_city, point_in
from tests.kernel.matters.test_tryout import different
from tests.surfaces.conftest import SignIn, hidden_in
from tests.surfaces.test_rule_drafts import EDITS, LIMIT, done, put, text

SOURCE = system("source", "matter.report", "matter.read")
AGES = (0, 0, 0, 2, 40)
HOUR = {"amount": "1", "unit": "hour", "counting": "continuous"}
EAST = {"priority": "0", "category": "", "area": "T1", "condition": "", "unit": "CHECK", "_code": "east"}


@pytest.fixture
def city(city: City) -> City:
    """Those who edit the rulebook: one reads no matters, one all, one those of the west; matters of several days."""
    add_post(city, "head", "HOTLINE", "T", "head", EDITS)
    add_post(city, "west", "HOTLINE", "T2", "head", EDITS)
    for number, age in enumerate(AGES):
        report(city, age, ("T1-01", "T2-01")[number % 2])
    return city


def report(city: City, age: int, cell: str) -> Matter:
    """A hole in the road that was reported so many days ago."""
    command = ReportMatter(
        matter_id=new_id(),
        type="grid_event",
        category="ROAD-1",
        fields={"title": "路面有坑", "text": "路面有一个大坑", "address": "东一路 1 号"},
        channel="phone",
        point=point_in(cell),
        happened_at=datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=age),
    )
    execute(SOURCE, command, city.key())
    return Matter.objects.get(pk=command.matter_id)


def action(page: Any) -> str:
    """Where the form that goes on is sent to; "" where nothing is left."""
    found = re.search(r'<form class="progress" method="post" action="([^"]*)"', page.content.decode())
    return found.group(1).replace("&amp;", "&") if found else ""


def following(client: Client, address: str, page: Any, **more: str) -> Any:
    """The page that comes by the button of this one."""
    sent = {**hidden_in(page, action(page).replace("&", "&")), **more}
    return client.post(f"{address}{action(page)}", sent)


def figures(page: Any) -> list[str]:
    return re.findall(r"<dd>([^<]*)</dd>", page.content.decode())


def changed() -> list[str]:
    """The matters that another unit for the east, and an hour for a hole in the road, would have changed, the newest
    first: what was reported in the west just now is none of them."""
    numbers = list(Matter.objects.order_by("-opened_at", "-pk").values_list("number", "area__code"))
    return [number for place, (number, area) in enumerate(numbers) if area == "T1-01" or place > 2]


def named(page: Any) -> set[str]:
    return set(re.findall(r'<span class="number">([^<]+)</span>', page.content.decode()))


@pytest.mark.parametrize("most", [1, 2, 4])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_parts_are_added_up_until_the_quarter_is_done(
    city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, most: int, language: str
) -> None:
    address = f"{put(sign_in('administrator'), **HOUR)}trial/"
    put(sign_in("administrator"), "/rules/routing/change/", **EAST, draft=str(Draft.objects.get().pk))
    head = sign_in("head")
    head.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    whole = head.get(address)
    assert action(whole) == "" and named(whole) == set(changed())
    every, more = {
        "zh-CN": ("这 92 天上报的 5 件都试算过了。", "还有更早的。"),
        "en": ("Tried: all that was reported on these 92 days, 5 in number.", "there are earlier ones."),
    }[language]
    assert every in whole.content.decode()
    monkeypatch.setattr(shown, "MOST", most)
    page, seen = head.get(address), 0
    while action(page):
        assert more in page.content.decode() and every not in page.content.decode()
        seen += 1
        page = following(head, address, page)
        assert page.status_code == HTTPStatus.OK
    assert seen == (2 if most == 1 else 1), "three of today at once, however few fit: no day is cut"
    assert figures(page) == figures(whole) and named(page) == named(whole) and every in page.content.decode()


def test_a_day_beyond_the_limit_is_shown_and_then_what_is_older(
    city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "MOST", 2)
    address = f"{put(sign_in('administrator'))}trial/"
    page = sign_in("head").get(address)
    assert "真实上报的 3 件" in page.content.decode() and "（92 天中的 1 天）" in page.content.decode()
    assert "真实上报的 5 件" in following(sign_in("head"), address, page).content.decode()


def test_it_stops_where_it_is_asked_to_and_goes_on_from_there(
    city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "MOST", 1)
    head, address = sign_in("head"), f"{put(sign_in('administrator'))}trial/"
    page = head.get(address)
    assert 'hx-trigger="load, submit"' in page.content.decode()
    stopped = following(head, address, page, stop="1")
    assert figures(stopped) == figures(page) and 'hx-trigger="submit"' in stopped.content.decode()
    assert "接着试算更早的" in stopped.content.decode() and "停在这里" not in stopped.content.decode()
    further = following(head, address, stopped)
    assert "真实上报的 4 件" in further.content.decode() and 'hx-trigger="load, submit"' in further.content.decode()


def altered(token: str) -> str:
    """The same with other figures, signed by nobody."""
    _, rest = token.split(":", 1)
    found = signing.dumps(["mark", "2026-01-01", msgspec.to_builtins(Tried(matters=1))], key="another", compress=True)
    return f"{found.split(':', 1)[0]}:{rest}"


def test_what_was_altered_is_refused(city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "MOST", 1)
    head, address = sign_in("head"), f"{put(sign_in('administrator'))}trial/"
    token = hidden_in(head.get(address), f"?since={day_of_city() - datetime.timedelta(days=91)}&until=")["went"]
    for wrong in (altered(token), token[:-1], token[1:], "", "x" * 1000, "."):
        answer = head.post(address, {"went": wrong})
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, wrong
        assert "被改动过；请重新试算" in answer.content.decode()


def test_it_begins_anew_where_the_question_is_another_now(
    city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The draft, the rulebook, the reader, the time; handing in and a new name change nothing of it."""
    monkeypatch.setattr(shown, "MOST", 1)
    writer, head = sign_in("administrator"), sign_in("head")
    draft = put(writer, **HOUR)
    address, key = f"{draft}trial/", str(Draft.objects.get().pk)

    def is_anew(client: Client, query: str | None = None) -> bool:
        page = following(client, address, first) if query is None else client.post(f"{address}{query}", brought)
        said = page.content.decode()
        assert ("真实上报的 3 件" in said) == ("已从头试算" in said)
        return "已从头试算" in said

    first = head.get(address)
    brought = hidden_in(first, action(first))
    done(writer, draft, "rename", title="改了名称", from_on="2030-01-01")
    assert not is_anew(head)
    assert is_anew(writer), "another reader"
    assert is_anew(head, "?since=2020-01-01"), "another time"
    put(writer, LIMIT, amount="3", draft=key)
    assert is_anew(head), "the draft says something else"
    first = head.get(address)
    assert not is_anew(head)
    content = {"counting": "natural_day", "amount": 9, "unit": "day"}
    value = SetValue(parameter="limit", subject="PARK//handle", from_on=day_of_city(), content=content, basis="x")
    execute(FOUNDER, value, "park")
    assert is_anew(head), "the rulebook says something else"


def test_of_what_is_out_of_sight_no_number_is_told_or_carried(
    city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "MOST", 1)
    address = f"{put(sign_in('administrator'), '/rules/routing/change/', **{**EAST, 'area': 'T'})}trial/"
    east = set(Matter.objects.filter(area__code="T1-01").values_list("number", flat=True))
    every = set(Matter.objects.values_list("number", flat=True))
    for post, sight in (("head", every), ("west", every - east), ("administrator", set[str]())):
        client = sign_in(post)
        page = client.get(address)
        while action(page):
            kept = signing.loads(hidden_in(page, action(page))["went"], salt=carried._SALT)
            assert {one for one in every if one in str(kept)} == named(page) <= sight
            page = following(client, address, page)
        assert named(page) == sight and "道路局 → 核查队" in page.content.decode()
    assert Read.objects.filter(reader=city.accounts["west"].person.pk).count() > 0


@pytest.mark.parametrize(("ways", "of_each"), [(5000, 3), (1900, 40), (300, 41), (201, 1)])
def test_any_number_of_ways_is_carried_on(
    city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, ways: int, of_each: int
) -> None:
    """The counts of all, shown are those of the most matters; what a form may hold is never passed."""
    some = [different((f"UNIT-{way}", "OTHER"), 0) for way in range(ways) for _ in range(of_each)]
    monkeypatch.setattr(tryout, "compare", lambda *_: Compared(len(some), tuple(some)))
    monkeypatch.setattr(shown, "_in_sight", lambda _, keys: keys)
    monkeypatch.setattr(shown, "MOST", 1)
    head, address = sign_in("head"), f"{put(sign_in('administrator'), **HOUR)}trial/"
    page = head.get(address)
    assert len(hidden_in(page, action(page))["went"]) < 120_000
    page = following(head, address, page)
    assert page.status_code == HTTPStatus.OK and figures(page)[0] == f"{2 * ways * of_each:,}"
    rest = ways - shown.WAYS
    assert page.content.decode().count('id="way-') == shown.WAYS
    assert f"另有 {rest:,} 种改派，共 {2 * rest * of_each:,} 件" in page.content.decode()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_what_would_change_is_a_file_of_those_in_sight(
    city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    for module in (shown, listing):
        monkeypatch.setattr(module, "MOST", 1)
    monkeypatch.setattr(listing, "_PIECE", 2)
    writer = sign_in("administrator")
    draft = put(writer, **HOUR)
    put(writer, "/rules/routing/change/", **EAST, draft=str(Draft.objects.get().pk))
    page = sign_in("head").get(f"{draft}trial/").content.decode()
    since = day_of_city()
    assert f"since={since}&amp;until=&amp;as=xlsx" in page, "what was tried by now"
    rows, about = book(sign_in("head"), f"{draft}trial/?as=xlsx", language)
    assert [row[0] for row in rows[1:]] == changed()
    goes, late = {"zh-CN": ("核查队", "办结时限"), "en": ("Inspection team", "Time to close")}[language]
    assert {row[8] for row in rows[1:]} == {goes, ""} and any(late in row[9] for row in rows[1:]), [
        row[6:] for row in rows
    ]
    assert len(about) == 8
    (_, *some), _ = book(sign_in("head"), f"{draft}trial/?as=xlsx&since={since}", language)
    assert len(some) == 2
    (_, *west), _ = book(sign_in("west"), f"{draft}trial/?as=xlsx", language)
    assert {row[0] for row in west} < set(changed()) and len(west) == 1
    (_, *none), _ = book(writer, f"{draft}trial/?as=xlsx", language)
    assert none == []
    assert Read.objects.filter(what="export").count() == 4 + 2 + 1, "as they are handed out"


def book(client: Client, address: str, language: str) -> list[list[list[Any]]]:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == HTTPStatus.OK
    read = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return [read.get_sheet_by_name(name).to_python() for name in read.sheet_names]


@pytest.mark.parametrize(
    "days",
    ["since=0001-01-01", "until=0001-01-01", "since=9999-12-31", "since=soon", "since=2026-02-30&until=9999-12-31"],
)
def test_a_day_that_is_none_is_as_if_it_were_not_asked(city: City, sign_in: SignIn, days: str) -> None:
    address = f"{put(sign_in('administrator'))}trial/?{days}"
    for asked in (address, f"{address}&as=csv"):
        assert sign_in("head").get(asked).status_code == HTTPStatus.OK


def test_the_trial_says_what_becomes_of_open_matters(city: City, sign_in: SignIn) -> None:
    draft = put(sign_in("administrator"), "/rules/routing/change/", **EAST)
    page = text(sign_in("head"), f"{draft}trial/")
    for words in ("道路局 → 核查队", "3 件还在办", "不因发布而改"):
        assert words in page
    assert "一件也不会有变化" in text(sign_in("head"), f"{draft}trial/?since=2020-01-01&until=2020-02-01")
