"""The words of a matter and of a question, cut the same way, so that a word in mid-sentence Chinese is found."""

import re
import unicodedata
from collections.abc import Iterable

import rjieba

_WORD = re.compile(r"\w", re.UNICODE)
_MOST = 2_000  # characters of a text that are indexed


def words_of(text: str) -> list[str]:
    """The words of a text in its order, without punctuation, lower case, widths folded."""
    folded = unicodedata.normalize("NFKC", text[:_MOST]).lower()
    return [word for word in rjieba.cut_for_search(folded) if _WORD.search(word)]


def vector_of(texts: Iterable[str]) -> str:
    """The words as the text form of a tsvector."""
    seen = dict.fromkeys(word for text in texts for word in words_of(text))
    return " ".join("'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in seen)


def query_of(text: str) -> str:
    """A question as the text form of a tsquery: all its words; empty when it holds none."""
    words = dict.fromkeys(words_of(text[:200]))
    return " & ".join("'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in words)
