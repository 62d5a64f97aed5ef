"""A language for developers: English with accents, a third longer and in brackets.

What stands outside of brackets was never translated; what does not fit has no room for a longer language.
"""

from django.conf import settings
from django.utils.translation import trans_real

from jingwei.kernel.values.words import PSEUDO, lengthened


class Pseudo(trans_real.DjangoTranslation):
    """The English catalogue, each of its texts lengthened as it is asked for."""

    def __init__(self) -> None:
        super().__init__("en")

    def gettext(self, message: str) -> str:
        """The English text of a message, lengthened."""
        return lengthened(super().gettext(message)) if message else super().gettext(message)

    def to_language(self) -> str:
        """The name that pages carry."""
        return PSEUDO


def is_offered(language: str) -> bool:
    """Whether this is the pseudo-language and the site runs for developers; then it can be activated."""
    if language != PSEUDO or not settings.DEVELOPMENT:
        return False
    # where Django looks a language up; it has no setting for one that is made and not read from a file
    trans_real._translations.setdefault(PSEUDO, Pseudo())  # type: ignore[attr-defined]
    return True
