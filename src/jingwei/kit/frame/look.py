"""How pages look to one reader: colours, size of letters, width of the navigation; chosen by a form, kept in a cookie.

The page carries the choice from the start (`data-theme`, `data-text` on <html>), so nothing changes colour once shown.
"""

from dataclasses import dataclass, fields, replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from jingwei.kernel.values.words import Text
from jingwei.kit.language import YEAR, back_to
from jingwei.kit.permission import public

COOKIE = "look"

THEMES = {
    "device": Text("随设备", "As device"),
    "light": Text("浅色", "Light"),
    "dark": Text("深色", "Dark"),
    "wall": Text("大屏", "Wall"),
}
TEXTS = {"normal": Text("标准字", "Normal text"), "large": Text("大字", "Large text")}
SIDES = {"wide": Text("展开导航", "Widen navigation"), "narrow": Text("收起导航", "Narrow navigation")}
_CHOICES = {"theme": THEMES, "text": TEXTS, "side": SIDES}


@dataclass(frozen=True, slots=True)
class Look:
    """What one reader chose; the first of each where nothing was chosen."""

    theme: str = "device"
    text: str = "normal"
    side: str = "wide"

    @property
    def schemes(self) -> str:
        """What the browser may draw its own parts in, as the meta tag `color-scheme` says it."""
        return {"device": "light dark", "light": "light"}.get(self.theme, "dark")

    @property
    def themes(self) -> tuple[tuple[str, Text, bool], ...]:
        """The themes with their words, and which one it is."""
        return tuple((key, words, key == self.theme) for key, words in THEMES.items())

    @property
    def texts(self) -> tuple[tuple[str, Text, bool], ...]:
        """The sizes of letters with their words, and which one it is."""
        return tuple((key, words, key == self.text) for key, words in TEXTS.items())

    @property
    def other_side(self) -> tuple[str, Text]:
        """The other width of the navigation."""
        return next((key, words) for key, words in SIDES.items() if key != self.side)


def look_of(request: HttpRequest) -> Look:
    """What the cookie says; a part that is unknown or missing is as if it were not chosen."""
    kept = request.COOKIES.get(COOKIE, "")[:60].split(".")
    said = {one.name: value for one, value in zip(fields(Look), kept, strict=False) if value in _CHOICES[one.name]}
    return replace(Look(), **said)


@public("everybody chooses how pages look")
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Keeps what was chosen for a year, beside what was chosen before, and returns to where the reader was."""
    chosen = {name: request.POST.get(name, "") for name in _CHOICES}
    look = replace(look_of(request), **{name: value for name, value in chosen.items() if value in _CHOICES[name]})
    response = back_to(request)
    response.set_cookie(
        COOKIE,
        ".".join((look.theme, look.text, look.side)),
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
