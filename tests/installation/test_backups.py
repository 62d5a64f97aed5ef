"""Backup and restore: nothing lost, nothing half, and no changed byte unseen."""

import hashlib
import json
import random
import shutil
from pathlib import Path

import pytest

from jingwei.installation import (
    Home,
    InstallationFault,
    Server,
    backup,
    cities,
    connect,
    create_city_schema,
    drop_city_schema,
    drop_database,
    restore,
    verify_backup,
)


@pytest.fixture
def filled(embedded: Server) -> Server:
    create_city_schema(embedded, "boston")
    with connect(embedded, "owner", "boston") as connection:
        connection.execute("CREATE TABLE matter (id int PRIMARY KEY, title text, place int4range)")
        connection.execute("ALTER TABLE matter ADD EXCLUDE USING gist (id WITH =, place WITH &&)")
        connection.execute(
            "INSERT INTO matter SELECT n, '井盖 ' || n, int4range(n, n + 1) FROM generate_series(1, 500) n"
        )
    return embedded


def titles(server: Server) -> list[str]:
    with connect(server, "app", "boston") as connection:
        return [title for (title,) in connection.execute("SELECT title FROM matter ORDER BY id").fetchall()]


def flip(path: Path, position: int) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)


def test_a_backup_comes_back_whole(filled: Server, running_home: Home, tmp_path: Path) -> None:
    before, secret = titles(filled), running_home.secret("hmac")
    manifest = backup(filled, running_home, tmp_path / "一 backup")
    assert manifest["cities"] == ["boston"]
    assert sorted(manifest["files"]) == ["database.dump", "secrets/django", "secrets/hmac"]
    folders = [tmp_path / "一 backup", tmp_path / "一 backup" / "secrets"]
    assert [path.stat().st_mode & 0o777 for path in folders] == [0o700] * 2
    files = [path for path in folders[0].rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    drop_city_schema(filled, "boston")
    (running_home.secrets / "hmac").write_text("another one")
    assert restore(filled, running_home, folders[0]) == manifest | {
        "seal": json.loads((folders[0] / "manifest.json").read_text())["seal"]
    }
    assert titles(filled) == before
    assert running_home.secret("hmac") == secret
    with connect(filled, "owner", "boston") as connection:
        connection.execute("CREATE TABLE later (n int)")
    with connect(filled, "app", "boston") as connection:
        connection.execute("INSERT INTO later VALUES (1)")


@pytest.mark.parametrize("name", ["database.dump", "secrets/django", "secrets/hmac", "manifest.json"])
def test_one_changed_byte_is_found_and_nothing_is_restored(
    filled: Server, running_home: Home, tmp_path: Path, name: str
) -> None:
    backup(filled, running_home, tmp_path / "b")
    assert verify_backup(tmp_path / "b") == []
    damaged = tmp_path / "b" / name
    flip(damaged, damaged.stat().st_size // 2)
    found = verify_backup(tmp_path / "b")
    assert len(found) == 1
    assert str(damaged) in found[0].en
    assert str(damaged) in found[0].zh
    with pytest.raises(InstallationFault, match=name):
        restore(filled, running_home, tmp_path / "b", replace=True)
    assert len(titles(filled)) == 500
    flip(damaged, damaged.stat().st_size // 2)
    assert verify_backup(tmp_path / "b") == []


def test_missing_files_are_found(filled: Server, running_home: Home, tmp_path: Path) -> None:
    backup(filled, running_home, tmp_path / "b")
    (tmp_path / "b" / "secrets" / "hmac").unlink()
    assert ["hmac of the backup is missing" in fault.en for fault in verify_backup(tmp_path / "b")] == [True]
    (tmp_path / "b" / "manifest.json").unlink()
    assert ["manifest.json" in fault.en for fault in verify_backup(tmp_path / "b")] == [True]


def test_a_filled_database_is_replaced_only_on_demand(filled: Server, running_home: Home, tmp_path: Path) -> None:
    backup(filled, running_home, tmp_path / "b")
    with connect(filled, "app", "boston") as session:
        session.execute("UPDATE matter SET title = 'changed since'")
        session.commit()
        with pytest.raises(InstallationFault, match="--replace"):
            restore(filled, running_home, tmp_path / "b")
        assert set(titles(filled)) == {"changed since"}
        restore(filled, running_home, tmp_path / "b", replace=True)  # the open session is ended
    assert "changed since" not in titles(filled)
    with connect(filled) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'jingwei%'").fetchall()
    assert names == [("jingwei",)], "nothing is left lying about"


def test_a_restore_that_fails_leaves_the_old_database(
    filled: Server, running_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(filled, running_home, tmp_path / "b")
    monkeypatch.setattr("jingwei.installation.backups.cities", lambda server: ["boston", "nantong"])
    with pytest.raises(InstallationFault, match="old database was not touched"):
        restore(filled, running_home, tmp_path / "b", replace=True)
    assert len(titles(filled)) == 500


def test_without_secrets(filled: Server, running_home: Home, tmp_path: Path) -> None:
    manifest = backup(filled, running_home, tmp_path / "b", without_secrets=True)
    assert list(manifest["files"]) == ["database.dump"]
    assert not (tmp_path / "b" / "secrets").exists()
    secret = running_home.secret("django")
    restore(filled, running_home, tmp_path / "b", replace=True)
    assert running_home.secret("django") == secret
    assert cities(filled) == ["boston"]


def test_what_cannot_be_backed_up_or_restored_is_said(
    filled: Server, running_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(filled, running_home, tmp_path / "b")
    with pytest.raises(InstallationFault, match="exists already"):
        backup(filled, running_home, tmp_path / "b")
    monkeypatch.setattr("jingwei.installation.backups.checked_version", lambda server: 14)
    with pytest.raises(InstallationFault, match="cannot go into the older 14"):
        restore(filled, running_home, tmp_path / "b", replace=True)
    with pytest.raises(InstallationFault, match="pg_dump of PostgreSQL 14 is needed"):
        backup(filled, running_home, tmp_path / "c")
    monkeypatch.undo()
    drop_city_schema(filled, "boston")
    with pytest.raises(InstallationFault, match="no city"):
        backup(filled, running_home, tmp_path / "c")
    assert [path.name for path in tmp_path.iterdir()] == ["b"], "nothing half is left"


def test_roles_of_another_name_are_refused(filled: Server, running_home: Home, tmp_path: Path) -> None:
    from dataclasses import replace

    backup(filled, running_home, tmp_path / "b")
    with pytest.raises(InstallationFault, match="JINGWEI_DB_ROLES=jingwei"):
        restore(replace(filled, owner="other_owner"), running_home, tmp_path / "b", replace=True)


def _stored(home: Home, city: str, content: bytes) -> Path:
    name = hashlib.sha256(content).hexdigest()
    path = home.files / city / name[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_files_come_back_beside_what_is_there(filled: Server, running_home: Home, tmp_path: Path) -> None:
    first = _stored(running_home, "boston", b"a picture")
    manifest = backup(filled, running_home, tmp_path / "b")
    saved = f"files/boston/{first.parent.name}/{first.name}"
    assert saved in manifest["files"]
    first.unlink()
    second = _stored(running_home, "boston", b"a later picture")
    restore(filled, running_home, tmp_path / "b", replace=True)
    assert (first.read_bytes(), second.read_bytes()) == (b"a picture", b"a later picture")
    assert first.stat().st_mode & 0o777 == 0o600
    flip(tmp_path / "b" / saved, 3)
    assert [saved in fault.en for fault in verify_backup(tmp_path / "b")] == [True]


def test_a_file_damaged_before_the_backup_is_told(filled: Server, running_home: Home, tmp_path: Path) -> None:
    flip(_stored(running_home, "boston", b"a picture"), 0)
    backup(filled, running_home, tmp_path / "b")
    (fault,) = verify_backup(tmp_path / "b")
    assert "damaged before" in fault.en


def test_of_twenty_flipped_bytes_each_is_reported_with_its_file(
    filled: Server, running_home: Home, tmp_path: Path
) -> None:
    shutil.rmtree(running_home.files, ignore_errors=True)  # other tests leave files that are damaged already
    for number in range(6):
        _stored(running_home, "boston", f"picture {number}".encode() * 50)
    backup(filled, running_home, tmp_path / "b")
    chance = random.Random(35)
    files = sorted(path for path in (tmp_path / "b").rglob("*") if path.is_file())
    for _ in range(20):
        damaged = chance.choice(files)
        whole = damaged.read_bytes()
        flip(damaged, chance.randrange(len(whole)))
        found = verify_backup(tmp_path / "b")
        assert [str(damaged) in fault.en and str(damaged) in fault.zh for fault in found] == [True]
        damaged.write_bytes(whole)
    assert verify_backup(tmp_path / "b") == []


def test_a_destroyed_installation_comes_back_and_its_checkpoints_were_never_touched(
    filled: Server, running_home: Home, tmp_path: Path
) -> None:
    before, picture = titles(filled), _stored(running_home, "boston", b"a picture")
    backup(filled, running_home, tmp_path / "b")
    kept = running_home.path / "checkpoints" / "boston" / "1.note"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(b"later than the backup")
    drop_database(filled, filled.database)
    picture.unlink()
    restore(filled, running_home, tmp_path / "b")
    assert titles(filled) == before and picture.read_bytes() == b"a picture"
    assert kept.read_bytes() == b"later than the backup"
    assert not any("checkpoints" in str(path) for path in (tmp_path / "b").rglob("*"))
