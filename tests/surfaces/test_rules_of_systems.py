"""Feeds, channels, maps of old systems and readings withheld are edited by forms, and come back as they were."""

import re
import tomllib
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from jingwei.kernel.feeds.definition import feed_problems
from jingwei.kernel.rulebook.commands import problems_of
from jingwei.kernel.rulebook.models import DraftChange
from jingwei.kernel.values.errors import Invalid
from jingwei.surfaces.console.pack.tables import read_pack
from jingwei.surfaces.desk.rules.drafts.editing import content_of
from jingwei.surfaces.desk.rules.drafts.members import MEMBERS
from tests.city import City
from tests.surfaces.conftest import SignIn, hidden_in
from tests.surfaces.test_rule_drafts import sent, text

PACKS = Path(__file__).parents[2] / "packs"
MAP = {
    "type": "grid_event",
    "columns": [["工单号", "number"], ["状态", "state"]],
    "state": [["已派单", "dispatched"]],
}


def _declared() -> list[tuple[str, str, Mapping[str, Any]]]:
    feeds = [
        (name, content) for pack in ("boston", "practice") for name, content in read_pack(PACKS / pack).feeds.items()
    ]
    channels = [
        (name, content)
        for file in sorted((PACKS / "channels").glob("*.toml"))
        for name, content in tomllib.loads(file.read_text(encoding="utf-8"))["channel"].items()
    ]
    kept = [(name, {key: one for key, one in content.items() if key != "basis"}) for name, content in channels]
    return [
        *(("feed", name, content) for name, content in feeds),
        *(("channel", name, content) for name, content in kept),
        ("cutover", "old", MAP),
        ("withheld", "audit", {"days": 90}),
    ]


@pytest.mark.parametrize(("parameter", "name", "content"), _declared(), ids=lambda one: one if type(one) is str else "")
def test_a_form_that_changes_nothing_gives_the_value_back(
    parameter: str, name: str, content: Mapping[str, Any]
) -> None:
    values = {member.key: member.shown(content) for member in MEMBERS[parameter]}
    assert content_of(parameter, values, content) == content
    anew = content_of(parameter, values, None)
    assert not problems_of(parameter, anew), "what the form shows is a sound value by itself"
    assert parameter != "feed" or not list(feed_problems(anew))


def test_what_is_no_table_is_refused_at_its_input() -> None:
    (_, _, feed) = next(one for one in _declared() if one[0] == "feed")
    values = {member.key: member.shown(feed) for member in MEMBERS["feed"]}
    with pytest.raises(Invalid, match="pair a line") as refused:
        content_of("feed", {**values, "category-rows": "no pair"}, feed)
    assert refused.value.place == "category-rows"
    with pytest.raises(Invalid, match="the file has no column nowhere"):
        content_of("feed", {**values, "state-column": "nowhere"}, feed)
    (_, _, sms) = next(one for one in _declared() if one[0] == "channel")
    channel = {member.key: member.shown(sms) for member in MEMBERS["channel"]}
    with pytest.raises(Invalid, match="As JSON"):
        content_of("channel", {**channel, "body": "{"}, None)


@pytest.mark.parametrize("parameter", ["feed", "channel", "cutover"])
def test_a_city_without_one_yet_begins_on_the_page_and_fills_in_a_form_in_parts(
    city: City, sign_in: SignIn, parameter: str
) -> None:
    writer = sign_in("administrator")
    empty = writer.get(f"/rules/{parameter}/").content.decode()
    assert "还没有值" in empty and f'href="/rules/{parameter}/change/"' in empty
    assert f"/rules/{parameter}/change/" not in sign_in("intake").get(f"/rules/{parameter}/").content.decode()
    page = writer.get(f"/rules/{parameter}/change/").content.decode()
    parts = re.findall(r'<fieldset class="part"><legend>(.+?)</legend>(.+?)</fieldset>', page, re.DOTALL)
    assert len(parts) == len({one.part for one in MEMBERS[parameter]}) > 1
    for member in MEMBERS[parameter]:
        (within,) = (title for title, inputs in parts if f'name="{member.key}"' in inputs)
        assert member.part is not None and within == member.part.zh


def test_a_channel_and_what_is_withheld_are_drafted_on_their_pages(city: City, sign_in: SignIn) -> None:
    writer = sign_in("administrator")
    address = "/rules/withheld/change/"
    assert "暂不公开的天数" in text(writer, address)
    answer = sent(writer, address, "put", _code="audit", days="90", basis="审计办〔2026〕1号")
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert DraftChange.objects.get(parameter="withheld").content == {"days": 90}
    address = "/rules/channel/change/"
    hook = {"kind": "webhook", "title-zh": "区平台", "title-en": "District", "post": "centre", "url": "ftp://x"}
    usual = {"address": "none", "method": "POST", "encode": "json", "sign-unit": "ms", "timeout": "10"}
    numbers = {"per_hour": "0", "per_day": "0", "everybody": "false", "residents": "false"}
    typed = {"_do": "put", "_subject": "", "_code": "district", "basis": "b", "draft": "new", **usual, **numbers}
    wrong = writer.post(address, {"_key": hidden_in(writer.get(address))["_key"], **typed, **hook})
    page = wrong.content.decode()
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "“网址”应为 https://" in page
    hook["url"] = "https://district.example.com/events"
    put = writer.post(address, {"_key": hidden_in(writer.get(address))["_key"], **typed, **hook})
    assert put.status_code == HTTPStatus.SEE_OTHER
    title = {"zh": "区平台", "en": "District"}
    content = DraftChange.objects.get(parameter="channel").content
    assert content == {"kind": "webhook", "title": title, "url": hook["url"], "post": "centre"}
    for parameter in ("feed", "cutover"):
        assert "每行" in text(writer, f"/rules/{parameter}/change/")
