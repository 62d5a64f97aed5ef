"""What a list hands out holds no live formula (ASVS 1.2.10): forty beginnings of one, in every text that people write,
in every list and both kinds of file; and each text comes back as it was stored."""

import csv
import html
import io
import re
import shutil
import subprocess
import zipfile
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from jingwei.kernel.agencies.commands import ChangePost
from jingwei.kernel.agencies.commands.people import ChangePerson
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.tables.writing import Page, Value, workbook
from jingwei.kernel.values.errors import Refusal
from jingwei.surfaces.desk.tables.columns import COLUMNS
from tests.city import FOUNDER, City, add_post
from tests.duty import person_of
from tests.surfaces.conftest import SignIn
from tests.surfaces.test_lists import LISTS

BEGINNINGS = (
    *("=", "+", "-", "@", "＝", "＋", "－", "＠", "==", "=+", "+=", "-=", "@=", "--", "++", "@@", "=1+", "+1+", "-1+"),
    *("\t=", "\r=", "\n=", "\x00=", "@SUM(", "=SUM(", "=cmd|' /C calc'!", "=HYPERLINK(", "=DDE(", "=WEBSERVICE("),
    *("'=", '"=', " =", "\u3000=", ";=", ",=", "|=", "%0A=", "\u200b=", "\ufeff=", "=IMPORTXML("),
)
ALL = "/work/?tab=all"
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")


def _people(city: City) -> None:
    """Posts and people whose names begin so, as far as names may."""
    for number, beginning in enumerate(BEGINNINGS):
        code, name = f"hostile-{number}", f"{beginning}1"
        try:
            add_post(city, code, "HOTLINE", "T1", "intake", ("duty.own",))
            title = (name, name)
            execute(FOUNDER, ChangePost(code=code, area="T1", role="intake", title=title, grants=("duty.own",)), code)
            execute(FOUNDER, ChangePerson(person=person_of(city, code), name=name, phone=""), f"{code} named")
        except Refusal:
            continue


def _matters(city: City) -> list[str]:
    """A matter for each beginning, with it in every text of the report; gives the titles that were taken."""
    titles = []
    for number, beginning in enumerate(BEGINNINGS):
        words = f"{beginning}{number}"
        try:
            matter = city.report(category="ROAD-1", cell="T1-01", title=words, text=words, address=words)
        except Refusal:
            continue
        if number % 2:
            city.bring_to(matter, "dispatched")
        titles.append(words)
    return titles


def _sheets(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return [packed.read(name).decode() for name in packed.namelist() if name.startswith("xl/worksheets/")]


def _cells(content: bytes) -> set[str]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows: list[list[Any]] = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    return {cell for row in rows for cell in row if isinstance(cell, str)}


def _asked(client: Client, address: str, kind: str) -> bytes:
    answer = client.get(f"{address}{'&' if '?' in address else '?'}as={kind}")
    return bytes(answer.content) if answer.status_code == HTTPStatus.OK else b""


Files = dict[str, tuple[bytes, bytes]]
"""By address, what a list hands out: the book, and the text with commas."""


def _handed_out(sign_in: SignIn) -> Files:
    browsers = {post: sign_in(post) for post in set(LISTS.values())}
    sign_in("intake").post("/work/views/", {"do": "columns", "columns": list(COLUMNS), "query": "?tab=all"})
    asked = {address: browsers[post] for address, post in {**LISTS, ALL: "intake"}.items()}
    files = {address: (_asked(one, address, "xlsx"), _asked(one, address, "csv")) for address, one in asked.items()}
    found = {address: both for address, both in files.items() if both[0]}
    assert len(found) > len(LISTS) - 3
    return found


def test_no_list_hands_out_a_formula_and_every_text_comes_back(city: City, sign_in: SignIn) -> None:
    _people(city)
    titles = _matters(city)
    assert len(titles) > 30, "most beginnings are taken as what they are: text"
    files = _handed_out(sign_in)
    for address, (book, text) in files.items():
        for sheet in _sheets(book):
            assert not re.search(r"<f[ />]", sheet), f"{address}: a formula"
        for row in csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")):
            live = [cell for cell in row if cell.startswith(LIVE) and not _NUMBER.fullmatch(cell)]
            assert not live, f"{address}: {live}"
    found = _cells(files[ALL][0])
    lost = [title for title in titles if not any(title.strip() in cell for cell in found)]
    assert lost == [], "in the book each stands as it was written"


@pytest.mark.proof
def test_an_office_opens_every_list_without_a_formula(city: City, sign_in: SignIn, tmp_path: Path) -> None:
    """Both kinds of file of every list, opened by LibreOffice as a clerk's double click does it."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed (Debian's package libreoffice-calc-nogui)")
    _people(city)
    titles = _matters(city)
    names = {}
    for number, (address, both) in enumerate(_handed_out(sign_in).items()):
        for kind, content in zip(("xlsx", "csv"), both, strict=True):
            name = f"{number}-{kind}"
            names[name] = address
            (tmp_path / f"{name}.{kind}").write_bytes(content)
    words = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "fods"]
    paths = sorted(str(one) for one in tmp_path.glob("*.*s*"))
    subprocess.run([*words, "--outdir", str(tmp_path / "shown"), *paths], check=True, capture_output=True)  # noqa: S603
    shown = {name: (tmp_path / "shown" / f"{name}.fods").read_text(encoding="utf-8") for name in names}
    assert len(shown) == len(paths)
    live = [f"{names[name]} ({name})" for name, content in shown.items() if "table:formula=" in content]
    assert live == []
    kept = next(content for name, content in shown.items() if names[name] == ALL and name.endswith("xlsx"))
    lines = set(html.unescape(re.sub(r"<text:s/?>", " ", kept)).splitlines())
    lost = [title for title in titles if not any(" ".join(title.split()) in line for line in lines)]
    assert lost == []


def test_a_book_keeps_every_beginning_as_text() -> None:
    """The writer alone, in the first column and in the last, over every beginning."""
    rows: list[list[Value]] = [
        [f"{one}{number}", number, f"{one}{number}"] for number, one in enumerate(BEGINNINGS) if "\x00" not in one
    ]
    book = workbook([Page("x", ("a", "b", "c"), rows)])
    assert not any(re.search(r"<f[ />]", sheet) for sheet in _sheets(book))
    read = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert [[row[0], row[2]] for row in read[1:]] == [[row[0], row[2]] for row in rows]
