"""Builds dist/jingwei-VERSION-ARCH.tar.gz, all that a machine without Python and network needs; `make bundle` calls it.

Python and its libraries are Debian 12's packages (docs/decisions/0017-bundle.md), which apt fetches and verifies; the
rest is what requirements/run.txt pins. A library or wheel that would be missing on the machine fails the build here.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jingwei.kit.borrowed.files import FOLDER
from jingwei.kit.borrowed.files import missing as missing_files

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "dist"
PYTHON = "python3.11"
GLIBC = 36
"""The minor version of glibc that Debian 12's Python is built for; `install` refuses an older one."""

PACKAGES = (
    f"{PYTHON}-minimal lib{PYTHON}-minimal lib{PYTHON}-stdlib python3-pip-whl libssl3 libsqlite3-0 libffi8 zlib1g "
    "libexpat1 liblzma5 libbz2-1.0 libuuid1 libncursesw6 libtinfo6 libcrypt1 libstdc++6 libgcc-s1"
).split()
LEFT_OUT = ("_dbm", "nis", "readline", "_tkinter")
"""Modules of Python whose libraries are not brought along: unused here, and readline is under the GPL."""

SYSTEM = re.compile(r"(libc|libm|libpthread|libdl|librt|libutil|libresolv|ld-linux[a-z0-9-]*)\.so\.\d+")
"""What is glibc's own and therefore the machine's. PostgreSQL is a program of its own and takes the machine's zlib too,
as every Debian and openEuler has it; `install` tries that it starts."""

APP = ("src", "packs", "docs", "requirements/run.txt", "pyproject.toml", "README.md", "README.zh.md", "LICENSE")


@dataclass(frozen=True)
class Architecture:
    """One kind of machine, by the names that the kernel, Debian and the linker give it."""

    machine: str
    debian: str

    @property
    def triplet(self) -> str:
        """The folder of its libraries."""
        return f"{self.machine}-linux-gnu"

    def platforms(self) -> list[str]:
        """The tags of wheels that run there."""
        tags = [f"manylinux_2_{minor}_{self.machine}" for minor in range(GLIBC, 16, -1)]
        return [*tags, f"manylinux2014_{self.machine}"]


ARCHITECTURES = {one.machine: one for one in (Architecture("x86_64", "amd64"), Architecture("aarch64", "arm64"))}


def run(words: Sequence[str | Path], folder: Path = ROOT, **environment: str) -> str:
    """Runs a program and gives its output. Raises SystemExit with what it said."""
    done = subprocess.run(
        [str(word) for word in words], cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{words[0]} failed:\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
    return done.stdout


def put_app(stage: Path) -> None:
    """The committed sources, packs and documents, the compiled catalogues, and what pages use in the browser."""
    with tempfile.NamedTemporaryFile(suffix=".tar") as archive:
        run(["git", "archive", "--output", archive.name, "HEAD", "--", *APP])
        (stage / "app").mkdir()
        run(["tar", "-xf", archive.name, "-C", stage / "app"])
    for catalogue in (ROOT / "src/jingwei/locale").rglob("*.mo"):
        shutil.copyfile(catalogue, stage / "app" / catalogue.relative_to(ROOT))
    if lacking := missing_files():
        raise SystemExit(f"Files that pages use are missing ({', '.join(lacking)}): make ready")
    shutil.copytree(FOLDER, stage / "app" / FOLDER.relative_to(ROOT))


def put_wheels(stage: Path, arch: Architecture) -> None:
    """Every pinned distribution as a wheel for that machine, with its hash compared; pip fails where one is missing."""
    words: list[str | Path] = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes"]
    words += ["--only-binary=:all:", "--implementation=cp", "--python-version=3.11"]
    words += [f"--abi={abi}" for abi in ("cp311", "abi3", "none")]
    words += [f"--platform={tag}" for tag in arch.platforms()]
    run([*words, "--dest", stage / "wheels", "--requirement", ROOT / "requirements/run.txt"])


def put_python(stage: Path, arch: Architecture, work: Path) -> None:
    """Debian's packages, unpacked so that they run from any folder; their copyright files go to licences/."""
    debs, python = work / "debs", stage / "python"
    for folder in (debs, work / "state/lists/partial", work / "cache/archives/partial"):
        folder.mkdir(parents=True)
    settings = work / "apt.conf"
    settings.write_text(
        f'Dir::State "{work}/state"; Dir::State::status "/dev/null"; Dir::Cache "{work}/cache";\n'
        f'APT::Architecture "{arch.debian}"; APT::Architectures {{"{arch.debian}";}}; APT::Sandbox::User "root";\n'
    )
    run(["apt-get", "update"], debs, APT_CONFIG=str(settings))
    run(["apt-get", "download", *PACKAGES], debs, APT_CONFIG=str(settings))
    for deb in sorted(debs.glob("*.deb")):
        run(["dpkg-deb", "--extract", deb, python])
    libraries = python / "usr/lib" / arch.triplet
    for loose in (python / "lib" / arch.triplet).iterdir():
        loose.rename(libraries / loose.name)
    for notice in sorted((python / "usr/share/doc").glob("*/copyright")):
        (stage / "licences").mkdir(exist_ok=True)
        shutil.copyfile(notice, stage / "licences" / f"{notice.parent.name}.txt")  # follows links between packages
    for name in LEFT_OUT:
        for module in (python / f"usr/lib/{PYTHON}/lib-dynload").glob(f"{name}.*"):
            module.unlink()
    for gone in ("lib", "etc", "usr/share/doc", "usr/share/man", "usr/share/lintian", "usr/share/binfmts"):
        shutil.rmtree(python / gone, ignore_errors=True)
    for link in python.rglob("*"):
        if link.is_symlink() and os.readlink(link).startswith("/"):
            link.unlink()  # into the machine's own /etc
    rpath = f"$ORIGIN/../lib/{arch.triplet}"
    run([patchelf(), "--force-rpath", "--set-rpath", rpath, python / "usr/bin" / PYTHON])


def patchelf() -> Path:
    """The tool that reads and writes what a program says of its libraries (a development requirement)."""
    return Path(sys.executable).with_name("patchelf")


def programs(folder: Path) -> Iterator[Path]:
    """All compiled programs and libraries below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def missing(stage: Path) -> list[str]:
    """Each compiled file that needs a library which neither the bundle nor glibc has."""
    known = {path.name for path in (stage / "python").rglob("*.so*")}
    found = lacking(stage / "python", known)
    for wheel in sorted((stage / "wheels").glob("*.whl")):
        with tempfile.TemporaryDirectory() as folder:
            with zipfile.ZipFile(wheel) as opened:
                opened.extractall(folder)
            inside = {path.name for path in Path(folder).rglob("*.so*")}
            found += [f"{wheel.name}: {line}" for line in lacking(Path(folder), known | inside)]
    return found


def lacking(folder: Path, known: set[str]) -> list[str]:
    """What files of one folder need beyond the libraries known."""
    found = []
    for path in programs(folder):
        needed = run([patchelf(), "--print-needed", path]).split()
        found += [
            f"{path.relative_to(folder)} needs {name}"
            for name in needed
            if not SYSTEM.fullmatch(name) and name not in known
        ]
    return found


def put_papers(stage: Path, arch: Architecture, version: str) -> None:
    """`install`, what to read first, notices, and last the sums of everything."""
    here = Path(__file__).parent
    words = {"@VERSION@": version, "@MACHINE@": arch.machine, "@GLIBC@": str(GLIBC), "@PYTHON@": PYTHON}
    text = (here / "install.sh").read_text(encoding="utf-8")
    for mark, value in words.items():
        text = text.replace(mark, value)
    (stage / "install").write_text(text, encoding="utf-8")
    (stage / "install").chmod(0o755)
    shutil.copyfile(here / "README.txt", stage / "README.txt")
    shutil.copyfile(ROOT / "THIRD_PARTY_NOTICES.md", stage / "licences/THIRD_PARTY_NOTICES.md")
    files = [path for path in sorted(stage.rglob("*")) if path.is_file() and not path.is_symlink()]
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(stage)}\n" for path in files]
    (stage / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


def build(arch: Architecture) -> Path:
    """One archive and its sum. Raises SystemExit naming what is missing."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    version += "+" + run(["git", "rev-parse", "--short=10", "HEAD"]).strip()
    name = f"jingwei-{version}-{arch.machine}"
    DIST.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DIST) as folder:
        stage, work = Path(folder) / name, Path(folder) / "work"
        stage.mkdir()
        put_app(stage)
        put_wheels(stage, arch)
        put_python(stage, arch, work)
        if lines := missing(stage):
            raise SystemExit("The bundle lacks libraries:\n" + "\n".join(lines))
        put_papers(stage, arch, version)
        archive = DIST / f"{name}.tar.gz"
        run(["tar", "-czf", archive, "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "-C", folder, name])
    archive.with_suffix(".gz.sha256").write_text(
        f"{hashlib.sha256(archive.read_bytes()).hexdigest()}  {archive.name}\n"
    )
    return archive


def main() -> None:
    """Builds for each architecture named (both, unless some are)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("machine", nargs="*", help=f"{' or '.join(ARCHITECTURES)} (default: each)")
    named = parser.parse_args().machine or list(ARCHITECTURES)
    if unknown := set(named) - set(ARCHITECTURES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if sys.version_info[:2] != (3, 11):
        raise SystemExit(
            "The bundle carries Python 3.11, and pip picks wheels by its own: make .venv with Python 3.11."
        )
    for machine in named:
        archive = build(ARCHITECTURES[machine])
        print(f"{archive.relative_to(ROOT)}: {archive.stat().st_size // 1_000_000} MB")


if __name__ == "__main__":
    main()
