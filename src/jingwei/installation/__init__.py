"""The lowest layer: the data folder and its secrets, the embedded PostgreSQL, database and roles, backup, processes.

Knows nothing of Django, so that it works before settings can be read.
"""

from jingwei.installation import postgres
from jingwei.installation.backups import backup, restore, verify_backup
from jingwei.installation.database import (
    EVERY_ROW,
    Server,
    check_city,
    checked_version,
    cities,
    clone_database,
    connect,
    create_city_schema,
    drop_city_schema,
    drop_database,
    ensure_database,
    server,
)
from jingwei.installation.faults import InstallationFault
from jingwei.installation.folder import Home, home
from jingwei.installation.keys import (
    backup_keys,
    drop_keys,
    key_encryption_key,
    keys_server,
    make_keys,
    restore_keys,
)
from jingwei.installation.processes import Process, child, children, start_child, stop_child
from jingwei.installation.training import (
    TrainingNote,
    clear_upcoming,
    exchange,
    forget_training,
    is_ready,
    mark_ready,
    training_note,
    training_notes,
    upcoming,
)

__all__ = [
    "EVERY_ROW",
    "Home",
    "Process",
    "Server",
    "backup",
    "backup_keys",
    "InstallationFault",
    "check_city",
    "checked_version",
    "child",
    "children",
    "cities",
    "clone_database",
    "connect",
    "create_city_schema",
    "drop_city_schema",
    "drop_database",
    "drop_keys",
    "ensure_database",
    "home",
    "key_encryption_key",
    "keys_server",
    "make_keys",
    "postgres",
    "restore",
    "restore_keys",
    "server",
    "start_child",
    "stop_child",
    "verify_backup",
    "TrainingNote",
    "clear_upcoming",
    "exchange",
    "forget_training",
    "is_ready",
    "mark_ready",
    "training_note",
    "training_notes",
    "upcoming",
]
