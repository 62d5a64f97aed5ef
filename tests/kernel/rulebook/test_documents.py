"""Documents that values of the rulebook name: kept once with the draft by which they came, told in its entry."""

import uuid
from typing import Any

import pytest

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.rulebook.commands import problems_of
from jingwei.kernel.rulebook.documents import LARGEST, digest_of, document
from jingwei.kernel.rulebook.drafting import BeginDraft, ChangeDraft, NewValue
from jingwei.kernel.rulebook.models import Document
from jingwei.kernel.values.errors import Conflict, Invalid
from jingwei.kernel.values.ids import new_id
from tests.city import City, day_of_city

ONE, OTHER = b"PK one", b"PK other"


def named(content: bytes, subject: str = "order/zh") -> NewValue:
    """A value that names a document."""
    return NewValue(parameter="print", subject=subject, content={"docx": digest_of(content)}, basis="tests")


def begin(city: City, *values: NewValue, documents: tuple[bytes, ...]) -> Any:
    command = BeginDraft(draft_id=new_id(), title="文书", from_on=day_of_city(), values=values, documents=documents)
    return execute(city.actor("administrator"), command, city.key())


def test_a_document_is_kept_once_and_told_in_the_entry(city: City) -> None:
    first = begin(city, named(ONE), documents=(ONE,))
    second = begin(city, named(ONE), named(OTHER, "order/en"), documents=(ONE, OTHER))
    kept = {row.sha256: row for row in Document.objects.all()}
    assert set(kept) == {digest_of(ONE), digest_of(OTHER)}
    assert [str(row.draft_id) for row in kept.values()] == [first["draft"], second["draft"]]
    assert document(digest_of(OTHER)) == OTHER
    body = bytes(Entry.objects.get(stream=first["draft"]).body).decode()
    assert str(kept[digest_of(ONE)].pk) in body, "the hash of its row stands in the entry"


def test_what_is_there_already_need_not_be_sent_again(city: City) -> None:
    draft = uuid.UUID(begin(city, named(ONE), documents=(ONE,))["draft"])
    change = ChangeDraft(draft_id=draft, values=(named(ONE, "order/en"),))
    execute(city.actor("administrator"), change, city.key())
    assert Document.objects.values_list("sha256", flat=True).get() == digest_of(ONE)


def test_a_value_that_names_what_is_not_kept_and_a_large_one_are_refused(city: City) -> None:
    with pytest.raises(Invalid, match="send it again"):
        begin(city, named(ONE), documents=(OTHER,))
    large = bytes(LARGEST + 1)
    with pytest.raises(Invalid, match="larger than 600 KB"):
        begin(city, named(large), documents=(large,))
    assert not Document.objects.exists()
    with pytest.raises(Conflict):
        document(digest_of(ONE))


@pytest.mark.parametrize(
    "content", [{"docx": "x"}, {"docx": 7}, {"docx": "A" * 64}, {"docx": "a" * 64, "typst": "="}, {}]
)
def test_what_a_template_must_look_like(content: dict[str, Any]) -> None:
    assert problems_of("print", content)
    assert not problems_of("print", {"docx": "a" * 64})
