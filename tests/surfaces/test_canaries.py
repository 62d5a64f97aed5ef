"""Five thousand marks in ten districts and three departments: who crawls the site finds their own and no others."""

import io
import logging
import random
import re
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from jingwei.kernel.agencies.commands import EnterUnit
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.bulk import Keyed, execute_many
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.commands import Contact, External, ReportMatter
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import may_read
from jingwei.kernel.values.coordinates import parse_degrees
from jingwei.kernel.values.ids import new_id
from tests import city as plan
from tests.city import FOUNDER, City, add_post, make_city
from tests.surfaces.conftest import prove_second
from tests.surfaces.test_scope import EVERY_GRANT

DISTRICTS = [f"T{number}" for number in range(1, 11)]
DEPARTMENTS = ("ROADS", "PARKS", "WATER")
PERSONAS = {f"reader-{area}": ("HOTLINE", area) for area in DISTRICTS}
PERSONAS |= {f"reader-{unit}": (unit, "T") for unit in DEPARTMENTS} | {"reader-ROADS-T3": ("ROADS", "T3")}
EACH, MARKS, PAGES = 1_000, 5, 70
"""Matters, marks on each of them, and pages that each persona opens."""

FIRST: tuple[str, ...] = (
    "/work/",
    "/work/?as=csv",
    "/work/?as=xlsx",
    "/work/?tab=unit&as=csv",
    "/inbox/",
    "/grid/",
    "/measures/",
)
FIRST += (
    "/handover/?whose=unit",
    "/grid/handover/?as=csv",
    "/work/?overdue=1",
    "/work/follow-up/call-back/",
    "/agencies/",
)
_MARK = re.compile("kn[0-9a-f]{10}")
_LINK = re.compile(r'(?:href|src)="([^"#]+)')


@pytest.fixture
def ten(db: None, fresh_snapshots: None, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> City:
    """The test city with ten districts of one cell, three departments, and somebody for each of them."""
    settings.FILES = tmp_path / "files"
    areas = {"T": plan.AREAS["T"]}
    for number, code in enumerate(DISTRICTS):
        box = (117 + number / 10, 36.0, 117.1 + number / 10, 36.1)
        areas |= {
            code: ("T", "district", (f"{code}区", code), box),
            f"{code}-01": (code, "cell", (f"{code}格", code), box),
        }
    monkeypatch.setattr(plan, "AREAS", areas)
    city = make_city()
    water = EnterUnit(code="WATER", kind="department", parent="CITY", area="T", name=("水务局", "Water"))
    execute(FOUNDER, water, "city:unit:WATER")
    for code, (unit, area) in PERSONAS.items():
        add_post(city, code, unit, area, "reader", EVERY_GRANT)
    return city


def seeded() -> dict[str, Matter]:
    """Makes the matters; gives each mark with the matter that bears it."""
    chance, marks = random.Random(42), dict[str, uuid.UUID]()  # noqa: S311  # made-up data
    source, keyed = system("source", "matter.report", "matter.read"), []
    for number in range(EACH):
        district, key = number % len(DISTRICTS), new_id()
        own = [f"kn{chance.getrandbits(40):010x}" for _ in range(MARKS)]
        marks |= dict.fromkeys(own, key)
        report = ReportMatter(
            matter_id=key,
            type="grid_event",
            category="ROAD-1",
            fields={"title": f"坑 {own[0]}", "text": f"路面 {own[1]} 有坑", "address": f"{own[2]} 号"},
            channel="phone",
            point=parse_degrees(f"{117.05 + district / 10:.2f}", "36.05"),
            contact=Contact(name=own[3], phone="13800007777"),
            external=External(source="hotline", number=own[4]),
            unit=DEPARTMENTS[number // len(DISTRICTS) % len(DEPARTMENTS)],
        )
        keyed.append(Keyed(f"canary:{number}", report))
    assert not [one for one in execute_many(source, keyed) if one.refusal]
    found = {matter.pk: matter for matter in Matter.objects.all()}
    return {mark: found[key] for mark, key in marks.items()}


def text_of(answer: Any) -> str:
    """All that an answer says, a workbook unpacked."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"".join(packed.read(name) for name in packed.namelist())
    return str(content.decode(errors="replace"))


def crawled(client: Client, first: list[str], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Pages with what they say: those named, and then others they lead to, drawn by chance."""
    known, waiting = set(first), list(first)
    for opened in range(PAGES):
        if not waiting:
            return
        page = waiting.pop(0 if opened < len(first) else chance.randrange(len(waiting)))
        text = text_of(client.get(page))
        yield page, text
        for link in _LINK.findall(text):
            address = urljoin(page, link.replace("&amp;", "&"))
            if (
                not urlsplit(address).netloc
                and address not in known
                and not address.startswith(("/static/", "/logout"))
            ):
                known.add(address)
                waiting.append(address)


@pytest.mark.proof
def test_no_mark_crosses_into_anothers_pages_files_or_logs(ten: City, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    marks = seeded()
    assert len(marks) == EACH * MARKS
    foreign, none_found = list[str](), list[str]()
    for persona in PERSONAS:
        client, chance = Client(headers={"accept-language": "zh-CN"}), random.Random(persona)  # noqa: S311  # as above
        client.force_login(ten.accounts[persona], backend="django.contrib.auth.backends.ModelBackend")
        prove_second(client)
        actor, found = ten.actor(persona), set[str]()
        others = chance.sample([mark for mark, matter in marks.items() if not may_read(actor, matter)], 10)
        asked = [f"/work/?q={mark}" for mark in others] + [f"/matters/{marks[mark].number}/" for mark in others]
        for page, text in crawled(client, [*FIRST, *asked], chance):
            told = {mark for mark in _MARK.findall(text) if mark not in page}
            found |= told
            foreign += [f"{persona} reads {mark} at {page}" for mark in told if not may_read(actor, marks[mark])]
        if len(found) < 30:
            none_found.append(f"{persona} found {len(found)}: the crawl is blind")
    assert foreign == []
    assert none_found == []
    assert _MARK.findall(caplog.text) == []
