"""What the posts of both packs can do together in one pair of hands."""

import csv
import tomllib
from pathlib import Path

import pytest

PACKS = Path(__file__).parents[2] / "packs"


@pytest.mark.parametrize("pack", ["practice", "boston"])
def test_somebody_who_redraws_cells_sees_what_lies_in_them(pack: str) -> None:
    """Faults of the grid, its redraw and the matters to hand over are pages of one post (decision 0033)."""
    roles = tomllib.loads((PACKS / pack / "roles.toml").read_text(encoding="utf-8"))["role"]
    with (PACKS / pack / "posts.csv").open(encoding="utf-8", newline="") as file:
        posts = {row["code"]: set(roles[row["role"]]["grants"]) for row in csv.DictReader(file, strict=True)}
    assert [code for code, grants in posts.items() if {"places.edit", "matter.read", "measures.read"} <= grants]
