"""The area tree: order and intervals, and every way in which rows fail to be a tree."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingwei.kernel.places.tree import LAST_NUMBER, LEAST_ROOM, Node, Row, grow

LEVELS = ["city", "district", "cell"]
CITY = Row("C", "", "city")


def test_order_and_intervals() -> None:
    rows = [
        CITY,
        Row("D1", "C", "district"),
        Row("D2", "C", "district"),
        Row("a", "D2", "cell"),
        Row("b", "D1", "cell"),
    ]
    nodes, problems = grow(rows, LEVELS)
    assert problems == []
    district = 2 + LEAST_ROOM  # itself, its cell, and the room
    assert nodes == [
        Node("C", "", "city", 1, 1 + 4 * district),
        Node("D1", "C", "district", 2, 1 + district),
        Node("b", "D1", "cell", 3, 3),
        Node("D2", "C", "district", 2 + district, 1 + 2 * district),
        Node("a", "D2", "cell", 3 + district, 3 + district),
    ]


def test_a_level_may_be_skipped_and_parents_may_come_later() -> None:
    nodes, problems = grow([Row("a", "C", "cell"), CITY], LEVELS)
    assert problems == []
    assert [(node.code, node.lft, node.rgt) for node in nodes] == [("C", 1, 2 + LEAST_ROOM), ("a", 2, 2)]


D = Row("D", "C", "district")
BAD: list[tuple[list[Row], list[tuple[str, str]]]] = [
    ([], [("no_root", "")]),
    ([CITY, Row("X", "", "city")], [("many_roots", "row 3")]),
    ([CITY, D, D], [("duplicate_code", "row 4")]),
    ([CITY, Row("", "C", "cell")], [("no_code", "row 3")]),
    ([CITY, Row("D", "Z", "district")], [("unknown_parent", "row 3")]),
    ([CITY, Row("D", "C", "town")], [("unknown_level", "row 3")]),
    ([CITY, D, Row("E", "D", "district")], [("level_order", "row 4")]),
    ([CITY, D, Row("E", "D", "city")], [("level_order", "row 4")]),
    ([CITY, Row("D", "D", "district")], [("level_order", "row 3"), ("ring", "row 3")]),
    (
        [CITY, Row("D", "E", "district"), Row("E", "F", "cell"), Row("F", "D", "cell")],
        [("level_order", "row 3"), ("level_order", "row 4"), ("ring", "row 3")],
    ),
    (
        [CITY, Row("D", "Z", "town"), Row("E", "C", "cell"), Row("E", "", "cell")],
        [("duplicate_code", "row 5"), ("unknown_parent", "row 3"), ("many_roots", "row 5"), ("unknown_level", "row 3")],
    ),
]


@pytest.mark.parametrize(("rows", "expected"), BAD)
def test_rows_that_are_no_tree_give_every_problem_and_no_node(rows: list[Row], expected: list[tuple[str, str]]) -> None:
    nodes, problems = grow(rows, LEVELS, file="areas.csv")
    assert nodes == []
    assert [(problem.code, problem.place) for problem in problems] == expected
    assert {problem.file for problem in problems} == {"areas.csv"}


def test_a_ring_is_named_once_with_its_members() -> None:
    rows = [CITY, Row("a", "b", "cell"), Row("b", "c", "cell"), Row("c", "b", "cell")]
    rings = [problem for problem in grow(rows, LEVELS)[1] if problem.code == "ring"]
    assert [problem.remedy.en for problem in rings] == ["Correct the parent of one row of the ring: b > c > b."]


@given(st.lists(st.integers(0, 10**6), max_size=60), st.integers(1, 12), st.randoms(use_true_random=False))
def test_intervals_hold_exactly_what_lies_below_and_room_for_more(
    choices: list[int], deepest: int, chance: random.Random
) -> None:
    levels = [f"L{depth}" for depth in range(deepest + 1)]
    depth, above = {"0": 0}, {"0": ""}
    for number, choice in enumerate(choices, 1):
        parent = str(choice % number)
        parent = parent if depth[parent] < deepest else above[parent]
        above[str(number)], depth[str(number)] = parent, depth[parent] + 1
    rows = [Row(code, parent, levels[depth[code]]) for code, parent in above.items()]
    chance.shuffle(rows)
    nodes, problems = grow(rows, levels)
    assert problems == []
    assert [node.lft for node in nodes] == sorted({node.lft for node in nodes})
    for node in nodes:
        inner = [other.rgt for other in nodes if other.parent == node.code]
        assert (
            node.lft == node.rgt if node.level == levels[-1] else node.rgt - max(inner, default=node.lft) >= LEAST_ROOM
        )
        below = {other.code for other in nodes if node.lft <= other.lft <= node.rgt}
        assert below == {code for code in above if node.code in _lineage(code, above)}


def _lineage(code: str, above: dict[str, str]) -> set[str]:
    met = set()
    while code:
        met.add(code)
        code = above[code]
    return met


def test_a_chain_deeper_than_the_call_stack_is_refused_for_its_numbers() -> None:
    levels = [str(depth) for depth in range(2_000)]
    rows = [Row(str(depth), str(depth - 1) if depth else "", str(depth)) for depth in range(2_000)]
    nodes, problems = grow(rows, levels)
    assert nodes == [] and [problem.code for problem in problems] == ["too_deep"]


def test_ten_thousand_cells_of_a_province_s_depth_have_room() -> None:
    levels = ["province", "city", "county", "town", "community", "cell"]
    rows, above = [Row("p", "", "province")], ["p"]
    for level, each in zip(levels[1:], (1, 15, 8, 8, 10), strict=True):
        below = [f"{code}-{number}" for code in above for number in range(each)]
        rows += [Row(code, code.rpartition("-")[0], level) for code in below]
        above = below
    nodes, problems = grow(rows, levels)
    assert problems == [] and len(above) == 9_600 and nodes[0].rgt < LAST_NUMBER / 20
