"""A limit changed as a draft, tried on the last quarter, published by a second person, felt by a new matter and not by
an old one, and taken back: in a browser, in both languages. A long trial, part by part."""

import datetime
import threading
from dataclasses import replace

import pytest
from playwright.sync_api import Page, Route, expect

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.rules.comparing import within_reach
from jingwei.kernel.rulebook.drafting import BeginDraft, NewValue
from jingwei.kernel.values.ids import new_id
from jingwei.surfaces.desk.rules.drafts.trial import shown
from tests.city import City, add_post, day_of_city, pothole
from tests.clones import Clone, in_threads
from tests.journeys.conftest import Visitors

pytestmark = [pytest.mark.journey]

BEFORE, AFTER = "试城办〔2026〕1号 第3条", "试城办〔2026〕9号"
EDITS = ("rulebook.read", "rulebook.edit", "matter.read")
WORDS = {
    "zh-CN": {
        "put": "放进草案",
        "try": "用近三个月的事项试算",
        "late": "会变成逾期的",
        "ask": "提交，请另一人发布",
        "own": "须由另一个有",
        "waits": "有规则草案等您发布",
        "publish": "发布",
        "undo": "撤回这次发布",
        "published": "已发布",
    },
    "en": {
        "put": "Put into the draft",
        "try": "Try it on the matters of the last three months",
        "late": "Would become late",
        "ask": "Hand in for publication",
        "own": "somebody else who may edit the rulebook publishes it",
        "waits": "A draft of rules waits for you",
        "publish": "Publish",
        "undo": "Take this publication back",
        "published": "Published",
    },
}


def reported(city: City, at: datetime.datetime) -> str:
    """The number of a pothole that was reported then, and is dispatched now."""
    report = replace(pothole(), matter_id=new_id())
    execute(public("matter.report"), report, city.key(), now=at)
    return city.bring_to(Matter.objects.get(pk=report.matter_id), "dispatched").number


def reported_now(city: City) -> str:
    """As `reported`, in a thread of its own: none of the browser's asks the database."""
    (number,) = in_threads([lambda: reported(city, datetime.datetime.now(datetime.UTC))])
    assert isinstance(number, str), number
    return number


def hand_in(page: Page, words: dict[str, str]) -> None:
    page.get_by_role("button", name=words["ask"]).click()
    expect(page.get_by_text(words["own"])).to_be_visible()


def publish(page: Page, words: dict[str, str]) -> None:
    """From the work page, where the draft waits; it asks once more."""
    page.goto("/work/")
    notice = page.locator(".notice", has_text=words["waits"])
    notice.get_by_role("link").click()
    page.get_by_role("button", name=words["publish"], exact=True).click()
    page.locator("dialog[open]").get_by_role("button", name=words["publish"], exact=True).click()
    expect(page.locator("header .state", has_text=words["published"])).to_be_visible()


@pytest.fixture
def language(request: pytest.FixtureRequest, clone: Clone) -> str:
    """What both people read; there is a second one who may edit the rulebook."""
    language = str(request.param)
    add_post(clone.city, "head", "HOTLINE", "T", "head", EDITS)
    for post in ("administrator", "head"):
        clone.city.accounts[post].language = "en" if language == "en" else "zh-hans"
        clone.city.accounts[post].save()
    return language


@pytest.fixture
def old(clone: Clone) -> str:
    """The number of a matter of three days ago."""
    return reported(clone.city, datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=3))


@pytest.mark.parametrize("language", WORDS, indirect=True)
def test_a_limit_is_changed_tried_published_felt_and_taken_back(
    clone: Clone, language: str, old: str, visitors: Visitors
) -> None:
    city, words = clone.city, WORDS[language]
    today = day_of_city().isoformat()
    with (
        visitors.staff("head", language=language) as head,
        visitors.staff("administrator", language=language) as second,
    ):
        head.goto("/rules/limit/")
        head.locator('a.change[href$="ROAD%2F%2Fhandle"]').click()
        form = head.locator("form:has(input[name=amount])")
        form.locator("input[name=amount]").fill("1")
        form.locator("select[name=unit]").select_option("hour")
        form.locator("select[name=counting]").select_option("continuous")
        form.locator("input[name=basis]").fill(AFTER)
        form.locator("input[name=from_on]").fill(today)
        form.get_by_role("button", name=words["put"]).click()
        expect(head.locator(".difference ins").first).to_be_visible()
        draft = head.url
        head.get_by_role("link", name=words["try"]).click()
        expect(head.locator(".counts div", has_text=words["late"]).locator("dd")).to_have_text("1")
        head.locator("details.act summary").first.click()
        expect(head.get_by_role("link", name=old)).to_be_visible()
        head.goto(draft)
        hand_in(head, words)
        publish(second, words)
        new = reported_now(city)
        head.goto(f"/matters/{new}/")
        assert AFTER in head.content() and BEFORE not in head.content(), "a new matter feels it"
        head.goto(f"/matters/{old}/")
        assert BEFORE in head.content() and AFTER not in head.content(), "an old one does not"
        head.goto(draft)
        head.locator("summary", has_text=words["undo"]).click()
        undo = head.locator("details[open] form")
        undo.locator("input[name=from_on]").fill(today)
        undo.get_by_role("button", name=words["undo"]).click()
        expect(head.locator(".difference del").first).to_be_visible()
        hand_in(head, words)
        publish(second, words)
        after = reported_now(city)
        head.goto(f"/matters/{after}/")
        assert BEFORE in head.content() and AFTER not in head.content(), "taken back"
    assert visitors.complaints == []


@pytest.fixture
def hour(clone: Clone) -> tuple[str, list[str]]:
    """The address of a draft by which roads have an hour, and the numbers of what was reported on the days before."""
    city, now = clone.city, datetime.datetime.now(datetime.UTC)
    add_post(city, "head", "HOTLINE", "T", "head", EDITS)
    numbers = [reported(city, now - datetime.timedelta(days=age)) for age in (1, 2, 2, 3)]
    content = {"counting": "continuous", "amount": 1, "unit": "hour"}
    value = NewValue(parameter="limit", subject="ROAD//handle", content=content, basis=AFTER)
    begun = BeginDraft(draft_id=new_id(), title="一小时", from_on=day_of_city(), values=(value,))
    execute(city.actor("head"), begun, city.key())
    return f"/rules/drafts/{begun.draft_id}/", numbers


def test_a_long_trial_goes_on_by_itself_and_leaves_open_what_was_opened(
    hour: tuple[str, list[str]], visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day a part; the second is held back until what is to stay open was opened."""
    address, numbers = hour
    opened = threading.Event()

    def one_day(scope: Scope, since: datetime.date, until: datetime.date | None, most: int) -> datetime.date:
        assert until is None or opened.wait(30)
        return within_reach(scope, since, until, 1)

    monkeypatch.setattr(shown, "within_reach", one_day)
    with visitors.staff("head", language="zh-CN") as head:
        head.goto(f"{address}trial/")
        told, late = head.locator("#went"), head.locator("#late")
        expect(told).to_contain_text("上报的 1 件")
        expect(head.get_by_role("button", name="停在这里")).to_be_visible()
        late.locator("summary").click()
        opened.set()
        expect(told).to_contain_text("上报的 4 件都试算过了")
        for number in numbers:
            expect(late.get_by_role("link", name=number)).to_be_visible()
        expect(head.get_by_role("button", name="停在这里")).to_have_count(0)
    assert visitors.complaints == []


def test_a_part_that_does_not_come_is_said_and_gone_on_from(
    hour: tuple[str, list[str]], visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first part asked for by the page is lost on the way."""
    address, _ = hour
    monkeypatch.setattr(shown, "within_reach", lambda scope, since, until, most: within_reach(scope, since, until, 1))
    lost: list[str] = []

    def once(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    with visitors.staff("head", language="zh-CN") as head:
        head.route("**/trial/**", once)
        head.goto(f"{address}trial/")
        broke = head.locator("#broke")
        expect(broke).to_be_visible()
        expect(head.locator("#went")).to_contain_text("上报的 1 件")
        broke.get_by_role("button", name="接着试算更早的").click()
        expect(head.locator("#went")).to_contain_text("上报的 4 件都试算过了")
    assert lost
