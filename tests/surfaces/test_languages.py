"""Both languages: which one a page is in, a complete catalogue, and no Chinese left on English pages."""

import ast
import re
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.test import Client
from django.utils.translation.template import templatize
from pytest_django import Settings

import jingwei
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.values.words import PSEUDO
from jingwei.kit.permission import all_views
from tests.city import LIMITS, PASSWORD, City
from tests.surfaces.conftest import SignIn
from tests.surfaces.test_permissions import address_of

PACKAGE = Path(jingwei.__file__).parent
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
CALL = re.compile(r"gettext\(u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")

READERS = ("", "supervisor", "administrator")
BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")
LETTERS = re.compile(r"[^\W\d_]{2}")
STANDARD = "GB/T 30428.8—2020；CJJ/T 106—2010"
DATA = re.compile(
    r"[A-Z][A-Za-z ,]+ A|[\d.,]+ km²|verifier\.py|tests|(?:\(\d+\) )?working(?: 2000-01-01)?|Excel|CSV|1 East Road|"
    r"Pothole|(?:Pothole — )?A deep hole by the lights|"
    rf"(?:[0-9A-Z]{{4}}-){{2}}[0-9A-Z]{{4}}|{re.escape(STANDARD)}"
)
"""What stands on pages as the city, its people and this test wrote it."""


def _used() -> set[str]:
    found = set()
    for page in PACKAGE.rglob("*.html"):
        text = templatize(page.read_text(encoding="utf-8"), origin=str(page))
        found |= {str(ast.literal_eval(match.group(1))) for match in CALL.finditer(text)}
    for tags in PACKAGE.rglob("templatetags/*.py"):
        found |= {str(ast.literal_eval(match.group(1))) for match in CALL.finditer(tags.read_text(encoding="utf-8"))}
    return found


def _catalogue() -> dict[str, str]:
    with (PACKAGE / "locale/en/LC_MESSAGES/django.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def test_no_text_stands_twice_in_the_catalogue() -> None:
    """Of two translations of one text only the first would be seen, and whoever mended the other would wonder."""
    lines = (PACKAGE / "locale/en/LC_MESSAGES/django.po").read_text(encoding="utf-8").splitlines()
    texts = [line for line in lines if line.startswith("msgid ")]
    assert sorted({text for text in texts if texts.count(text) > 1}) == []


def test_every_text_of_the_pages_has_its_english() -> None:
    known, used = _catalogue(), _used()
    assert len(used) > 100
    assert sorted(text for text in used if not known.get(text)) == []
    assert sorted(text for text in known if text not in used) == [], "no longer used"
    assert [text for text in known.values() if CHINESE.search(text)] == []


def test_templates_hold_no_chinese_outside_the_catalogue() -> None:
    """What is not in `translate` would be Chinese on English pages."""
    translated = re.compile(
        r"\{%\s*translate\s+('[^']*'|\"[^\"]*\")[^%]*%\}"
        r"|\{% blocktranslate\b.*?\{% endblocktranslate %\}|>中文<|\{% else %\}中文",
        re.S,
    )
    bare = {
        page.name: CHINESE.findall(translated.sub("", page.read_text(encoding="utf-8")))
        for page in PACKAGE.rglob("*.html")
    }
    assert {name: found for name, found in bare.items() if found} == {}


class _Words(HTMLParser):
    """What a page says: its text and the attributes that are read out, without marks that name another language."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._within: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        foreign = (
            tag in _AS_IT_IS or ("lang" in told and tag != "html") or "number" in (told.get("class") or "").split()
        )
        if tag not in _EMPTY:
            self._within.append(foreign)
        if not any(self._within) and not foreign:
            self.said += [told[name] or "" for name in _READ_OUT if name in told]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _EMPTY and self._within:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(self._within):
            self.said.append(data.strip())


_AS_IT_IS = {"script", "style", "code", "pre", "kbd"}
_EMPTY = {"meta", "link", "input", "img", "br", "hr"}
_READ_OUT = ("title", "aria-label", "placeholder", "alt")


def _words_of(page: str) -> list[str]:
    parser = _Words()
    parser.feed(page)
    return parser.said


def _every_page(client: Client, number: str) -> dict[str, str]:
    """The pages that this reader may open, by address."""
    found = {}
    for route, _ in all_views():
        answer = client.get(address_of(route, number, "none"))
        if answer.status_code == HTTPStatus.OK and answer.headers.get("Content-Type", "").startswith("text/html"):
            found[route] = answer.content.decode()
    return found


def _with_a_matter(city: City) -> Matter:
    matter = city.report(title="Pothole", text="A deep hole by the lights", address="1 East Road")
    city.act("intake", matter, "file", finding="True")
    return matter


def test_english_pages_are_english(city: City, sign_in: SignIn) -> None:
    matter = _with_a_matter(city)
    stated = [STANDARD, *(basis for *_, basis in LIMITS)]  # what the city itself wrote
    wrong = {}
    for post in READERS:
        client = sign_in(post)
        client.cookies["django_language"] = "en"
        pages = _every_page(client, matter.number)
        pages["nowhere"] = client.get("/none/").content.decode()
        for address, page in pages.items():
            left = [said for said in _words_of(page) if CHINESE.search(said) and not any(one in said for one in stated)]
            if left or ('<html lang="en"' not in page and page.startswith("<!doctype")):
                wrong[f"{post}: {address}"] = left
    assert wrong == {}


@pytest.mark.parametrize("post", READERS)
def test_nothing_is_left_untranslated(city: City, sign_in: SignIn, settings: Settings, post: str) -> None:
    """In the pseudo-language every text stands in brackets; what does not is data, or was forgotten."""
    settings.DEVELOPMENT = True
    matter = _with_a_matter(city)
    client = sign_in(post)
    client.cookies["django_language"] = PSEUDO
    wrong = {}
    for address, page in _every_page(client, matter.number).items():
        bare = [BRACKETED.sub("", said).strip(" ·—") for said in _words_of(page)]
        left = [said for said in bare if LETTERS.search(said) and not DATA.fullmatch(said)]
        if left:
            wrong[address] = left
    assert wrong == {}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh-hans"),
        ("en", "en"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("fr,zh-TW;q=0.4,en;q=0.3", "zh-hans"),
        ("fr-FR", "zh-hans"),
        ("en;q=0, zh;q=0.1", "zh-hans"),
        ("en;q=x,zh", "zh-hans"),
        ("x" * 200 + "," + "en," * 50_000, "zh-hans"),
    ],
)
def test_the_browser_is_asked(city: City, header: str, language: str) -> None:
    answer = Client(headers={"accept-language": header}).get("/")
    assert answer.headers["Content-Language"] == language


def test_the_account_goes_before_the_browser_and_the_choice_before_both(city: City) -> None:
    client = Client(headers={"accept-language": "en"})
    signed = client.post("/login/", {"username": "intake", "password": PASSWORD})
    assert (signed.status_code, signed.headers["Location"]) == (302, "/work/")
    assert client.get("/work/").headers["Content-Language"] == "zh-hans"
    chosen = client.post("/language/", {"language": "en", "next": "/work/?q=1"})
    assert chosen.headers["Location"] == "/work/?q=1"
    assert client.get("/work/").headers["Content-Language"] == "en"


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_the_switch_leads_nowhere_else(city: City, target: str) -> None:
    answer = Client().post("/language/", {"language": "xx", "next": target})
    assert (answer.status_code, answer.headers["Location"]) == (HTTPStatus.FOUND, "/")
    assert not answer.cookies
