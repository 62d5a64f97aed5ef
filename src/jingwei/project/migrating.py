"""Where tables may be made: in the schema of a city, so never by a process that serves none."""

from typing import Any

from django.conf import settings


class OnlyInACity:
    """A database router. Without a city nothing migrates, and `makemigrations --check` needs no database."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """False without a city; with one, as Django has it."""
        return None if settings.CITY else False
