"""The data folder: private, made once, never weaker than it was."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jingwei.installation import Home, InstallationFault, home
from jingwei.installation.folder import SECRETS, write_once


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_first_start_makes_private_folders_and_secrets(tmp_path: Path) -> None:
    made = Home(tmp_path / "数据 var").prepare()
    assert [mode(folder) for folder in (made.secrets, made.run, made.logs)] == [0o700] * 3
    assert sorted(path.name for path in made.secrets.iterdir()) == sorted(SECRETS)
    assert {mode(path) for path in made.secrets.iterdir()} == {0o600}
    values = {made.secret(name) for name in SECRETS}
    assert len(values) == len(SECRETS)
    assert min(map(len, values)) >= 64


def test_later_starts_keep_the_secrets(tmp_path: Path) -> None:
    before = Home(tmp_path).prepare().secret("hmac")
    assert Home(tmp_path).prepare().secret("hmac") == before


def test_of_racing_first_starts_one_secret_counts(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: write_once(tmp_path / "key", f"secret {number}" * 1000), range(32)))
    assert len(set((tmp_path / "key").read_text().split("secret "))) == 2  # "" and one number
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    made = Home(tmp_path).prepare()
    (made.secrets / "hmac").chmod(0o640)
    with pytest.raises(InstallationFault, match="chmod 600") as refused:
        made.secret("hmac")
    assert "chmod 600" in refused.value.in_("zh-hans")
    assert made.secret("django")


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("in the way")
    with pytest.raises(InstallationFault, match="JINGWEI_HOME"):
        Home(tmp_path / "var").prepare()


def test_environment_names_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert home().path == tmp_path / "var"
    monkeypatch.setenv("JINGWEI_HOME", str(tmp_path / "elsewhere"))
    assert home().path == tmp_path / "elsewhere"
