"""The one database: a process serves one city, in one role, fixed at start."""

import os

from jingwei.installation import server

CITY = os.environ.get("JINGWEI_CITY", "")
ROLE = os.environ.get("JINGWEI_ROLE", "app")
"""`app` runs; `owner` is taken by migrations only."""

_POOL = {"min_size": 1, "max_size": int(os.environ.get("JINGWEI_POOL", "8")), "timeout": 10}

_database = server().django_database(ROLE, CITY or "public")
_database["OPTIONS"] = {**_database["OPTIONS"], "pool": _POOL if ROLE == "app" else False}
DATABASES = {"default": _database}
ATOMIC_REQUESTS = False
