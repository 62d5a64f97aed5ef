"""The pinned files hold what pyproject.toml asks for, every line hashed, so that `make lock` cannot be forgotten."""

import re
import tomllib
from collections.abc import Iterable

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.tree import ROOT

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;]+)", re.M)


def _pins(name: str) -> dict[str, set[str]]:
    pins: dict[str, set[str]] = {}
    for package, version in _PIN.findall((ROOT / "requirements" / name).read_text()):
        pins.setdefault(canonicalize_name(package), set()).add(version)
    return pins


def _unmet(wanted: Iterable[str], pins: dict[str, set[str]]) -> list[str]:
    requirements = [Requirement(line) for line in wanted]
    return [
        str(requirement)
        for requirement in requirements
        if not (versions := pins.get(canonicalize_name(requirement.name)))
        or not all(requirement.specifier.contains(version) for version in versions)
    ]


def test_what_is_asked_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    assert _unmet([*project["project"]["dependencies"], *groups["build"]], _pins("run.txt")) == []
    assert _unmet(groups["dev"], _pins("dev.txt")) == []
    assert _unmet(groups["pages"], _pins("pages.txt")) == []
    assert _unmet(["Django~=4.2"], _pins("run.txt")) == ["Django~=4.2"]


def test_both_files_pin_the_same_versions() -> None:
    run, dev = _pins("run.txt"), _pins("dev.txt")
    assert {name: versions for name, versions in dev.items() if name in run and versions != run[name]} == {}


def test_every_pin_has_hashes() -> None:
    for name, least in (("run.txt", 20), ("dev.txt", 20), ("pages.txt", 1)):
        text = (ROOT / "requirements" / name).read_text().replace("\\\n", " ")
        lines = [line for line in text.splitlines() if line.strip()]
        assert [line for line in lines if "--hash=sha256:" not in line] == []
        assert len(lines) >= least
