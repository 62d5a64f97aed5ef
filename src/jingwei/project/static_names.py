"""Static files go out compressed, under names that tell their content, so that browsers keep them for ever."""

import fcntl
import hashlib
import logging
import shutil
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

_LATEST = ".collected"


class NamesByContent(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise states no types
    """The names of the collected files. What was not collected goes out under its plain name, uncompressed: the tests
    collect nothing, and a data folder that cannot be written stops no city."""

    def stored_name(self, name: str) -> str:
        """As the page names the file."""
        try:
            return str(super().stored_name(name))
        except ValueError:  # whitenoise and Django raise it for a name that the manifest does not have
            return name


def collect() -> None:
    """Puts the static files of this program into STATIC_ROOT, once for each state of them; about half a second, and
    nothing where they are there. Processes that start together wait for the first. A failure goes to the log."""
    root = Path(settings.STATIC_ROOT)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with (root / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            latest, state = root / _LATEST, _state()
            if latest.is_file() and latest.read_text() == state:
                return
            latest.unlink(missing_ok=True)
            if shutil.disk_usage(root).free < 50_000_000:
                raise OSError("less than 50 MB are free")
            call_command("collectstatic", interactive=False, verbosity=0)
            latest.write_text(state)
    except (OSError, ValueError) as error:
        logging.getLogger("jingwei.static").error("static files go out uncompressed: %s", error)


def _state() -> str:
    """A sum over name, size and time of change of every file that applications bring."""
    files = sorted(
        (name, storage.size(name), storage.get_modified_time(name).isoformat())
        for finder in get_finders()
        for name, storage in finder.list([])
    )
    return hashlib.sha256(repr(files).encode()).hexdigest()
