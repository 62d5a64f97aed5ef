"""The handbook on the desk: every type, in the reader's language, with what holds in this city."""

import re
from http import HTTPStatus
from xml.etree import ElementTree

import pytest

from jingwei.kernel.matters.types import MatterType, all_types, type_of
from jingwei.kit.handbook.diagram import arrows, drawn
from tests.procedure import PROCEDURE
from tests.surfaces.conftest import SignIn

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")


def test_the_list_leads_to_every_type(sign_in: SignIn) -> None:
    client = sign_in("checker")
    page = client.get("/handbook/").content.decode()
    for one in all_types():
        assert f'href="/handbook/{one.key}/"' in page
        assert one.title.zh in client.get(f"/handbook/{one.key}/").content.decode()
    assert client.get("/handbook/none/").status_code == HTTPStatus.NOT_FOUND


def test_the_page_tells_the_limits_and_posts_of_the_city(sign_in: SignIn) -> None:
    page = sign_in("auditor").get("/handbook/grid_event/").content.decode()
    for words in (
        "道路 · 办结时限",
        "5 天（工作日）",
        "试城办〔2026〕1号 第3条",
        "道路承办员",
        "没有岗位有这项权限",
        "不具备条件",
    ):
        assert words in page


def test_english_readers_have_it_in_english(sign_in: SignIn) -> None:
    client = sign_in("auditor")
    client.cookies["django_language"] = "en"
    page = client.get("/handbook/grid_event/").content.decode()
    assert "Dispute the jurisdiction" in page and "5 days (working days)" in page
    body = re.sub(r'试城办〔2026〕1号 第\d条|；|<button[^>]*lang="zh-hans">.*?</button>', "", page)
    assert CHINESE.findall(body) == []


def test_the_page_needs_nothing_from_elsewhere_and_no_inline_script_or_style(sign_in: SignIn) -> None:
    page = sign_in("auditor").get("/handbook/grid_event/").content.decode()
    main = page[page.index("<main") :]
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|https?://", main)


@pytest.mark.parametrize("one", [*all_types(), PROCEDURE], ids=lambda one: str(one.key))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_diagram_draws_every_state_and_every_way_once_and_nothing_outside(one: MatterType, language: str) -> None:
    shown = drawn(one, language)
    assert [box.key for box in shown.boxes] == [state.key for state in one.states]
    assert len(shown.lines) == len(arrows(one))
    for line in shown.lines:
        numbers = [int(word) for word in re.findall(r"-?\d+", line.path + " " + line.head)]
        assert min(numbers) >= 0 and max(numbers) <= max(shown.width, shown.height)
    tops = [box.y for box in shown.boxes]
    assert all(lower - upper > shown.boxes[0].height for upper, lower in zip(tops, tops[1:], strict=False))


def test_arrows_into_different_states_never_share_a_lane_side_by_side() -> None:
    lanes: dict[tuple[str, str], list[tuple[int, int, str]]] = {}
    for arrow, line in zip(arrows(type_of("grid_event")), drawn(type_of("grid_event"), "en").lines, strict=True):
        found = re.fullmatch(r"M\d+ (\d+)H(\d+)V(\d+)H\d+", line.path)
        if found:
            low, high = sorted((int(found[1]), int(found[3])))
            lanes.setdefault(("back" if line.back else "on", found[2]), []).append((low, high, arrow.ends))
    assert lanes
    for spans in lanes.values():
        for low, high, ends in spans:
            assert all(other == ends or top > high or bottom < low for top, bottom, other in spans)


def test_the_picture_is_well_formed(sign_in: SignIn) -> None:
    page = sign_in("auditor").get("/handbook/grid_event/").content.decode()
    picture = ElementTree.fromstring(page[page.index('<svg class="flow"') :].partition("</svg>")[0] + "</svg>")  # noqa: S314  # our own page
    assert len(picture.findall("g")) > 30
