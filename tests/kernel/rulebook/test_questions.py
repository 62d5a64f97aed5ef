"""What the rulebook answers: lineage, limits of the nearest class that has one, and routing that explains itself."""

import datetime
from collections.abc import Mapping
from typing import Any

from jingwei.kernel.rulebook.snapshot import Dated, Rules

ON = datetime.date(2026, 3, 2)
LONG_AGO = datetime.date(2000, 1, 1)


def dated(subject: str, content: Mapping[str, Any], from_on: datetime.date = LONG_AGO) -> Dated:
    return Dated(subject, from_on, None, content, f"basis of {subject}")


def category(code: str, parent: str) -> Dated:
    return dated(code, {"zh": code, "en": code, "urgency": "U2", "parent": parent, "open": True})


def limit(subject: str, amount: int) -> Dated:
    return dated(subject, {"counting": "natural_day", "amount": amount, "unit": "day"})


def route(name: str, priority: int, unit: str, **where: str) -> Dated:
    return dated(name, {"unit": unit, "priority": priority, **where})


def book(**parameters: list[Dated]) -> Rules:
    values: dict[str, dict[str, list[Dated]]] = {}
    for parameter, rows in parameters.items():
        for row in rows:
            values.setdefault(parameter, {}).setdefault(row.subject, []).append(row)
    return Rules(values)


TREE = [category("A", ""), category("A1", "A"), category("A11", "A1"), category("B", "")]


def test_a_lineage_leads_from_the_class_to_the_top() -> None:
    rules = book(category=TREE)
    assert rules.lineage("A11", ON) == ["A11", "A1", "A"]
    assert rules.lineage("nothing", ON) == []
    assert {code for code, one in rules.categories(ON).items() if one.leaf} == {"A11", "B"}


def test_a_class_says_how_it_is_verified_and_checked_on_site_unless_it_says_otherwise() -> None:
    light = dated("L", {**category("L", "").content, "verify": "none", "check": "sample", "sample": 20})
    found = book(category=[*TREE, light]).categories(ON)
    assert [found["A11"].answer(of) for of in ("urgency", "verify", "check")] == ["U2", "site", "site"]
    assert (found["L"].answer("verify"), found["L"].answer("check"), found["L"].sample) == ("none", "sample", 20)


def test_classes_that_name_each_other_as_parent_do_not_hang_the_question() -> None:
    rules = book(category=[category("X", "Y"), category("Y", "X")])
    assert rules.lineage("X", ON) == ["X", "Y"]


def test_the_limit_of_the_nearest_class_and_the_fitting_condition_is_taken() -> None:
    rules = book(category=TREE, limit=[limit("A//handle", 9), limit("A1/rain/handle", 4), limit("A11//sign", 1)])
    found = {
        question: rules.limit(*question, ON)
        for question in (
            ("A11", "", "handle"),
            ("A11", "rain", "handle"),
            ("A11", "snow", "handle"),
            ("A11", "rain", "sign"),
            ("A1", "", "sign"),
            ("B", "", "handle"),
        )
    }
    assert [(one.subject, one.content["amount"]) if one else None for one in found.values()] == [
        ("A//handle", 9),
        ("A1/rain/handle", 4),
        ("A//handle", 9),
        ("A11//sign", 1),
        None,
        None,
    ]
    one = found["A11", "", "handle"]
    assert one is not None and one.basis == "basis of A//handle"


def test_a_limit_holds_from_its_day_on() -> None:
    rules = book(category=TREE, limit=[dated("B//handle", {"amount": 1}, datetime.date(2026, 3, 3))])
    assert rules.limit("B", "", "handle", ON) is None
    assert rules.limit("B", "", "handle", datetime.date(2026, 3, 3)) is not None


ROUTES = [
    route("r1", 1, "roads", category="A1", area="east"),
    route("r2", 2, "rain", category="A", condition="rain"),
    route("r3", 3, "west", area="west"),
    route("r4", 3, "west-too", area="west"),
    route("r9", 9, "rest"),
]


UNITS = {"roads", "rain", "west", "west-too", "rest"}


def routed(code: str, areas: tuple[str, ...], condition: str = "") -> tuple[str, str, list[str]]:
    found = book(category=TREE, routing=ROUTES).route(code, areas, condition, ON, UNITS)
    return found.unit, found.rule, [one.rule for one in found.passed_over]


def test_the_first_rule_that_applies_wins_and_those_before_it_say_why_not() -> None:
    assert routed("A11", ("cell-3", "east", "city")) == ("roads", "r1", [])
    assert routed("A11", ("cell-7", "west", "city"), "rain") == ("rain", "r2", ["r1"])
    assert routed("A11", ("cell-7", "west", "city")) == ("west", "r3", ["r1", "r2"])
    assert routed("B", ("cell-3", "east", "city"), "rain") == ("rest", "r9", ["r1", "r2", "r3", "r4"])


def test_each_loser_names_what_it_is_for() -> None:
    found = book(category=TREE, routing=ROUTES).route("B", (), "", ON, UNITS)
    assert {one.rule: (one.reason.zh, one.reason.en) for one in found.passed_over} == {
        "r1": ("只适用于类别 A1", "only for the category A1"),
        "r2": ("只适用于类别 A", "only for the category A"),
        "r3": ("只适用于区域 west", "only in the area west"),
        "r4": ("只适用于区域 west", "only in the area west"),
    }


def test_equal_priorities_are_asked_in_the_order_of_their_names() -> None:
    assert [one.subject for one in book(category=TREE, routing=list(reversed(ROUTES))).routes(ON)] == [
        *("r1", "r2", "r3", "r4", "r9")
    ]


def test_without_a_rule_nobody_is_chosen() -> None:
    found = book(category=TREE, routing=ROUTES[:1]).route("B", ("west",), "", ON, UNITS)
    assert (found.unit, found.rule) == ("", "")


def test_a_rule_whose_unit_is_gone_is_passed_over_and_says_so() -> None:
    found = book(category=TREE, routing=ROUTES).route("A11", ("cell-3", "east", "city"), "", ON, UNITS - {"roads"})
    assert (found.unit, found.rule) == ("rest", "r9")
    (broken,) = [one for one in found.passed_over if one.why == "unit"]
    assert (broken.rule, broken.wanted) == ("r1", "roads") and "roads" in broken.reason.zh


def test_a_draft_takes_the_place_of_what_stands_from_the_first_day_on() -> None:
    rules = book(category=TREE, routing=ROUTES, limit=[limit("A//handle", 9), limit("A1//handle", 4)])
    changes = [("limit", "A//handle", {"amount": 3}), ("limit", "A1//handle", None), ("routing", "r1", None)]
    draft = rules.changed(changes, "draft")
    found = draft.limit("A11", "", "handle", LONG_AGO)
    assert found is not None and found.content["amount"] == 3
    assert [one.subject for one in draft.routes(ON)] == ["r2", "r3", "r4", "r9"]
    assert rules.limit("A11", "", "handle", ON) is not None and len(rules.routes(ON)) == 5
