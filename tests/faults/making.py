"""Run as a process of an installation's own: makes the test city in it, and prints what its clients need to know."""

import json
import sys
from uuid import uuid4

from jingwei.installation import create_city_schema, ensure_database, home, make_keys, postgres, server
from jingwei.surfaces.console.process import become, migrate


def make(name: str) -> dict[str, object]:
    """The city with its posts and logins, and a key of the intake post's partner."""
    if server().embedded:
        postgres.start(home())
    ensure_database(server())
    create_city_schema(server(), name)
    make_keys(name)
    migrate(name)
    become(name)
    from jingwei.kernel.agencies.actors import key_digest
    from jingwei.kernel.agencies.commands import GiveKey
    from jingwei.kernel.agencies.models import Unit
    from jingwei.kernel.commands.execute import execute
    from tests.city import FOUNDER, make_city

    make_city()
    secret = uuid4().hex
    given = GiveKey(name="partner", digest=key_digest(secret), post="intake", per_minute=100_000)
    execute(FOUNDER, given, "partner")
    return {"secret": secret, "units": {unit.code: str(unit.pk) for unit in Unit.objects.all()}}


if __name__ == "__main__":
    print(json.dumps(make(sys.argv[1])))
