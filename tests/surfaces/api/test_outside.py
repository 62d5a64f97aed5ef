"""What ends before it reaches an endpoint is told in the form of the interface that was asked, whatever is accepted."""

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import OperationalError
from django.test import Client

from jingwei.kernel.values.errors import NOT_FOUND
from tests.surfaces.api.conftest import Partner

ANYTHING = ("", "*/*", "text/html", "application/json")

FORMS = {
    "/api/v1/": ("application/json", "reports/NONE/none", "nothing", "v1"),
    "/api/features/": ("application/json", "nothing", "collections/cells/nothing", "features"),
    "/api/open311/": ("application/json; charset=utf-8", "nothing.json", "v2/nothing/x.json", "open311"),
    "/api/open311/v2/": ("text/xml; charset=utf-8", "nothing", "nothing/x.xml", "xml"),
}
"""By what stands before: the content type, two addresses that are not there, and how the answer is read."""


def _said(form: str, content: bytes) -> tuple[int | str, str]:
    """The status as the body tells it, and the reason."""
    if form == "xml":
        (error,) = ElementTree.fromstring(content)  # noqa: S314  # our own answer
        return int(str(error.findtext("code"))), str(error.findtext("description"))
    told: Any = json.loads(content)
    if form == "open311":
        return told[0]["code"], told[0]["description"]
    return (told["status"], told["reason"]) if form == "v1" else (told["code"], told["description"])


@pytest.mark.django_db
@pytest.mark.parametrize("accept", ANYTHING)
@pytest.mark.parametrize("prefix", FORMS)
def test_an_unknown_address_is_told_in_the_form_of_its_interface(prefix: str, accept: str) -> None:
    kind, one, other, form = FORMS[prefix]
    client = Client(headers={"accept": accept, "accept-language": "en"} if accept else {"accept-language": "en"})
    answers = [client.get(prefix + one), client.get(prefix + other), client.post(prefix + one)]
    assert {answer.status_code for answer in answers} == {404}
    assert {answer["Content-Type"] for answer in answers} == {kind}
    assert len({answer.content for answer in answers}) == 1
    status, reason = _said(form, answers[0].content)
    assert status in (404, "Not Found") and reason == NOT_FOUND.en
    assert all("no-store" in answer["Cache-Control"] for answer in answers)


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", FORMS)
def test_a_wrong_host_is_told_so(prefix: str) -> None:
    kind, one, _, form = FORMS[prefix]
    answer = Client(SERVER_NAME="elsewhere.example", headers={"accept-language": "en"}).get(prefix + one)
    assert (answer.status_code, answer["Content-Type"]) == (400, kind)
    status, reason = _said(form, answer.content)
    assert status in (400, "Bad Request") and reason.startswith("The host that the request names")


@pytest.mark.django_db
@pytest.mark.parametrize(("error", "status"), [(ValueError("a defect"), 500), (OperationalError("gone"), 503)])
@pytest.mark.parametrize(
    ("address", "module", "form"),
    [
        ("/api/v1/types", "jingwei.surfaces.api.views", "v1"),
        ("/api/features/", "jingwei.surfaces.api.features.views", "features"),
        ("/api/open311/v2/services.json", "jingwei.surfaces.api.open311.views", "open311"),
        ("/api/open311/v2/services.xml", "jingwei.surfaces.api.open311.views", "xml"),
    ],
)
def test_a_defect_and_a_database_that_is_away(
    monkeypatch: pytest.MonkeyPatch, address: str, module: str, form: str, error: Exception, status: int
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(f"{module}.reading", broken)
    answer = Client(raise_request_exception=False).get(address)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, "5" if status == 503 else None)
    assert str(_said(form, answer.content)[0]) in (str(status), answer.reason_phrase)


def test_what_is_no_matter_here_and_what_is_no_address_are_the_same_bytes(partner: Partner) -> None:
    """As on pages: nobody learns from an answer which of the two it was."""
    assert partner.get("reports/ABCD-EFGH-JKMN").content == partner.get("nothing").content


@pytest.mark.django_db
def test_elsewhere_readers_get_a_page() -> None:
    for address in ("/nothing/", "/api/nothing", "/apiv1/"):
        answer = Client().get(address)
        assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.django_db
def test_what_is_no_question_is_told_so_and_not_taken_for_a_form() -> None:
    answer = Client(enforce_csrf_checks=True, headers={"accept-language": "en"}).post("/api/features/collections")
    assert answer.status_code == 405 and json.loads(answer.content)["description"] == "Only GET is accepted here."
