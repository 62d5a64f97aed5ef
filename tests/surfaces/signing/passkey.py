"""A passkey in software: makes and proves itself as a browser would."""

import hashlib
import json
import os
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

_PRESENT, _VERIFIED, _WITH_KEY = 0x01, 0x04, 0x40


@dataclass
class Passkey:
    """One passkey with its count."""

    origin: str = "http://testserver"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: bytes = field(default_factory=lambda: os.urandom(32))
    count: int = 0

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": f"webauthn.{kind}", "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int, rest: bytes = b"", site: str = "testserver") -> bytes:
        self.count += 1
        return hashlib.sha256(site.encode()).digest() + struct.pack(">BI", flags, self.count) + rest

    def made(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to a challenge to make one."""
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))  # type: ignore[no-untyped-call]  # of the library
        rest = bytes(16) + struct.pack(">H", len(self.handle)) + self.handle + public
        data = self._data(_PRESENT | _VERIFIED | _WITH_KEY, rest)
        kept = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(clientDataJSON=self._client("create", options["challenge"]), attestationObject=kept)

    def proved(self, options: dict[str, Any], *, verified: bool = True, site: str = "testserver") -> dict[str, Any]:
        """The answer to a challenge to prove it."""
        client = self._client("get", options["challenge"])
        data = self._data(_PRESENT | (_VERIFIED if verified else 0), site=site)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _answer(self, **parts: bytes) -> dict[str, Any]:
        name = websafe_encode(self.handle)
        response = {key: websafe_encode(value) for key, value in parts.items()}
        return {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}, "response": response}
