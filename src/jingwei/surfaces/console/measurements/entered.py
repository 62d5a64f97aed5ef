"""Enters a pack, or the made city with a key, into the city of this process; run as a process of its own."""

import secrets
import sys
from pathlib import Path

import django


def _pack(folder: Path) -> None:
    from jingwei.surfaces.console.pack.check import check
    from jingwei.surfaces.console.pack.enter import enter
    from jingwei.surfaces.console.pack.tables import read_pack

    pack = read_pack(folder)
    layers = check(pack)
    if pack.problems:
        raise SystemExit(f"{len(pack.problems)} problems in {folder}")
    enter(pack, layers)


def _made() -> str:
    from jingwei.kernel.agencies.actors import key_digest
    from jingwei.kernel.agencies.commands import GiveKey
    from jingwei.kernel.commands.execute import execute
    from jingwei.surfaces.console.measurements.made import found_city
    from jingwei.surfaces.console.pack.enter import FOUNDER

    found_city()
    secret = secrets.token_urlsafe(20)
    command = GiveKey(name="bench", digest=key_digest(secret), post="centre", per_minute=100_000)
    execute(FOUNDER, command, f"bench:key:{secret[:8]}")
    return secret


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "made":
        print(_made())
    else:
        _pack(Path(sys.argv[1]))
