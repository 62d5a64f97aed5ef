"""The exercise that somebody is at, as the bar of a training city shows it; kept in the session and nowhere else."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from jingwei.kernel.values.words import Text

_KEPT = "exercise"


@dataclass(frozen=True, slots=True)
class AtExercise:
    """Which exercise it is, which of its steps comes, and the page that it is done on."""

    number: int
    of: int
    title: Text
    task: Text
    steps: tuple[tuple[Text, Text], ...]  # what to do, a hint
    at: int  # which step, from 0
    page: str

    @property
    def step(self) -> int:
        """The step as people count."""
        return self.at + 1

    @property
    def say(self) -> Text:
        """What to do now."""
        return self.steps[self.at][0]

    @property
    def hint(self) -> Text:
        """How."""
        return self.steps[self.at][1]

    @property
    def last(self) -> bool:
        """Whether no step follows."""
        return self.at + 1 == len(self.steps)


def keep(request: HttpRequest, one: AtExercise) -> None:
    """From now on the bar shows this exercise."""
    request.session[_KEPT] = {
        "number": one.number,
        "of": one.of,
        "at": one.at,
        "page": one.page,
        "texts": [[text.zh, text.en] for text in (one.title, one.task)],
        "steps": [[text.zh, text.en] for step in one.steps for text in step],
    }


def at_exercise(request: HttpRequest) -> AtExercise | None:
    """What the bar shows; None where nobody is at one."""
    session = getattr(request, "session", None)
    kept: dict[str, Any] | None = session.get(_KEPT) if session else None
    if not kept:
        return None
    title, task = (Text(*one) for one in kept["texts"])
    words = [Text(*one) for one in kept["steps"]]
    steps = tuple(zip(words[::2], words[1::2], strict=True))
    at = min(max(kept["at"], 0), len(steps) - 1)
    return AtExercise(kept["number"], kept["of"], title, task, steps, at, kept["page"])


def turn(request: HttpRequest, by: int) -> None:
    """The next step, or the one before."""
    kept = request.session.get(_KEPT)
    if kept:
        kept["at"] = min(max(kept["at"] + by, 0), len(kept["steps"]) // 2 - 1)
        request.session.modified = True


def forget(request: HttpRequest) -> None:
    """Nobody is at an exercise any more."""
    request.session.pop(_KEPT, None)
