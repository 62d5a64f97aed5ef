"""Imports point one way, and the contracts that say so catch what they should."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

BREACHES = [
    ("kernel/values/breach.py", "import django", "Declarations are plain Python"),
    ("kernel/values/breach.py", "import jingwei.kernel.commands.work", "The kernel stands on itself in one direction"),
    ("kernel/helpers.py", "", "The kernel stands on itself in one direction"),
    ("kernel/places/breach.py", "import jingwei.capabilities", "only downwards"),
    ("kernel/places/breach.py", "import jingwei.installation", "Only settings and console touch the installation"),
    ("kernel/places/breach.py", "import jingwei.kernel.ledger.models", "Only the ledger touches the ledger"),
    ("kernel/places/breach.py", "import jingwei.kernel.ledger.append", "Only a command appends"),
    ("kernel/places/breach.py", "import duckdb", "Web and worker load no analytical engine"),
    ("installation/breach.py", "import django", "The installation works before Django is configured"),
    ("capabilities/grid_events/breach.py", "", "Inside a capability"),
    ("surfaces/portal/breach.py", "import jingwei.surfaces.desk", "No surface knows another"),
    ("surfaces/portal/breach.py", "import jingwei.project", "only downwards"),
]


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    check = (
        f"import sys; sys.path.insert(0, {str(folder / 'src')!r})\n"
        "from importlinter.cli import lint_imports_command; lint_imports_command()"
    )
    return subprocess.run(
        [sys.executable, "-c", check, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_contracts_are_kept() -> None:
    answer = _lint(ROOT)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.mark.parametrize(("module", "line", "contract"), BREACHES)
def test_a_breach_is_caught(copied: Path, module: str, line: str, contract: str) -> None:
    breach = copied / "src" / "jingwei" / module
    breach.write_text(line + "\n")
    try:
        answer = _lint(copied)
    finally:
        breach.unlink()
    broken = [row for row in answer.stdout.splitlines() if row.rstrip().endswith("BROKEN")]
    assert answer.returncode == 1
    assert any(contract in row for row in broken), answer.stdout + answer.stderr
