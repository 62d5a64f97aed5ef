"""The sequencer alone, as the worker runs it: a process of its own beside what is measured, until it is stopped."""

import time

import django
from django.conf import settings

if __name__ == "__main__":
    django.setup()
    from jingwei.installation import home
    from jingwei.surfaces.console.log.keeper import keeper_of
    from jingwei.surfaces.console.worker import PAUSE, keep_log

    keeper = keeper_of(home(), settings.CITY)
    while True:
        if not keep_log(keeper):
            time.sleep(PAUSE)
