"""Decision records are numbered without gaps, have their four parts on one page, and the index names them all."""

from tests.architecture.tree import ROOT

FOLDER = ROOT / "docs" / "decisions"
PARTS = ["Context", "Choice", "What we gave up", "How we would notice that it was wrong"]
LINES_A_PAGE = 60


def test_the_index_lists_every_decision() -> None:
    pages = sorted(FOLDER.glob("0*.md"))
    titles = {page.name: page.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ") for page in pages}
    expected = [f"- [{name[:4]}]({name}) {title.split(' ', 1)[1]}" for name, title in titles.items()]
    written = [
        line for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("- [")
    ]
    assert written == expected


def test_decisions_are_numbered_in_one_row() -> None:
    numbers = [int(page.name[:4]) for page in sorted(FOLDER.glob("0*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers


def test_each_decision_has_its_four_parts_on_one_page() -> None:
    for page in FOLDER.glob("0*.md"):
        lines = page.read_text(encoding="utf-8").splitlines()
        assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == PARTS, page.name
        assert lines[0].startswith(f"# {page.name[:4]} "), page.name
        assert len(lines) <= LINES_A_PAGE, page.name
