"""What a person without a mouse does: Tab to an input, a digit for an act, Enter."""

from playwright.sync_api import Page

_FOCUSED = "document.activeElement.name + '|' + document.activeElement.type + '|' + document.activeElement.value"
_MOST = 60  # presses of Tab after which there is no way


def focused(page: Page) -> tuple[str, str, str]:
    """Name, type and value of the input that has the focus."""
    name, kind, value = page.evaluate(_FOCUSED).split("|", 2)
    return name, kind, value


def tab_to(page: Page, name: str, kind: str = "", value: str = "") -> None:
    """Presses Tab until an input has the focus, if it has not yet."""
    if focused(page)[0] == name:
        return
    for _ in range(_MOST):
        page.keyboard.press("Tab")
        here = focused(page)
        if here[0] == name and kind in ("", here[1]) and value in ("", here[2]):
            return
    raise AssertionError(f"no way by Tab to {name} {kind} {value}")


def tab_to_summary(page: Page, words: str) -> None:
    """Presses Tab until what unfolds under these words has the focus."""
    for _ in range(_MOST):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.tagName + document.activeElement.innerText")
        if here.startswith("SUMMARY") and words in here:
            return
    raise AssertionError(f"no way by Tab to {words}")


def sign_in(page: Page, login: str, password: str) -> None:
    """Signs in without a mouse; the work list stands there."""
    page.goto("/login/")
    tab_to(page, "username")
    page.keyboard.type(login)
    tab_to(page, "password")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/work/")


def open_row(page: Page, number: str) -> None:
    """Walks down the work list to a matter and opens it."""
    for _ in range(_MOST):
        page.keyboard.press("j")
        if page.evaluate("(document.activeElement.closest('tr') || document.body).dataset.number") == number:
            page.keyboard.press("Enter")
            page.wait_for_url(f"**/matters/{number}/")
            return
    raise AssertionError(f"no way by j to {number}")


def do(page: Page, number: str, action: str, **typed: str) -> None:
    """Opens the form of an act by its digit, fills it in, sends it."""
    form = f"form[action^='/matters/{number}/act/{action}/']"
    summary = page.locator(form).locator("xpath=preceding-sibling::summary")
    digit = summary.get_attribute("data-digit")
    assert digit, f"{action} has no digit"
    page.keyboard.press(digit)
    page.wait_for_selector(f"{form} button:visible")
    for name, words in typed.items():
        tab_to(page, name)
        page.keyboard.type(words)
    for _ in range(_MOST):
        if page.evaluate(f'document.activeElement === document.querySelector("{form} button")'):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/matters/{number}/?done=1*")
