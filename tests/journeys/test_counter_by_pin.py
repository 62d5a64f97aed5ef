"""Two clerks at one counter: the one who was interrupted finds what was typed; a switch is a few keys."""

import time

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jingwei.kernel.agencies.models import Account
from tests.city import PASSWORD
from tests.clones import Clone
from tests.journeys.conftest import Visitors
from tests.surfaces.conftest import prove_second
from tests.surfaces.signing.test_workstations import open_station

pytestmark = pytest.mark.journey

PINS = {"intake": "481516", "dispatcher": "902718"}
KEYS = {"intake": 9, "dispatcher": 9}
"""From the locked page to the page that is worked on: choosing the person (1), to the PIN (1), six digits, Enter."""

TYPED = "三楼楼道漏水，老人滑倒"


@pytest.fixture
def code(clone: Clone) -> str:
    """The one-time code of a counter; made before a browser is there."""
    administrator = Client(headers={"accept-language": "zh-CN"})
    account = Account.objects.get(username="administrator")
    administrator.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    prove_second(administrator)
    return open_station(administrator, "counter")


def whole_sign_in(page: Page, post: str) -> None:
    page.goto("/login/?whole=1")
    page.fill("#id_username", post)
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/work/")
    page.goto("/me/sign-in/")
    page.fill("#pin", PINS[post])
    page.fill("#again", PINS[post])
    page.press("#again", "Enter")
    page.wait_for_url("**done=added")
    page.click("form[data-lock] button")
    page.wait_for_url("**/switch/**")


def come_back(page: Page, post: str, place: int) -> int:
    """By keys alone; gives how many. The first person has the focus, the others follow by the arrow."""
    page.wait_for_selector("[name=person]:focus")  # a clerk sees it; on a loaded machine it comes after the page
    keys = ["Space" if place == 0 else "ArrowDown", "Tab", *PINS[post], "Enter"]
    began = time.monotonic()
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_url(lambda url: "/switch/" not in url)
    page.wait_for_selector("main")
    print(f"{post}: {time.monotonic() - began:.2f} s from the first key to the page, {len(keys)} keys")
    return len(keys)


def test_two_clerks_take_turns_and_nothing_typed_is_lost(code: str, visitors: Visitors) -> None:
    with visitors.visitor() as page:
        page.goto("/workstation/")
        page.fill("#code", code)
        with page.expect_navigation():
            page.click("main button")
        for post in PINS:
            whole_sign_in(page, post)
        order = [one.strip() for one in page.locator(".people label").all_text_contents()]
        places = {post: next(at for at, name in enumerate(order) if post in name.lower()) for post in PINS}
        assert come_back(page, "intake", places["intake"]) <= KEYS["intake"]
        page.goto("/matters/new/")
        page.locator("main textarea").first.fill(TYPED)
        page.click("form[data-lock] button")
        page.wait_for_url("**/switch/**")
        assert come_back(page, "dispatcher", places["dispatcher"]) <= KEYS["dispatcher"]
        page.goto("/matters/new/")
        assert TYPED not in page.content() and page.locator("main textarea").first.input_value() == ""
        page.click("form[data-lock] button")
        page.wait_for_url("**/switch/**")
        come_back(page, "intake", places["intake"])
        page.wait_for_url("**/matters/new/")
        expect(page.locator("main textarea").first).to_have_value(TYPED)
        assert visitors.complaints == []
