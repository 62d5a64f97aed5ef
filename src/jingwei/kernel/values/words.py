"""A text for people in the two languages every text has."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English; Chinese leads."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The words in `language` ("zh…" is Chinese, anything else English)."""
        return self.zh if language.startswith("zh") else self.en
