"""The one search box: words in mid-sentence, first letters, titles, numbers; never what is sealed."""

import uuid
from dataclasses import replace

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import Contact, External, ReportMatter
from jingwei.kernel.matters.models import Detail, Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.search import EDITION, found_by, initials_of, reindex
from jingwei.kernel.matters.types import all_types
from jingwei.kernel.values.ids import new_id
from tests.city import IN_CELL, City, pothole


def _found(city: City, asked: str, post: str = "intake") -> list[str]:
    with reading(city.actor(post)) as scope:
        chosen = Matter.objects.filter(in_scope(scope.actor), found_by(scope, asked))
        return [one.number for one in chosen.order_by("number")]


def _imported(city: City, number: str, cell: str = "T1-01") -> Matter:
    command = ReportMatter(
        matter_id=new_id(),
        type="grid_event",
        category="ROAD-1",
        fields={"text": "by hotline"},
        channel="hotline",
        point=IN_CELL[cell],
        external=External(source="12345", number=number),
    )
    execute(system("import:12345", "matter.report"), command, city.key())
    return Matter.objects.get(pk=command.matter_id)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("垃圾成堆", "ljcd"),
        ("重庆路与长江路口有重物", "cqlycjlkyzw"),
        ("路灯坏了，已报 3 次", "ldhl yb3c"),
        ("pothole at Main St", ""),
        ("", ""),
        ("\u3402吉", "j"),  # a character that no dictionary reads,
    ],
)
def test_first_letters(text: str, letters: str) -> None:
    assert initials_of([text]) == letters


@given(st.lists(st.text(max_size=80), max_size=5))
def test_first_letters_of_anything_are_small_letters_and_digits(texts: list[str]) -> None:
    letters = initials_of(texts)
    assert len(letters) <= 400
    assert all(one == " " or (one.isascii() and one.isalnum() and one == one.lower()) for one in letters)


@pytest.mark.parametrize(
    "asked", ["红绿灯", "坑", "大坑 路面", "ymyk", "hld", "HLD", "lmyk", "Pothole", "路面坑洞", "lmkd"]
)
def test_a_matter_is_found_by_words_letters_and_its_category(city: City, asked: str) -> None:
    matter = city.report(title="路面有坑", text="红绿灯旁的路面有一个大坑")
    city.report(category="PARK-1", title="树倒了", text="挡住人行道")
    expected = [] if asked == "ymyk" else [matter.number]
    assert _found(city, asked) == expected


@pytest.mark.parametrize("asked", ["东一格", "East cell 1", "East District", "dyg", "东区"])
def test_a_matter_is_found_by_its_place(city: City, asked: str) -> None:
    matter = city.report(cell="T1-01")
    city.report(cell="T2-01")
    assert _found(city, asked) == [matter.number]


def test_a_matter_is_found_by_its_number_however_written(city: City) -> None:
    matter, _ = city.report(), city.report()
    plain = matter.number.replace("-", "")
    spaced = " ".join(matter.number.split("-"))
    for asked in (matter.number, plain, plain.lower(), spaced, f"  {plain} "):
        assert _found(city, asked) == [matter.number]
    if any(letter.isdigit() for letter in plain[:7]):
        assert matter.number in _found(city, plain[:7])


def test_a_matter_is_found_by_a_number_without_a_digit(city: City) -> None:
    letters = sum(10 << (5 * place) for place in range(12))  # the tenth letter is the first that is no digit
    command = replace(pothole(), matter_id=uuid.UUID(int=(new_id().int >> 60 << 60) | letters))
    execute(city.actor("intake"), command, city.key())
    for asked in ("AAAA-AAAA-AAAA", "AAAAAAAAAAAA", "aaaa aaaa aaaa"):
        assert _found(city, asked) == ["AAAA-AAAA-AAAA"]


def test_a_matter_is_found_by_another_systems_number_whole_or_in_part(city: City) -> None:
    matter, _ = _imported(city, "DH20261124-00017"), _imported(city, "DH20261125-00018")
    for asked in ("DH20261124-00017", "DH20261124", "24-00017", "00017"):
        assert _found(city, asked) == [matter.number]
    assert len(_found(city, "DH2026")) == 2
    assert _found(city, "%26112_") == []


def test_out_of_scope_is_not_found(city: City) -> None:
    west = _imported(city, "DH-777001", cell="T2-01")
    assert _found(city, "DH-777001", "grid-west") == [west.number]
    for asked in ("DH-777001", west.number, "hotline", "西一格", "xyg"):
        assert _found(city, asked, "grid-east") == []


@pytest.mark.parametrize("asked", ["王小明", "wxm", "13800001111", "xiaoming@example.org", "桥洞下面"])
def test_no_contact_and_no_unsearchable_field_is_found(city: City, asked: str) -> None:
    contact = Contact(name="王小明", phone="13800001111", email="xiaoming@example.org")
    city.report(contact=contact, text="路面有坑", place_note="桥洞下面")
    assert _found(city, asked) == []


def test_of_every_type_only_searchable_fields_are_indexed() -> None:
    for one in all_types():
        asked = [field for action in one.actions for field in action.fields]
        assert not any(field.searchable for field in asked)
        assert not any(field.searchable and field.sealed for field in one.fields)


@pytest.mark.parametrize(
    "asked", ["'; DROP", "\\' or 1=1", "%_", "a\\", "&|!()", "'", "：", "\u202e1234", "ａｂｃ１２３４"]
)
def test_hostile_questions_are_plain_text(city: City, asked: str) -> None:
    city.report()
    assert _found(city, asked) == []


def test_what_an_earlier_edition_indexed_is_indexed_anew_once(city: City) -> None:
    matter = city.report()
    before = Detail.objects.get(matter=matter)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE matters_detail SET words = '', initials = '', indexed = 0")
    assert _found(city, "lmyk") == []
    assert (reindex(), reindex()) == (1, 0)
    after = Detail.objects.get(matter=matter)
    assert (after.words, after.initials, after.indexed) == (before.words, before.initials, EDITION)
    assert _found(city, "lmyk") == [matter.number]
