"""What stops an installation from working, said so that the person at the machine can put it right."""


class InstallationFault(Exception):
    """Something outside the program is not as it must be; the text names the thing, the place and the remedy."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    def in_(self, language: str) -> str:
        """The words in `language` ("zh…" is Chinese, anything else English)."""
        return self.zh if language.startswith("zh") else self.en
