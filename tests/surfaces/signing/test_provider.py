"""Signing in at an identity provider: a small one in a thread of its own, honest and otherwise."""

import base64
import hashlib
import json
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from jwt.algorithms import RSAAlgorithm
from pytest_django import Settings

from jingwei.kernel.agencies.commands import MatchIdentity
from jingwei.kernel.agencies.models import Account
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.values.errors import Conflict
from jingwei.kit.limits import Limit
from jingwei.surfaces.desk.signing import elsewhere
from tests.city import City
from tests.duty import person_of

CLIENT, SECRET = "jingwei", "the secret of the client"


@dataclass
class Provider:
    """Signs whatever a test has it say."""

    issuer: str = ""
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    signer: rsa.RSAPrivateKey | None = None
    says: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    redeemed: set[str] = field(default_factory=set)  # a code is good once, as RFC 6749 (4.1.2) has it
    described_as: str = ""

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path == "/.well-known/openid-configuration":
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            return 200, {"issuer": self.described_as or self.issuer, **{one: f"{self.issuer}/{one}" for one in names}}
        if path == "/jwks_uri":
            public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
            return 200, {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        wrong = form["client_secret"] != SECRET or challenge.decode() != self.asked["code_challenge"]
        if wrong or form["code"] in self.redeemed:
            return 400, {"error": "invalid_grant"}
        self.redeemed.add(form["code"])
        return 200, {"id_token": self.token()}

    def token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "person-7", "iat": now, "exp": now + 300}
        claims = {**claims, "nonce": self.asked["nonce"], **self.says}
        return jwt.encode(claims, self.signer or self.key, "RS256", headers={"kid": "one"})


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    known = Provider()

    class Handler(BaseHTTPRequestHandler):
        def _say(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            form = {key: one[0] for key, one in parse_qs(self.rfile.read(length).decode()).items()}
            status, said = known.answer(urlsplit(self.path).path, form)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        do_GET = do_POST = _say  # noqa: N815  # as the library calls them

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    known.issuer = f"http://127.0.0.1:{server.server_port}"
    settings.IDENTITY_PROVIDER = lambda: (known.issuer, CLIENT, SECRET)
    yield known
    server.shutdown()
    server.server_close()


def match(city: City, subject: str, post: str = "intake") -> None:
    execute(city.actor("administrator"), MatchIdentity(person=person_of(city, post), subject=subject), uuid.uuid4().hex)


def left(client: Client, provider: Provider) -> str:
    """Goes to the provider; gives the address at which it sends the person back."""
    to = urlsplit(client.get("/login/provider/?next=/inbox/").headers["Location"])
    provider.asked = {key: one[0] for key, one in parse_qs(to.query).items()}
    assert provider.asked["redirect_uri"] == "http://testserver/login/provider/done/"
    assert provider.asked["code_challenge_method"] == "S256" and provider.asked["nonce"]
    return f"/login/provider/done/?code={uuid.uuid4().hex}&state={provider.asked['state']}"


def test_whom_an_administrator_matched_signs_in(city: City, provider: Provider) -> None:
    match(city, "person-7")
    client = Client()
    assert "/login/provider/?next=" in client.get("/login/").content.decode()
    assert client.get(left(client, provider)).headers["Location"] == "/inbox/"
    assert client.get("/inbox/").status_code == HTTPStatus.OK


def test_by_an_address_that_the_provider_confirmed(city: City, provider: Provider) -> None:
    match(city, "Li@City.Example")
    provider.says = {"email": "li@city.example", "email_verified": False}
    client = Client()
    assert client.get(left(client, provider)).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    provider.says["email_verified"] = True
    assert client.get(left(client, provider)).status_code == HTTPStatus.SEE_OTHER


def test_nobody_gets_a_login_by_it(city: City, provider: Provider) -> None:
    before, client = Account.objects.count(), Client(headers={"accept-language": "en"})
    answer = client.get(left(client, provider))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "ask the administrator to enter your identity" in answer.content.decode(), "it says what to do"
    assert Account.objects.count() == before
    assert client.get("/inbox/").status_code == HTTPStatus.FOUND


@pytest.mark.parametrize("fault", ["nonce", "iss", "aud", "exp", "none", "key", "alg"])
def test_a_wrong_token_signs_in_nobody(city: City, provider: Provider, fault: str) -> None:
    match(city, "person-7")
    wrong = {"nonce": "another", "iss": "https://elsewhere.example", "aud": "another", "exp": int(time.time()) - 120}
    provider.says = {fault: wrong[fault]} if fault in wrong else {}
    if fault == "key":
        provider.signer = rsa.generate_private_key(65537, 2048)
    if fault == "none":
        provider.says = {"nonce": None}
    client = Client()
    back = left(client, provider)
    if fault == "alg":
        unsigned = jwt.encode({"sub": "person-7", "nonce": provider.asked["nonce"]}, "", "none")
        provider.token = lambda: unsigned  # type: ignore[method-assign]  # of this one provider
    assert client.get(back).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.get("/inbox/").status_code == HTTPStatus.FOUND


def test_a_state_is_good_once_and_in_one_browser(city: City, provider: Provider) -> None:
    match(city, "person-7")
    client = Client()
    back = left(client, provider)
    assert Client().get(back).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.get(f"{back}x").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.get(back).status_code == HTTPStatus.UNPROCESSABLE_ENTITY, "the wrong state used it up"
    back = left(client, provider)
    assert client.get(back).status_code == HTTPStatus.SEE_OTHER
    client.post("/logout/")
    assert client.get(back).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_code_is_redeemed_once(city: City, provider: Provider) -> None:
    match(city, "person-7")
    first, second = Client(), Client()
    used = left(first, provider)
    assert first.get(used).status_code == HTTPStatus.SEE_OTHER
    code = used.partition("code=")[2].partition("&")[0]
    other = left(second, provider).partition("&state=")[2]
    again = second.get(f"/login/provider/done/?code={code}&state={other}")
    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, "stolen from another browser's address"
    assert second.get("/inbox/").status_code == HTTPStatus.FOUND


def test_a_code_of_another_verifier_is_refused(city: City, provider: Provider) -> None:
    match(city, "person-7")
    client = Client()
    back = left(client, provider)
    provider.asked["code_challenge"] = "of another browser"
    assert client.get(back).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.get("/inbox/").status_code == HTTPStatus.FOUND


def test_a_provider_that_calls_itself_another_is_refused(city: City, provider: Provider) -> None:
    provider.described_as = "https://elsewhere.example"
    assert Client().get("/login/provider/").status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_whoever_stays_away_too_long_begins_anew(city: City, provider: Provider) -> None:
    match(city, "person-7")
    client = Client()
    back = left(client, provider)
    session = client.session
    session["provider"] = {**session["provider"], "at": int(time.time()) - 601}
    session.save()
    assert client.get(back).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_without_a_provider_there_is_nothing(city: City, provider: Provider, settings: Settings) -> None:
    settings.IDENTITY_PROVIDER = lambda: ("http://elsewhere.example", CLIENT, SECRET)
    assert Client().get("/login/provider/").status_code == HTTPStatus.UNPROCESSABLE_ENTITY, "not over TLS"
    settings.IDENTITY_PROVIDER = lambda: ("", "", "")
    assert Client().get("/login/provider/").status_code == HTTPStatus.NOT_FOUND
    assert "/login/provider/" not in Client().get("/login/").content.decode()


def test_leaving_for_the_provider_is_limited_by_address(
    city: City, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elsewhere, "_TRIES", Limit("identity provider", 2, 900))
    answers = [Client().get("/login/provider/", REMOTE_ADDR="203.0.113.7").status_code for _ in range(3)]
    assert answers == [HTTPStatus.FOUND, HTTPStatus.FOUND, HTTPStatus.TOO_MANY_REQUESTS]
    assert Client().get("/login/provider/", REMOTE_ADDR="203.0.113.8").status_code == HTTPStatus.FOUND


def test_an_identity_is_of_one_login(city: City) -> None:
    match(city, "person-7")
    with pytest.raises(Conflict):
        match(city, "person-7", "dispatcher")
