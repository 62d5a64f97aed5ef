"""Becoming the process of one city: environment first, then Django. A process never serves two."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from jingwei.installation import InstallationFault, cities, connect, home, server, training_notes
from jingwei.installation.database import Role
from jingwei.surfaces.console.answer import Misuse

SETTINGS = "jingwei.project.settings"
_PATIENCE = 60.0  # seconds for the database


def chosen_city(named: str) -> str:
    """The city a command is for. Raises Misuse when it is not there, or when there are several and none was named; one
    for training is meant only where it is named."""
    named = named or os.environ.get("JINGWEI_CITY", "")
    known = cities(server())
    if named and named not in known:
        raise Misuse(f"there is no city {named!r}; there are: {', '.join(known) or 'none yet (jingwei city create)'}")
    beside = {name for one in training_notes() for name in (one.name, f"{one.name}_next", f"{one.name}_old")}
    real = [one for one in known if one not in beside]
    if not named and len(real) != 1:
        raise Misuse(f"say which city with --city: {', '.join(known) or 'none yet (jingwei city create)'}")
    return named or real[0]


def wait_for_database() -> None:
    """For processes that run on: they may be started while the database starts or recovers. Raises InstallationFault
    when it is silent for a minute."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            connect(server()).close()
            return
        except InstallationFault:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)


def enter_city(named: str, role: Role = "app") -> str:
    """Makes this process the city's and sets Django up; gives the city's name. The owner's role is for what the running
    one must not be able to do."""
    city = chosen_city(named)
    become(city, role)
    return city


def become(city: str, role: Role = "app") -> None:
    """Sets Django up for a city that may not be there yet (a dry run, a city about to be made); asks nothing of it."""
    os.environ.update(environment(city, role))
    import django

    django.setup()


def check_processes(number: int) -> None:
    """Raises Misuse for a number of processes that no machine of ours has a use for."""
    if not 1 <= number <= 32:
        raise Misuse("--processes is a number from 1 to 32")


def environment(city: str, role: Role = "app") -> dict[str, str]:
    """What a process of this city has in its environment."""
    return {
        "JINGWEI_CITY": city,
        "JINGWEI_ROLE": role,
        "JINGWEI_HOME": str(home().path),
        "DJANGO_SETTINGS_MODULE": SETTINGS,
    }


def migrate(city: str) -> None:
    """Brings the city's tables up to date, in a process of its own with the owner's role. Raises ChildProcessError."""
    run_as(city, "owner", [sys.executable, "-m", "jingwei.project.upgrading"])


def run_as(city: str, role: Role, words: Sequence[str]) -> str:
    """Runs a program as a process of the city in that role; gives its output. Raises ChildProcessError with its own."""
    done = subprocess.run(  # noqa: S603  # our own program
        list(words), env={**os.environ, **environment(city, role)}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ChildProcessError(f"{' '.join(words[1:4])} failed for {city}: {done.stderr.strip()[-3000:]}")
    return done.stdout
