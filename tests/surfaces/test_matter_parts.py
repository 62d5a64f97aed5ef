"""The parts of a matter's page: replay of its clocks, what lies around, the story by day, the tree of its kin."""

import datetime
import re
from http import HTTPStatus

import pytest

from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import LinkMatters
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.values.errors import Invalid
from jingwei.surfaces.desk.parts.around import around_of
from jingwei.surfaces.desk.parts.replay import Asked, replay_of
from tests.city import FOUNDER, SINCE, City, day_of_city
from tests.database import behind
from tests.surfaces.conftest import SignIn, hidden_in

HOUR = datetime.timedelta(hours=1)


def _handle(matter: Matter) -> Clock:
    return Clock.objects.get(stream_id=matter.pk, key="handle")


def test_a_replay_says_what_would_have_been_and_changes_nothing(city: City, sign_in: SignIn) -> None:
    matter = city.bring_to(city.report(), "closed")
    before = _handle(matter)
    assert before.due_at is not None
    with reading(city.actor("checker")) as scope:
        late = replay_of(scope, matter, before, Asked(stop=before.due_at + HOUR))
        early = replay_of(scope, matter, before, Asked(start=matter.opened_at - 7 * 24 * HOUR))
        today = replay_of(scope, matter, before, Asked(rules=day_of_city(matter.opened_at)))
    assert late.now.verdict.zh == "按期办结" and late.would and late.would.verdict.zh == "逾期办结"
    assert early.would and early.would.due_at and early.would.due_at < before.due_at
    assert today.would and today.would.due_at == before.due_at
    address = f"/matters/{matter.number}/replay/handle/"
    page = sign_in("checker").get(f"{address}?stop=2099-01-01T00:00").content.decode()
    assert "都不会改变" in page and "逾期办结" in page
    after = _handle(matter)
    assert (after.segments, after.due_at) == (before.segments, before.due_at)


def test_what_cannot_have_been_is_refused(city: City, sign_in: SignIn) -> None:
    matter = city.bring_to(city.report(), "closed")
    with reading(city.actor("checker")) as scope:
        for asked in (
            Asked(stop=matter.opened_at - HOUR),
            Asked(start=datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)),
            Asked(rules=datetime.date(1990, 1, 1)),
        ):
            with pytest.raises(Invalid):
                replay_of(scope, matter, _handle(matter), asked)
    client, address = sign_in("checker"), f"/matters/{matter.number}/replay/"
    for query in ("handle/?stop=x", "handle/?start=0001-01-01T00:00", "handle/?rules=2026-13-01"):
        assert client.get(address + query).status_code == HTTPStatus.UNPROCESSABLE_ENTITY, query
    assert client.get(f"{address}nothing/").status_code == HTTPStatus.NOT_FOUND


def test_around_a_matter_lies_what_is_near_in_place_and_time(city: City, sign_in: SignIn) -> None:
    matter, near = city.report(), city.report(category="PARK-1")
    closed, far, old = city.bring_to(city.report(category="ROAD-2"), "closed"), city.report(cell="T2-01"), city.report()
    behind("UPDATE matters_matter SET opened_at = opened_at - interval '40 days' WHERE id = %s", old.pk)
    with reading(city.actor("intake")) as scope:
        found = around_of(scope, Matter.objects.select_related("detail").get(pk=matter.pk))
    assert {one.row.number for one in found.rows} == {near.number, closed.number}
    assert {one.metres for one in found.rows} == {0}
    page = sign_in("intake").get(f"/matters/{matter.number}/around/").content.decode()
    assert near.number in page and far.number not in page


def test_the_story_stands_by_day_in_either_order(city: City, sign_in: SignIn) -> None:
    matter = city.bring_to(city.report(), "signed")
    client = sign_in("handler-roads")
    newest, oldest = (
        client.get(f"/matters/{matter.number}/{query}").content.decode() for query in ("", "?story=oldest")
    )
    story = newest[newest.index('id="story"') :]
    assert story.index("签收") < story.index("派遣")
    story = oldest[oldest.index('id="story"') :]
    assert story.index("派遣") < story.index("签收")


def test_kin_stands_as_a_tree(city: City, sign_in: SignIn) -> None:
    master, merged = city.report(), city.report()
    link = LinkMatters(matter_id=merged.pk, other_id=master.pk, kind="duplicate_of")
    execute(system("test", "matter.link", "matter.read"), link, city.key())
    client = sign_in("intake")
    of_merged, of_master = (client.get(f"/matters/{one.number}/").content.decode() for one in (merged, master))
    tree = of_merged[of_merged.index('class="kin"') :]
    assert tree.index(master.number) < tree.index("本件")
    tree = of_master[of_master.index('class="kin"') :]
    assert tree.index("本件") < tree.index(merged.number)


def _template(name: str, text: str, *categories: str) -> SetValue:
    content = {"zh": name, "en": name, "text_zh": text, "text_en": text, "categories": list(categories)}
    return SetValue(parameter="reply_templates", subject=name, from_on=SINCE, content=content, basis="test")


def test_reply_templates_of_the_class_are_filled_in_where_the_reporter_reads(city: City, sign_in: SignIn) -> None:
    for name, text, classes in (
        ("甲", "编号 {number}，{class}", ()),
        ("乙", "坑洞", ("ROAD",)),
        ("丙", "树", ("PARK",)),
    ):
        execute(FOUNDER, _template(name, text, *classes), city.key())
    matter = city.bring_to(city.report(), "signed")
    page = sign_in("handler-roads").get(f"/matters/{matter.number}/").content.decode()
    assert f'data-text="编号 {matter.number}，路面坑洞"' in page and 'data-into="feed_back-result"' in page
    assert 'data-text="坑洞"' in page and 'data-text="树"' not in page


def test_a_template_with_an_unknown_placeholder_is_refused(city: City) -> None:
    with pytest.raises(Invalid, match="phone"):
        execute(FOUNDER, _template("甲", "打 {phone}"), city.key())


def test_a_reply_template_is_put_in_without_a_script_and_nothing_is_lost(city: City, sign_in: SignIn) -> None:
    content = {
        "zh": "告知",
        "en": "Told",
        "categories": [],
        "text_zh": "{number} 在{place}，{date}",
        "text_en": "{number}",
    }
    execute(
        FOUNDER, SetValue(parameter="reply_templates", subject="t", from_on=SINCE, content=content, basis="x"), "reply"
    )
    matter, client = city.report(), sign_in("intake")
    page = client.get(f"/matters/{matter.number}/").content.decode()
    act, field = re.findall(r'data-into="([a-z_]+)-([a-z_]+)"', page)[0]
    sent = {**hidden_in(client.get(f"/matters/{matter.number}/")), field: "您好：", "_reply": "t", "_fill": "1"}
    answer = client.post(f"/matters/{matter.number}/act/{act}/", sent)
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.OK and "您好：" in page and f"{matter.number} 在" in page
    assert "没有办成" not in page and Matter.objects.get(pk=matter.pk).version == matter.version, "nothing was done"
