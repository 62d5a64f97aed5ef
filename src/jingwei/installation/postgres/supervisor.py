"""Starts, finds and ends the embedded PostgreSQL; whatever was killed before, the next start puts it right."""

import contextlib
import os
import signal
import socket
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from jingwei.installation.faults import InstallationFault
from jingwei.installation.folder import Home
from jingwei.installation.postgres.account import account_for, environment
from jingwei.installation.postgres.binaries import find_binaries, reachable
from jingwei.installation.postgres.cluster import (
    PORT,
    SUPERUSER,
    Cluster,
    cluster_of,
    configure,
    create,
    prepare_socket_folder,
    refuse_other_major,
    settle,
)
from jingwei.installation.processes import append_only, every, launch, look, only_one, wait_until

_ATTEMPTS = 3
"""A server that was killed a moment ago still looks alive; one that a killed start left behind does not yet."""


_CANNOT_CONNECT_NOW = b"C57P03\0"
"""How a server that starts, recovers or ends says so, whatever its language."""


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of the embedded server without asking it."""

    running: bool
    pid: int | None
    major: int | None  # of the data; None before the first start
    folder: Path  # the cluster's
    socket_folder: Path

    @property
    def data(self) -> Path:
        """The data folder itself."""
        return Cluster(self.folder).data


def status(home: Home) -> Status:
    """Whether the server runs, and where everything is."""
    cluster = cluster_of(home)
    try:
        postmaster = cluster.postmaster()
        return Status(
            postmaster is not None,
            postmaster.pid if postmaster else None,
            cluster.major,
            cluster.folder,
            cluster.socket_folder,
        )
    except PermissionError as error:
        account_for(cluster.folder)  # names the account that could
        raise InstallationFault(
            f"无法读取数据库文件夹 {cluster.folder}：{error.strerror}。",
            f"The database folder {cluster.folder} cannot be read: {error.strerror}.",
        ) from error


def start(home: Home, *, patience: float = 120.0) -> Status:
    """Start the server, or join the one that runs; back when it takes connections.

    `patience` (seconds) bounds the recovery after a crash. Racing starts wait for one another.
    """
    with only_one(home, "postgres"):
        for _ in range(_ATTEMPTS):
            now = status(home)
            pid = now.pid or _launch(home, Cluster(now.folder))
            if _comes_up(home, pid, patience):
                return status(home)
            if look(pid):
                break  # alive and silent for all our patience
        raise _silent(home)


def stop(home: Home, *, patience: float = 60.0) -> bool:
    """End the server and its sessions; False when none ran. After `patience` seconds it is made to crash safely."""
    with only_one(home, "postgres"):
        now = status(home)
        pid, cluster = now.pid, Cluster(now.folder)
        if pid is None:
            return False
        for signal_, seconds in ((signal.SIGINT, patience), (signal.SIGQUIT, 10.0)):
            os.kill(pid, signal_)
            if wait_until(lambda: cluster.postmaster() is None, seconds):
                with contextlib.suppress(OSError):  # left over by a crash: the next start clears it
                    now.socket_folder.rmdir()
                return True
        raise InstallationFault(
            f"PostgreSQL（进程 {pid}）无法停止。原因可能在 {home.logs / 'postgres.log'}。",
            f"PostgreSQL (process {pid}) does not end. {home.logs / 'postgres.log'} may say why.",
        )


def _clear_remains(cluster: Cluster) -> None:
    """Remove the lock files of a server that was killed, once the last of its processes has gone.

    PostgreSQL itself takes the file for valid while the number in it is a zombie's or another program's.
    """
    remains = [cluster.data / "postmaster.pid"]
    remains += [cluster.socket_folder / f".s.PGSQL.{PORT}{end}" for end in ("", ".lock")]
    if not any(os.path.lexists(path) for path in remains):
        return
    if not wait_until(lambda: not any(cluster.works_here(process) for process in every()), 15.0):
        left = [process.pid for process in every() if cluster.works_here(process)]
        raise InstallationFault(
            f"被杀死的 PostgreSQL 仍有进程 {left} 在使用 {cluster.data}。请结束它们，再启动。",
            f"Processes {left} of a killed PostgreSQL still use {cluster.data}. End them, then start.",
        )
    for path in remains:
        path.unlink(missing_ok=True)


def _launch(home: Home, cluster: Cluster) -> int:
    """Start a server on the cluster, made and set up where it is not; its pid."""
    account = account_for(cluster.folder)
    binaries = reachable(find_binaries(), account)
    cluster = settle(home, account)
    if cluster.major is None:
        create(cluster, binaries, account)
    refuse_other_major(cluster, binaries)
    _clear_remains(cluster)
    configure(cluster, binaries, account)
    prepare_socket_folder(cluster, account)
    log = append_only(home.logs / "postgres.log")
    try:
        return launch(
            subprocess.Popen(  # noqa: S603 - our own command line, no shell reads it
                [binaries.tool("postgres"), "-D", str(cluster.data)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=environment(),
                umask=0o077,
                start_new_session=True,
                **account.identity,
            )
        )
    finally:
        os.close(log)


def _comes_up(home: Home, pid: int, patience: float) -> bool:
    """Wait until the server of that number answers; False when it ends instead."""
    cluster = cluster_of(home)
    wait_until(lambda: (cluster.ready(pid) and _answers(cluster)) or look(pid) is None, patience)
    return look(pid) is not None and cluster.ready(pid)


def _answers(cluster: Cluster) -> bool:
    """Whether a client would be let in. A server that lost one of its processes recovers for a while: it lives, says
    in its files that it is ready, and refuses every client."""
    said = b"".join(word + b"\0" for word in (b"user", SUPERUSER.encode(), b"database", b"postgres", b""))
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            client.connect(str(cluster.socket_folder / f".s.PGSQL.{PORT}"))
            client.sendall(struct.pack("!ii", 8 + len(said), 3 << 16) + said)
            answer = client.recv(1000)
            return bool(answer) and _CANNOT_CONNECT_NOW not in answer
    except OSError:  # nobody listens (any more): asked again until the patience ends
        return False


def _silent(home: Home) -> InstallationFault:
    log = home.logs / "postgres.log"
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 2000))
        last = file.read().decode(errors="replace").strip()
    return InstallationFault(
        f"PostgreSQL 没有就绪，详见 {log}，最后几行：\n{last}",
        f"PostgreSQL did not become ready; see {log}, which ends with:\n{last}",
    )
