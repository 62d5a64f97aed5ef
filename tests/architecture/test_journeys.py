"""Journeys in a browser wait for what a page shows."""

from tests.architecture.tree import files_in, shown


def test_no_journey_waits_by_an_expression() -> None:
    """`wait_for_function` has the page evaluate text, which the pages' policy forbids: it passes where the answer is
    there at once and fails on a slower day."""
    word = "wait_for_" + "function"
    journeys = files_in("tests/journeys", ".py")
    assert journeys
    assert [shown(path) for path in journeys if word in path.read_text(encoding="utf-8")] == []
