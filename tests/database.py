"""The database of the tests: a template made once from the migrations, a clone of it for each process of pytest.

Loaded as a plugin (`-p tests.database`) before Django's settings are, which it tells where to work. The server is the
installation's own (JINGWEI_PG_BIN chooses other programs) or the one of DATABASE_URL.
"""

import fcntl
import hashlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FrameType
from typing import IO, Any

import pytest

from jingwei.installation import EVERY_ROW

_ROOT = Path(__file__).resolve().parents[1]
_TESTS, _OURS = f"{_ROOT / 'tests'}/", f"{_ROOT / 'src'}/"
_QUERY_SETS = f"{_OURS}jingwei/kernel/writes/"
CITY = "tested"
_in_use: list[IO[str]] = []
"""Held open, with a shared lock, as long as this process works with the tests' server."""

os.environ.setdefault("JINGWEI_HOME", str(_ROOT / "var" / "tests"))
(Path(os.environ["JINGWEI_HOME"]) / "static").mkdir(parents=True, exist_ok=True)
os.environ["JINGWEI_CITY"] = CITY
os.environ["JINGWEI_ROLE"] = "app"
os.environ.setdefault("JINGWEI_POOL", "30")  # races run in as many threads


@cache
def _template_name() -> str:
    """Named by what the migrations say, so that a changed one makes a new template."""
    seen = hashlib.sha256()
    for path in sorted((_ROOT / "src").glob("jingwei/**/migrations/*.py")):
        seen.update(path.read_bytes())
    return f"jingwei_tests_{seen.hexdigest()[:10]}"


def bare() -> str:
    """The database of this process of pytest, in which there is no city."""
    return f"{_template_name()}_{os.getpid()}"


def _make_template(name: str) -> None:
    from django.core.management import call_command
    from django.db import connection

    from jingwei.installation import create_city_schema, drop_database, ensure_database, server

    making = server().on(f"{name}_making")
    drop_database(server(), making.database)
    ensure_database(making)
    create_city_schema(making, CITY)
    before = dict(connection.settings_dict)
    lead_to(making.database, server().user("owner"), server().conninfo("owner").get("password", ""))
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    lead_to(before["NAME"], before["USER"], before["PASSWORD"])
    administer(f'ALTER DATABASE "{making.database}" RENAME TO "{name}"')


def lead_to(database: str, user: str = "", password: str = "") -> None:
    """Ends Django's connections and leads new ones to this database, as this user if one is given."""
    from django.db import connection, connections

    from jingwei.installation import server

    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]  # of Django's PostgreSQL connection
    address = server().django_database("app", CITY)  # the first start may have settled the server elsewhere
    connection.settings_dict.update(NAME=database, HOST=address["HOST"], PORT=address["PORT"])
    if user:
        connection.settings_dict["USER"], connection.settings_dict["PASSWORD"] = user, password


EVERYTHING = f" -c jw.areas={EVERY_ROW} -c jw.writing=on"
"""For connections of a test's own: they look at every row."""

_NOTHING = ("jw.areas", "jw.units", "jw.unit_areas", "jw.assisting", "jw.granted", "jw.writing", "jw.by_heads")
_TELL = "SELECT set_config('jw.areas', %s, %s), set_config('jw.writing', %s, %s)"


def _end_of_scope(leave: Any) -> Any:
    """As `leave` of `Atomic`; in a test's own transaction what a command or a reading was told ends with it."""

    def left(block: Any, *error: Any) -> None:
        from django.db import connection

        leave(block, *error)
        raw = connection.connection
        if (
            block.durable
            and connection.in_atomic_block
            and raw is not None
            and raw.info.transaction_status.name == "INTRANS"
        ):
            raw.execute("SELECT set_config(name, '', true) FROM unnest(%s::text[]) name", [list(_NOTHING)])

    return left


def _widen(execute: Any, statement: Any, parameters: Any, many: bool, context: dict[str, Any]) -> Any:
    """A statement that a test itself asks outside any scope sees and writes every matter; the code under test fails.

    The database refuses by itself only where there is a row; here it is heard without one.
    """
    if not any(table in str(statement) for table in _secured()):
        return execute(statement, parameters, many, context)
    raw = context["connection"].connection
    local = raw.info.transaction_status.name != "IDLE"
    if raw.execute("SELECT current_setting('jw.areas', true)").fetchone()[0]:
        return execute(statement, parameters, many, context)  # in the scope that was opened
    if not _asked_by_a_test():
        raise AssertionError(f"matters are asked for outside reading(actor) and execute: {statement}")
    raw.execute(_TELL, [EVERY_ROW, local, "on", local])
    try:
        return execute(statement, parameters, many, context)
    finally:
        if raw.info.transaction_status.name != "INERROR":
            raw.execute(_TELL, ["", local, "", local])


@cache
def _secured() -> tuple[str, ...]:
    """The tables with row-level security."""
    from django.apps import apps

    return tuple(one._meta.db_table for one in apps.get_models() if getattr(one, "row_security", False))


def _asked_by_a_test() -> bool:
    """Whether the innermost function of the project that waits for the answer is one of the tests'."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(_TESTS) and name != __file__:
            return True
        if name.startswith(_OURS) and not name.startswith(_QUERY_SETS):
            return False
        frame = frame.f_back
    return False


def _watch(connection: Any, **_: Any) -> None:
    if _widen not in connection.execute_wrappers:
        connection.execute_wrappers.append(_widen)


def behind(statement: str, *values: Any) -> None:
    """A change that a test makes behind the ledger, in its own transaction: nothing else leads into the past. It owes
    no entry."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SELECT set_config('jw.owed', pg_current_xact_id()::text, true)")


def administer(statement: str) -> None:
    """One statement of the administrator's, outside any of the tests' databases."""
    from jingwei.installation import connect, server

    with connect(server().on("postgres"), autocommit=True) as connection:
        connection.execute(statement)


def _outlives_no_power_cut() -> None:
    """The tests' own server waits for no disk: what it holds is made anew. Tests of faults start servers of their own,
    with the product's settings."""
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        administer(f"ALTER SYSTEM SET {setting} = off")
    administer("SELECT pg_reload_conf()")


def exists(name: str) -> bool:
    """Whether there is a database of this name."""
    from jingwei.installation import connect, server

    with connect(server().on("postgres")) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """In place of pytest-django's: the owner migrates, the tests run as the app, as in production."""
    from django.db.backends.signals import connection_created
    from django.db.transaction import Atomic

    from jingwei.installation import clone_database, drop_database, home, make_keys, postgres, server
    from jingwei.installation.processes import only_one

    Atomic.__exit__ = _end_of_scope(Atomic.__exit__)  # type: ignore[method-assign]
    users = (home().run / "tests.users").open("a")
    fcntl.flock(users, fcntl.LOCK_SH)
    _in_use.append(users)
    if server().embedded:
        postgres.start(home())
    template, mine = _template_name(), bare()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's blocker
        with only_one(home(), "tests-template"):
            if server().embedded:
                _outlives_no_power_cut()
            make_keys(CITY)
            if not exists(template):
                _make_template(template)
            clone_database(server(), template, mine)
        lead_to(mine)
        connection_created.connect(_watch)
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # as above
        lead_to("postgres")
    drop_database(server(), mine)


@pytest.fixture(autouse=True)
def _its_database(request: pytest.FixtureRequest) -> None:
    """Django's connections lead to the database with the test city for a test that asks for the city, and else to the
    bare one: said before pytest-django begins the test's transaction, for this plugin is loaded before it."""
    from django.db import connection

    if "city_database" in request.fixturenames:
        name = request.getfixturevalue("city_database").name
        if connection.settings_dict["NAME"] != name:
            lead_to(name)
    elif connection.settings_dict["NAME"].startswith("jw_city_"):
        lead_to(bare())


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last one out stops the tests' own server."""
    from jingwei.installation import home, postgres, server

    own = os.environ["JINGWEI_HOME"] == str(_ROOT / "var" / "tests") and server().embedded
    if hasattr(config, "workerinput") or not own or not postgres.status(home()).running:
        return
    for file in _in_use:
        file.close()
    with (home().run / "tests.users").open("a") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # another run of the tests works with it
        postgres.stop(home())
