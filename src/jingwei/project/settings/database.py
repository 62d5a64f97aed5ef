"""The one database and that of the keys: a process serves one city, in one role, fixed at start."""

import logging
import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from jingwei.installation import InstallationFault, key_encryption_key, keys_server, server
from jingwei.installation.database import Role

CITY = os.environ.get("JINGWEI_CITY", "")
_ROLES: dict[str, Role] = {"app": "app", "owner": "owner", "admin": "admin"}
_named = os.environ.get("JINGWEI_ROLE", "app")
if _named not in _ROLES:
    raise ImproperlyConfigured(f"JINGWEI_ROLE is {_named!r}; it must be one of {', '.join(_ROLES)}")
ROLE = _ROLES[_named]
"""`app` runs; `owner` is taken by migrations only."""

_POOL = {
    "min_size": 1,
    "max_size": int(os.environ.get("JINGWEI_POOL", "8")),
    "timeout": 4,  # seconds that a request waits for a connection before it says that the database is away
    "reconnect_timeout": 4,  # seconds of trying in vain, with growing pauses; then the next request tries at once
}

_database = server().django_database(ROLE, CITY or "public")
_database["OPTIONS"] = {
    **_database["OPTIONS"],
    "pool": _POOL if ROLE == "app" else False,
    "prepare_threshold": 1,  # for the cursors that bind at the server (kernel/commands/sql.py); the ORM's do not
}
DATABASES = {"default": _database}
ATOMIC_REQUESTS = False
DATABASE_ROUTERS = ["jingwei.project.migrating.OnlyInACity"]


def KEY_DATABASE() -> dict[str, Any]:  # noqa: N802  # Django's names of settings
    """Where the keys of sealed rows lie; asked when the first one is needed."""
    return keys_server().conninfo("app", CITY or "public")


def KEY_ENCRYPTION_KEY() -> bytes | None:  # noqa: N802
    """What wraps them; read when the first one is needed. None where it cannot be read: the log says why."""
    try:
        return key_encryption_key()
    except InstallationFault as fault:
        logging.getLogger("jingwei.sealing").error("%s", fault)
        return None
