"""The key database: apart from the cities, saved and put back by itself; the key that wraps it may lie elsewhere."""

from pathlib import Path

import pytest

from jingwei.installation import (
    Home,
    InstallationFault,
    Server,
    backup,
    backup_keys,
    connect,
    create_city_schema,
    drop_database,
    drop_keys,
    key_encryption_key,
    keys_server,
    make_keys,
    restore_keys,
)
from jingwei.project.settings.database import KEY_ENCRYPTION_KEY

KEY = "00000000-0000-0000-0000-000000000001"


def count(keys: Server) -> int:
    with connect(keys, "app", "boston") as connection:
        row = connection.execute("SELECT count(*) FROM key").fetchone()
        return int(row[0]) if row else -1


def test_the_keys_lie_apart_come_back_and_are_in_no_other_backup(
    embedded: Server, running_home: Home, tmp_path: Path
) -> None:
    keys = keys_server(running_home)
    assert keys.database == f"{embedded.database}_keys"
    try:
        create_city_schema(embedded, "boston")
        for _ in range(2):
            make_keys("boston", running_home)
        with connect(keys, "app", "boston") as connection:
            connection.execute("INSERT INTO key (id, wrapped) VALUES (%s, %s)", [KEY, b"wrapped-wrapped-wrapped"])
        manifest = backup(embedded, running_home, tmp_path / "cities")
        assert "secrets/kek" not in manifest["files"]
        backup_keys(tmp_path / "keys", running_home)
        assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600
        with pytest.raises(InstallationFault, match="exists already"):
            backup_keys(tmp_path / "keys", running_home)
        drop_keys("boston", running_home)
        make_keys("boston", running_home)
        assert count(keys) == 0
        with connect(keys, "app", "boston"), pytest.raises(InstallationFault, match="jingwei stop"):
            restore_keys(tmp_path / "keys", running_home)
        (tmp_path / "cut").write_bytes((tmp_path / "keys").read_bytes()[:2000])
        with pytest.raises(InstallationFault, match="pg_restore"):
            restore_keys(tmp_path / "cut", running_home)
        assert count(keys) == 0, "what could not be read whole takes nothing's place"
        restore_keys(tmp_path / "keys", running_home)
        assert count(keys) == 1
    finally:
        drop_database(keys, keys.database)


def test_an_older_copy_brings_back_no_key_that_was_destroyed_since(
    embedded: Server, running_home: Home, tmp_path: Path
) -> None:
    keys, others = keys_server(running_home), ["00000000-0000-0000-0000-000000000002", KEY]
    try:
        make_keys("boston", running_home)
        with connect(keys, "app", "boston") as connection:
            for key in others:
                connection.execute("INSERT INTO key (id, wrapped) VALUES (%s, %s)", [key, b"wrapped-wrapped-wrapped"])
        backup_keys(tmp_path / "older", running_home)
        with connect(keys, "app", "boston") as connection:
            connection.execute(
                "INSERT INTO destroyed VALUES (gen_random_uuid(), gen_random_uuid(), NULL, 'pipl47', now(), %s)",
                [[KEY]],
            )
            connection.execute("DELETE FROM key WHERE id = %s", [KEY])
        for _ in range(2):
            restore_keys(tmp_path / "older", running_home)
            assert count(keys) == 1
            with connect(keys, "app", "boston") as connection:
                listed = connection.execute("SELECT count(*) FROM destroyed").fetchone()
            assert listed == (1,), "the list itself is carried over"
    finally:
        drop_database(keys, keys.database)


def test_keys_may_lie_on_another_server(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINGWEI_KEYS_URL", "postgresql://root:word@keys.example/")
    keys = keys_server(home)
    assert (keys.address["host"], keys.database, keys.owner) == ("keys.example", "jingwei_keys", "jingwei_owner")


def test_the_key_encryption_key_may_lie_elsewhere(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert key_encryption_key(home) == (home.secrets / "kek").read_bytes().strip()
    other = tmp_path / "kek"
    other.write_text("k" * 64)
    other.chmod(0o640)
    monkeypatch.setenv("JINGWEI_KEK", str(other))
    assert key_encryption_key(home) == b"k" * 64
    other.chmod(0o644)
    with pytest.raises(InstallationFault, match="Everybody"):
        key_encryption_key(home)
    other.write_text("short")
    other.chmod(0o600)
    with pytest.raises(InstallationFault, match="fewer than 32"):
        key_encryption_key(home)
    other.unlink()
    with pytest.raises(InstallationFault, match="cannot be read"):
        key_encryption_key(home)
    assert KEY_ENCRYPTION_KEY() is None
