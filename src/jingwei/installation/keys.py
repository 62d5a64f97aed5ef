"""The key database: wrapped keys of sealed rows, apart from what they open; and the key that wraps them.

It is a database of its own (by default `<database>_keys` on the same server, `JINGWEI_KEYS_URL` names another), with a
schema a city and the same two roles. The backup of the cities never holds any of it: its own copies are kept 35 days at
most, so that an erased key is gone from everywhere by then.
"""

import os
from pathlib import Path
from typing import Any

from jingwei.installation.backups import client_tools, former, run_tool, swap_database
from jingwei.installation.database import (
    Server,
    checked_version,
    cities,
    connect,
    create_city_schema,
    drop_city_schema,
    drop_database,
    ensure_database,
    exists_database,
    in_use,
    server,
    server_at,
)
from jingwei.installation.faults import InstallationFault
from jingwei.installation.folder import KEK, KEK_ELSEWHERE, Home
from jingwei.installation.folder import home as this_home

_TABLES = """
CREATE TABLE IF NOT EXISTS key (
  id uuid PRIMARY KEY,
  wrapped bytea NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS wrapped_by (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  fingerprint bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS destroyed (
  erasure uuid PRIMARY KEY,
  matter uuid NOT NULL,
  party uuid,
  basis text NOT NULL,
  at timestamptz NOT NULL,
  keys uuid[] NOT NULL
);
"""
_KEEP_LIST = "REVOKE UPDATE, DELETE ON destroyed FROM {}"
"""The list of erasures only grows: it says what an older copy of the keys, or of a city, may not bring back."""

_LISTED = "SELECT erasure, matter, party, basis, at, keys FROM destroyed"
_LIST = """INSERT INTO destroyed (erasure, matter, party, basis, at, keys) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING"""
_DESTROY = "DELETE FROM key USING destroyed WHERE key.id = ANY(destroyed.keys)"


def keys_server(home: Home | None = None) -> Server:
    """The server of `JINGWEI_KEYS_URL` (an administrator's URL), else the main one with a database beside the main
    one's. Asks no server."""
    home = home or this_home()
    main, url = server(home), os.environ.get("JINGWEI_KEYS_URL")
    beside = f"{main.database}_keys"
    return server_at(url, home, beside, main.database) if url else main.on(beside)


def make_keys(city: str, home: Home | None = None) -> None:
    """The key database and the city's tables in it, as far as they are missing."""
    from psycopg import sql

    one = keys_server(home)
    if not exists_database(one):
        ensure_database(one)
    create_city_schema(one, city)
    with connect(one, "owner", city) as connection:
        connection.execute(_TABLES)
        connection.execute(sql.SQL(_KEEP_LIST).format(sql.Identifier(one.app)))


def drop_keys(city: str, home: Home | None = None) -> None:
    """Removes the keys of a city: nothing that was sealed in it can be read again, in no backup either."""
    one = keys_server(home)
    if exists_database(one):
        drop_city_schema(one, city)


def key_encryption_key(home: Home | None = None) -> bytes:
    """The text of the key that wraps all others: `secrets/kek` of the home, or the file that `JINGWEI_KEK` names,
    which may belong to another user. Raises InstallationFault where it cannot be read, or everybody could."""
    home, elsewhere = home or this_home(), os.environ.get(KEK_ELSEWHERE)
    if not elsewhere:
        return home.secret(KEK).encode()
    path = Path(elsewhere)
    try:
        if path.stat().st_mode & 0o007:
            raise InstallationFault(
                f"密钥文件 {path} 对所有用户开放。请执行 chmod o= 收回。",
                f"Everybody can reach the key {path}. Take that away with chmod o=.",
            )
        text = path.read_bytes().strip()
    except OSError as error:
        raise InstallationFault(
            f"无法读取密钥 {path}：{error.strerror}。请检查 {KEK_ELSEWHERE}，并允许运行账户所在的组读取。",
            f"The key {path} cannot be read: {error.strerror}. See to {KEK_ELSEWHERE}, and let the account's group "
            "read it.",
        ) from error
    if len(text) < 32:
        raise InstallationFault(
            f"密钥文件 {path} 少于 32 个字符。请用 openssl rand -base64 48 生成。",
            f"The key {path} has fewer than 32 characters. Make it with openssl rand -base64 48.",
        )
    return text


def backup_keys(target: Path, home: Home | None = None) -> None:
    """The key database as one new file (0600). It opens nothing without the key encryption key, which is not in it."""
    if target.exists():
        raise InstallationFault(f"{target} 已存在。请另选一个新文件名。", f"{target} exists already. Name a new file.")
    one = keys_server(home)
    draft = target.with_name(f".{target.name}.partial")
    run_tool(client_tools(one, checked_version(one)), "pg_dump", one, ["--format=custom", f"--file={draft}"])
    draft.replace(target)


def restore_keys(source: Path, home: Home | None = None) -> None:
    """Puts a saved key database in the place of the present one, once it has been read whole. Keys made since are
    lost, with what they opened, so it is for a lost key database only. What the present one lists as erased stays so;
    where there is none any more, `jingwei upgrade` erases again what the cities know of."""
    if not source.is_file():
        raise InstallationFault(f"没有文件 {source}。", f"There is no file {source}.")
    one = keys_server(home)
    if exists_database(one) and in_use(one):
        raise InstallationFault(
            "还有程序连着密钥库；它们手里的密钥在恢复之后就不存在了。请先执行 jingwei stop。",
            "Programs are still connected to the key database; the keys that they hold would be gone after this. "
            "Run jingwei stop first.",
        )
    tools, new = client_tools(one, checked_version(one)), one.on(f"{one.database}_restoring")
    drop_database(one, new.database)
    ensure_database(new)
    run_tool(tools, "pg_restore", new, ["--exit-on-error", str(source.absolute())])
    if exists_database(one):
        _erase_again(one, new)
    swap_database(one, new)
    drop_database(one, former(one))


def _erase_again(present: Server, restored: Server) -> None:
    """The restored key database lists what the present one lists, and has none of those keys."""
    known = set(cities(present))
    for city in cities(restored):
        with connect(restored, "owner", city) as connection:
            connection.execute(_TABLES)
            for row in _list_of(present, city) if city in known else ():
                connection.execute(_LIST, row)
            connection.execute(_DESTROY)


def _list_of(present: Server, city: str) -> list[tuple[Any, ...]]:
    with connect(present, "owner", city) as connection:
        connection.execute(_TABLES)
        return connection.execute(_LISTED).fetchall()
