"""Invitations: by whom, until when, and which are open; the link is worked out from a secret that nobody keeps."""

import base64
import datetime
import hashlib
import uuid

from django.db.models import Q

from jingwei.kernel.agencies.models import Invitation
from jingwei.kernel.commands.keyed import keyed

HOLDS = datetime.timedelta(days=3)
"""After which a link that nobody used lapses."""

UNUSED = Q(used_at=None, ended_at=None)
"""Neither used nor ended; its time may be over."""


def secret_for(key: str) -> str:
    """The secret of the link that a request makes (256 bits), worked out from the request's own key: sent twice, it
    shows the same link twice."""
    return base64.urlsafe_b64encode(keyed("invitation", key.encode())).rstrip(b"=").decode()


def digest_of(secret: str) -> bytes:
    """What is kept of a secret: its SHA-256."""
    return hashlib.sha256(secret.encode()).digest()


def path_of(secret: str) -> str:
    """The path of the page where the holder sets a password."""
    return f"/login/first/{secret}/"


def opened_by(secret: str, now: datetime.datetime) -> Invitation | None:
    """The open invitation whose link has this secret. One statement."""
    found = Invitation.objects.filter(UNUSED, digest=digest_of(secret), until__gt=now, person__active=True)
    return found.select_related("person__account").first()


def unused(person: uuid.UUID | None = None) -> list[Invitation]:
    """Those that nobody has used or ended, lapsed ones as well, of one person or of all who have not left; what ends
    first comes first. One statement."""
    found = Invitation.objects.filter(UNUSED, person__active=True).select_related("person__account")
    return list((found.filter(person=person) if person else found).order_by("until", "pk"))


def all_of(person: uuid.UUID) -> list[Invitation]:
    """Whatever became of them, the newest first. One statement."""
    return list(Invitation.objects.filter(person=person).select_related("person__account").order_by("-made_at", "-pk"))
