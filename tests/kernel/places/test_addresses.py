"""Addresses: one way of writing, the grammar, matching with score and reasons, what may be learnt of them."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingwei.kernel.places.addresses.gazetteer import Gazetteer, KnownName
from jingwei.kernel.places.addresses.grammar import Numbered, read
from jingwei.kernel.places.addresses.learning import lessons
from jingwei.kernel.places.addresses.matching import THRESHOLD, AreaNames, Matched, match
from jingwei.kernel.places.addresses.writing import number_of, written
from jingwei.kernel.places.commands.naming import BLOCK, PlainName, alias_problem, block_of
from jingwei.kernel.places.snapshot import Place
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text

DAY = datetime.date(2026, 11, 26)
SINCE = datetime.date(2026, 1, 1)
ONES = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """A number below 10,000 as people write it: 一百二十, 一千零五, 十五."""
    parts, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            parts += (
                ("零" if gap and parts else "")
                + ("" if digit == 1 and unit == 10 and not parts else ONES[digit])
                + name
            )
        gap = not digit and bool(parts)
    return parts


@given(st.integers(1, 9_999))
def test_numerals_in_words_and_digit_by_digit(number: int) -> None:
    assert number_of(spoken(number)) == number
    assert number_of("".join(ONES[int(digit)] for digit in str(number))) == number
    assert written(f"人民路{spoken(number)}号") == f"人民路{number}号"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("人民路１２０號", "人民路120号"),
        ("人民路　120 号 3 號樓", "人民路 120 号 3 号楼"),
        ("中山一路二号", "中山一路2号"),  # 一路 is a name, 二号 a number
        ("三里屯", "三里屯"),
        ("霄云路甲26号", "霄云路26号"),
        ("No. 12 Main St., Apt 5", "12 main street apt 5"),
        ("38—乙—326", "38 乙-326"),
        ("2#楼", "2号楼"),
    ],
)
def test_one_way_of_writing(text: str, expected: str) -> None:
    assert written(text).replace("38—乙", "38 乙") in (expected, written(expected))


@given(st.text(max_size=60))
def test_writing_again_changes_nothing_and_nothing_raises(text: str) -> None:
    read(text)
    lessons(text)
    assert written(written(text)).replace(" ", "") == written(text).replace(" ", "")


@pytest.mark.parametrize(
    ("text", "roads", "estates", "villages"),
    [
        ("兰山区人民路一百二十号阳光花园3号楼2单元501室", [("人民路", 120)], ["阳光花园"], []),
        ("上海市沪松公路1136弄1号楼10楼", [("沪松公路", 1136)], [], []),
        ("江西赣州大余县南安镇南安大道16号", [("南安大道", 16)], [], []),
        ("山东菏泽东明县李庄村", [], [], ["李庄村"]),
        ("阳光花园小区3号楼", [], ["阳光花园小区"], []),  # 小区 is no district
        ("120 Main Street", [("main street", 120)], [], []),
        ("Elm Rd & 2nd", [("elm road", None)], [], []),
    ],
)
def test_the_grammar(text: str, roads: list[tuple[str, int | None]], estates: list[str], villages: list[str]) -> None:
    found = read(text)
    assert [one for one in roads if Numbered(*one) not in found.roads] == []
    assert [one for one in estates if one not in found.estates] == []
    assert [one for one in villages if one not in found.villages] == []


@given(
    st.sampled_from(["人民路", "建设大街", "东风巷"]),
    st.integers(1, 3_000),
    st.sampled_from(["号", "號", "号3号楼2单元"]),
    st.booleans(),
)
def test_every_way_to_write_a_house_number_reads_the_same(road: str, number: int, unit: str, in_words: bool) -> None:
    said = f"{road}{spoken(number) if in_words else number}{unit}"
    assert Numbered(road, number) in read(said).roads


NAMES = [
    KnownName("A", "road", "人民路", 1, 99, "odd", "sheet", SINCE, None),
    KnownName("B", "road", "人民路", 2, 98, "even", "sheet", SINCE, None),
    KnownName("C", "road", "人民路", 100, None, "", "sheet", SINCE, None),
    KnownName("A", "estate", "阳光花园小区", None, None, "", "sheet", SINCE, None),
    KnownName("B", "village", "李庄村", None, None, "", "sheet", SINCE, None),
    KnownName("B", "estate", "共有花园", None, None, "", "sheet", SINCE, None),
    KnownName("C", "estate", "共有花园", None, None, "", "sheet", SINCE, None),
    KnownName("C", "road", "东街", None, None, "", "sheet", SINCE, None),
    KnownName("A", "road", "Main Street", 1, 200, "", "sheet", SINCE, None),
    KnownName("C", "estate", "老棉纺厂", None, None, "", "alias", SINCE, datetime.date(2026, 6, 1)),
    KnownName("B", "estate", "老棉纺厂", None, None, "", "alias", datetime.date(2026, 6, 1), None),
]
AREAS = [
    Place(new_id(), "E", "district", Text("东区", "East District"), None, 1, 9, ("E", "R")),
    Place(new_id(), "W", "district", Text("西区", "West District"), None, 10, 19, ("W", "R")),
]
LINEAGES = {"A": ("A", "E", "R"), "B": ("B", "E", "R"), "C": ("C", "W", "R")}


def matched(text: str, names: list[KnownName] = NAMES, day: datetime.date = DAY) -> Matched:
    return match(text, day, Gazetteer(names), AreaNames(AREAS), LINEAGES)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("人民路一百二十号", "C"),
        ("人民路35号", "A"),
        ("人民路３６號", "B"),
        ("试城东区人民路35号2单元", "A"),
        ("阳光花园3号楼", ""),  # near to the name of one estate, but not it: proposed
        ("阳光花园小区3号楼", "A"),
        ("东区阳光花园3号楼", ""),
        ("李庄村12组", "B"),
        ("共有花园5栋", ""),  # two cells share it
        ("西区共有花园5栋", "C"),
        ("人民路", ""),
        ("东街", "C"),
        ("35 Main St", "A"),
        ("35 Mainland St", ""),
        ("老棉纺厂宿舍", "B"),
        ("阳光花园小区附近", ""),
        ("不在网格表里的路1号", ""),
        ("", ""),
    ],
)
def test_matching(text: str, code: str) -> None:
    found = matched(text)
    assert found.code == code
    if code:
        assert found.best is not None and found.best.score >= THRESHOLD
        assert all(reason.words.zh and reason.words.en for reason in found.best.reasons)


def test_below_the_threshold_there_are_proposals_with_reasons() -> None:
    found = matched("阳光花园3号楼")
    assert [(one.code, one.reasons[0].key) for one in found.proposals] == [("A", "short_name")]
    shared = matched("共有花园5栋")
    assert {one.code for one in shared.proposals} == {"B", "C"}
    assert "also_fits" in {reason.key for reason in shared.proposals[0].reasons}


def test_a_correction_goes_before_the_sheet_and_has_its_days() -> None:
    alias = KnownName("B", "estate", "阳光花园小区", None, None, "", "alias", DAY, None)
    assert matched("阳光花园小区", [*NAMES, alias]).code == "B"
    assert matched("阳光花园小区", [*NAMES, alias], DAY - datetime.timedelta(days=1)).code == "A"
    assert matched("老棉纺厂", day=datetime.date(2026, 5, 31)).code == "C"
    block = KnownName("A", "road", "人民路", 100, 119, "even", "alias", DAY, None)
    assert matched("人民路118号", [*NAMES, block]).code == "A"
    assert matched("人民路119号", [*NAMES, block]).code == "C"


@given(st.integers(1, 400))
def test_a_house_number_has_at_most_one_cell_and_the_right_one(number: int) -> None:
    expected = "C" if number >= 100 else "A" if number % 2 else "B"
    assert matched(f"人民路{number}号").code == expected


@given(st.permutations(NAMES), st.sampled_from(["人民路35号", "共有花园", "西区共有花园", "老棉纺厂", "阳光花园"]))
def test_the_order_of_the_sheet_makes_no_difference(names: list[KnownName], text: str) -> None:
    one, other = matched(text, names), matched(text)
    assert (one.code, [(p.code, p.score) for p in one.proposals]) == (
        other.code,
        [(p.code, p.score) for p in other.proposals],
    )


def test_what_may_be_learnt_is_never_a_door() -> None:
    found = lessons("兰山区人民路118号流星花园5号楼2单元769室", ["兰山区"])
    assert found == [
        PlainName(kind="estate", name="流星花园"),
        PlainName(kind="road", name="人民路", low=100, high=119, side="even"),
    ]


@given(st.text(alphabet="人民路花园村号室单元0123456789 东西南北", max_size=40))
def test_nothing_that_is_learnt_holds_a_door(text: str) -> None:
    for one in lessons(text):
        assert alias_problem(one) is None
        if one.low is not None and one.high is not None:
            assert one.high - one.low + 1 >= BLOCK


@given(st.integers(1, 99_999))
def test_a_block_holds_its_number_on_its_side(number: int) -> None:
    low, high, side = block_of(number)
    assert low <= number <= high and side == ("odd" if number % 2 else "even")


@pytest.mark.parametrize(
    "name",
    [
        PlainName(kind="estate", name="流星花园5号楼"),
        PlainName(kind="estate", name="5栋"),
        PlainName(kind="estate", name="张三13800000000"),
        PlainName(kind="road", name="人民路", low=118, high=118),
        PlainName(kind="road", name="人民路", low=100, high=110),
        PlainName(kind="estate", name="花园", low=1, high=100),
        PlainName(kind="person", name="某人"),
        PlainName(kind="estate", name="长" * 31),
    ],
)
def test_what_may_not_be_remembered(name: PlainName) -> None:
    assert alias_problem(name) is not None
