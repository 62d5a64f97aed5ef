"""The process that migrates a city: one at a time, also where the command that started an earlier one was killed."""

import django
from django.core.management import call_command
from django.db import connection

_LOCK = "SELECT pg_advisory_lock(hashtext('jingwei upgrade'), hashtext(current_schema()))"


def main() -> None:
    """Waits for whoever migrates the same city, on any machine, then brings its tables up to date."""
    django.setup()
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)  # of the session: it ends with this process
    call_command("migrate", interactive=False, skip_checks=True, verbosity=0)


if __name__ == "__main__":
    main()
