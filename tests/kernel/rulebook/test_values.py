"""Dated values: one a day, a later one ends the earlier, and what does not fit is refused."""

import datetime
from collections.abc import Mapping
from typing import Any

import pytest

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue, problems_of
from jingwei.kernel.rulebook.models import Value
from jingwei.kernel.rulebook.parameters import PARAMETERS
from jingwei.kernel.rulebook.snapshot import Rules, rules_of
from jingwei.kernel.values.errors import Conflict, Denied, Invalid
from tests.city import FOUNDER, City

WORD = {"zh": "词", "en": "word"}
LIMIT = {"counting": "working_day", "amount": 5, "unit": "day"}
CATEGORY = {"zh": "类", "en": "class", "urgency": "U1", "parent": "", "open": True}
CALENDAR: dict[str, Any] = {
    "zone": "Asia/Shanghai",
    "weekdays": [1, 2, 3, 4, 5],
    "hours": [["09:00", "12:00"], ["13:00", "17:00"]],
    "days": {"2026-10-01": "off"},
}


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def word(on: str, zh: str = "词", subject: str = "w") -> SetValue:
    return SetValue(
        parameter="word", subject=subject, from_on=day(on), content={"zh": zh, "en": "word"}, basis="试城办 1 号"
    )


def rules() -> Rules:
    with reading(FOUNDER) as scope:
        return rules_of(scope)


def test_a_later_value_ends_the_earlier_and_every_day_has_one(city: City) -> None:
    for on, zh in (("2026-01-01", "一"), ("2026-02-01", "二"), ("2027-01-01", "三")):
        execute(FOUNDER, word(on, zh), f"w{on}")
    book = rules()
    told = [book.word("w", day(on)) for on in ("2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01", "2028-01-01")]
    assert [text.zh if text else None for text in told] == [None, "一", "一", "二", "三"]
    rows = Value.objects.filter(parameter="word", subject="w").order_by("from_on")
    assert [row.until_on for row in rows] == [day("2026-02-01"), day("2027-01-01"), None]
    kinds = Entry.objects.filter(stream__in=[row.pk for row in rows]).order_by("stream", "seq")
    assert sorted(entry.kind for entry in kinds) == ["rulebook.value_ended"] * 2 + ["rulebook.value_set"] * 3


@pytest.mark.parametrize("on", ["2026-01-01", "2025-06-01"])
def test_a_value_that_would_overlap_is_refused(city: City, on: str) -> None:
    execute(FOUNDER, word("2026-01-01"), "one")
    before = Value.objects.count()
    with pytest.raises(Invalid) as refused:
        execute(FOUNDER, word(on, "另"), "two")
    assert refused.value.place == "from_on" and "2026-01-01" in refused.value.reason.en
    assert Value.objects.count() == before


def test_many_at_once_are_for_subjects_without_a_value(city: City) -> None:
    execute(FOUNDER, word("2026-01-01"), "one")
    many = SetManyValues(values=(word("2027-01-01", subject="new"), word("2027-01-01")))
    before = Value.objects.count()
    with pytest.raises(Conflict) as refused:
        execute(FOUNDER, many, "many")
    assert refused.value.place == "rulebook_one_value_a_day"
    assert Value.objects.count() == before


def test_only_who_holds_the_grant_may_change_the_rules(city: City) -> None:
    for post in ("intake", "supervisor", "auditor"):
        with pytest.raises(Denied) as refused:
            execute(city.actor(post), word("2026-01-01"), "w")
        assert "修改规则库" in refused.value.reason.zh


BAD: list[tuple[str, Mapping[str, Any], str]] = [
    ("nonsense", {}, "not a declared parameter"),
    ("word", {"zh": "词"}, "en is missing"),
    ("word", {"zh": " ", "en": "x"}, "zh is missing"),
    ("category", {**CATEGORY, "urgency": "U9"}, "urgency is 'U9'"),
    ("category", {**CATEGORY, "verify": "drone"}, "verify is 'drone', not one of site, phone, none"),
    ("category", {**CATEGORY, "check": "never"}, "check is 'never'"),
    ("category", {**CATEGORY, "check": "sample"}, "sample is None"),
    ("category", {**CATEGORY, "check": "sample", "sample": 101}, "sample is 101"),
    ("category", {**CATEGORY, "sample": 20}, "sample is given, but check is not sample"),
    ("category", {**CATEGORY, "open": "yes"}, "open is not"),
    ("category", {**CATEGORY, "parent": None}, "parent is missing"),
    ("limit", {**LIMIT, "counting": "moon"}, "counting is 'moon'"),
    ("limit", {**LIMIT, "unit": "year"}, "unit is 'year'"),
    ("limit", {**LIMIT, "amount": 0}, "amount is 0"),
    ("limit", {**LIMIT, "amount": 36_501}, "amount is 36501"),
    ("limit", {**LIMIT, "amount": "5"}, "amount is '5'"),
    ("limit", {**LIMIT, "amount": True}, "amount is True"),
    ("limit", {**LIMIT, "unit": "hour"}, "."),  # working days are counted in days
    ("limit", {"counting": "working_hour", "amount": 2, "unit": "day"}, "."),
    ("routing", {"unit": "X", "priority": "1"}, "priority is not a whole number"),
    ("routing", {"priority": 1}, "unit is missing"),
    ("routing", {"unit": "X", "priority": 1, "category": 5}, "category is not text"),
    ("calendar", {}, "days is missing"),
    ("calendar", {**CALENDAR, "days": {"1 October": "off"}}, "is not a day"),
    ("calendar", {**CALENDAR, "days": {"2026-10-01": "feast"}}, "neither off nor work"),
    ("calendar", {**CALENDAR, "weekdays": [0, 8]}, "weekdays"),
    ("calendar", {**CALENDAR, "weekdays": []}, "weekdays"),
    ("calendar", {**CALENDAR, "hours": []}, "hours"),
    ("calendar", {**CALENDAR, "hours": [["17:00", "09:00"]]}, "ends before it begins"),
    ("calendar", {**CALENDAR, "hours": [["9", "17:00"]]}, "not a window"),
    (
        "calendar",
        {**CALENDAR, "hours": [["13:00", "17:00"], ["09:00", "14:00"]]},
        "begins before",
    ),  # not in order, overlapping
    ("calendar", {**CALENDAR, "zone": ""}, "zone"),
    ("calendar", {**CALENDAR, "zone": "Asia/Atlantis"}, "Atlantis"),
    ("feed", {"source": "x"}, "zone is missing"),
]


@pytest.mark.parametrize(("parameter", "content", "sentence"), BAD, ids=lambda value: str(value)[:40])
def test_a_value_that_does_not_fit_is_refused_with_a_sentence(
    city: City, parameter: str, content: Mapping[str, Any], sentence: str
) -> None:
    assert problems_of(parameter, content), "the dry run of a pack asks this"
    command = SetValue(parameter=parameter, subject="s", from_on=day("2026-01-01"), content=content, basis="b")
    before = Value.objects.count()
    with pytest.raises(Invalid, match=sentence):
        execute(FOUNDER, command, "k")
    assert Value.objects.count() == before


@pytest.mark.parametrize(
    ("parameter", "content"),
    [("word", WORD), ("limit", LIMIT), ("category", CATEGORY), ("calendar", CALENDAR), ("city", WORD)],
)
def test_a_value_that_fits_has_no_problems(parameter: str, content: Mapping[str, Any]) -> None:
    assert problems_of(parameter, content) == []


def test_every_parameter_is_named_in_both_languages() -> None:
    for parameter in PARAMETERS.values():
        assert all((parameter.title.zh, parameter.title.en, parameter.subject.zh, parameter.subject.en))


def test_the_rules_are_read_again_when_their_edition_rises_and_not_before(city: City) -> None:
    first = rules()
    assert rules() is first
    execute(FOUNDER, word("2026-01-01"), "w")
    second = rules()
    assert second is not first and second.word("w", day("2026-01-01"))
