"""A machine to try the installation on: homes in all sorts of places, and an account without rights."""

import os
import pickle
import pwd
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from jingwei.installation import Home, InstallationFault, postgres
from jingwei.installation.postgres.account import Account
from jingwei.installation.postgres.binaries import DEBIAN, Binaries, find_binaries, reachable

T = TypeVar("T")

ROOT = os.geteuid() == 0
ACCOUNTS = ("root", "plain") if ROOT else ("plain",)
"""Who can start the server here: only root can try both."""

NOBODY = pwd.getpwnam("nobody")
START = "from jingwei.installation import home, postgres; print(postgres.start(home()).pid, flush=True)"


def programs() -> Binaries:
    """The default programs, where every account can run them."""
    return reachable(find_binaries(), Account(NOBODY.pw_uid, NOBODY.pw_gid, drop=ROOT))


def other_programs() -> Path:
    """The bin folder of an older major where the system has one, else the default one."""
    folders = sorted(folder / "bin" for folder in DEBIAN.glob("*") if (folder / "bin" / "initdb").exists())
    return folders[0] if folders else programs().folder


@contextmanager
def room(account: str, *, closed: bool = False) -> Iterator[Path]:
    """A new folder of that account below /tmp; `closed`: below one of the account that nobody else can enter."""
    top = Path(tempfile.mkdtemp(prefix="jw-room-", dir="/tmp"))
    inner = top / "a b 经纬"
    inner.mkdir()
    top.chmod(0o700 if closed else 0o755)
    if ROOT and account == "plain":
        for folder in (top, inner):
            os.chown(folder, NOBODY.pw_uid, NOBODY.pw_gid)
    try:
        yield inner
    finally:
        for where in top.rglob("*/run"):
            take_down(Home(where.parent))
        shutil.rmtree(top)


def take_down(home: Home) -> None:
    """Stop what runs in a home and remove a cluster that lies outside of it."""
    if not (home.path / "postgres.where").exists() or postgres.status(home).folder.exists():
        postgres.stop(home)
    folder = postgres.status(home).folder
    if not folder.is_relative_to(home.path) and folder.exists():
        shutil.rmtree(folder)


def run_as(account: str, task: Callable[[], T]) -> T:
    """The task's result; as `plain` under root it runs in a forked child that has given root up.

    A fork needs nothing of the virtual environment, which may lie below a folder that is closed to the account.
    """
    if not ROOT or account == "root":
        return task()
    folder = str(programs().folder)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY.pw_gid)
            os.setuid(NOBODY.pw_uid)
            os.environ["JINGWEI_PG_BIN"] = folder
            answer = pickle.dumps(("result", task()))
        except InstallationFault as fault:
            answer = pickle.dumps(("fault", (fault.zh, fault.en)))
        except BaseException:
            answer = pickle.dumps(("failed", traceback.format_exc()))
        os.write(writing, answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        kind, value = pickle.loads(pipe.read())
    os.waitpid(pid, 0)
    if kind == "fault":
        raise InstallationFault(*value)
    assert kind == "result", value
    return value  # type: ignore[no-any-return]  # what the task gave, through a pipe


def starter(home: Home) -> "subprocess.Popen[str]":
    """Another process that starts the server of the home and prints its pid."""
    return subprocess.Popen(
        [sys.executable, "-c", START],
        env={**os.environ, "JINGWEI_HOME": str(home.path)},
        stdout=subprocess.PIPE,
        text=True,
    )
