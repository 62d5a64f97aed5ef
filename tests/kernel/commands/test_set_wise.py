"""Many commands at once write, byte for byte, what they write one by one."""

import datetime
import itertools
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from jingwei.kernel.commands.actor import public, system
from jingwei.kernel.commands.bulk import Keyed, execute_many
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands import Act, Contact, External, GiveLimit, LinkMatters, ReportMatter
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.sealing import keys, payload
from jingwei.kernel.values.errors import Conflict, Denied, Invalid, OutOfOrder, Refusal
from jingwei.kernel.values.ids import derived_ids, uuid7
from tests.city import FOUNDER, IN_CELL, City
from tests.clones import Clone, Clones

NOW = datetime.datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=datetime.UTC)
IMPORT = system(
    "import:tests",
    *("matter.report", "matter.read", "matter.give_limit", "matter.link", "matter.restate", "matter.state"),
    history=True,
)
LIVE = replace(IMPORT, name="tests", history=False)
MATTERS = [uuid7(1_770_000_000_000 + n, n.to_bytes(10, "big")) for n in range(6)]
HOURS = st.integers(0, 2000).map(lambda hours: NOW - datetime.timedelta(hours=hours))
ONE_OF = st.sampled_from(MATTERS)
TEXTS = st.sampled_from(["路灯不亮", "a pothole", "O'Neill \\ \t tab", "“引号”\nline two", ""])


@dataclass(frozen=True)
class Plan:
    """Commands under their keys, and how they are cut into batches."""

    commands: list[Keyed]
    cuts: list[int]

    def batches(self) -> list[list[Keyed]]:
        borders = sorted({0, len(self.commands), *(cut for cut in self.cuts if cut < len(self.commands))})
        return [self.commands[low:high] for low, high in zip(borders, borders[1:], strict=False)]


@st.composite
def reports(draw: st.DrawFn) -> ReportMatter:
    """A report, sometimes of a category or with a field that is not there."""
    number = draw(st.integers(0, len(MATTERS) - 1))
    return ReportMatter(
        matter_id=MATTERS[number],
        type="grid_event",
        category=draw(st.sampled_from(["ROAD-1", "ROAD-2", "PARK-1", "ROAD", "NONE"])),
        fields={"title": draw(TEXTS), "address": draw(TEXTS), **draw(st.sampled_from([{}, {}, {"nonsense": "x"}]))},
        channel=draw(st.sampled_from(["phone", "portal"])),
        point=draw(st.sampled_from([None, *IN_CELL.values()])),
        area=draw(st.sampled_from(["", "T1", "nowhere"])),
        contact=draw(st.sampled_from([None, Contact(name="王小明", phone="13800138000")])),
        external=External(source="tests", number=f"n{number}", digest=bytes([number]) * 32),
        unit=draw(st.sampled_from(["", "ROADS", "PARKS", "NOBODY"])),
        happened_at=draw(st.one_of(st.none(), HOURS)),
        claimed=draw(st.sampled_from(["", "2026-03-01 09:00"])),
    )


LIMITS = st.builds(GiveLimit, matter_id=ONE_OF, due_at=HOURS, basis=st.just("来源"), claimed=st.just("明天"))
LINKS = st.builds(
    LinkMatters,
    matter_id=ONE_OF,
    other_id=ONE_OF,
    kind=st.sampled_from(["duplicate_of", "related_to", "nonsense"]),
    happened_at=HOURS,
)
STATED = st.builds(
    Act,
    matter_id=ONE_OF,
    action=st.sampled_from(["close_stated", "close_stated", "reopen_stated", "nonsense"]),
    fields=st.sampled_from([{}, {"closure_code": "Case Resolved"}, {"closure_text": "已修好\n谢谢"}, {"wrong": "x"}]),
    reason=st.sampled_from(["", "来源更正"]),
    grant=st.just("matter.state"),
    happened_at=HOURS,
    expected_version=st.sampled_from([None, None, None, 1, 2]),
)


@st.composite
def plans(draw: st.DrawFn, most: int) -> Plan:
    """Reports of each matter once, with other commands before, between and after."""
    first = draw(st.lists(reports(), min_size=1, unique_by=lambda command: command.matter_id))
    others: Sequence[Command] = draw(st.lists(st.one_of(LIMITS, LINKS, STATED), max_size=most))
    mixed: list[Command] = draw(st.permutations([*first, *others]))
    keyed = [Keyed(f"k{place}", command) for place, command in enumerate(mixed)]
    repeats = draw(st.lists(st.sampled_from(keyed), max_size=3))
    return Plan([*keyed, *repeats], draw(st.lists(st.integers(1, len(keyed) + 3), max_size=4)))


def distinct(batch: Sequence[Keyed]) -> list[list[Keyed]]:
    """A batch may not hold a key twice: a repeat begins the next batch."""
    parts: list[list[Keyed]] = [[]]
    for keyed in batch:
        if any(one.key == keyed.key for one in parts[-1]):
            parts.append([])
        parts[-1].append(keyed)
    return parts


def told(answer: Any) -> Any:
    """An answer in a form that can be compared: the result, or kind, words and place of the refusal."""
    if isinstance(answer, Refusal):
        return type(answer).__name__, answer.reason, answer.place
    return dict(answer)


def one_by_one(plan: Plan, actor: Any) -> list[Any]:
    answers: list[Any] = []
    for keyed in plan.commands:
        try:
            answers.append(told(execute(actor, keyed.command, keyed.key, now=NOW, ids=derived_ids)))
        except Refusal as refusal:
            answers.append(told(refusal))
    return answers


def in_batches(plan: Plan, actor: Any) -> list[Any]:
    batches = [part for batch in plan.batches() for part in distinct(batch)]
    outcomes = [one for batch in batches for one in execute_many(actor, batch, now=NOW, ids=derived_ids)]
    return [told(one.refusal or one.result) for one in outcomes]


@contextmanager
def drawn_alike() -> Iterator[None]:
    """Keys, nonces and salts follow one upon another, so that two runs seal alike."""
    numbers = itertools.count(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "take", lambda: (uuid.UUID(int=next(numbers)), bytes(32)))
        patch.setattr(payload, "draw", lambda length: next(numbers).to_bytes(length, "big"))
        yield


def compare(clones: Clones, plan: Plan, actor: Any) -> None:
    """Runs the plan both ways on two clones; every byte of every table is the same, and so is every answer."""
    with drawn_alike(), clones() as clone:
        answers, expected = one_by_one(plan, actor), clone.dump()
        assert verify(clone.owner).faults == []
    with drawn_alike(), clones() as clone:
        assert in_batches(plan, actor) == answers
        assert clone.dump() == expected
        assert verify(clone.owner).faults == []


_SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=10, suppress_health_check=_SLOW, database=None)
@seed(20260302)
@given(plan=plans(12), actor=st.sampled_from([IMPORT, LIVE]))
def test_many_at_once_write_what_one_by_one_write(clones: Clones, plan: Plan, actor: Any) -> None:
    compare(clones, plan, actor)


@pytest.mark.proof
@settings(max_examples=60, suppress_health_check=_SLOW, print_blob=True)
@given(plan=plans(60), actor=st.sampled_from([IMPORT, LIVE]))
def test_many_at_once_write_what_one_by_one_write_at_length(clones: Clones, plan: Plan, actor: Any) -> None:
    compare(clones, plan, actor)


def _report(n: int) -> ReportMatter:
    return ReportMatter(
        matter_id=uuid7(1_770_000_000_000, n.to_bytes(10, "big")),
        type="grid_event",
        category="ROAD-1",
        fields={"title": f"第{n}号"},
        channel="phone",
        point=IN_CELL["T2-02"],
    )


def _reports(count: int) -> list[Keyed]:
    return [Keyed(f"r{n}", _report(n)) for n in range(count)]


def test_a_batch_repeated_has_no_second_effect(clone: Clone) -> None:
    first = execute_many(IMPORT, _reports(50), now=NOW, ids=derived_ids)
    before = clone.dump()
    again = execute_many(IMPORT, _reports(60), now=NOW, ids=derived_ids)
    assert [dict(one.result or {}) for one in again[:50]] == [dict(one.result or {}) for one in first]
    assert [one.repeated for one in again] == [True] * 50 + [False] * 10
    assert Matter.objects.count() == 60
    execute_many(IMPORT, _reports(60), now=NOW, ids=derived_ids)
    assert Entry.objects.filter(kind="matter.reported").count() == 60
    assert before["matters_matter"] in clone.dump()["matters_matter"]


def test_a_matter_of_the_same_batch_may_be_named(clones: Clones) -> None:
    """As it may one by one; a matter that the batch reports only later is not there yet."""
    one, two, three = (_report(n).matter_id for n in range(3))
    early = Keyed("early", LinkMatters(matter_id=one, other_id=three, kind="related_to"))
    late = Keyed("late", LinkMatters(matter_id=one, other_id=two, kind="duplicate_of"))
    reports = _reports(3)
    compare(clones, Plan([*reports[:2], early, reports[2], late], []), IMPORT)


def test_another_body_under_a_known_key_is_refused_alone(city: City) -> None:
    execute_many(IMPORT, _reports(2), now=NOW, ids=derived_ids)
    other = replace(_report(0), channel="web")
    outcomes = execute_many(IMPORT, [Keyed("r0", other), _reports(3)[2]], now=NOW, ids=derived_ids)
    assert isinstance(outcomes[0].refusal, Invalid) and outcomes[0].refusal.place == "key"
    assert outcomes[1].result and Matter.objects.count() == 3


def test_a_refused_command_of_a_batch_may_be_sent_again(city: City) -> None:
    command = replace(_report(0), category="NEW-1")
    assert execute_many(IMPORT, [Keyed("r0", command)], now=NOW)[0].refusal
    content = {"zh": "新类", "en": "New", "parent": "", "urgency": "U3", "open": True}
    new = SetValue(parameter="category", subject="NEW-1", from_on=datetime.date(2000, 1, 1), content=content, basis="b")
    execute(FOUNDER, new, "new")
    assert execute_many(IMPORT, [Keyed("r0", command)], now=NOW)[0].result


def test_one_key_twice_in_a_batch_is_invalid(city: City) -> None:
    with pytest.raises(Invalid) as refused:
        execute_many(IMPORT, _reports(1) * 2, now=NOW)
    assert refused.value.place == "key"
    assert Matter.objects.count() == 0


def test_one_matter_twice_in_a_batch_is_a_conflict_and_nothing_is_written(clone: Clone) -> None:
    command = _report(0)
    before = clone.dump()
    with pytest.raises(Conflict):
        execute_many(IMPORT, [Keyed("a", command), Keyed("b", command)], now=NOW)
    assert clone.dump() == before


def test_a_stranger_holds_no_locks_with_a_batch_either(city: City) -> None:
    with CaptureQueriesContext(connection) as asked, pytest.raises(Denied):
        execute_many(public(), _reports(1), now=NOW)
    assert len(asked) == 0


def test_a_command_without_a_set_wise_form_is_a_defect(city: City) -> None:
    word = SetValue(parameter="word", subject="w", from_on=datetime.date(2026, 1, 1), content={}, basis="b")
    with pytest.raises(OutOfOrder, match="SetValue has no set-wise form"):
        execute_many(system("x", "rulebook.edit"), [Keyed("w", word)])


def test_a_thousand_reports_take_a_dozen_round_trips(city: City) -> None:
    with CaptureQueriesContext(connection) as asked:
        outcomes = execute_many(IMPORT, _reports(1000), now=NOW, ids=derived_ids)
    assert all(one.result for one in outcomes)
    assert len(asked) <= 20
