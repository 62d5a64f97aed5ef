"""`install` of a bundle refuses, in words and before it writes anything, a machine that it cannot run on."""

import subprocess
from pathlib import Path

import pytest

INSTALL = Path(__file__).resolve().parents[2] / "tools/bundle/install.sh"
MARKS = {"@VERSION@": "1", "@MACHINE@": "x86_64", "@GLIBC@": "36", "@PYTHON@": "python3.11"}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A folder with `install`, one file and its sum."""
    text = INSTALL.read_text(encoding="utf-8")
    for mark, value in MARKS.items():
        text = text.replace(mark, value)
    folder = tmp_path / "bundle"
    folder.mkdir()
    (folder / "install").write_text(text, encoding="utf-8")
    (folder / "README.txt").write_text("read me\n", encoding="utf-8")
    sums = subprocess.run(["sha256sum", "README.txt"], cwd=folder, capture_output=True, text=True, check=True)
    (folder / "SHA256SUMS").write_text(sums.stdout, encoding="utf-8")
    return folder


def install(bundle: Path, machine: str = "x86_64", glibc: str = "glibc 2.36") -> tuple[str, bool]:
    """What it says on a machine that answers so, and whether it wrote anything."""
    answers = bundle.parent / "bin"
    answers.mkdir()
    for program, answer in (("uname", machine), ("getconf", glibc)):
        (answers / program).write_text(f"#!/bin/sh\necho '{answer}'\n", encoding="utf-8")
        (answers / program).chmod(0o755)
    target = bundle.parent / "target"
    done = subprocess.run(
        ["sh", bundle / "install", target],
        env={"PATH": f"{answers}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    return done.stderr, target.exists()


def test_a_machine_of_another_kind_is_refused(bundle: Path) -> None:
    said, wrote = install(bundle, machine="aarch64")
    assert "This bundle is for x86_64; this machine is aarch64." in said and "本机是 aarch64" in said
    assert not wrote


@pytest.mark.parametrize("glibc", ["glibc 2.35", "glibc 2.9", "glibc 3.0", "musl libc"])
def test_a_glibc_older_than_the_wheels_need_is_refused(bundle: Path, glibc: str) -> None:
    said, wrote = install(bundle, glibc=glibc)
    assert f"here is {glibc}. Update the system." in said and "需要 glibc 2.36 或更新" in said
    assert not wrote


def test_a_bundle_that_was_not_copied_whole_is_refused(bundle: Path) -> None:
    (bundle / "README.txt").write_text("read", encoding="utf-8")
    said, wrote = install(bundle)
    assert "The bundle is not whole" in said and "请重新拷贝" in said
    assert not wrote
