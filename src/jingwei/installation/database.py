"""How to reach the database server, its two roles, and the schemas of the cities.

`owner` migrates, `app` runs and owns nothing; a city is a schema; `public` holds only extensions. The administrator's
role makes databases, roles and extensions and is used for nothing else. psycopg is imported when first needed, as the
console starts ten times faster without it.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from jingwei.installation.faults import InstallationFault
from jingwei.installation.folder import Home
from jingwei.installation.folder import home as this_home
from jingwei.installation.postgres.cluster import PORT, SUPERUSER, cluster_of

if TYPE_CHECKING:
    from psycopg import Connection

Role = Literal["app", "owner", "admin"]

FLOOR = 15
"""The oldest major version of PostgreSQL; the newest that the tests run on is 18."""

EVERY_ROW = "{[0,2147483647]}"
"""The value of the setting `jw.areas` with which row-level security shows everything: for backups and verification."""

_CITY = re.compile(r"(?!pg_)[a-z][a-z0-9_]{1,30}")
_NOT_CITIES = {"public", "information_schema"}
_TRUSTED = ("btree_gist", "pg_trgm")
MAINTENANCE = "postgres"
"""The database that every server has; databases are made and dropped from there."""

_NETWORK = {
    "connect_timeout": "3",  # seconds
    "keepalives_idle": "2",  # seconds
    "keepalives_interval": "1",  # seconds
    "keepalives_count": "2",
    "tcp_user_timeout": "4000",  # milliseconds
}
"""So that within five seconds it is known that a server is out of reach; the URL may say otherwise."""

_BIG = 256 * 2**20
"""Bytes from which copying a database's files is quicker than writing them through the log."""


@dataclass(frozen=True, slots=True)
class Server:
    """One database on one server: addresses, role names and, away from our own socket, passwords."""

    address: Mapping[str, str]  # libpq's parameters but for user, password and database
    database: str
    admin: str
    owner: str
    app: str
    embedded: bool
    passwords: Mapping[str, str] = field(repr=False)  # role name: password; empty on our own 0700 socket

    def on(self, database: str) -> "Server":
        """The same server and roles with another database."""
        return replace(self, database=database)

    def user(self, role: Role) -> str:
        """The role's name on the server."""
        return {"app": self.app, "owner": self.owner, "admin": self.admin}[role]

    def conninfo(self, role: Role = "app", city: str | None = None) -> dict[str, Any]:
        """Parameters for `psycopg.connect(**…)`; with a city its schema leads the search path."""
        options = [self.address.get("options", "")]
        if city:
            options.append(f"-c search_path={'public' if city == 'public' else f'{check_city(city)},public'}")
        parameters = {**self.address, "dbname": self.database, "user": self.user(role)}
        parameters["password"] = self.passwords.get(parameters["user"], "")
        parameters["options"] = " ".join(filter(None, options))
        return {name: value for name, value in parameters.items() if value}

    def django_database(self, role: Role = "app", city: str | None = None) -> dict[str, Any]:
        """The same as an entry of Django's DATABASES; a pool is for the settings to add."""
        parameters = self.conninfo(role, city)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parameters.pop("dbname"),
            "USER": parameters.pop("user"),
            "PASSWORD": parameters.pop("password", ""),
            "HOST": parameters.pop("host", ""),
            "PORT": parameters.pop("port", ""),
            "OPTIONS": parameters,
            "CONN_MAX_AGE": 0,
        }


def server(home: Home | None = None) -> Server:
    """The server of `DATABASE_URL` (an administrator's URL), else the embedded one of the home. Asks no server.

    The URL's database is ours unless it is empty or `postgres`; then it is `jingwei`. `JINGWEI_DB_ROLES` names the
    two roles' common beginning, by default the database.
    """
    return server_at(os.environ.get("DATABASE_URL"), home or this_home(), "jingwei")


def server_at(url: str | None, home: Home, database: str, roles: str = "") -> Server:
    """The server of an administrator's URL, the embedded one without. `database` and `roles` (the two roles' common
    beginning) hold where the URL and `JINGWEI_DB_ROLES` name none."""
    parameters = (
        _parsed(url) if url else {"host": str(cluster_of(home).socket_folder), "port": str(PORT), "user": SUPERUSER}
    )
    named = parameters.pop("dbname", MAINTENANCE)
    database = database if named == MAINTENANCE else named
    base = os.environ.get("JINGWEI_DB_ROLES") or roles or database
    admin = parameters.pop("user", "postgres")
    password = parameters.pop("password", "")
    owner, app = f"{base}_owner", f"{base}_app"
    passwords = {}
    if url:
        parameters = {**_NETWORK, **parameters}
        passwords = {
            admin: password,
            owner: home.secret("database_owner"),
            app: home.secret("database_app"),
        }
    return Server(parameters, database, admin, owner, app, embedded=not url, passwords=passwords)


def _parsed(url: str) -> dict[str, str]:
    import psycopg.conninfo

    try:
        return {name: str(value) for name, value in psycopg.conninfo.conninfo_to_dict(url).items() if value}
    except psycopg.ProgrammingError as error:
        raise InstallationFault(
            "DATABASE_URL 无法解析。正确形式：postgresql://管理员:口令@主机:5432/jingwei",
            "DATABASE_URL cannot be read. Its form is postgresql://admin:password@host:5432/jingwei",
        ) from error


def connect(
    server: Server, role: Role = "admin", city: str | None = None, *, autocommit: bool = False
) -> "Connection[tuple[Any, ...]]":
    """A connection; used with `with` it commits and closes at the end. InstallationFault when the server is silent."""
    import psycopg

    try:
        return psycopg.connect(**server.conninfo(role, city), autocommit=autocommit)
    except psycopg.OperationalError as error:
        where = server.address.get("host", "localhost")
        remedy = ("请先执行 jingwei up。", "Run jingwei up first.")
        if not server.embedded:
            remedy = ("请检查 DATABASE_URL 和该服务器。", "See to DATABASE_URL and that server.")
        raise InstallationFault(
            f"无法以 {server.user(role)} 连接数据库 {server.database}（{where}）：{error}。{remedy[0]}",
            f"No connection as {server.user(role)} to database {server.database} at {where}: {error}. {remedy[1]}",
        ) from error


def checked_version(server: Server) -> int:
    """The server's major version; InstallationFault below `FLOOR`."""
    with connect(server.on(MAINTENANCE), autocommit=True) as connection:
        major = connection.info.server_version // 10_000
    if major < FLOOR:
        raise InstallationFault(
            f"数据库服务器是 PostgreSQL {major}，最低要求 {FLOOR}。请升级它，或去掉 DATABASE_URL 使用自带的数据库。",
            f"The database server is PostgreSQL {major}; {FLOOR} is the oldest that works. "
            "Upgrade it, or unset DATABASE_URL to use the embedded one.",
        )
    return major


def ensure_database(server: Server) -> None:
    """Make what is missing of roles, database and extensions; safe to repeat and to race."""
    from psycopg import sql

    checked_version(server)
    with connect(server.on(MAINTENANCE), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('jingwei installation'))")
        for role in (server.owner, server.app):
            _ensure_role(connection, server, role)
        if not _exists(connection, server.database):
            connection.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(server.database))
            )
        _grant(connection, server)
        with connect(server) as inside:  # still under the lock: two CREATE EXTENSION IF NOT EXISTS collide
            _ensure_extensions(inside, server)


def _ensure_role(connection: "Connection[tuple[Any, ...]]", server: Server, role: str) -> None:
    from psycopg import sql

    name = sql.Identifier(role)
    found = connection.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    if found is None:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE").format(name))
    elif found[0] and server.embedded:
        connection.execute(sql.SQL("ALTER ROLE {} NOSUPERUSER NOBYPASSRLS").format(name))
    elif found[0]:
        raise InstallationFault(
            f"角色 {role} 拥有超级用户或 BYPASSRLS 权限，数据库的行级安全策略对它无效，不能使用。请执行 "
            f"ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS，或用 JINGWEI_DB_ROLES 另选名称。",
            f"The role {role} is a superuser or bypasses row security: the database's policies do not bind it. Run "
            f"ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS, or choose other names with JINGWEI_DB_ROLES.",
        )
    if role in server.passwords:
        # hashed here, so that the password appears in no log of the server
        hashed = connection.pgconn.encrypt_password(
            server.passwords[role].encode(), role.encode(), b"scram-sha-256"
        ).decode()
        connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(hashed)))
    if not _is_superuser(connection):
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))


def _grant(connection: "Connection[tuple[Any, ...]]", server: Server) -> None:
    """The rights on the database itself, which a clone does not take over from its template."""
    from psycopg import sql

    names = {"db": sql.Identifier(server.database), "owner": sql.Identifier(server.owner)}
    names["app"] = sql.Identifier(server.app)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {db} FROM PUBLIC").format(**names))
    connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {db} TO {owner}, {app}").format(**names))
    connection.execute(sql.SQL("GRANT CREATE ON DATABASE {db} TO {owner}").format(**names))


def _ensure_extensions(connection: "Connection[tuple[Any, ...]]", server: Server) -> None:
    from psycopg import sql

    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise InstallationFault(
            f"数据库 {server.database} 的编码是 {encoding}，必须是 UTF8。请在 DATABASE_URL 中换一个数据库名。",
            f"The database {server.database} is encoded in {encoding}; it must be UTF8. "
            "Name another database in DATABASE_URL.",
        )
    offered = {name for (name,) in connection.execute("SELECT name FROM pg_available_extensions").fetchall()}
    missing = sorted(set(_TRUSTED) - offered)
    if missing:
        raise InstallationFault(
            f"数据库服务器缺少扩展 {missing}。请安装它的 contrib 软件包。",
            f"The database server lacks the extensions {missing}. Install its contrib package.",
        )
    wanted = [*_TRUSTED]
    if "pg_stat_statements" in offered and _is_superuser(connection):
        wanted.append("pg_stat_statements")
    for name in wanted:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA public").format(sql.Identifier(name)))
    connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")


def _is_superuser(connection: "Connection[tuple[Any, ...]]") -> bool:
    return connection.info.parameter_status("is_superuser") == "on"


def _exists(connection: "Connection[tuple[Any, ...]]", database: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is not None


def check_city(city: str) -> str:
    """The name itself if it can be a city's schema."""
    if not _CITY.fullmatch(city) or city in _NOT_CITIES:
        raise InstallationFault(
            f"城市名“{city}”不可用：须以小写字母开头，只含小写字母、数字和下划线，2 至 31 个字符，且不是保留名。",
            f'"{city}" cannot name a city: a small letter, then small letters, digits and underscores, '
            "2 to 31 characters, and no reserved name.",
        )
    return city


def create_city_schema(server: Server, city: str) -> None:
    """The city's schema, owned by `owner`, in which `app` may read and write rows but never TRUNCATE; repeatable."""
    from psycopg import sql

    names = {"city": sql.Identifier(check_city(city)), "app": sql.Identifier(server.app)}
    with connect(server, "owner") as connection:
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {city}").format(**names))
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {city} TO {app}").format(**names))
        connection.execute(
            sql.SQL(
                "ALTER DEFAULT PRIVILEGES IN SCHEMA {city} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}"
            ).format(**names)
        )
        connection.execute(
            sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA {city} GRANT USAGE ON SEQUENCES TO {app}").format(**names)
        )


def drop_city_schema(server: Server, city: str) -> None:
    """Remove the city with all it holds."""
    from psycopg import sql

    with connect(server, "owner") as connection:
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(check_city(city))))


def cities(server: Server) -> list[str]:
    """The cities of the database: the schemas that `owner` owns, by name."""
    with connect(server) as connection:
        rows = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspowner = (SELECT oid FROM pg_roles WHERE rolname = %s)"
            ' ORDER BY nspname COLLATE "C"',
            [server.owner],
        ).fetchall()
    return [name for (name,) in rows]


def exists_database(server: Server) -> bool:
    """Whether the server has this database already."""
    with connect(server.on(MAINTENANCE), autocommit=True) as connection:
        return _exists(connection, server.database)


def in_use(server: Server) -> bool:
    """Whether somebody is connected to this database."""
    with connect(server.on(MAINTENANCE), autocommit=True) as connection:
        return (
            connection.execute("SELECT 1 FROM pg_stat_activity WHERE datname = %s", [server.database]).fetchone()
            is not None
        )


def clone_database(server: Server, template: str, name: str) -> Server:
    """A copy of a database that nobody is connected to; the Server on it."""
    from psycopg import sql

    with connect(server.on(MAINTENANCE), autocommit=True) as connection:
        size = connection.execute("SELECT pg_database_size(%s)", [template]).fetchone()
        strategy = sql.SQL("FILE_COPY" if size and size[0] > _BIG else "WAL_LOG")
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {}").format(
                sql.Identifier(name), sql.Identifier(template), strategy
            )
        )
        _grant(connection, server.on(name))
    return server.on(name)


def drop_database(server: Server, name: str) -> None:
    """Remove a database if it is there, ending the sessions in it."""
    from psycopg import sql

    with connect(server.on(MAINTENANCE), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
