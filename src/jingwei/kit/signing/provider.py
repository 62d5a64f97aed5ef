"""The city's identity provider (OpenID Connect, code flow with PKCE): who signed in there, and nothing else."""

import base64
import hashlib
import hmac
import http.client
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from django.conf import settings
from django.http import HttpRequest

from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

ALGORITHMS = ("RS256", "PS256", "ES256")
_STATE = "provider"
_PATIENCE, _HOLDS = 5, 600  # seconds for the provider to answer; for the person to come back
_LONGEST = 200_000
_LEEWAY = 30  # seconds by which two clocks may differ
_LOCAL = ("localhost", "127.0.0.1")
_AWAY = Text(
    "统一身份认证暂时没有应答；请稍后再试，或用账户名和密码登录。",
    "The identity provider does not answer: try again later, or sign in with name and password.",
)
_WRONG = Text(
    "统一身份认证的应答不对或已过期；请重新登录。",
    "The answer of the identity provider is wrong or late: sign in again.",
)


@dataclass(frozen=True, slots=True)
class Provider:
    """Where to sign in, and as which client this site asks."""

    issuer: str
    client: str
    secret: str


def provider() -> Provider | None:
    """The provider of the settings; None where there is none."""
    given: tuple[str, str, str] = settings.IDENTITY_PROVIDER()
    return Provider(*given) if given[0] else None


def leave_for(request: HttpRequest, known: Provider, back: str, going_on: str) -> str:
    """The address of the provider's page; state, nonce and verifier wait in the session. Raises Invalid."""
    verifier = secrets.token_urlsafe(48)
    waiting = {"state": secrets.token_urlsafe(24), "nonce": secrets.token_urlsafe(24), "verifier": verifier}
    request.session[_STATE] = {**waiting, "next": going_on, "at": int(time.time())}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": known.client,
        "redirect_uri": back,
        "scope": "openid email",
        "state": waiting["state"],
        "nonce": waiting["nonce"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{_described(known)['authorization_endpoint']}?{urlencode(asked)}"


def came_back(request: HttpRequest, known: Provider, back: str) -> tuple[Mapping[str, Any], str]:
    """What the provider says of who signed in, and where to go on. Each state is good once. Raises Invalid."""
    waiting = request.session.pop(_STATE, None)
    state, code = request.GET.get("state", ""), request.GET.get("code", "")
    fresh = waiting is not None and time.time() - waiting["at"] <= _HOLDS
    if not fresh or not code or not hmac.compare_digest(waiting["state"].encode(), state.encode()):
        raise Invalid(_WRONG)
    described = _described(known)
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": known.client,
        "client_secret": known.secret,
        "code_verifier": waiting["verifier"],
    }
    said = _asked(described["token_endpoint"], urlencode(asked).encode())
    try:
        keys = jwt.PyJWKSet.from_dict(_asked(described["jwks_uri"]))
        token = str(said["id_token"])
        name = jwt.get_unverified_header(token).get("kid")
        key = next(one for one in keys.keys if name is None or one.key_id == name)
        claims: Mapping[str, Any] = jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            audience=known.client,
            issuer=known.issuer,
            leeway=_LEEWAY,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
    except (jwt.PyJWTError, KeyError, StopIteration, TypeError, AttributeError) as error:
        raise Invalid(_WRONG) from error
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), waiting["nonce"].encode()):
        raise Invalid(_WRONG)
    return claims, str(waiting["next"])


def _described(known: Provider) -> Mapping[str, str]:
    """The provider's own description. Raises Invalid."""
    said = _asked(f"{known.issuer.rstrip('/')}/.well-known/openid-configuration")
    if said.get("issuer") != known.issuer:
        raise Invalid(_WRONG)
    named = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if not all(isinstance(said.get(one), str) for one in named):
        raise Invalid(_WRONG)
    return {one: said[one] for one in named}


def _asked(address: str, form: bytes | None = None) -> dict[str, Any]:
    """What the provider answers, over TLS unless it is this machine; redirects are not followed. Raises Invalid."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme != "https" and host not in _LOCAL:
        raise Invalid(_AWAY)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    line = kind(host, parts.port, timeout=_PATIENCE)
    headers = {"Accept": "application/json"}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        line.request("GET" if form is None else "POST", parts.path or "/", form, headers)
        answer = line.getresponse()
        said = json.loads(answer.read(_LONGEST))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Invalid(_AWAY) from error
    finally:
        line.close()
    if answer.status != http.client.OK or not isinstance(said, dict):
        raise Invalid(_WRONG if answer.status < http.client.INTERNAL_SERVER_ERROR else _AWAY)
    return said
