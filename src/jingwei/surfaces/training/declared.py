"""Exercises as data: a file a role in `exercises/`, seven in each.

title, why, task, after: Chinese and English; `{login}` in a task stands for what was prepared. page: where it is done,
the name of an address with the keys of what was prepared (`["desk:person", "login"]`); else the matter's page.
matter, second, acts: what is prepared for whoever begins. `who` names a post, `grid` the first grid worker's; a field
of kind unit takes a unit's code, `town` or `routed`, a day `+20`; what is required and not given is filled in; what has
`days_ago` was done in simulated time. needs: what else is prepared, see making.py. steps: what to do and a hint, in
both languages. checks: see checks.py. solution, wrong: acts after which all, or not all, is met; with `open` or `send`
(and `do`) a page is opened, or its form is sent.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jingwei.kernel.values.words import Text

_FOLDER = Path(__file__).parent / "exercises"
MINUTES = 10
"""What an exercise is made for; shown, never enforced."""

MATTERS_PAGE = ("desk:matter", "number")

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of a role."""

    role: str
    key: str
    title: Text
    why: Text
    task: Text
    after: Text
    steps: Sequence[tuple[Text, Text]]  # what to do, a hint
    checks: Sequence[Said]
    page: Sequence[str]  # the name of an address, and what of the prepared it takes
    matter: Said | None
    second: Said | None
    acts: Sequence[Said]
    needs: Sequence[str]
    solution: Sequence[Said]
    wrong: Sequence[Said]

    @property
    def name(self) -> str:
        """The exercise among all."""
        return f"{self.role}/{self.key}"


@cache
def exercises_of(role: str) -> tuple[Exercise, ...]:
    """The exercises of a role in the order of their file; none for a role without a file."""
    path = _FOLDER / f"{role}.toml"
    if not path.exists():
        return ()
    return tuple(_read(role, one) for one in tomllib.loads(path.read_text(encoding="utf-8"))["exercise"])


def exercise_named(role: str, key: str) -> Exercise | None:
    """The exercise of this role with this key."""
    return next((one for one in exercises_of(role) if one.key == key), None)


def _read(role: str, one: Said) -> Exercise:
    return Exercise(
        role=role,
        key=one["key"],
        **{name: Text(*one[name]) for name in ("title", "why", "task", "after")},
        steps=[(Text(zh, en), Text(hint_zh, hint_en)) for zh, en, hint_zh, hint_en in one["steps"]],
        checks=one["checks"],
        page=one.get("page", MATTERS_PAGE),
        matter=one.get("matter"),
        second=one.get("second"),
        acts=one.get("acts", ()),
        needs=one.get("needs", ()),
        solution=one["solution"],
        wrong=one.get("wrong", ()),
    )
