"""The rulebook's pages: every value with its days, basis and hand, alarms for who may change it, in both languages."""

import datetime
from http import HTTPStatus

import pytest
from django.test import Client

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.rulebook.parameters import PARAMETERS
from jingwei.kernel.rulebook.snapshot import Dated
from jingwei.kernel.values.words import Text
from jingwei.surfaces.desk.rules.values import limit_title, rows_of
from tests.city import FOUNDER, City
from tests.surfaces.conftest import SignIn


def set_rule(unit: str, subject: str = "first", category: str = "ROAD-1", on: str = "2000-01-02") -> None:
    content = {"unit": unit, "priority": 0, "category": category, "area": "", "condition": ""}
    day = datetime.date.fromisoformat(on)
    value = SetValue(parameter="routing", subject=subject, from_on=day, content=content, basis="试城办〔2026〕9号")
    execute(FOUNDER, value, f"rule:{subject}:{on}")


def text(client: Client, address: str, language: str = "zh-CN") -> str:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == HTTPStatus.OK, address
    return answer.content.decode()


def english(city: City, sign_in: SignIn, post: str, address: str) -> str:
    city.accounts[post].language = "en"
    city.accounts[post].save()
    return text(sign_in(post), address, "en")


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_every_parameter_has_a_page(city: City, sign_in: SignIn, parameter: str) -> None:
    assert PARAMETERS[parameter].title.zh in text(sign_in("auditor"), f"/rules/{parameter}/")


def test_what_is_not_there_is_not_found(sign_in: SignIn) -> None:
    for address in ("/rules/nonsense/", "/rules/limit/?subject=nothing", "/rules/limit/?subject=%00"):
        assert sign_in("intake").get(address).status_code == HTTPStatus.NOT_FOUND, address


def test_the_catalogue_shows_limits_and_routing_of_each_class(sign_in: SignIn) -> None:
    page = text(sign_in("intake"), "/rules/category/")
    for words in ("路面坑洞", "5 天（工作日）", "道路局", "现场核实", "U2"):
        assert words in page


@pytest.mark.parametrize(
    ("subject", "zh", "en"),
    [
        ("ROAD//handle", "道路 · 办结时限", "Roads · Time to close"),
        ("request=consult//handle", "诉求类型“咨询” · 办结时限", "Kind of request “Question” · Time to close"),
        ("feed_clash//handle", "数据源冲突 · 核定时限", "Clash with a feed · Time to settle"),
        ("//handle", "所有类别 · 办结时限／办理时限", "Every class · Time to close / Time to answer"),
        ("HZ//assign", "隐患 · 交办时限", "Hazards · Time to assign"),
        ("HZ//instruct", "隐患 · 督办", "Hazards · Supervision"),
        ("ROAD//none", "道路 · none", "Roads · none"),
    ],
)
def test_a_limit_is_called_as_the_clock_of_the_type_that_it_counts(city: City, subject: str, zh: str, en: str) -> None:
    hazards = {"zh": "隐患", "en": "Hazards", "parent": "", "urgency": "U2", "open": True, "type": "hazard"}
    value = SetValue(
        parameter="category",
        subject="HZ",
        from_on=datetime.date(2000, 1, 1),
        content=hazards,
        basis="试城办〔2026〕9号",
    )
    execute(FOUNDER, value, "hazards")
    with reading(city.actor("auditor")) as scope:
        assert limit_title(scope, subject) == Text(zh, en)


def test_the_handbook_of_a_type_shows_no_limit_of_classes_that_it_does_not_take(sign_in: SignIn) -> None:
    assert "道路 · 办结时限" in text(sign_in("auditor"), "/handbook/grid_event/")
    assert "道路 · " not in text(sign_in("auditor"), "/handbook/instruction/")


def test_the_rules_stand_in_their_order_with_their_alarms(city: City, sign_in: SignIn) -> None:
    set_rule("GHOST")
    page = text(sign_in("intake"), "/rules/routing/")
    assert page.index("路面坑洞 → GHOST") < page.index("道路 → 道路局") < page.index("其余全部 → 热线中心")
    assert "没有单位 GHOST" in page and "请修改或结束这条规则" in page
    assert "there is no unit GHOST" in english(city, sign_in, "intake", "/rules/")


def test_a_value_tells_its_days_its_basis_and_who_entered_it(city: City, sign_in: SignIn) -> None:
    set_rule("ROADS", "road", "ROAD", "2026-03-01")
    page = text(sign_in("intake"), "/rules/routing/?subject=road")
    begins = [
        '自 <time datetime="2026-03-01">2026年3月1日</time>',
        '自 <time datetime="2000-01-01">2000年1月1日</time>',
    ]
    assert page.index(begins[0]) < page.index(f"{begins[1]} 至（不含当日） {begins[0].removeprefix('自 ')}")
    for words in ("现行", "试城办〔2026〕9号", "系统（建城）", "录入"):
        assert words in page


def test_one_rule_is_told_by_names_and_not_by_codes(city: City, sign_in: SignIn) -> None:
    set_rule("ROADS", "road", "ROAD", "2026-03-01")
    page = text(sign_in("intake"), "/rules/routing/?subject=road")
    assert "道路 → 道路局" in page and "<dd>道路局</dd>" in page and "<dd>ROADS</dd>" not in page
    assert "<dd>周一、周二、周三、周四、周五</dd>" in text(sign_in("intake"), "/rules/calendar/?subject=working")
    assert "working_day" not in text(sign_in("intake"), "/rules/limit/?subject=ROAD//handle")


def test_a_feed_is_told_in_words_and_its_tables_by_their_length(city: City, sign_in: SignIn) -> None:
    content = {
        "title": {"zh": "老系统", "en": "Old system"},
        "category": {"map": "codes.csv", "rows": [[str(number), "ROAD"] for number in range(20)], "columns": ["a"]},
    }
    told = Dated("old", datetime.date(2026, 1, 1), None, content, "tests")
    with reading(FOUNDER) as scope:
        rows = rows_of(scope, "feed", told)
    assert [row.title.en for row in rows] == ["Name", "Category"]
    assert rows[0].words == Text("老系统", "Old system")
    assert rows[1].words.en == "Map: codes.csv; Map of classes: 20 entries; Columns of the class: a"
    assert rows[1].words.zh.endswith("类别对应：20 项；类别所在的列：a")


def test_a_long_list_folds_by_class_and_is_searched_in_either_language(city: City, sign_in: SignIn) -> None:
    intake = sign_in("intake")
    assert 'id="q"' not in text(intake, "/rules/routing/")  # a few are seen at a glance
    for number in range(12):
        set_rule("ROADS", f"more-{number}", "ROAD-1" if number else "PARK-1")
    page = text(intake, "/rules/routing/")
    assert page.count('<details class="act">') == 3 and 'id="q"' in page
    found = text(intake, "/rules/routing/?q=more-0")
    assert found.count('class="row"') == 1 and '<details class="act" open>' in found and "找到 1 项" in found
    assert "换一个词" in text(intake, "/rules/routing/?q=nothing+such")
    assert "more-0" in english(city, sign_in, "intake", "/rules/routing/?q=ROAD+more-0")


def test_the_calendar_shows_its_years_and_what_is_missing(city: City, sign_in: SignIn) -> None:
    page = text(sign_in("intake"), "/rules/calendar/")
    assert "10-01" in page and "放假通知尚未录入，按星期推算" in page
    assert "Holidays not entered yet" in english(city, sign_in, "intake", "/rules/calendar/")


def test_alarms_stand_on_the_desk_of_who_may_mend_them_and_of_nobody_else(city: City, sign_in: SignIn) -> None:
    set_rule("GHOST")
    assert "没有单位 GHOST" in text(sign_in("administrator"), "/work/")
    assert "GHOST" not in text(sign_in("intake"), "/work/")


def test_a_monitor_counts_the_broken_rules(city: City, client: Client) -> None:
    set_rule("GHOST")
    page = text(client, "/metrics")
    assert 'jingwei_rule_problems{kind="unit",parameter="routing"} 1.0' in page


def test_who_may_not_read_the_rulebook_has_no_way_to_it(sign_in: SignIn) -> None:
    assert sign_in("checker").get("/rules/").status_code == HTTPStatus.FORBIDDEN
    assert 'href="/rules/"' not in text(sign_in("checker"), "/work/")


def test_a_matter_says_why_it_went_where_it_did(city: City, sign_in: SignIn) -> None:
    matter = city.report(category="PARK-1")
    page = text(sign_in("intake"), f"/matters/{matter.number}/")
    for words in ("为什么派给这个单位", "园林局", "只适用于“道路”"):
        assert words in page


def test_a_matter_says_that_it_went_past_a_broken_rule(city: City, sign_in: SignIn) -> None:
    set_rule("GHOST")
    matter = city.report(category="ROAD-1")
    page = text(sign_in("intake"), f"/matters/{matter.number}/")
    assert "应适用的规则已失效，改用了后面的规则" in page and "已失效：没有单位 GHOST" in page
    assert "A rule that should have applied is broken" in english(city, sign_in, "intake", f"/matters/{matter.number}/")


def test_past_all_broken_rules_the_matter_says_who_took_it(city: City, sign_in: SignIn) -> None:
    for subject in ("road", "park", "rest"):
        set_rule("GHOST", subject, "")
    matter = city.report(category="ROAD-1")
    assert "由上级区域的派遣单位接手。 热线中心" in text(sign_in("intake"), f"/matters/{matter.number}/")
