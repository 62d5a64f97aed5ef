"""Files that pages borrow: listed with their sums, missed where they lack, named by content, never from elsewhere."""

import json
import re
import shutil
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from jingwei.kit.borrowed.files import FOLDER, LIST, borrowed, missing
from jingwei.kit.checking import kept
from jingwei.kit.checking.lines import State
from jingwei.project.static_names import NamesByContent, collect
from tests.architecture.tree import ROOT
from tests.city import City


def test_all_that_is_listed_is_here_with_the_licence_of_every_package() -> None:
    assert missing() == []
    named = {one.source.rpartition("/")[0] for one in borrowed()}
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    run = {path.removeprefix("node_modules/") for path, row in locked.items() if path and not row.get("dev")}
    assert run - named == set()
    assert kept.pages().state is State.OK


def test_the_lock_names_no_address() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text()


def test_what_lacks_or_differs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(FOLDER, tmp_path / "here")
    (tmp_path / "here" / "echarts.js").write_text("another")
    (tmp_path / "here" / "maplibre-gl.css").unlink()
    assert missing(tmp_path / "here") == ["maplibre-gl.css", "echarts.js"]
    monkeypatch.setattr(kept, "missing", lambda: ["echarts.js"])
    line = kept.pages()
    assert line.state is State.WARNING and "echarts.js" in line.said.en and "make ready" in line.remedy.zh


def test_a_changed_package_is_refused_and_nothing_is_taken(tmp_path: Path) -> None:
    """The step, carried out on a copy of the project whose installed package was changed."""
    for name in ("tools/pages.py", "package-lock.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    for one in borrowed():
        target = tmp_path / "node_modules" / one.source
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(FOLDER / one.name, target)
    (tmp_path / "node_modules/echarts/dist/echarts.simple.min.js").write_text("changed")
    package = tmp_path / "src/jingwei/kit/borrowed"
    package.mkdir(parents=True)
    for name in (LIST.name, "files.py", "__init__.py"):
        shutil.copyfile(LIST.with_name(name), package / name)
    for parent in (package.parent, package.parent.parent):
        (parent / "__init__.py").touch()
    words = [sys.executable, "-c", "import sys; sys.path[:0] = ['src', 'tools']; import pages; pages.copy()"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "nothing was taken: echarts.js" in done.stderr
    assert not (tmp_path / "src/jingwei/kit/static/borrowed").exists()


def test_collected_files_have_names_by_content_and_modules_their_type(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    assert NamesByContent(location=str(tmp_path)).url("kit/jingwei.css") == "/static/kit/jingwei.css"
    collect()
    name = NamesByContent(location=str(tmp_path)).url("borrowed/maplibre-gl.mjs")
    assert re.fullmatch(r"/static/borrowed/maplibre-gl\.[0-9a-f]{12}\.mjs", name)
    answer = Client().get(name, headers={"accept-encoding": "gzip"})
    assert answer.status_code == HTTPStatus.OK
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]


def test_the_policy_allows_own_workers_and_nothing_looser(city: City) -> None:
    policy = Client().get("/boundaries/").headers["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "unsafe" not in policy and "blob:" not in policy and "http" not in policy
