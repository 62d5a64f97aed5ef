"""Classes proposed for a text by the words that speak for them, and how well that goes on labelled messages."""

import datetime
import time
from collections.abc import Mapping
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from jingwei.kernel.matters.proposing.classes import MOST, declared, propose_choice, propose_classes
from jingwei.kernel.matters.proposing.scoring import Index
from jingwei.kernel.matters.proposing.terms import LONGEST, phrases_of, stem
from jingwei.kernel.matters.types import Field
from jingwei.kernel.rulebook.snapshot import Dated, Rules
from jingwei.kernel.values.words import Text
from tools.measure_proposals import agreement, figures, index_of, read, rulebook

DAY = datetime.date(2026, 11, 26)
LABELLED = Path(__file__).parent / "labelled"
CLASSES = {  # code: parent, titles
    "1": ("", "市政设施", "Facilities"),
    "11": ("1", "路灯照明故障", "Street lamp failure"),
    "12": ("1", "井盖缺损", "Manhole cover missing"),
    "13": ("1", "人行道破损", "Damaged footway"),
}


def _dated(content: Mapping[str, object]) -> list[Dated]:
    return [Dated("", datetime.date.min, None, content, "")]


def _rules(**words: str) -> Rules:
    categories = {
        code: _dated({"zh": zh, "en": en, "parent": parent, "urgency": "U3", "open": True})
        for code, (parent, zh, en) in CLASSES.items()
    }
    spoken = {key: _dated({"zh": zh, "en": "-"}) for key, zh in words.items()}
    return Rules({"category": categories, "word": spoken})


def _codes(text: str, rules: Rules) -> list[str]:
    return [one.code for one in propose_classes(rules, text, DAY)]


def test_by_title_by_condition_and_by_what_people_say() -> None:
    assert _codes("路灯坏了", _rules())[0] == "11"
    assert _codes("The street lamps are dark", _rules())[0] == "11"
    assert _codes("一片漆黑", _rules()) == []
    assert _codes("一片漆黑", _rules(**{"spoken.11": "漆黑"})) == ["11"]
    assert _codes("一片漆黑", _rules(**{"condition.11-02": "一片漆黑"})) == ["11"]


def test_nothing_is_proposed_where_nothing_speaks_clearly() -> None:
    rules = _rules(**{"spoken.11": "漆黑"})
    assert _codes("", rules) == _codes("你好", rules) == []
    long = "昨天我去办事，排了很久的队，工作人员说系统坏了让我改天再来，" * 20
    assert _codes(long + "回家路上一片漆黑", rules) == [], "one word at the end of a long text says too little"


def test_the_words_that_speak_for_it_are_given_as_they_stand_in_the_text() -> None:
    (best, *_) = propose_classes(_rules(), "人行道上破损严重", DAY)
    assert (best.code, best.words) == ("13", ("人行道", "破损"))
    assert best.reason == Text("文中有“人行道”、“破损”", "the text says “人行道”, “破损”")
    (best, *_) = propose_classes(_rules(), "Street LAMPS are dark", DAY)
    assert set(best.words) == {"street", "lamps"}


def test_only_classes_that_the_caller_takes_are_proposed() -> None:
    found = propose_classes(_rules(), "路灯坏了，人行道破损", DAY, lambda one: one.code != "11")
    assert [one.code for one in found] == ["13"]


def test_a_choice_is_proposed_only_where_a_word_speaks_for_it() -> None:
    choices = (("consult", Text("咨询", "Question")), ("praise", Text("表扬", "Praise")))
    field = Field(key="request", title=Text("诉求", "Request"), kind="choice", choices=choices)
    rules = _rules(**{"spoken.request=consult": "请问", "spoken.request=praise": "感谢"})
    assert propose_choice(rules, field, "请问什么时候修", DAY) == "consult"
    assert propose_choice(rules, field, "灯坏了", DAY) == ""


def test_english_is_looked_for_by_its_stems_and_chinese_as_declared() -> None:
    assert {stem(word) for word in ("leaks", "leaking", "leaked", "leak")} == {"leak"}
    assert phrases_of("红绿灯 street lights 灯") == ["红绿灯", "street", "light"]


@given(st.text(max_size=200))
def test_any_text_is_answered_always_alike(text: str) -> None:
    rules = _rules()
    found = propose_classes(rules, text, DAY)
    assert found == propose_classes(rules, text, DAY) and len(found) <= MOST
    assert all(one.words for one in found)


def test_the_labelled_extract_is_answered_as_well_as_published() -> None:
    """docs/guides/suggestions.md gives the figures of the whole; these are the extract's own, less three points."""
    index, among = index_of(rulebook())
    messages = read(LABELLED / "labels.csv", LABELLED / "extract.csv")
    assert len(messages) == 148 and not any(one.tuning for one in messages)
    found = figures(index, among, [(one.text, one.agreed) for one in messages if one.agreed])
    assert found.first >= 0.485 and found.among >= 0.722, found
    assert found.nothing <= 0.188 and found.wrongly <= 0.545, found


def test_agreement_is_told_with_what_chance_would_give() -> None:
    assert agreement([("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")]) == (0.75, 0.5)


def test_a_text_costs_little() -> None:
    """Five milliseconds of processor time for the longest text, two hundred to make the index."""
    rules = rulebook()
    began = time.process_time()
    known = declared(rules, DAY)
    index = Index(known)
    made = time.process_time()
    for _ in range(20):
        index.best("小区门口的路灯坏了，晚上施工噪音很大，睡不着。" * 100, MOST, known)
    asked = time.process_time()
    assert LONGEST == 2_000 and made - began < 0.2 and (asked - made) / 20 < 0.005
