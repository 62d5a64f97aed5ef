"""The one folder in which an installation keeps what is its own: secrets, pid files, logs, and mostly its database."""

import contextlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jingwei.installation.faults import InstallationFault

KEK, KEK_ELSEWHERE = "kek", "JINGWEI_KEK"
"""The secret that wraps the keys of sealed rows, and the variable that names a file for it outside this folder."""

SECRETS = ("django", "hmac", "database_owner", "database_app", "ledger", KEK)
"""Django's key; the key of blind indexes and rate limits; the passwords of the two roles on an external server; what
the keys of the logs are worked out from; the key of keys. The last two are in no backup: a copy of the city elsewhere
must not sign as it, and what opens personal data is kept apart from it."""


@dataclass(frozen=True, slots=True)
class Home:
    """The data folder of one installation (`JINGWEI_HOME`)."""

    path: Path

    @property
    def secrets(self) -> Path:
        return self.path / "secrets"

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def files(self) -> Path:
        return self.path / "files"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    def prepare(self) -> "Home":
        """Make what is missing of the folders (0700) and secrets (0600); what is there stays as it is."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for folder in (self.secrets, self.run, self.logs):
                folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise InstallationFault(
                f"无法建立数据文件夹 {self.path}：{error.strerror}。请更正 JINGWEI_HOME，或更换运行账户。",
                f"The data folder {self.path} cannot be made: {error.strerror}. Correct JINGWEI_HOME or the account.",
            ) from error
        for name in SECRETS:
            elsewhere = name == KEK and os.environ.get(KEK_ELSEWHERE)
            if not elsewhere and not (self.secrets / name).exists():
                write_once(self.secrets / name, secrets.token_urlsafe(48))
        return self

    def note(self, name: str, **facts: Any) -> None:
        """Notes in `run/NAME.json` what a command found, for the morning's check; other keys stay."""
        path = self.run / f"{name}.json"
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # none yet, or a damaged one
            known = {}
        replace_private(path, json.dumps({**known, **facts}, ensure_ascii=False).encode())

    def secret(self, name: str) -> str:
        """One of `SECRETS`, made at the first start. A file that others could read is refused."""
        path = self.secrets / name
        try:
            if path.stat().st_mode & 0o077:
                raise InstallationFault(
                    f"密钥文件 {path} 对他人可读。请执行 chmod 600，并考虑更换该密钥。",
                    f"Others can read the secret {path}. Run chmod 600 on it and think about replacing it.",
                )
            return path.read_text(encoding="ascii").strip()
        except OSError as error:
            raise InstallationFault(
                f"无法读取密钥 {path}：{error.strerror}。请用建立它的账户运行。",
                f"The secret {path} cannot be read: {error.strerror}. Run as the account that made it.",
            ) from error


def home() -> Home:
    """The folder named by `JINGWEI_HOME`, else `var` below the current folder, with its secrets made."""
    return Home(Path(os.environ.get("JINGWEI_HOME") or "var").expanduser().resolve()).prepare()


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that only this account can read, down to the disk; FileExistsError if there is one."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_once(path: Path, text: str) -> None:
    """Make a private file whole or not at all; of several writers the first one wins."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_private(draft, text.encode())
    try:
        with contextlib.suppress(FileExistsError):  # another start was first: its secret is the one that counts
            os.link(draft, path)
    finally:
        draft.unlink()


def replace_private(path: Path, content: bytes) -> None:
    """Put a private file in the place of whatever bears its name, in one step."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_private(draft, content)
    draft.replace(path)
