"""Where the embedded server keeps its data and its socket, and how a new cluster is made and set up."""

import hashlib
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from jingwei.installation.faults import InstallationFault
from jingwei.installation.folder import Home, replace_private
from jingwei.installation.postgres.account import Account
from jingwei.installation.postgres.binaries import DEBIAN, REACHABLE, Binaries, make_reachable_place
from jingwei.installation.processes import Process, look

SUPERUSER = "postgres"
PORT = 5432
"""Only a part of the socket's name: nothing listens on the network."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A folder of the database account (0700) that holds the cluster in `data`."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket_folder(self) -> Path:
        """Where the socket is: short, as its path is limited to some 107 bytes. A moved cluster keeps its own."""
        lines = self.pid_lines()
        if len(lines) > 4 and self.postmaster():
            return Path(lines[4])
        return Path("/tmp") / f"jingwei-{_short_hash(self.data)}"  # noqa: S108 - made 0700 and checked to be ours

    @property
    def major(self) -> int | None:
        """The major version that made the data, or None when there is none."""
        mark = self.data / "PG_VERSION"
        return int(mark.read_text(encoding="ascii")) if mark.exists() else None

    def pid_lines(self) -> list[str]:
        """postmaster.pid: pid, data folder, start, port, socket folder, address, shared memory, state."""
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def postmaster(self) -> Process | None:
        """The living server of this folder. A number that another program bears by now does not count."""
        lines = self.pid_lines()
        process = look(int(lines[0])) if lines else None
        return process if process and self.works_here(process) else None

    def works_here(self, process: Process) -> bool:
        """Whether a process has its working folder in the data, as all of PostgreSQL's processes have."""
        try:
            return os.path.samefile(f"/proc/{process.pid}/cwd", self.data)
        except OSError:  # ended in between, or of another account: not the server of this folder
            return False

    def ready(self, pid: int) -> bool:
        """Whether the server of that number says that it takes connections."""
        lines = self.pid_lines()
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def cluster_of(home: Home) -> Cluster:
    """The cluster of this home, there or still to be made: in it, or where `postgres.where` says."""
    where = home.path / "postgres.where"
    return Cluster(Path(where.read_text(encoding="utf-8").strip()) if where.exists() else home.path / "postgres")


def settle(home: Home, account: Account) -> Cluster:
    """The cluster of this home with its folder made: in the home if the account can get there."""
    cluster = cluster_of(home)
    where = home.path / "postgres.where"
    if not cluster.folder.exists():
        if where.exists():
            raise InstallationFault(
                f"{where} 指向 {cluster.folder}，但该文件夹不存在。请找回它；若已不需要，请删除 {where} 并恢复备份。",
                f"{where} names {cluster.folder}, which is not there. Bring it back, or delete {where} "
                "and restore a backup.",
            )
        if not account.reaches(home.path):
            cluster = _outside(home)
            _make(cluster.folder, account)
            replace_private(where, f"{cluster.folder}\n".encode())
        else:
            _make(cluster.folder, account)
    elif cluster.major is None:
        account.own(cluster.folder)  # a first start killed as soon as it had made the folder left it to root
    return cluster


def _outside(home: Home) -> Cluster:
    cluster = Cluster(REACHABLE / _short_hash(home.path))
    if cluster.major is not None:
        raise InstallationFault(
            f"{cluster.folder} 里有同一路径上早先安装的数据库。要用它，请把该路径写入 {home.path / 'postgres.where'}；"
            "不再需要则删除该文件夹。",
            f"{cluster.folder} holds the database of an earlier installation at this path. To use it, write that path "
            f"into {home.path / 'postgres.where'}; if it is not needed any more, delete the folder.",
        )
    make_reachable_place()
    return cluster


def _make(folder: Path, account: Account) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    account.own(folder)


def create(cluster: Cluster, binaries: Binaries, account: Account) -> None:
    """initdb, beside the place and then moved there, so that a killed start leaves no half cluster."""
    for left in cluster.folder.glob("data.new-*"):
        shutil.rmtree(left, ignore_errors=True)  # the initdb of a killed start may still be at work in it
    draft = cluster.folder / f"data.new-{secrets.token_hex(4)}"
    locale = ["--locale=C.UTF-8"]
    if binaries.major >= 17:
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    answer = account.run(
        [binaries.tool("initdb"), "-D", str(draft), "-U", SUPERUSER, "-E", "UTF8", "-A", "trust", *locale]
    )
    if answer.returncode:
        raise InstallationFault(
            f"无法在 {cluster.folder} 建立数据库：{answer.stderr.strip()}",
            f"The database cannot be made in {cluster.folder}: {answer.stderr.strip()}",
        )
    _write(draft / "pg_hba.conf", "local all all trust\n", account)
    with (draft / "postgresql.conf").open("a", encoding="ascii") as settings:
        settings.write("\ninclude 'jingwei.conf'\n")
    draft.rename(cluster.data)


def refuse_other_major(cluster: Cluster, binaries: Binaries) -> None:
    """A wheel holds one major version, and PostgreSQL opens only data of its own: say the way out."""
    major = cluster.major
    if major == binaries.major:
        return
    old = DEBIAN / str(major) / "bin"
    programs = str(old) if old.exists() else f"…/postgresql/{major}/bin"
    raise InstallationFault(
        f"{cluster.data} 由 PostgreSQL {major} 建立，而现有程序是 {binaries.version}，不能打开它。出路：用旧版本备份"
        f"（JINGWEI_PG_BIN={programs} jingwei up，再 jingwei backup），停止，移走 {cluster.data}，"
        f"再用 {binaries.major} 启动并 jingwei restore。",
        f"{cluster.data} was made by PostgreSQL {major}; the programs here are {binaries.version} and cannot open it. "
        f"The way out: back up with the old version (JINGWEI_PG_BIN={programs} jingwei up, then jingwei backup), stop, "
        f"move {cluster.data} away, start with {binaries.major} and jingwei restore.",
    )


def configure(cluster: Cluster, binaries: Binaries, account: Account) -> None:
    """Write our settings, which the cluster's own file includes. `ALTER SYSTEM` outranks them."""
    settings = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(cluster.socket_folder),
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "shared_buffers": "128MB",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "log_line_prefix": "%m [%p] %u@%d ",
        "cluster_name": "jingwei",
    }
    if binaries.has_library("pg_stat_statements"):
        settings["shared_preload_libraries"] = "pg_stat_statements"
    lines = ["# Written at every start; to change a setting use ALTER SYSTEM."]
    lines += [f"{name} = '{value}'" for name, value in settings.items()]
    _write(cluster.data / "jingwei.conf", "\n".join(lines) + "\n", account)


def prepare_socket_folder(cluster: Cluster, account: Account) -> None:
    """Make the socket's folder, or see that the one there is ours alone: who gets in needs no password."""
    folder = cluster.socket_folder
    if not os.path.lexists(folder):
        _make(folder, account)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != account.uid or found.st_mode & 0o077:
        raise InstallationFault(
            f"套接字文件夹 {folder} 不是账户 {account.uid} 独有的（0700）。请查明来源后删除它。",
            f"The socket folder {folder} does not belong to account {account.uid} alone (0700). "
            "Find out who made it and delete it.",
        )


def _write(path: Path, text: str, account: Account) -> None:
    replace_private(path, text.encode())
    account.own(path)


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
