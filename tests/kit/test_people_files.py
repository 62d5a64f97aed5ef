"""Units, posts and people by Excel: a dry run that names everything, the same file twice, nothing ended in silence."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import pytest

from jingwei.kernel.agencies.models import Account, Holding, Person, Post, RosterChange, Shift, Unit
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kit.people.apply import apply
from jingwei.kit.people.export import workbook
from jingwei.kit.people.plan import Plan, plan_of
from tests.city import City
from tests.duty import HOUR, open_roster, person_of, this_minute
from tests.workbooks import HOLDINGS, NEW, PEOPLE, POSTS, UNITS, Rows, book

ZONE = ZoneInfo("Asia/Shanghai")


def planned(city: City, content: bytes) -> Plan:
    with reading(city.actor("administrator")) as scope:
        return plan_of(scope, content, ZONE)


def imported(city: City, content: bytes) -> Plan:
    plan = planned(city, content)
    assert plan.faults == []
    applied = apply(city.actor("administrator"), plan)
    assert applied.fault is None and applied.done == len(plan.changes), applied.fault
    return plan


def said(plan: Plan) -> list[tuple[str, str, str]]:
    return [(one.verb, one.kind, one.what) for one in plan.changes]


def test_a_new_unit_with_post_person_and_holding_and_the_same_file_again(city: City) -> None:
    content = book(NEW)
    before = Entry.objects.count()
    plan = planned(city, content)
    assert said(plan) == [
        ("new", "units", "WATER"),
        ("new", "posts", "handler-water"),
        ("new", "people", "li.si"),
        ("new", "holdings", "li.si · handler-water"),
    ]
    assert Entry.objects.count() == before, "a dry run writes nothing"
    applied = apply(city.actor("administrator"), plan)
    assert applied.done == 4 and applied.links["li.si"].startswith("/login/first/")
    post = Post.objects.get(code="handler-water")
    assert post.grants == Post.objects.get(code="handler-roads").grants, "as its role elsewhere"
    person = Person.objects.get(account__username="li.si")
    assert (person.name, person.phone) == ("李四", "13800138000")
    assert Holding.objects.get(person=person).from_at.astimezone(ZONE).isoformat() == "2026-01-01T00:00:00+08:00"
    again = planned(city, content)
    assert (again.changes, again.faults, again.same) == ([], [], 4)
    bodies = b"".join(bytes(entry.body) for entry in Entry.objects.all()).decode()
    assert "李四" not in bodies and "13800138000" not in bodies


def test_changes_are_told_from_what_stays(city: City) -> None:
    imported(city, book(NEW))
    changed: Mapping[str, Rows] = {
        "units": [UNITS, ["WATER", "department", "CITY", "T1", "水务局", "Water department", ""]],
        "people": [PEOPLE, ["li.si", "李四四", "13800138000", ""]],
        "holdings": [HOLDINGS, ["li.si", "handler-water", "2026-01-01", "2090-01-01"]],
    }
    plan = imported(city, book(changed))
    assert [one[:2] for one in said(plan)] == [("change", "units"), ("change", "people"), ("end", "holdings")]
    assert Unit.objects.get(code="WATER").area.code == "T1"
    assert planned(city, book(changed)).changes == []


def test_what_the_file_does_not_name_stays_and_endings_are_said(city: City) -> None:
    imported(city, book(NEW))
    assert planned(city, book({"units": [UNITS]})).changes == []
    day = f"{this_minute().astimezone(ZONE):%Y-%m-%d}"
    ended: Mapping[str, Rows] = {
        "units": [UNITS, ["WATER", "department", "CITY", "T", "水务局", "Water department", day]],
        "posts": [POSTS, ["handler-water", "WATER", "T", "handler", "水务承办员", "Water handler", "", day, ""]],
        "people": [PEOPLE, ["li.si", "李四", "13800138000", day]],
    }
    plan = imported(city, book(ended))
    assert said(plan) == [("end", "people", "li.si"), ("end", "posts", "handler-water"), ("end", "units", "WATER")]
    assert not Account.objects.get(username="li.si").is_active
    assert not Post.objects.get(code="handler-water").active and Unit.objects.get(code="WATER").ended_at is not None
    assert planned(city, book(ended)).changes == []
    revived = planned(city, book(NEW))
    assert revived.changes == [] and len(revived.faults) >= 3, "what has ended is not begun anew"


def test_a_post_with_open_matters_ends_only_with_a_receiver(city: City) -> None:
    matter = city.bring_to(city.report(), "signed")
    day = f"{this_minute().astimezone(ZONE):%Y-%m-%d}"
    row = ["handler-roads", "ROADS", "T", "handler", "道路承办员", "Roads handler", "", day, ""]
    plan = planned(city, book({"posts": [POSTS, row]}))
    applied = apply(city.actor("administrator"), plan)
    assert applied.fault is not None and applied.fault.row == 2 and "1 open matter" in applied.fault.what.en
    imported(city, book({"posts": [POSTS, [*row[:8], "handler-parks"]]}))
    matter.refresh_from_db()
    assert matter.holder is not None and matter.holder.code == "handler-parks"


def test_shifts_come_by_file(city: City) -> None:
    open_roster(city)
    rows = [
        [
            "NIGHT",
            "intake",
            "intake",
            f"{(this_minute() + n * HOUR).astimezone(ZONE):%Y-%m-%d %H:%M}",
            f"{(this_minute() + (n + 8) * HOUR).astimezone(ZONE):%Y-%m-%d %H:%M}",
        ]
        for n in (24, 48)
    ]
    content = book({"值班": [["值班表代码", "岗位代码", "账户名", "开始", "结束"], *rows]})
    imported(city, content)
    assert RosterChange.objects.filter(person=person_of(city, "intake"), goes=None).count() == 2, "into the draft"
    assert not Shift.objects.exists()
    assert planned(city, content).changes == []


@pytest.mark.parametrize(
    ("sheet", "rows", "row", "column"),
    [
        ("units", [UNITS, ["X", "team", "", "nowhere", "甲", "A", ""]], 2, "area"),
        ("units", [UNITS, ["X", "team", "NONE", "T", "甲", "A", ""]], 2, "parent"),
        ("units", [UNITS, ["X", "", "", "T", "甲", "A", ""]], 2, "kind"),
        ("units", [UNITS, ["ROADS", "team", "CITY", "T", "甲", "A", ""]], 2, "kind"),
        ("units", [UNITS, ["X", "team", "", "T", "甲", "A", ""], ["X", "team", "", "T", "甲", "A", ""]], 3, "code"),
        ("units", [UNITS, ["ROADS", "department", "CITY", "T", "甲", "A", "2999-01-01"]], 2, "ends_on"),
        ("units", [["代码"], ["X"]], 1, "kind"),
        ("posts", [POSTS, ["x", "ROADS", "T", "king", "王", "King", "", "", ""]], 2, "grants"),
        ("posts", [POSTS, ["x", "ROADS", "T", "king", "王", "King", "matter.eat", "", ""]], 2, "grants"),
        ("posts", [POSTS, ["intake", "ROADS", "T", "intake", "甲", "A", "", "", ""]], 2, "unit"),
        ("people", [PEOPLE, ["a" * 61, "甲", "", ""]], 2, "login"),
        ("holdings", [HOLDINGS, ["nobody", "intake", "", ""]], 2, "login"),
        ("holdings", [HOLDINGS, ["intake", "intake", "tomorrow", ""]], 2, "from"),
        ("furniture", [["x"]], 0, ""),
    ],
)
def test_every_fault_has_its_place_and_remedy(city: City, sheet: str, rows: Rows, row: int, column: str) -> None:
    plan = planned(city, book({sheet: rows}))
    assert (row, column) in [(one.row, one.column.en) for one in plan.faults], plan.faults
    for one in plan.faults:
        assert one.what.zh and one.what.en and one.remedy.zh and one.remedy.en and one.sheet.zh


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 broken", "代码,种类".encode(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_what_is_no_workbook_is_a_fault(city: City, content: bytes) -> None:
    (fault,) = planned(city, content).faults
    assert fault.row == 0 and "Excel" in fault.what.en


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_written_out_changes_nothing_when_it_comes_in_again(city: City, language: str) -> None:
    imported(city, book(NEW))
    with reading(city.actor("administrator")) as scope:
        content = workbook(scope, ZONE, language)
    plan = planned(city, content)
    assert (plan.changes, plan.faults) == ([], [])
    assert plan.same == 6 + 13 + 13 + 13
