"""The page from which devices install the site's own authority."""

import hashlib
import ssl
from http import HTTPStatus
from pathlib import Path

import pytest
from django.test import Client

from jingwei.installation import Home
from jingwei.installation.certificates import certificates, make_certificates
from tests.city import City


@pytest.fixture
def home(tmp_path: Path, settings: pytest.FixtureRequest) -> Home:
    home = Home(tmp_path)
    make_certificates(home, ["jingwei.test"])
    settings.TLS_AUTHORITY = tmp_path / "tls" / "ca.crt"  # type: ignore[attr-defined]  # pytest-django's
    return home


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_shows_the_fingerprint_that_the_operator_has_on_paper(
    city: City, home: Home, client: Client, language: str
) -> None:
    page = client.get("/certificate/", headers={"accept-language": language})
    shown = page.content.decode().replace("<br>", " ")
    assert page.status_code == HTTPStatus.OK
    assert certificates(home)[0].fingerprint.replace(":", " ") in shown
    for device in ("Windows", "Android", "iPhone", "Linux"):
        assert device in shown


def test_what_is_downloaded_is_the_authority_alone_and_its_sum_is_the_fingerprint(
    city: City, home: Home, client: Client
) -> None:
    answer = client.get("/certificate/jingwei-ca.crt")
    assert answer["Content-Type"] == "application/x-x509-ca-cert"
    assert hashlib.sha256(answer.content).hexdigest().upper() == certificates(home)[0].fingerprint.replace(":", "")
    assert answer.content == ssl.PEM_cert_to_DER_cert((home.path / "tls" / "ca.crt").read_text().strip())


@pytest.mark.parametrize("address", ["/certificate/", "/certificate/jingwei-ca.crt"])
def test_a_site_without_one_says_that_there_is_nothing_to_install(
    city: City, client: Client, address: str, tmp_path: Path, settings: pytest.FixtureRequest
) -> None:
    settings.TLS_AUTHORITY = tmp_path / "none.crt"  # type: ignore[attr-defined]  # pytest-django's
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "nothing to install" in answer.content.decode()
