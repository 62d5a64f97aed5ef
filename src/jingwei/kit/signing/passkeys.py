"""Passkeys (WebAuthn): what a browser is asked, and whether its answer is right. A passkey always proves its holder."""

import datetime
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest

from jingwei.kernel.agencies.factors import store
from jingwei.kernel.agencies.models import Account, Factor
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

_STATE = "passkey"
_WRONG = Text(
    "浏览器给出的通行密钥不对，或已不在这里；请再试一次，或用其他方式。",
    "The passkey that the browser gave is wrong, or no longer known here: try again, or another way.",
)


def _server(request: HttpRequest) -> Any:
    """The site as browsers know it. The library is loaded when somebody uses a passkey, not at the start."""
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    origin = f"{request.scheme}://{request.get_host()}"
    name = urlsplit(origin).hostname or ""
    return Fido2Server(PublicKeyCredentialRpEntity(name="Jingwei", id=name), verify_origin=lambda said: said == origin)


def asked_to_make(request: HttpRequest, account: Account, name: str) -> dict[str, Any]:
    """What the browser makes a new passkey by; known ones are not made again."""
    from fido2.webauthn import (
        AttestedCredentialData,
        PublicKeyCredentialUserEntity,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    known = [AttestedCredentialData(_public(one)) for one in store.live(account.pk, "passkey")]
    user = PublicKeyCredentialUserEntity(id=account.pk.bytes, name=account.username, display_name=name)
    options, request.session[_STATE] = _server(request).register_begin(
        user,
        known,
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options)


def made(request: HttpRequest, account: Account, label: str, answer: Any) -> Factor:
    """The passkey that the browser made, prepared. Raises Invalid."""
    state = request.session.pop(_STATE, None)
    try:
        told = _server(request).register_complete(state, answer)
        data = told.credential_data
        if Factor.objects.filter(handle=data.credential_id).exists():
            raise ValueError("known already")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Invalid(_WRONG) from error
    secret = {"public": bytes(data).hex()}
    return store.prepare(account, "passkey", label, secret, handle=bytes(data.credential_id), counter=told.counter)


def asked_to_prove(request: HttpRequest) -> dict[str, Any]:
    """What the browser proves a passkey by; whose it is, the passkey says."""
    from fido2.webauthn import UserVerificationRequirement

    options, request.session[_STATE] = _server(request).authenticate_begin(
        user_verification=UserVerificationRequirement.REQUIRED
    )
    return dict(options)


def proved(request: HttpRequest, answer: Any, now: datetime.datetime) -> Factor:
    """The passkey that the browser proved. Raises Invalid for a wrong, ended, repeated or copied one."""
    from fido2.utils import websafe_decode
    from fido2.webauthn import AttestedCredentialData, AuthenticationResponse

    state = request.session.pop(_STATE, None)
    try:
        handle = websafe_decode(answer["rawId"])
        factor = Factor.objects.select_related("account").filter(handle=handle, ended_at=None).first()
        if factor is None or factor.begun_at is None:
            raise ValueError("not known")
        _server(request).authenticate_complete(state, [AttestedCredentialData(_public(factor))], answer)
        count = AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
        if (count or factor.counter) and count <= factor.counter:
            raise ValueError("its count goes back: it was copied, or its answer was sent before")
        if not store.use(factor, count, now):
            raise ValueError("used by another request at this moment")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Invalid(_WRONG) from error
    return factor


def _public(factor: Factor) -> bytes:
    return bytes.fromhex(store.secret_of(factor)["public"])
