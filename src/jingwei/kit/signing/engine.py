"""Where sessions are kept: Django's own engine over a table that knows whose a session is and keeps no key in clear."""

import datetime
import hashlib
from typing import Any, cast

from django.contrib.sessions.backends.db import SessionStore as Stored

from jingwei.kernel.agencies.models import Session
from jingwei.kernel.commands.sql import prepared

SIGNED_IN = "signed_in"
"""In a session: by what its holder knows it (id, kind, device) and since when (seconds)."""

SEEN, IDLE = "seen", "idle"
"""In a session: when it was used last (seconds), and after how many seconds without a request it ends."""

_FIND = "SELECT session_data FROM agencies_session WHERE session_key = %s AND expire_date > %s"  # at each request


def kept(key: str) -> str:
    """What is kept of a session's key: it is drawn at random, so no salt is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


class SessionStore(Stored):
    """As Django's, but for the key, of which the table has the hash, and for the columns that a list is made of."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Our table."""
        return Session

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing where it is unknown, ended or over. One statement."""
        with prepared() as cursor:
            cursor.execute(_FIND, [kept(self.session_key or ""), datetime.datetime.now(datetime.UTC)])
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return {}
        return self.decode(found[0])

    def exists(self, session_key: str) -> bool:
        """Whether a session has this key."""
        return super().exists(kept(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """Ends the session with this key, or this one."""
        key = session_key or self.session_key
        if key:
            super().delete(kept(key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row as it is saved, with the columns that its holder's list is made of."""
        row = cast(Session, super().create_model_instance(data))
        row.session_key, known = kept(row.session_key), data.get(SIGNED_IN)
        if known is not None:
            row.account_id, row.shown = data.get("_auth_user_id"), known["id"]
            row.kind, row.device = known["kind"], known["device"]
            row.begun_at, row.seen_at = _at(known["at"]), _at(data[SEEN])
            row.until = _at(data[SEEN] + data[IDLE])
        return row


def _at(seconds: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
