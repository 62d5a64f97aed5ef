"""Classes proposed for a text by the words it shares with them."""

import datetime
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from jingwei.kernel.matters.rules.proposing import MOST, propose_choice, propose_classes, terms_of
from jingwei.kernel.matters.types import Field
from jingwei.kernel.rulebook.snapshot import Dated, Rules
from jingwei.kernel.values.words import Text

DAY = datetime.date(2026, 11, 26)
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
    assert _codes("门口的路灯坏了", _rules())[0] == "11"
    assert _codes("The street lamps are dark", _rules())[0] == "11"
    assert _codes("一片漆黑", _rules()) == []
    assert _codes("一片漆黑", _rules(**{"spoken.11": "漆黑"})) == ["11"]
    assert _codes("一片漆黑", _rules(**{"condition.11-02": "漆黑"})) == ["11"]
    assert _codes("市政设施", _rules()) == ["11", "12", "13"], "a word of all speaks for none before another"


def test_the_words_that_speak_for_it_are_given_as_they_stand_in_the_text() -> None:
    (best, *_) = propose_classes(_rules(), "人行道上破损严重", DAY)
    assert (best.code, best.words) == ("13", ("人行道", "破损"))


def test_a_choice_is_proposed_only_where_a_word_speaks_for_it() -> None:
    choices = (("consult", Text("咨询", "Question")), ("praise", Text("表扬", "Praise")))
    field = Field(key="request", title=Text("诉求", "Request"), kind="choice", choices=choices)
    rules = _rules(**{"spoken.request=consult": "请问", "spoken.request=praise": "感谢"})
    found = propose_choice(rules, field, "请问什么时候修", DAY)
    assert found is not None and found.code == "consult"
    assert propose_choice(rules, field, "灯坏了", DAY) is None


@given(st.text(max_size=200))
def test_any_text_is_answered_always_alike(text: str) -> None:
    rules = _rules()
    found = propose_classes(rules, text, DAY)
    assert found == propose_classes(rules, text, DAY) and len(found) <= MOST
    assert all(one.score > 0 and one.words for one in found)
    assert all(len(term) > 1 for term in terms_of(text))
