"""A text for people in the two languages every text has."""

import re
from dataclasses import dataclass

PSEUDO = "en-xa"
"""The language of developers: English made longer, to find what is cramped or was never translated."""

_KEPT = re.compile(r"(%\([a-z_]+\)[sd]|%[sd%]|<[^>]*>|&[a-z]+;)")
_ACCENTED = str.maketrans("aeiouycnsAEIOUYCNS", "áéíóúýçñšÁÉÍÓÚÝÇÑŠ")


def lengthened(words: str) -> str:
    """The words as PSEUDO writes them: accents, a third more room, brackets around; gaps for values and marks stay."""
    if not words.strip():
        return words
    parts = [part if place % 2 else part.translate(_ACCENTED) for place, part in enumerate(_KEPT.split(words))]
    return f"⟦{''.join(parts)}{'·' * (len(words) // 3)}⟧"


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English; Chinese leads."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The words in `language` ("zh…" is Chinese, PSEUDO lengthened English, anything else English)."""
        if language == PSEUDO:
            return lengthened(self.en)
        return self.zh if language.startswith("zh") else self.en
