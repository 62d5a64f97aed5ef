"""The worker of a training city has it made anew when the time has come, by a process of its own."""

import datetime
import logging
import sys

from jingwei.installation import home, start_child, training_note
from jingwei.surfaces.console.process import environment

log = logging.getLogger("jingwei.training")


def see_to_reset(city: str, now: datetime.datetime) -> bool:
    """Begins the making where it is due; tells whether it did. Nothing is due in a city that is none for training."""
    note = training_note(city)
    if note is None or not note.due(now):
        return False
    note.tried_at(now).keep(home())
    words = [sys.executable, "-m", "jingwei.surfaces.console.main", "training", "reset", "--city", city]
    start_child(home(), f"reset-{city}", words, environment=environment(city))
    log.info("the training city %s is made anew", city)
    return True
