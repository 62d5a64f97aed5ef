"""Seals, after an upgrade, the personal data and the files that earlier editions kept in clear."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.bulk import Keyed, execute_many
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.personal.sealing import GRANT, SealMatter, lying_open

_BATCH = 100  # with their files, a batch takes seconds
_LOCK = "hashtext('jingwei seal'), hashtext(current_schema())"
_BY = system("console:seal", GRANT)


def seal_what_lies_open(progress: Callable[[int], None] = lambda _: None) -> int:
    """Seals all matters with something in clear, in batches of their own transactions; gives how many there were.

    Ended at any moment, it goes on with what is left: a matter that is sealed is not found again. It waits for one that
    is at it already, as where the upgrade that began that one was killed.
    """
    done = 0
    with _alone():
        while batch := _waiting():
            outcomes = execute_many(_BY, [Keyed(f"seal:{uuid.uuid4()}", SealMatter(matter_id=one)) for one in batch])
            refused = [one.refusal for one in outcomes if one.refusal is not None]
            if refused:
                raise refused[0]
            done += len(batch)
            progress(done)
    return done


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({_LOCK})")
        try:
            yield
        finally:
            cursor.execute(f"SELECT pg_advisory_unlock({_LOCK})")


def _waiting() -> list[uuid.UUID]:
    with reading(_BY):
        return lying_open(_BATCH)
