"""Whether every attached file lies where its hash says, with the bytes that make that hash. Needs no keys."""

from collections.abc import Callable

from jingwei.kernel.files.models import Attachment
from jingwei.kernel.files.store import SHAPES, Store
from jingwei.kernel.ledger.faults import Report

_AT_ONCE = 500


def verify_files(kept: Store, report: Report, progress: Callable[[int, int], None] = lambda *_: None) -> None:
    """Adds to a report how many contents were read, and a fault for each that is missing, unreadable or changed.

    The entries hold the rows, and the rows hold the hashes: so what the ledger tells of a file is compared to the last
    byte. An original that a declaration does not keep need not be there. To be called within a reading transaction.
    """
    found: dict[bytes, str] = {}
    rows = Attachment.objects.order_by("pk")
    count = rows.count()
    for number, row in enumerate(rows.iterator(chunk_size=_AT_ONCE), 1):
        for shape in SHAPES:
            digest = getattr(row, shape)
            if digest is None or (shape == "original" and not row.kept):
                continue
            key = bytes(digest)
            if key not in found:
                found[key] = kept.what_is_wrong(key)
            if found[key]:
                report.fault(Attachment._meta.db_table, row.pk, row.stream_id, f"the file of its {shape} {found[key]}")
        if number % _AT_ONCE == 0:
            progress(number, count)
    report.files = len(found)
