"""Processes that outlive the command that started them: log file, pid file, life and end (Linux: reads /proc)."""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jingwei.installation.faults import InstallationFault
from jingwei.installation.folder import Home, replace_private

_LAUNCHED: list[subprocess.Popen[bytes]] = []
"""Kept, so that no finaliser complains about a child that is meant to outlive us."""


@dataclass(frozen=True, slots=True)
class Process:
    """A living process; the start time (clock ticks since boot) tells it from a later one with the same number."""

    pid: int
    session: int
    started: int


def look(pid: int) -> Process | None:
    """The process of that number, or None when there is none. A zombie has ended."""
    found = _read(pid)
    return found[1] if found and found[0] not in "ZX" else None


def _read(pid: int) -> tuple[str, Process] | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name before it may hold spaces and brackets
    return fields[0], Process(pid, int(fields[3]), int(fields[19]))


def every() -> Iterator[Process]:
    """All living processes that can be seen."""
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal() and (process := look(int(entry.name))):
            yield process


def wait_until(condition: Callable[[], bool], patience: float) -> bool:
    """Whether the condition came true within `patience` seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@contextlib.contextmanager
def only_one(home: Home, name: str) -> Iterator[None]:
    """Of several commands that would start or stop the same thing, one at a time."""
    with (home.run / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def append_only(path: Path) -> int:
    """The descriptor of a private log file, opened so that every write goes to its end."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def launch(child: subprocess.Popen[bytes]) -> int:
    """Let a child live on after us; its pid."""
    _LAUNCHED[:] = [other for other in _LAUNCHED if other.poll() is None] + [child]
    return child.pid


def start_child(
    home: Home,
    name: str,
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Process:
    """Start `command` detached, or return it when it runs already.

    Output goes to logs/NAME.log. `environment` is added to ours; `folder` is the working folder (default: ours). What
    an earlier one started and, killed, left behind is ended first: it would go on beside its successor.
    Raises InstallationFault when the program cannot be run at all.
    """
    with only_one(home, name):
        if running := child(home, name):
            return running
        _end_session(home, name)
        log = append_only(home.logs / f"{name}.log")
        try:
            started = subprocess.Popen(  # noqa: S603 - the caller names the program, no shell reads it
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **(environment or {})},
                cwd=folder,
                start_new_session=True,
            )
        except OSError as error:
            raise InstallationFault(
                f"无法启动 {name}（{command[0]}）：{error.strerror}。请检查该程序是否存在且可执行。",
                f"{name} cannot be started ({command[0]}): {error.strerror}. See that the program is there.",
            ) from error
        finally:
            os.close(log)
        found = _read(started.pid)  # there even if it has ended already: nobody but us can collect it
        launch(started)
        if found is None:
            raise ProcessLookupError(f"no /proc/{started.pid}: without it no process can be told from another")
        process = found[1]
        replace_private(_pid_file(home, name), f"{process.pid} {process.started}\n".encode())
        return process


def child(home: Home, name: str) -> Process | None:
    """The living process that bears this name, or None."""
    recorded = _recorded(home, name)
    process = look(recorded[0]) if recorded else None
    return process if process and recorded and process.started == recorded[1] else None


def children(home: Home) -> dict[str, Process]:
    """All living processes of this home by name."""
    names = sorted(path.stem for path in home.run.glob("*.pid"))
    return {name: process for name in names if (process := child(home, name))}


def stop_child(home: Home, name: str, *, patience: float = 20.0) -> bool:
    """End the process and those it started: TERM, wait `patience` seconds, KILL. False when nothing ran."""
    with only_one(home, name):
        running = child(home, name)
        if running:
            os.kill(running.pid, signal.SIGTERM)
            wait_until(lambda: child(home, name) is None, patience)
        left = _end_session(home, name)
        _pid_file(home, name).unlink(missing_ok=True)
        return bool(running or left)


def _end_session(home: Home, name: str) -> bool:
    """KILL to all that the recorded process started and to itself; False when nothing was left."""
    recorded = _recorded(home, name)
    left = _session(recorded) if recorded else []
    for process in left:
        with contextlib.suppress(ProcessLookupError):  # it ended by itself in between
            os.kill(process.pid, signal.SIGKILL)
    if not wait_until(lambda: all(look(process.pid) != process for process in left), 10.0):
        raise InstallationFault(
            f"{name} 无法结束（进程 {left[0].pid}）。请检查该进程为何停在内核中。",
            f"{name} does not end (process {left[0].pid}). See what keeps it in the kernel.",
        )
    return bool(left)


def _session(recorded: tuple[int, int]) -> list[Process]:
    """The process and all that it started, even when it is gone itself.

    While a member lives, the kernel gives the session's number to nobody else; a living process of that number
    with another start time therefore means that the session is not ours.
    """
    pid, started = recorded
    leader = look(pid)
    if leader and leader.started != started:
        return []
    return [process for process in every() if process.session == pid]


def _pid_file(home: Home, name: str) -> Path:
    return home.run / f"{name}.pid"


def _recorded(home: Home, name: str) -> tuple[int, int] | None:
    try:
        pid, started = _pid_file(home, name).read_text(encoding="ascii").split()
        return int(pid), int(started)
    except FileNotFoundError:
        return None
