"""The log equals the reads exactly: pages, lists, searches, exports, papers and the interface, in any order."""

import random
import uuid
from collections import Counter
from http import HTTPStatus
from unittest.mock import patch

import pytest
from django.db import DatabaseError
from django.test import Client

from jingwei.kernel.agencies.actors import key_digest
from jingwei.kernel.agencies.commands import GiveKey
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.models import HandOver, Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.reads.models import Read
from tests.city import FOUNDER, City
from tests.surfaces.conftest import SignIn
from tests.surfaces.test_duty import local, send

Line = tuple[uuid.UUID | None, uuid.UUID, str]  # reader, matter, what
READERS = ("intake", "auditor", "grid-east", "handler-roads", "administrator")
WORD = "红绿灯"


@pytest.fixture
def matters(city: City) -> list[Matter]:
    """Some in each district, some with a unit, some without."""
    reported = [city.report(cell=cell) for cell in ("T1-01", "T1-02", "T2-01", "T2-02")]
    return [city.bring_to(reported[0], "dispatched"), city.bring_to(reported[2], "dispatched"), *reported[1::2]]


def log() -> Counter[Line]:
    """The log's lines, however often each."""
    return Counter(Read.objects.values_list("reader", "matter", "what"))


def expected(actor: Actor, what: str, matter: Matter) -> list[Line]:
    """What must be noted of one request: nothing of what is not in scope."""
    mine = Matter.objects.filter(in_scope(actor))
    if what in ("list", "search", "export"):
        return [(actor.id, one.pk, what) for one in mine]
    return [(actor.id, matter.pk, what)] if mine.filter(pk=matter.pk).exists() else []


def address(what: str, matter: Matter) -> str:
    """Where this is read."""
    return {
        "page": f"/matters/{matter.number}/",
        "list": "/work/",
        "search": f"/work/?q={WORD}",
        "export": "/work/?as=csv",
    }[what]


def test_the_log_equals_the_reads(city: City, matters: list[Matter], sign_in: SignIn) -> None:
    chance, told = random.Random(80), Counter[Line]()
    browsers = {post: sign_in(post) for post in READERS}
    actors = {post: city.actor(post) for post in READERS}
    for _ in range(60):
        post, what = chance.choice(READERS), chance.choice(("page", "list", "search", "export"))
        matter = chance.choice(matters)
        browsers[post].get(address(what, matter))
        told.update(expected(actors[post], what, matter))
    assert log() == told
    assert {what for _, _, what in told} == {"page", "list", "search", "export"}


def test_other_ways_to_see_a_matter_are_noted_too(city: City, matters: list[Matter], sign_in: SignIn) -> None:
    client, matter, intake = sign_in("intake"), matters[0], city.actor("intake")
    client.get(f"/matters/{matter.number}/urging/")
    client.get(f"/matters/{matter.number}/print/receipt/")
    sign_in("dispatcher").get(f"/matters/{matter.number}/place/")
    key = GiveKey(name="partner", digest=key_digest("secret"), post="intake", per_minute=60)
    given = uuid.UUID(str(execute(FOUNDER, key, "key")["key"]))
    Client().get(f"/api/v1/reports/{matter.number}", headers={"authorization": "Bearer secret"})
    lines = log()
    assert lines[given, matter.pk, "api"] == 1
    assert lines[intake.id, matter.pk, "page"] == 1 and lines[intake.id, matter.pk, "print"] == 1
    assert lines[city.actor("dispatcher").id, matter.pk, "page"] == 1
    assert lines.total() == 4


def test_a_sheet_handed_over_and_a_figure_are_reads_of_what_stands_in_them(
    city: City, matters: list[Matter], sign_in: SignIn
) -> None:
    handler, client = city.actor("handler-roads"), sign_in("handler-roads")
    post = str(handler.duties[0].post)
    city.report(category="PARK-1")  # of another unit
    mine = Counter((handler.id, one.pk, "list") for one in matters)
    sheet = {"post": post, "to": post, "whose": "unit", "since": local(-8), "until": local(8), "note": ""}
    client.get("/handover/?whose=unit")
    assert log() == mine
    assert send(client, "/handover/", "give", **sheet).status_code == HTTPStatus.SEE_OTHER
    before = log()
    client.get(f"/handover/{HandOver.objects.get().pk}/")
    assert log() - before == mine
    before, auditor = log(), city.actor("auditor")
    sign_in("auditor").get("/measures/matter.open_overdue/?part=remainder")
    behind = Counter((auditor.id, one.pk, "list") for one in Matter.objects.filter(in_scope(auditor)))
    assert log() - before == behind
    sign_in("auditor").get("/measures/")  # numbers alone
    assert log() - before == behind


def test_the_purpose_is_what_the_reader_may_do_there(city: City, matters: list[Matter], sign_in: SignIn) -> None:
    for post in ("intake", "auditor", "handler-roads"):
        sign_in(post).get(f"/matters/{matters[0].number}/")
    purposes: dict[uuid.UUID | None, str] = dict(Read.objects.values_list("reader", "purpose"))
    assert [purposes[city.actor(post).id] for post in ("intake", "auditor", "handler-roads")] == [
        "matter.accept",
        "matter.read",
        "matter.handle",
    ]


@pytest.mark.parametrize("what", ["page", "list", "search", "export"])
def test_what_cannot_be_noted_is_not_shown(matters: list[Matter], sign_in: SignIn, what: str) -> None:
    client = sign_in("intake")
    client.raise_request_exception = False
    with patch("jingwei.kernel.reads.note._note", side_effect=DatabaseError("no room")):
        answer = client.get(address(what, matters[0]))
    assert answer.status_code >= 500 and WORD not in answer.content.decode()
    assert not Read.objects.exists()


def test_nothing_is_noted_of_what_is_refused(city: City, matters: list[Matter], sign_in: SignIn) -> None:
    sign_in("grid-west").get(f"/matters/{matters[0].number}/")
    sign_in("administrator").get("/work/")
    sign_in("").get("/work/")
    assert not Read.objects.exists()
