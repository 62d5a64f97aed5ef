"""A foreign id is useless wherever it is put, in path, query, form, body or header: as one that was never given."""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from pytest_django import Settings

from jingwei.kernel.commands.actor import system
from jingwei.kernel.files.uploads import receive
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.models import Link, Matter
from jingwei.kernel.values.errors import NOT_FOUND
from jingwei.kernel.values.ids import new_id, public_number
from tests.city import City, add_post
from tests.kernel.files.samples import jpeg
from tests.surfaces.api.conftest import partner_of
from tests.surfaces.conftest import SignIn, is_same_everywhere
from tests.surfaces.test_scope import EVERY_GRANT

READER = "reader-of-t1"
"""A post with every grant that goes with reading matters, in district T1."""


@pytest.fixture
def foreign(city: City, settings: Settings, tmp_path: Path) -> Matter:
    """A matter of district T2, which the reader cannot see."""
    settings.FILES = tmp_path / "files"
    add_post(city, READER, "HOTLINE", "T1", "reader", EVERY_GRANT)
    return city.bring_to(city.report(cell="T2-01", text="只有二区知道的事"), "dispatched")


def spelled(number: str) -> Iterator[str]:
    """The ways in which a number may be written into an address."""
    plain = number.replace("-", "")
    yield from (number, number.lower(), plain, f"{{{number}}}", f"{number}%20", f"{number};jsessionid=1")
    yield from (f"{number}%2e%2e", f"%20{number}", f"-{number}", f"{number}.json", f"{number}%00")


def test_in_a_path_it_is_as_absent_as_one_that_never_was(foreign: Matter, sign_in: SignIn) -> None:
    client, never = sign_in(READER), public_number(new_id())
    for real, absent in zip(spelled(foreign.number), spelled(never), strict=True):
        for tail in ("", "urging/", "act/accept/", "print/receipt/", "place/", "seen/"):
            one, other = (client.get(f"/matters/{number}/{tail}") for number in (real, absent))
            assert is_same_everywhere(one, other), f"{real} {tail}"
            assert one.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED), f"{real} {tail}"
    for key in (str(foreign.pk), foreign.pk.hex, str(foreign.pk).upper(), "-1", str(2**63), "1.5", "0x10"):
        assert client.get(f"/matters/{key}/").status_code == HTTPStatus.NOT_FOUND, key


@pytest.mark.parametrize(("language", "said"), [("zh-CN", NOT_FOUND.zh), ("en", NOT_FOUND.en)])
def test_the_page_says_whom_to_ask(foreign: Matter, sign_in: SignIn, language: str, said: str) -> None:
    answer = sign_in(READER).get(f"/matters/{foreign.number}/", headers={"accept-language": language})
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert said in answer.content.decode()


def test_in_a_query_it_finds_and_moves_nothing(foreign: Matter, sign_in: SignIn) -> None:
    client, never = sign_in(READER), new_id()
    for query in ("q={number}", "after=2026-01-01T00:00:00Z|{id}", "after={id}", "q={id}", "sort=unit__code&id={id}"):
        real = client.get("/work/?" + query.format(number=foreign.number, id=foreign.pk))
        absent = client.get("/work/?" + query.format(number=public_number(never), id=never))
        assert real.status_code == absent.status_code, query
        assert _plain(real.content, foreign.number, foreign.pk) == _plain(absent.content, public_number(never), never)


def test_in_a_form_it_is_no_matter_to_link_or_merge_with(city: City, foreign: Matter, sign_in: SignIn) -> None:
    own = city.report(cell="T1-01")
    client, never, entries = sign_in(READER), public_number(new_id()), Entry.objects.count()
    for action in ("link", "merge"):
        form = {"_key": "a" * 24, "_version": str(own.version), "kind": "related", "reason": "同一件"}
        real, absent = (
            client.post(f"/matters/{own.number}/act/{action}/", {**form, "other": number})
            for number in (foreign.number, never)
        )
        assert real.status_code == absent.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, action
        assert _plain(real.content, foreign.number, foreign.pk) == _plain(absent.content, never, foreign.pk), action
    assert (Entry.objects.count(), Link.objects.count()) == (entries, 0)


def test_in_a_body_of_the_api_it_attaches_nothing(city: City, foreign: Matter) -> None:
    partner = partner_of(READER)
    other = receive(system("somebody"), lambda _: new_id(), [jpeg()], foreign.opened_at).pk
    body = {"type": "grid_event", "category": "ROAD-1", "text": "坑", "area": "T1-01", "matter": str(foreign.pk)}
    before = Matter.objects.count()
    for key, file in (("one", str(other)), ("two", str(new_id()))):
        answer = partner.post({**body, "files": [{"rule": "shown", "file": file}]}, key)
        assert HTTPStatus.BAD_REQUEST <= answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, answer.content
    real, absent = (partner.get(f"reports/{number}") for number in (foreign.number, public_number(new_id())))
    assert real.status_code == HTTPStatus.NOT_FOUND
    assert is_same_everywhere(real, absent)
    assert Matter.objects.count() == before


def test_in_a_header_another_ones_key_gives_nothing_away(city: City, foreign: Matter) -> None:
    add_post(city, "reader-of-t2", "HOTLINE", "T2", "reader", EVERY_GRANT)
    theirs, mine = partner_of("reader-of-t2"), partner_of(READER)
    body = {"type": "grid_event", "category": "ROAD-1", "text": "坑", "area": "T2-01"}
    told = theirs.post(body, "the same key")
    assert told.status_code == HTTPStatus.CREATED, told.content
    number = json.loads(told.content)["number"]
    answer = mine.post({**body, "area": "T1-01"}, "the same key")
    assert answer.status_code == HTTPStatus.CREATED, answer.content
    assert json.loads(answer.content)["number"] != number


def _plain(content: bytes, number: str, key: object) -> str:
    """An answer without what was asked for, the keys of forms and the time of day."""
    text = re.sub(r'value="[^"]{20,}"|datetime="[^"]*"', "", content.decode())
    text = re.sub(r"\d{1,2}:\d{2}(:\d{2})?", "", text)
    return text.replace(number, "").replace(str(key), "")
