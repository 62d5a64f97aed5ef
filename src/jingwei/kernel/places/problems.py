"""What is wrong with a file of places, as values that name the file, the place in it and the remedy."""

from collections.abc import Mapping
from dataclasses import dataclass

from jingwei.kernel.values.words import Text

_LONGEST = 60  # characters of the file's own words that a message repeats


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a file cannot be taken as it is."""

    code: str
    file: str
    place: str  # "line 3, column 7", "features[12].geometry…", "row 5"; empty means the whole file
    text: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was changed or left out on reading, without stopping it."""

    code: str
    file: str
    place: str
    text: Text


class Findings:
    """Collects the problems and notes of one file in the order met; each wording is declared once, by code."""

    def __init__(self, file: str, problems: Mapping[str, tuple[Text, Text]], notes: Mapping[str, Text]) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.notes: list[Note] = []
        self._wording = problems
        self._note_wording = notes

    def problem(self, code: str, place: str = "", /, **values: object) -> None:
        """Adds a problem; `values` fill the declared wording."""
        text, remedy = self._wording[code]
        self.problems.append(Problem(code, self.file, place, _filled(text, values), _filled(remedy, values)))

    def note(self, code: str, place: str = "", /, **values: object) -> None:
        """Adds a note; `values` fill the declared wording."""
        self.notes.append(Note(code, self.file, place, _filled(self._note_wording[code], values)))


def _filled(text: Text, values: Mapping[str, object]) -> Text:
    short = {name: _shortened(value) for name, value in values.items()}
    return Text(text.zh.format(**short), text.en.format(**short))


def _shortened(value: object) -> str:
    words = str(value)
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "…"
