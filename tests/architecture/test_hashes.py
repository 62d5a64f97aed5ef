"""Every stored hash says why nobody can find by trying what it was made of: unsalted hashes of personal data are
personal data still."""

from django.apps import apps
from django.db import models

from tests.architecture.tables import THIRD_PARTY

HASHES = {
    "kit_bucket.key": "keyed (commands/keyed.py)",
    "commands_receipt.body_hash": "keyed",
    "matters_party.known_by": "keyed",
    "matters_externalnumber.digest": "keyed (matters/personal/statements.py)",
    "subjects_proof.whose": "keyed",
    "subjects_proof.code": "keyed",
    "matters_party.follow": "of a code drawn by the site, 80 bits",
    "agencies_apikey.digest": "of a key drawn by the site, 256 bits",
    "agencies_invitation.digest": "of a secret that the site makes under its own key, 256 bits",
    "agencies_workstation.code": "of a code drawn by the site, 59 bits, that holds for an hour",
    "agencies_workstation.digest": "of a secret drawn by the site, 256 bits",
    "ledger_entry.hash": "of the entry's body, which holds no personal data, and of row hashes salted by the stream",
    "ledger_leaf.hash": "of an entry",
    "ledger_fullnode.hash": "of leaves",
    "ledger_log.edge": "of leaves",
    "ledger_signedcheckpoint.root": "of leaves",
    "reads_batch.root": "of readings, which hold ids and codes",
    "rulebook_document.sha256": "of a template, which holds no personal data",
    "axes_accesslog.session_hash": "of the random key of a session",
}
FILES = {
    f"{table}.{column}": "of sealed bytes, by which the store finds them (kernel/files/store.py)"
    for table in ("files_upload", "files_attachment")
    for column in ("original", "copy", "thumb")
}
NO_HASHES = frozenset(
    {
        "ledger_entry.body",
        "ledger_log.public_key",
        "ledger_log.receipt_key",
        "places_boundary.wkb",
        "agencies_factor.handle",
        "rulebook_document.content",
    }
)
OF_A_STREAM = {"chain": "of an entry", "salt": "drawn by chance"}
OF_A_SEALED_ROW = {"sealed": "ciphertext"}
NAMED = ("hash", "digest", "sha", "fingerprint", "checksum")
"""Of columns that hold text."""


def stored() -> set[str]:
    """Every column that holds bytes, and every one that is named as a hash."""
    return {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField)
        or (isinstance(field, models.CharField | models.TextField) and any(one in field.name for one in NAMED))
    }


def test_every_stored_hash_says_why_it_cannot_be_tried() -> None:
    of_many = {one for one in stored() if one.partition(".")[2] in OF_A_STREAM | OF_A_SEALED_ROW}
    assert stored() - of_many == HASHES.keys() | FILES.keys() | NO_HASHES


def test_no_table_of_others_holds_a_hash_that_is_not_named() -> None:
    found = {one for one in stored() if one.partition(".")[0] in THIRD_PARTY}
    assert found <= HASHES.keys()
