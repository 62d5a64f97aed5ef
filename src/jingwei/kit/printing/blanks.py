"""Places to be filled in of a document of Word: found wherever they stand, and filled once.

Word splits what somebody typed over several runs as it likes, so a place is looked for in the whole text of a
paragraph. A value goes in as text, in the face of the run in which its place begins; what it says is never looked
through for further places. Office Open XML, ISO/IEC 29500-1: 17.3.1.22 (p), 17.3.2.25 (r), 17.3.3.31 (t).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_P, _T = f"{W}p", f"{W}t"
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "-"}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PLACE = re.compile(r"[{｛]{2}([^{}｛｝\n]{0,60})[}｝]{2}")  # an input method writes the wide braces
_BRACES = re.compile(r"[{｛]{2}|[}｝]{2}")
_NEITHER = re.compile("[^\\t\\n\\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # no character of XML 1.0 (2.2)


@dataclass(frozen=True, slots=True)
class Place:
    """One place: its name as it was typed, and where in the text of its paragraph it stands."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its text, and the pieces that make it, each with where it begins; no element where it is a break."""

    text: str
    pieces: tuple[tuple[Any, int], ...]

    @property
    def places(self) -> list[Place]:
        """The places to be filled in, in their order."""
        return [Place(found[1].strip(), *found.span()) for found in _PLACE.finditer(self.text)]

    @property
    def broken(self) -> bool:
        """Whether braces are left over that make no place."""
        return bool(_BRACES.search(_PLACE.sub("", self.text)))


def paragraphs(root: Any) -> Iterator[Paragraph]:
    """All paragraphs below an element, those of tables and text boxes among them. Takes elements of the standard
    library's ElementTree and of lxml."""
    for element in root.iter(_P):
        pieces, text = [], ""
        for one in _own(element):
            words = _BREAKS.get(one.tag, one.text or "")
            pieces.append((one if one.tag == _T else None, len(text)))
            text += words
        yield Paragraph(text, tuple(pieces))


def _own(element: Any) -> Iterator[Any]:
    """Text and breaks of a paragraph, without those of paragraphs in its text boxes."""
    for child in element:
        if child.tag == _T or child.tag in _BREAKS:
            yield child
        elif child.tag != _P and isinstance(child.tag, str):
            yield from _own(child)


def fill(root: Any, value: Callable[[str], str | Any]) -> None:
    """Puts a value at every place below an element of lxml: text, whose lines stay lines, or an element to stand there
    (a picture)."""
    for paragraph in list(paragraphs(root)):
        for place in reversed(paragraph.places):
            _put(paragraph, place, value(place.name))


def _put(paragraph: Paragraph, place: Place, value: str | Any) -> None:
    first, begin, *others = _touched(paragraph, place)
    text = first.text or ""
    kept = text[place.end - begin :]  # what follows the place in the same run
    for one, at in zip(others[::2], others[1::2], strict=True):
        _write(one, (one.text or "")[max(place.end - at, 0) :])
    lines = clean(value).split("\n") if isinstance(value, str) else ["", value]
    _write(first, text[: place.start - begin] + lines[0])
    last = first
    for line in lines[1:]:
        last = _next(last, first.makeelement(f"{W}br") if isinstance(line, str) else line)
        last = _next(last, first.makeelement(_T))
        _write(last, line if isinstance(line, str) else "")
    _write(last, (last.text or "") + kept)


def _touched(paragraph: Paragraph, place: Place) -> list[Any]:
    """The elements of text in which a place stands, each followed by where it begins."""
    found: list[Any] = []
    for one, at in paragraph.pieces:
        if one is not None and at < place.end and at + len(one.text or "") > place.start:
            found += (one, at)
    return found


def _next(last: Any, new: Any) -> Any:
    last.addnext(new)
    return new


def _write(element: Any, text: str) -> None:
    element.text = text
    element.set(_SPACE, "preserve")


def clean(value: str) -> str:
    """A value as XML can hold it: without control characters, with one kind of line end, tabs as blanks."""
    return _NEITHER.sub("", value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
