"""One machine for all types: random people do random things, and what must always hold always holds."""

import datetime
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

import jingwei.kernel.feeds.matter_type  # noqa: F401  # registers its type
from jingwei.kernel.agencies.commands import TakeUpPost
from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import CITY_CALENDAR, calendar_of, marks_of, segments_of
from jingwei.kernel.clocks.segments import fold
from jingwei.kernel.commands.actor import Actor, public, system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands import Act, External, GiveLimit, LinkMatters, ReportMatter
from jingwei.kernel.matters.models import Matter, Step
from jingwei.kernel.matters.types import Field, MatterType, all_types, type_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import Refusal
from jingwei.kernel.values.ids import new_id
from tests.city import FOUNDER, IN_CELL, POSTS
from tests.clones import Clone

BEGAN = datetime.datetime(2026, 12, 1, 2, tzinfo=datetime.UTC)
SOURCE = system(
    "import:machine",
    *("matter.report", "matter.read", "matter.give_limit", "matter.link", "matter.restate", "matter.state"),
    history=True,
)
WORDS = st.sampled_from(["属实", "done", "", " ", "bell\x07", "两\n行"])
REASONS = st.sampled_from(["", "有理由", "a reason", "x" * 1001])


def value_of(field: Field, units: list[str]) -> st.SearchStrategy[Any]:
    """What somebody might write into a field: mostly right."""
    right: dict[str, st.SearchStrategy[Any]] = {
        "choice": st.sampled_from([key for key, _ in field.choices] or [""]),
        "number": st.integers(0, 99),
        "yes_no": st.booleans(),
        "unit": st.sampled_from(units),
        "day": st.just("2026-12-24"),
    }
    return st.one_of(right.get(field.kind, st.just("属实")), right.get(field.kind, st.just("done")), WORDS)


class Matters(RuleBasedStateMachine):
    """One matter of any type in a city where everybody has a post, one person has two."""

    clone: Clone
    actors: list[Actor]
    units: list[str]

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGAN
        self.done = 0
        self.last = ""
        self.before: Matter | None = None

    @initialize(
        matter_type=st.sampled_from(all_types()),
        category=st.sampled_from(["ROAD-1", "PARK-1"]),
        cell=st.sampled_from([*IN_CELL, ""]),
        imported=st.booleans(),
    )
    def report(self, matter_type: MatterType, category: str, cell: str, imported: bool) -> None:
        command = ReportMatter(
            matter_id=new_id(),
            type=matter_type.key,
            category=category,
            fields={"title": "题"},
            channel="portal",
            point=IN_CELL[cell] if cell else None,
            external=External(source="machine", number=str(uuid.uuid4())) if imported else None,
            unit="ROADS" if imported else "",
        )
        self.type = matter_type
        self.id = command.matter_id
        assert self._carry_out(SOURCE if imported else public(matter_type.report_grant), command)

    @rule(hours=st.integers(0, 100))
    def time_passes(self, hours: int) -> None:
        self.now += datetime.timedelta(hours=hours)

    @rule(data=st.data(), reason=REASONS, wanted=st.integers(0, 9), stale=st.booleans())
    def somebody_acts(self, data: st.DataObject, reason: str, wanted: int, stale: bool) -> None:
        """Mostly what the state offers, by somebody who may; sometimes anything by anybody."""
        matter = self._matter()
        offered = [action for action in self.type.actions if matter.state in action.begins]
        action = data.draw(st.sampled_from(offered if offered and wanted else list(self.type.actions)))
        able = [actor for actor in self.actors if actor.holds(action.grant)]
        actor = data.draw(st.sampled_from(able if able and wanted > 1 else self.actors))
        fields = {field.key: data.draw(value_of(field, self.units)) for field in action.fields}
        version = matter.version - 1 if stale and not wanted else None
        command = Act(
            matter_id=self.id,
            action=action.key,
            fields=fields,
            reason=reason,
            grant=action.grant,
            expected_version=version,
        )
        allowed = (matter.state in action.begins, version is None, actor.holds(action.grant))
        if self._carry_out(actor, command):
            self.last = action.key
            assert all(allowed), "carried out against the declaration"
            assert not (action.system_only and actor.kind != "system")
            assert not (action.reason and not reason.strip())
            earlier = Step.objects.filter(matter=self.id, actor=actor.reference, action__in=action.not_by)
            assert not earlier.exists(), "the second person was the first"

    @rule(days=st.integers(-400, 400))
    def the_source_gives_a_limit(self, days: int) -> None:
        due = self.now + datetime.timedelta(days=days)
        self._carry_out(SOURCE, GiveLimit(matter_id=self.id, due_at=due, basis="来源"))

    @rule(itself=st.booleans(), kind=st.sampled_from(["duplicate_of", "related_to", "x"]))
    def the_source_links(self, itself: bool, kind: str) -> None:
        other = self.id if itself else Matter.objects.order_by("pk")[0].pk
        self._carry_out(SOURCE, LinkMatters(matter_id=self.id, other_id=other, kind=kind))

    def _carry_out(self, actor: Actor, command: Command) -> bool:
        before = Matter.objects.filter(pk=self.id).values().first()
        try:
            execute(actor, command, f"machine:{new_id()}", now=self.now)
        except Refusal as refusal:
            assert refusal.reason.zh.strip() and refusal.reason.en.strip()
            assert Matter.objects.filter(pk=self.id).values().first() == before, "a refusal left something"
            return False
        self.done += 1
        return True

    def _matter(self) -> Matter:
        return Matter.objects.get(pk=self.id)

    @invariant()
    def the_state_is_declared_and_a_final_one_is_closed(self) -> None:
        matter = self._matter()
        state = type_of(matter.type, matter.type_version).state(matter.state)
        assert (matter.closed_at is not None) is state.final

    @invariant()
    def a_final_state_stays_but_by_a_declared_act(self) -> None:
        matter, before = self._matter(), self.before
        if before is not None and before.state != matter.state:
            action = self.type.action(self.last)
            assert action is not None and before.state in action.begins and action.ends == matter.state
        self.before = matter

    @invariant()
    def the_version_counts_the_entries(self) -> None:
        matter = self._matter()
        assert matter.version == self.done == Entry.objects.filter(stream=self.id).count()

    @invariant()
    def clocks_are_the_fold_of_their_segments(self) -> None:
        matter = self._matter()
        with reading(FOUNDER) as scope:
            calendar = calendar_of(rules_of(scope), CITY_CALENDAR, matter.opened_at.date())
        due = next((one.key for one in self.type.clocks if one.measures_due), "")
        for clock in Clock.objects.filter(stream_id=self.id):
            state = fold(segments_of(clock), calendar)
            assert (clock.status, clock.due_at, clock.stopped_at) == (state.status, state.due_at, state.stopped_at)
            upcoming = [mark.at for mark in marks_of(clock, calendar)]
            assert clock.fires_at in (None, *upcoming)
            assert clock.status == "stopped" or matter.closed_at is None, "a clock runs on after the end"
            assert clock.key != due or clock.due_at == matter.due_at

    def teardown(self) -> None:
        following = uuid.UUID(int=self.id.int + 1)
        report = verify(self.clone.owner, low=self.id, high=following)
        assert (report.faults, report.streams) == ([], 1)


@pytest.fixture
def machine(clone: Clone) -> type[Matters]:
    """The machine on a clone of the city."""
    person = clone.city.actor("handler-roads").id
    assert person
    execute(FOUNDER, TakeUpPost(person=person, post="checker"), "both")
    people = [clone.city.actor(code) for code, *_ in POSTS]

    class OnClone(Matters):
        pass

    OnClone.clone = clone
    OnClone.actors = [*people, SOURCE, public("matter.report"), system("idle")]
    OnClone.units = [*(str(unit.pk) for unit in Unit.objects.order_by("code")), str(new_id())]
    return OnClone


_SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def test_what_must_always_hold_holds(machine: type[Matters]) -> None:
    few = settings(
        max_examples=10, stateful_step_count=25, deadline=None, suppress_health_check=_SLOW, derandomize=True
    )
    run_state_machine_as_test(machine, settings=few)


@pytest.mark.proof
def test_what_must_always_hold_holds_at_length(machine: type[Matters]) -> None:
    many = settings(
        max_examples=60, stateful_step_count=50, deadline=None, suppress_health_check=_SLOW, print_blob=True
    )
    run_state_machine_as_test(machine, settings=many)
