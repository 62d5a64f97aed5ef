"""Two people at the same moment: one publication stands, the other is told why not, and the log is whole."""

import uuid
from functools import partial

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.rulebook.drafting import AskPublication, BeginDraft, ChangeDraft, NewValue, PublishDraft
from jingwei.kernel.rulebook.models import Draft, DraftChange, Value
from jingwei.kernel.values.errors import Conflict, Invalid
from jingwei.kernel.values.ids import new_id
from tests.city import City, add_post, day_of_city
from tests.clones import Clone, in_threads

EDITS = ("rulebook.read", "rulebook.edit")
SUBJECTS = ("ROAD//handle", "PARK-1//handle")


def handed_in(city: City, hours: int, *subjects: str) -> tuple[uuid.UUID, int]:
    """A draft that waits for its publication, and its version."""
    one, today = new_id(), day_of_city()
    content = {"counting": "continuous", "amount": hours, "unit": "hour"}
    values = tuple(NewValue(parameter="limit", subject=subject, content=content, basis="b") for subject in subjects)
    execute(city.actor("administrator"), BeginDraft(draft_id=one, title="t", from_on=today, values=values), city.key())
    execute(city.actor("administrator"), AskPublication(draft_id=one, expected_version=1), city.key())
    return one, Draft.objects.get(pk=one).version


def with_heads(clone: Clone) -> City:
    for code in ("first", "second"):
        add_post(clone.city, code, "CITY", "T", code, EDITS)
    return clone.city


def publish(city: City, post: str, draft: tuple[uuid.UUID, int], key: str) -> object:
    return execute(city.actor(post), PublishDraft(draft_id=draft[0], expected_version=draft[1]), key)


def test_two_drafts_of_the_same_values(clone: Clone) -> None:
    city = with_heads(clone)
    one, other = handed_in(city, 1, *SUBJECTS), handed_in(city, 2, *reversed(SUBJECTS))
    answers = in_threads(
        [partial(publish, city, "first", one, "one"), partial(publish, city, "second", other, "other")]
    )
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert [type(answer) for answer in refused] == [Conflict], answers
    open_ended = Value.objects.filter(parameter="limit", subject__in=SUBJECTS, until_on=None)
    assert len({value.content["amount"] for value in open_ended}) == 1 and len(open_ended) == len(SUBJECTS)
    assert sorted(Draft.objects.values_list("state", flat=True)) == ["asked", "published"]
    assert verify(clone.owner).faults == []


def test_two_people_on_the_same_draft(clone: Clone) -> None:
    city = with_heads(clone)
    one = handed_in(city, 1, *SUBJECTS)
    answers = in_threads([partial(publish, city, post, one, post) for post in ("first", "second")])
    assert sum(isinstance(answer, Invalid | Conflict) for answer in answers) == 1, answers
    assert Value.objects.filter(parameter="limit", subject=SUBJECTS[0], until_on=None).count() == 1
    assert verify(clone.owner).faults == []


def test_what_two_people_write_into_one_draft_is_kept(clone: Clone) -> None:
    city = with_heads(clone)
    one, today = new_id(), day_of_city()
    content = {"counting": "continuous", "amount": 1, "unit": "hour"}

    def value(subject: str) -> NewValue:
        return NewValue(parameter="limit", subject=subject, content=content, basis="b")

    begin = BeginDraft(draft_id=one, title="t", from_on=today, values=(value(SUBJECTS[0]),))
    execute(city.actor("administrator"), begin, city.key())
    subjects = {"first": "PARK//check", "second": "PARK//sign"}
    answers = in_threads(
        [
            partial(execute, city.actor(post), ChangeDraft(draft_id=one, values=(value(subject),)), post)
            for post, subject in subjects.items()
        ]
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    kept = DraftChange.objects.filter(draft=one).values_list("subject", flat=True)
    assert sorted(kept) == sorted([SUBJECTS[0], *subjects.values()])
    hands = {city.actor(post).reference for post in ("administrator", "first", "second")}
    assert set(Draft.objects.get(pk=one).hands) == hands
    assert verify(clone.owner).faults == []
