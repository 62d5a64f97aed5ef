"""`DATABASE_URL`: a server that somebody else runs, with passwords; Debian's older one where the system has it."""

from collections.abc import Iterator
from urllib.parse import quote

import psycopg
import pytest

from jingwei.installation import (
    EVERY_ROW,
    Home,
    InstallationFault,
    backup,
    checked_version,
    cities,
    connect,
    create_city_schema,
    database,
    ensure_database,
    postgres,
    restore,
    server,
    verify_backup,
)
from tests.installation import machine

RULES = "local all root_of_all,postgres trust\nlocal all all scram-sha-256\n"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """An administrator's URL for a server that asks everyone but its administrators for a password."""
    with machine.room("root") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("JINGWEI_PG_BIN", str(machine.other_programs()))
        patch.delenv("DATABASE_URL", raising=False)
        status = postgres.start(Home(folder / "external").prepare())
        (status.data / "pg_hba.conf").write_text(RULES)
        with psycopg.connect(host=str(status.socket_folder), user="postgres", autocommit=True) as connection:
            connection.execute("CREATE ROLE root_of_all LOGIN CREATEDB CREATEROLE")
            connection.execute("SELECT pg_reload_conf()")
        yield f"postgresql://postgres@/records?host={quote(str(status.socket_folder))}&application_name=jingwei"


@pytest.fixture
def home(home: Home, url: str, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("DATABASE_URL", url)
    return home


def test_roles_log_in_with_the_passwords_of_the_home(home: Home) -> None:
    one = server(home)
    assert not one.embedded
    assert (one.database, one.owner, one.app) == ("records", "records_owner", "records_app")
    ensure_database(one)
    ensure_database(one)
    create_city_schema(one, "boston")
    with connect(one, "app", "boston") as connection:
        row = connection.execute(
            "SELECT current_user, current_schema(), current_setting('application_name')"
        ).fetchone()
        assert row == ("records_app", "boston", "jingwei")
    assert cities(one) == ["boston"]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(**{**one.conninfo("app"), "password": "guessed"})
    for name in ("database_owner", "database_app"):
        assert home.secret(name) not in repr(one), "no password gets into a log by accident"


def test_backup_and_restore_with_the_tools_of_the_same_major(home: Home) -> None:
    one = server(home).on("records_copied")
    ensure_database(one)
    create_city_schema(one, "boston")
    manifest = backup(one, home, home.path / "backup")
    assert manifest["server_major"] == int(manifest["pg_dump"].partition(".")[0]) == checked_version(one)
    assert verify_backup(home.path / "backup") == []
    restore(one, home, home.path / "backup", replace=True)
    assert cities(one) == ["boston"]


def test_an_administrator_need_not_be_a_superuser(home: Home, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", url.replace("postgres@", "root_of_all@").replace("/records", "/modest"))
    one = server(home)
    ensure_database(one)
    create_city_schema(one, "boston")
    with connect(one, "owner", "boston") as connection:
        connection.execute("CREATE TABLE matter (n int); INSERT INTO matter VALUES (7)")
        connection.execute("ALTER TABLE matter ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        connection.execute(
            "CREATE POLICY seen ON matter"
            " USING (n::bigint <@ NULLIF(current_setting('jw.areas', true), '')::int8multirange)"
        )
    backup(one, home, home.path / "modest backup")
    restore(one, home, home.path / "modest backup", replace=True)
    with connect(one, "app", "boston") as connection:
        assert connection.execute("SELECT count(*) FROM matter").fetchone() == (0,)
        connection.execute("SELECT set_config('jw.areas', %s, true)", [EVERY_ROW])
        assert connection.execute("SELECT n FROM matter").fetchall() == [(7,)], "the backup holds what a policy hides"


def test_a_superuser_is_never_taken_for_owner_or_app(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINGWEI_DB_ROLES", "mighty")
    one = server(home).on("mighty")
    with connect(server(home).on("postgres")) as connection:
        connection.execute("CREATE ROLE mighty_app SUPERUSER LOGIN")
    with pytest.raises(InstallationFault, match="mighty_app is a superuser"):
        ensure_database(one)


def test_an_old_server_is_refused(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    major = checked_version(server(home))
    monkeypatch.setattr(database, "FLOOR", major + 1)
    with pytest.raises(InstallationFault, match=f"PostgreSQL {major}; {major + 1} is the oldest"):
        ensure_database(server(home))


@pytest.mark.parametrize("wrong", ["mysql://root@localhost/x", "postgresql://a@b:port/x y?z"])
def test_a_url_that_cannot_be_read(home: Home, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("DATABASE_URL", wrong)
    with pytest.raises(InstallationFault, match="postgresql://admin:password@host"):
        server(home)


def test_a_silent_server_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://postgres@127.0.0.1:1/records")
    with pytest.raises(InstallationFault, match="DATABASE_URL"):
        ensure_database(server(home))


def test_the_maintenance_database_is_never_ours(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = "p@ss"
    monkeypatch.setenv("DATABASE_URL", f"postgresql://admin:{quote(odd)}@db.example:6000/postgres?sslmode=require")
    one = server(home)
    assert one.conninfo("admin") == {
        "host": "db.example",
        "port": "6000",
        "sslmode": "require",
        "connect_timeout": "3",
        "keepalives_idle": "2",
        "keepalives_interval": "1",
        "keepalives_count": "2",
        "tcp_user_timeout": "4000",
        "dbname": "jingwei",
        "user": "admin",
        "password": "p@ss",
    }
    monkeypatch.setenv("DATABASE_URL", "postgresql://admin@db.example/records?connect_timeout=20")
    assert server(home).conninfo("admin")["connect_timeout"] == "20", "the address goes first"
