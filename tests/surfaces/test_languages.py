"""Both languages: which one a page is in, a complete catalogue, and no Chinese left on English pages."""

import ast
import re
from http import HTTPStatus
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.test import Client
from django.utils.translation.template import templatize

import jingwei
from tests.city import LIMITS, PASSWORD, City
from tests.surfaces.conftest import SignIn

PACKAGE = Path(jingwei.__file__).parent
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
CALL = re.compile(r"gettext\(u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")


def _used() -> set[str]:
    found = set()
    for page in PACKAGE.rglob("*.html"):
        text = templatize(page.read_text(encoding="utf-8"), origin=str(page))
        found |= {str(ast.literal_eval(match.group(1))) for match in CALL.finditer(text)}
    return found


def _catalogue() -> dict[str, str]:
    with (PACKAGE / "locale/en/LC_MESSAGES/django.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


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


def _visible(page: str) -> str:
    """A page without the language switch, which names the other language in its own words."""
    return re.sub(r'<button[^>]*lang="zh-hans">.*?</button>', "", page)


def test_english_pages_are_english(city: City, sign_in: SignIn) -> None:
    matter = city.report(title="Pothole", text="A deep hole by the lights", address="1 East Road")
    city.act("intake", matter, "file", finding="True")
    stated = [basis for *_, basis in LIMITS]  # what the city itself wrote
    client = sign_in("intake")
    client.cookies["django_language"] = "en"
    pages = (
        "/",
        "/report/",
        "/follow/",
        "/boundaries/",
        "/proofs/",
        "/work/",
        f"/matters/{matter.number}/",
        "/inbox/",
        "/matters/new/",
        "/grid/",
        "/grid/areas/T1-01/",
        "/grid/handover/",
        f"/matters/{matter.number}/place/",
    )
    for address in pages:
        page = _visible(client.get(address).content.decode())
        for words in stated:
            page = page.replace(words, "")
        assert CHINESE.findall(page) == [], address
        assert '<html lang="en"' in page
    nobody = Client(headers={"accept-language": "en"})
    for address in ("/login/", "/none/", "/login/first/MQ/x-y/"):
        assert CHINESE.findall(_visible(nobody.get(address).content.decode())) == [], address


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
