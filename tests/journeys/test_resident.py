"""A resident on a phone: reports with a picture, and a draft that outlives a lost connection."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
from tests.city import FOUNDER, SINCE
from tests.clones import Clone
from tests.journeys.conftest import Visitors
from tests.journeys.everybody import PATIENCE
from tests.kernel.files.samples import jpeg

pytestmark = pytest.mark.journey

DANGER = ("emergency", "emergency.question")
TEXT, ADDRESS = "学校门口有一个大坑", "无名路 5 号"
FILES = "document.querySelector('input[type=file]').files.length"


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES = tmp_path / "files"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "x.jpg"
    path.write_bytes(jpeg())
    return path


@pytest.fixture
def _asked_about_danger(clone: Clone) -> None:
    content = {"zh": "现在有危险吗？", "en": "Is anybody in danger?"}
    words = [SetValue(parameter="word", subject=one, from_on=SINCE, content=content, basis="x") for one in DANGER]
    execute(FOUNDER, SetManyValues(values=tuple(words)), "danger")


def _what(page: Page, photo: Path) -> None:
    page.goto("/report/")
    page.set_input_files("input[type=file]", photo)
    page.wait_for_selector(".photos canvas")
    page.fill("#text", TEXT)
    page.locator("#classes .group").last.locator("summary").click()
    page.locator("#classes .pick:visible").first.click()


def _true(page: Page, told: str) -> None:
    """Waits until the page tells so; asked from outside, as the page's own policy evaluates nothing."""
    for _ in range(PATIENCE // 100):
        if page.evaluate(told):
            return
        page.wait_for_timeout(100)
    raise AssertionError(told)


def _drafts(asked: str) -> str:
    """What the store of drafts on this device answers."""
    answer = "new Promise(done => { one.onsuccess = () => done(one.result); })"
    store = "transaction('drafts').objectStore('drafts')"
    opened = f"got(indexedDB.open('jingwei', 1)).then(it => got(it.{store}.{asked}))"
    return f"(() => {{ const got = one => {answer}; return {opened}; }})()"


def _kept(page: Page, words: str) -> None:
    """Waits until the draft on this device says so."""
    _true(page, f"{_drafts('getAll()')}.then(it => JSON.stringify(it).includes('{words}'))")


def _received(page: Page) -> None:
    page.wait_for_selector("#received")
    assert re.search("已收到|Received", page.inner_text("h1"))


@pytest.mark.usefixtures("_asked_about_danger")
def test_in_large_letters_an_answer_breaks_between_words_alone(visitors: Visitors) -> None:
    with visitors.visitor("phone", language="en-US") as page:
        page.context.add_cookies([{"name": "look", "value": "light.large.wide", "url": visitors.address}])
        page.goto("/report/")
        words = "document.querySelector('.pick-bad span').firstChild"
        of_words = f"(() => {{ const one = document.createRange(); one.selectNodeContents({words}); return one; }})()"
        lines = page.evaluate(f"new Set([...{of_words}.getClientRects()].map(one => one.top)).size")
        assert lines <= 2, "Yes, there is danger"


def test_a_report_with_a_picture_on_a_phone(visitors: Visitors, photo: Path) -> None:
    language, onward = "en-US", "Next"  # in Chinese: `test_long_way`
    with visitors.visitor("phone", language=language) as page:
        _what(page, photo)
        page.get_by_role("button", name=onward).click()
        page.fill("#address", ADDRESS)
        page.wait_for_selector("#found .found")
        page.get_by_role("button", name=onward).click()
        page.fill("#name", "王小明")
        page.go_back()
        expect(page.locator("#address")).to_have_value(ADDRESS)
        page.get_by_role("button", name=onward).click()
        page.fill("#name", "王小明")
        page.get_by_role("button", name=onward).click()
        expect(page.locator("dd", has_text=re.compile("已收到|received"))).to_contain_text("1")
        page.click("button[value=send]")
        _received(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
        page.click("form[action='/follow/'] button")
        expect(page.locator(".track li")).to_have_count(2)
    assert visitors.complaints == []


def test_a_phone_shows_where_a_tap_on_the_map_is(visitors: Visitors, photo: Path) -> None:
    with visitors.visitor("phone") as page:
        _what(page, photo)
        page.click("button[value=where]")
        view = page.locator(".map-pick .map-view")
        view.scroll_into_view_if_needed()
        expect(page.locator(".map-name").first).to_be_visible()
        box, window = view.bounding_box(), page.viewport_size
        assert box and window and box["height"] >= 0.45 * window["height"]
        view.click()
        said = page.locator(".map-said")
        expect(said).to_contain_text("已选")
        cell = said.inner_text().removeprefix("已选：").split(" · ")[0]
        expect(page.locator("#found")).to_contain_text(cell)


def test_a_draft_outlives_a_lost_connection_and_is_sent_once(visitors: Visitors, photo: Path) -> None:
    with visitors.visitor("phone") as page:
        _what(page, photo)
        _kept(page, TEXT)
        _kept(page, f'"category":"{page.input_value("[name=category]:checked")}"')
        page.goto("/report/")
        page.click(".take-draft")
        expect(page.locator("#text")).to_have_value(TEXT)
        assert page.evaluate(FILES) == 1
        for value in ("where", "contact", "review"):
            page.click(f"button[value={value}]")
        page.wait_for_selector("button[value=send]")
        page.context.set_offline(True)
        page.click("button[value=send]")
        expect(page.locator("#offline")).to_contain_text("连上网就自动发出")
        page.context.set_offline(False)
        _received(page)
        page.goto("/report/")
        _true(page, f"{_drafts('count()')}.then(it => it === 0)")
        assert page.locator("#draft").is_hidden()


def test_a_site_that_does_not_answer_is_said_where_the_browser_believes_to_be_online(
    visitors: Visitors, photo: Path
) -> None:
    with visitors.visitor("phone") as page:
        _what(page, photo)
        page.route("**/report/worker.js?*", lambda route: route.abort())
        page.click("button[value=where]")
        expect(page.locator("#offline")).to_contain_text("连上网以后再点一次就行")
        assert page.input_value("#text") == TEXT
        page.unroute_all(behavior="wait")
        expect(page.locator("#offline")).to_be_hidden()
        page.click("button[value=where]")
        page.wait_for_selector("#address")


def test_a_draft_reopens_at_the_step_that_it_was_at(visitors: Visitors, photo: Path) -> None:
    with visitors.visitor("phone") as first:
        _what(first, photo)
        first.click("button[value=where]")
        first.fill("#address", ADDRESS)
        _kept(first, ADDRESS)
        first.close()
        page = first.context.new_page()
        page.goto("/report/")
        page.click(".take-draft")
        expect(page.locator("#address")).to_have_value(ADDRESS)
        page.click("button[value=contact]")
        page.click("button[value=review]")
        expect(page.locator("dd", has_text="已收到")).to_contain_text("1")


def _away_from_the_net(page: Page, photo: Path) -> None:
    """Somebody who has the form on the device, and loses the net at the second step."""
    page.goto("/report/")
    _true(page, "navigator.serviceWorker.ready.then(() => caches.match('/report/')).then(Boolean)")
    _what(page, photo)
    page.click("button[value=where]")
    page.wait_for_selector("#address")
    page.context.set_offline(True)
    page.fill("#address", ADDRESS)
    _kept(page, ADDRESS)
    page.close()


def _all_there(page: Page) -> None:
    """The form opens without the net, with all that was typed in any step, and the picture."""
    page.goto("/report/")
    assert page.locator("#report [name=csrfmiddlewaretoken]").get_attribute("value") == "", "from this device"
    page.click(".take-draft")
    expect(page.locator("#text")).to_have_value(TEXT)
    expect(page.locator("#address")).to_have_value(ADDRESS)
    expect(page.locator("[name=category]:checked")).to_have_count(1)
    page.wait_for_selector(".photos canvas")
    assert page.evaluate(FILES) == 1


def test_a_page_closed_without_a_connection_opens_without_one(visitors: Visitors, photo: Path) -> None:
    with visitors.visitor("phone") as first:
        _away_from_the_net(first, photo)
        page = first.context.new_page()
        _all_there(page)
        page.fill("#name", "王小明")
        page.click("button[value=send]")
        expect(page.locator("#offline")).to_contain_text("连上网就自动发出")
        _kept(page, '"wanted":"send"')
        page.close()
        page = first.context.new_page()
        _all_there(page)
        assert page.input_value("#name") == "王小明"
        expect(page.locator("#offline")).to_contain_text("连上网就自动发出")
        page.context.set_offline(False)
        _received(page)
        code = page.locator(".receipt .code").nth(1).inner_text()
        kept = "caches.keys().then(all => Promise.all(all.map(one => caches.open(one).then(it => it.keys()))))"
        told = page.evaluate(f"{kept}.then(all => [].concat(...all).map(one => new URL(one.url).pathname))")
        assert [one for one in told if not one.startswith("/static/")] == ["/report/"], "nothing else is kept"
        page.goto(f"/follow/#{code}")  # as the picture on the receipt leads there: see surfaces/test_scanned
        expect(page.locator(".track li")).to_have_count(2)


def test_a_draft_is_deleted_when_somebody_says_so(visitors: Visitors, photo: Path) -> None:
    with visitors.visitor("phone") as first:
        _away_from_the_net(first, photo)
        page = first.context.new_page()
        _all_there(page)
        page.click("#kept .forget-draft")
        expect(page.locator("#text")).to_have_value("")
        page.reload()
        assert page.evaluate(_drafts("count()")) == 0, "not the pictures either"
        assert page.locator("#draft").is_hidden()
