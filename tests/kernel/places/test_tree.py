"""The area tree: order and intervals, and every way in which rows fail to be a tree."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingwei.kernel.places.tree import Node, Row, grow

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
    assert nodes == [
        Node("C", "", "city", 1, 5),
        Node("D1", "C", "district", 2, 3),
        Node("b", "D1", "cell", 3, 3),
        Node("D2", "C", "district", 4, 5),
        Node("a", "D2", "cell", 5, 5),
    ]


def test_a_level_may_be_skipped_and_parents_may_come_later() -> None:
    nodes, problems = grow([Row("a", "C", "cell"), CITY], LEVELS)
    assert problems == []
    assert [(node.code, node.lft, node.rgt) for node in nodes] == [("C", 1, 2), ("a", 2, 2)]


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


@given(st.lists(st.integers(0, 10**6), max_size=60), st.randoms(use_true_random=False))
def test_intervals_hold_exactly_what_lies_below(choices: list[int], chance: random.Random) -> None:
    levels = [f"L{depth}" for depth in range(len(choices) + 1)]
    depth, above = {"0": 0}, {"0": ""}
    for number, choice in enumerate(choices, 1):
        parent = str(choice % number)
        above[str(number)], depth[str(number)] = parent, depth[parent] + 1
    rows = [Row(code, parent, levels[depth[code]]) for code, parent in above.items()]
    chance.shuffle(rows)
    nodes, problems = grow(rows, levels)
    assert problems == []
    assert [node.lft for node in nodes] == list(range(1, len(rows) + 1))
    for node in nodes:
        below = {other.code for other in nodes if node.lft <= other.lft <= node.rgt}
        assert below == {code for code in above if node.code in _lineage(code, above)}


def _lineage(code: str, above: dict[str, str]) -> set[str]:
    met = set()
    while code:
        met.add(code)
        code = above[code]
    return met


def test_a_chain_deeper_than_the_call_stack_is_no_trouble() -> None:
    levels = [str(depth) for depth in range(2_000)]
    rows = [Row(str(depth), str(depth - 1) if depth else "", str(depth)) for depth in range(2_000)]
    nodes, problems = grow(rows, levels)
    assert problems == [] and nodes[0] == Node("0", "", "0", 1, 2_000)
