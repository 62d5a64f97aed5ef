"""The account PostgreSQL runs as: ourselves, or, as it refuses root, an account without rights.

Accounts are never made and the modes of folders that are not ours never changed.
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jingwei.installation.faults import InstallationFault


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server; `drop` says whether we have to give up root for it."""

    uid: int
    gid: int
    drop: bool

    @property
    def identity(self) -> dict[str, Any]:
        """What subprocess needs in order to become this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.drop else {}

    def own(self, path: Path) -> None:
        """Give a file or folder of the cluster, made by us, to the account."""
        if self.drop:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def run(self, command: Sequence[str], *, patience: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a program to its end as this account, from `/`; never raises for its exit code."""
        return subprocess.run(  # noqa: S603 - our own command lines, no shell reads them
            list(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            cwd="/",
            env=environment(),
            umask=0o077,
            timeout=patience,
            check=False,
            **self.identity,
        )

    def reaches(self, folder: Path) -> bool:
        """Whether the account can enter the folder: tried, as lists and namespaces count besides the modes."""
        return not self.drop or self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]).returncode == 0


def environment() -> dict[str, str]:
    """What PostgreSQL's programs see: nothing that would change their mind or the language of their messages."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def account_for(cluster: Path) -> Account:
    """The owner of the cluster's folder; for a new one we ourselves, or as root `postgres`, else `nobody`."""
    here = os.geteuid()
    owner = cluster.stat() if cluster.exists() else None
    if here != 0:
        if owner and owner.st_uid != here:
            raise InstallationFault(
                f"数据库文件夹 {cluster} 属于账户 {owner.st_uid}，当前账户是 {here}。请用该账户或 root 运行。",
                f"The database folder {cluster} belongs to account {owner.st_uid}, not to {here}. "
                "Run as it or as root.",
            )
        return Account(here, os.getegid(), drop=False)
    if owner and owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, drop=True)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, drop=True)
    raise InstallationFault(
        "PostgreSQL 不能以 root 运行，而本机没有账户 postgres 或 nobody。请用普通用户运行，或设置 DATABASE_URL。",
        "PostgreSQL does not run as root, and there is no account postgres or nobody. "
        "Run as a normal user, or set DATABASE_URL.",
    )
