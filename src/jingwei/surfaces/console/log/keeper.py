"""What a city's log needs of this installation: its name, its key, the folder for checkpoints."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from jingwei.installation.folder import Home
from jingwei.kernel.ledger.checkpoints import Keeper, kept_path
from jingwei.kernel.ledger.notes import Signer, signer_from


def keeper_of(home: Home, city: str) -> Keeper:
    """The keeper of a city's log. Each origin has its own key, worked out from the secret `ledger`."""
    site = urlsplit(os.environ.get("JINGWEI_PUBLIC_URL", "")).hostname or "jingwei"

    def signer_of(origin: str) -> Signer:
        return signer_from(home.secret("ledger"), origin)

    return Keeper(f"{site}/{city}", signer_of, folder_of(home, city))


def folder_of(home: Home, city: str) -> Path:
    """Where the latest checkpoints of a city lie: beside the database, and no restore touches it."""
    return home.path / "checkpoints" / city


def kept_note(home: Home, city: str, origin: str) -> str | None:
    """The checkpoint of this log that is kept outside the database, if there is one."""
    path = kept_path(folder_of(home, city), origin)
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else None
