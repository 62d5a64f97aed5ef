"""The long way in a real browser, in the practice city in both languages and in Boston: a resident reports with a
picture, a clerk and a dispatcher work by keyboard alone, the unit shows before and after, the checker sends back once,
the resident disagrees with the closing, it is done again, and the figures move by what happened and by nothing else."""

import datetime
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker, Settings

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.surfaces.console.demo import packs_folder
from jingwei.surfaces.console.pack.check import check
from jingwei.surfaces.console.pack.content import category
from jingwei.surfaces.console.pack.enter import enter
from jingwei.surfaces.console.pack.tables import Pack, read_pack
from jingwei.surfaces.console.practice.command import founding, write_practice_pack
from jingwei.surfaces.console.practice.invented import Wanted, invent
from tests.city import FOUNDER, PASSWORD, City, person_of
from tests.clones import Clone, copy_of, template_with
from tests.journeys import keyboard
from tests.journeys.conftest import Act, Visitors
from tests.kernel.files.samples import jpeg

pytestmark = pytest.mark.journey

POSTS = ("intake", "dispatcher", "checker", "supervisor")
WANTED = Wanted(5, 60, 0, "2026-06-01")
SHOWN = datetime.date(2026, 1, 1)
"""Since when pictures before and after are asked for."""

_ALL, _NONE = ("0 / 0", "1 / 1"), ("0 / 0", "0 / 1")
MOVED = {
    **dict.fromkeys(("share_filed", "share_placed", "share_dispatched_right", "share_of_closed_in_time"), _ALL),
    **dict.fromkeys(("share_reworked", "share_reopened"), _ALL),
    **dict.fromkeys(("share_answered", "share_resolved", "share_satisfied", "share_clearly_satisfied"), _ALL),
    **dict.fromkeys(("share_fixed_on_the_spot", "share_declined", "share_disputed", "share_duplicate"), _NONE),
    **dict.fromkeys(("share_extended", "share_deferred", "share_split", "share_reclassified"), _NONE),
    "share_self_made": _NONE,
    "graded_5": ("0", "1"),
}
"""What one matter does to the figures that was filed, sent back once, reopened once, and closed within its term: the
last opinion counts, and what is measured once a term is over does not move yet."""
RESPONDED = {"share_responded": _NONE}
"""Where the city asks for a first contact, it is missed by a unit that never made one."""


@dataclass(frozen=True)
class Town:
    """What a city calls things: the class that is reported, the area it lies in, who handles it, what is said of it."""

    name: str
    language: str
    text: str
    category: str
    area: str
    handler: str
    phone: str
    result: str
    closed: str
    reopened: str


ZH = Town(
    name="practice",
    language="zh-CN",
    text="小区东门外堆了一大堆渣土，雨天流到路上",
    category="0102",
    area="银杏社区",
    handler="handler-zf-02",
    phone="13800001111",
    result="渣土已清运，地面已冲洗",
    closed="已结案",
    reopened="已立案",
)
EN = Town(
    name="practice",
    language="en-US",
    text="A heap of rubble lies outside the east gate and washes onto the road when it rains",
    category="0102",
    area="Yinxing Community",
    handler="handler-zf-02",
    phone="13800001111",
    result="The rubble was taken away and the ground washed",
    closed="Closed",
    reopened="Filed",
)
BOSTON = Town(
    name="boston",
    language="en-US",
    text="A deep pothole in front of the library, cars swerve around it",
    category="PW-HW-POT",
    area="North Dorchester district",
    handler="handler-pwd-03",
    phone="617-635-4500",
    result="Filled with hot asphalt and rolled",
    closed="Closed",
    reopened="Filed",
)
WAYS = [
    pytest.param(ZH, id="practice city in Chinese"),
    pytest.param(EN, id="practice city in English", marks=pytest.mark.proof),
    pytest.param(BOSTON, id="Boston", marks=pytest.mark.proof),
]


@pytest.fixture(scope="module")
def founded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Town], tuple[str, City]]]:
    """Founds a city once for all who ask for it; gives its database and its logins."""
    made: dict[str, tuple[str, City]] = {}
    with ExitStack() as kept, django_db_blocker.unblock():

        def one(town: Town) -> tuple[str, City]:
            if town.name not in made:
                folder = tmp_path_factory.mktemp(town.name)
                made[town.name] = kept.enter_context(template_with(lambda: _found(town, folder)))
            return made[town.name]

        yield one


def _found(town: Town, folder: Path) -> City:
    """Enters the city's pack; whoever the journey meets has a login."""
    now = None
    if town.name == "practice":
        write_practice_pack(folder / "city", invent(WANTED, packs_folder() / "practice"))
        pack, now = read_pack(folder / "city"), founding(WANTED)
    else:
        pack = read_pack(packs_folder() / town.name)
    layers = check(pack)
    assert pack.problems == []
    enter(pack, layers, now=now)
    _shown(pack, town)
    titles = {row["code"]: (row["title_zh"], row["title_en"]) for _, row in pack.rows("posts.csv")}
    return City({code: person_of(code, titles[code]) for code in (*POSTS, town.handler)})


def _shown(pack: Pack, town: Town) -> None:
    """Has the class checked by pictures before and after, where the pack says nothing of it."""
    row = next(row for _, row in pack.rows("catalogue.csv") if row["code"] == town.category)
    if row.get("check") != "picture":
        content = {**category(row), "check": "picture"}
        value = SetValue(
            parameter="category", subject=row["code"], from_on=SHOWN, content=content, basis="own practice"
        )
        execute(FOUNDER, value, "journey:shown")


@pytest.fixture
def clone(
    request: pytest.FixtureRequest, town: Town, founded: Callable[[Town], tuple[str, City]], settings: Settings
) -> Iterator[Clone]:
    """A copy of the town's city, in place of the test city."""
    template, city = founded(town)
    settings.FILES = request.getfixturevalue("tmp_path") / "files"
    with copy_of(template) as name:
        yield Clone(name, city)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture as a telephone takes it."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg((640, 480)))
    return path


def _report(page: Page, town: Town, photo: Path) -> tuple[str, str]:
    """What a resident does on a phone; gives number and code. Buttons are pressed by key: what the page finds out while
    one types moves them, and a slow machine's pointer would miss."""
    page.goto("/")
    page.click("main a[href='/report/']")
    page.check("[name=danger][value=no]")
    page.set_input_files("input[type=file]", photo)
    page.fill("#text", town.text)
    chosen = f"#classes .group [value='{town.category}']"
    page.locator("#classes .group", has=page.locator(f"[value='{town.category}']")).locator("summary").click()
    page.check(chosen)
    page.press("button[value=where]", "Enter")
    page.fill("#address", "No. 5")
    page.select_option("#area", label=town.area)
    page.press("button[value=contact]", "Enter")
    page.fill("#phone", town.phone)
    page.press("button[value=review]", "Enter")
    page.press("button[value=send]", "Enter")
    page.wait_for_selector(".receipt")
    number, code = (one.strip() for one in page.locator(".receipt .code").all_inner_texts())
    return number, code


def _follow(page: Page, code: str) -> str:
    page.goto("/follow/")
    page.fill("#code", code.lower().replace("-", " "))
    page.click("main form#follow button")
    return page.inner_text("main")


def _figures(visitors: Visitors, town: Town) -> dict[str, str]:
    """Every figure of grid events as the desk tells it: what it is made of, where it is a share, else its value."""
    with visitors.staff("supervisor", language=town.language) as page:
        page.goto("/measures/?type=grid_event")
        told = page.eval_on_selector_all(
            "main .sheet tbody tr",
            "rows => rows.map(row => [row.querySelector('a').getAttribute('href').split('.').pop().replace('/', ''),"
            " row.cells[1].innerText, row.cells[2].innerText.split(' · ')[0]])",
        )
    left_out = ("mean_", "to_call_back")  # moments, and what is drawn as a sample
    return {key: made if " / " in made else value for key, value, made in told if not key.startswith(left_out)}


def _dispatched(visitors: Visitors, town: Town, number: str) -> None:
    """The dispatcher accepts the unit that the page proposes: one key."""
    with visitors.visitor(language=town.language) as page:
        keyboard.sign_in(page, "dispatcher", PASSWORD)
        page.goto("/dispatch/")
        page.wait_for_selector(f"#w-{number}:focus")
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#w-{number}[data-done]")


def _handled(visitors: Visitors, act: Act, town: Town, number: str, photo: Path, *, sign: bool) -> None:
    """The unit signs for it, if it was dispatched, and shows what it did; without the pictures nothing is taken."""
    with visitors.staff(town.handler, "phone", language=town.language) as page:
        if sign:
            act(page, number, "sign")
        act(page, number, "feed_back_shown", {"before": photo, "after": photo}, result=town.result)


def _said(page: Page, grade: str, *, solved: bool) -> None:
    """What the resident thinks of it."""
    page.check(f"#answer [name$=grade][value='{grade}']")
    page.check(f"#answer [name$=resolved][value='{'true' if solved else 'false'}']")
    page.click("#answer button")
    expect(page.locator("#answer")).to_have_count(0)


@pytest.mark.parametrize("town", WAYS)
def test_the_long_way(town: Town, visitors: Visitors, act: Act, photo: Path) -> None:
    before = _figures(visitors, town)
    with visitors.visitor("phone", language=town.language) as page:
        number, code = _report(page, town, photo)
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", number)
    with visitors.visitor(language=town.language) as page:
        keyboard.sign_in(page, "intake", PASSWORD)
        keyboard.open_row(page, number)
        keyboard.do(page, number, "file", finding="as reported")
    _dispatched(visitors, town, number)
    _handled(visitors, act, town, number, photo, sign=True)
    with visitors.staff("checker", language=town.language) as page:
        act(page, number, "fail_check", reason="half of it still lies there")
    _handled(visitors, act, town, number, photo, sign=False)
    with visitors.staff("checker", language=town.language) as page:
        act(page, number, "pass_by_picture", finding="all gone")
    with visitors.visitor("phone", language=town.language) as page:
        shown = _follow(page, code)
        for words in (number, town.closed, town.result):
            assert words in shown, words
        assert "half of it" not in shown and "all gone" not in shown, "what staff write to each other stays there"
        _said(page, "2", solved=False)
        page.click("#reopen summary")
        page.fill("#reopen [name=reason]", "a third of it was left behind the fence")
        page.click("#reopen button")
        assert town.reopened in page.inner_text("main .head")
    _dispatched(visitors, town, number)
    _handled(visitors, act, town, number, photo, sign=True)
    with visitors.staff("checker", language=town.language) as page:
        act(page, number, "pass_by_picture", finding="all gone, behind the fence as well")
    with visitors.visitor("phone", language=town.language) as page:
        assert town.closed in _follow(page, code)
        assert page.locator("#reopen").count() == 0, "once"
        _said(page, "5", solved=True)
    after = _figures(visitors, town)
    moved = {key: (before[key], after[key]) for key in after if before[key] != after[key]}
    assert moved == {**MOVED, **({} if town.name == "boston" else RESPONDED)}
    assert visitors.complaints == []
