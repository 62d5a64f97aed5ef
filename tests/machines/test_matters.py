"""One machine for all types: random people do random things, and what must always hold always holds."""

import datetime
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from pytest_django import Settings

import jingwei.kernel.feeds.matter_type  # noqa: F401  # registers its type
from jingwei.kernel.agencies.commands import TakeUpPost
from jingwei.kernel.agencies.models import Post, Unit
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import calendar_of, marks_of, segments_of
from jingwei.kernel.clocks.segments import fold
from jingwei.kernel.commands.actor import Actor, public, system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.files.uploads import receive
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands import (
    Act,
    AnswerTask,
    AskTask,
    External,
    GiveLimit,
    LinkMatters,
    MergeMatters,
    Part,
    ReclassifyMatter,
    ReportMatter,
    SeparateMatter,
    SplitMatter,
)
from jingwei.kernel.matters.limits import due_of
from jingwei.kernel.matters.models import Matter, Step, Task
from jingwei.kernel.matters.types import Action, Field, MatterType, all_types, type_of
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, rules_of
from jingwei.kernel.values.errors import Refusal
from jingwei.kernel.values.ids import new_id
from tests.city import FOUNDER, IN_CELL, SINCE
from tests.clones import Clone
from tests.own_types import PICTURE, enter_classes, staff, told_of, unit_of
from tests.procedure import PROCEDURE, install

BEGAN = datetime.datetime(2026, 12, 1, 2, tzinfo=datetime.UTC)
SOURCE = system(
    "import:machine",
    *("matter.read", "matter.give_limit", "matter.link", "matter.restate", "matter.state"),
    *sorted({one.report_grant for one in all_types()}),
    history=True,
)
WORDS = st.sampled_from(["属实", "done", "", " ", "bell\x07", "两\n行"])
REASONS = st.sampled_from(["", "有理由", "a reason", "x" * 1001])


def value_of(field: Field, units: list[str]) -> st.SearchStrategy[Any]:
    """What somebody might write into a field: mostly right."""
    right: dict[str, st.SearchStrategy[Any]] = {
        "choice": st.sampled_from([key for key, _ in field.choices] or [""]),
        "number": st.integers(field.least or 0, field.most or (field.least or 0) + 99),
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
    posts: list[Post]

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGAN
        self.done = 0
        self.last = ""
        self.before: Matter | None = None

    @initialize(
        matter_type=st.sampled_from([*all_types(), PROCEDURE, PROCEDURE]),
        category=st.sampled_from(["ROAD-1", "PARK-1"]),
        cell=st.sampled_from([*IN_CELL, ""]),
        imported=st.booleans(),
    )
    def report(self, matter_type: MatterType, category: str, cell: str, imported: bool) -> None:
        named = unit_of(matter_type)
        command = ReportMatter(
            matter_id=new_id(),
            type=matter_type.key,
            category=f"{matter_type.key}-1" if matter_type.classes == "own" else category,
            fields=told_of(matter_type),
            channel="portal",
            point=IN_CELL[cell] if cell else None,
            external=External(source="machine", number=str(uuid.uuid4())) if imported else None,
            unit="ROADS" if imported else named,
        )
        self.type = matter_type
        self.other = new_id()
        self.id = self.other
        grant = matter_type.report_grant
        reporter = public(grant) if matter_type.public else system("recorder", grant)
        assert self._carry_out(reporter, replace(command, matter_id=self.other, external=None, unit=named))
        self.id, self.done = command.matter_id, 0
        assert self._carry_out(SOURCE if imported else reporter, command)

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
            files=self._files(actor, action) if wanted else (),
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

    def _files(self, actor: Actor, action: Action) -> tuple[FileGiven, ...]:
        """As many as the action demands."""
        return tuple(
            FileGiven(rule=rule.key, upload=receive(actor, lambda _: new_id(), [PICTURE], self.now).pk)
            for rule in action.files
            for _ in range(rule.least)
        )

    @rule(data=st.data(), wanted=st.integers(0, 9))
    def somebody_asks_for_a_task(self, data: st.DataObject, wanted: int) -> None:
        if not self.type.tasks:
            return
        rule_ = data.draw(st.sampled_from(self.type.tasks))
        actor = self._somebody(data, rule_.grant, wanted)
        post = data.draw(st.sampled_from(self.posts)) if rule_.role == "hand_over" or wanted == 9 else None
        unit = post.unit_id if post and wanted else uuid.UUID(data.draw(st.sampled_from(self.units)))
        fields = {field.key: data.draw(value_of(field, self.units)) for field in rule_.fields}
        command = AskTask(
            matter_id=self.id,
            role=rule_.role,
            unit=unit,
            post=post.pk if post else None,
            fields=fields,
            grant=rule_.grant,
        )
        state = self._matter().state
        if self._carry_out(actor, command):
            assert state in rule_.begins and actor.holds(rule_.grant)

    @rule(data=st.data(), answer=st.sampled_from(["accepted", "done", "done", "refused", "withdrawn"]))
    def somebody_answers_a_task(self, data: st.DataObject, answer: Any) -> None:
        tasks = list(Task.objects.filter(matter=self.id))
        if not tasks:
            return
        task, holder = data.draw(st.sampled_from(tasks)), self._matter().holder_id
        rule_ = self.type.task(task.role)
        assert rule_ is not None
        able = [one for one in self.actors if any(duty.unit == task.unit_id for duty in one.duties)]
        actor = data.draw(st.sampled_from([*able, *self.actors]))
        wanted = rule_.result if answer == "done" else ()
        fields = {field.key: data.draw(value_of(field, self.units)) for field in wanted}
        if answer == "refused" and rule_.refusals:
            fields["cause"] = data.draw(st.sampled_from([rule_.refusals[0][0], "none"]))
        grant = rule_.grant if answer == "withdrawn" else rule_.answers
        command = AnswerTask(matter_id=self.id, task_id=task.pk, answer=answer, fields=fields, grant=grant)
        if self._carry_out(actor, command):
            assert task.ended_at is None or task.role == "cosign"
            accepts = task.role == "hand_over" and answer == "accepted"
            assert self._matter().holder_id == (task.post_id if accepts else holder), "held before it was accepted"

    @rule(data=st.data(), kind=st.sampled_from(["merge", "separate", "split", "reclassify"]), wanted=st.integers(0, 9))
    def somebody_merges_splits_or_reclassifies(self, data: st.DataObject, kind: str, wanted: int) -> None:
        action = next((one for one in self.type.actions if one.kind == kind), None)
        if action is None:
            return
        said: dict[str, Any] = {"matter_id": self.id, "action": action.key, "fields": {}, "grant": action.grant}
        said["reason"] = "有理由"
        category = data.draw(st.sampled_from(["ROAD-2", "PARK-1", "none"]))
        parts = tuple(Part(matter_id=new_id(), category=category, fields={}) for _ in range(wanted % 4))
        command: Command = SeparateMatter(**said)
        if kind == "merge":
            command = MergeMatters(**said, other_id=self.id if not wanted else self.other)
        elif kind == "split":
            command = SplitMatter(**said, parts=parts)
        elif kind == "reclassify":
            command = ReclassifyMatter(**said, category=category)
        if self._carry_out(self._somebody(data, action.grant, wanted), command):
            self.last = action.key

    def _somebody(self, data: st.DataObject, grant: str, wanted: int) -> Actor:
        able = [actor for actor in self.actors if actor.holds(grant)]
        return data.draw(st.sampled_from(able if able and wanted > 1 else self.actors))

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
    def tasks_end_with_the_matter_and_give_their_units_sight(self) -> None:
        matter, tasks = self._matter(), list(Task.objects.filter(matter=self.id))
        assert matter.closed_at is None or all(task.ended_at is not None for task in tasks)
        seeing = {task.unit_id for task in tasks if task.state not in ("refused", "withdrawn")}
        assert set(matter.assisting or ()) == seeing
        running = {clock.key for clock in Clock.objects.filter(stream_id=self.id) if clock.status == "running"}
        assert all(task.ended_at is None for task in tasks if task.clock in running), "a clock outlives its task"

    @invariant()
    def the_version_counts_the_entries(self) -> None:
        matter = self._matter()
        assert matter.version == self.done == Entry.objects.filter(stream=self.id).count()

    @invariant()
    def clocks_are_the_fold_of_their_segments(self) -> None:
        matter = self._matter()
        with reading(FOUNDER) as scope:
            calendar = calendar_of(rules_of(scope), CITY_CALENDAR, scope.day_of(matter.opened_at))
        clocks = list(Clock.objects.filter(stream_id=self.id))
        if any(clock.key in self.type.due_clocks for clock in clocks):
            assert matter.due_at == due_of(self.type, clocks, calendar)
        for clock in clocks:
            state = fold(segments_of(clock), calendar)
            assert (clock.status, clock.due_at, clock.stopped_at) == (state.status, state.due_at, state.stopped_at)
            upcoming = [mark.at for mark in marks_of(clock, calendar)]
            assert clock.fires_at in (None, *upcoming)
            assert clock.status == "stopped" or matter.closed_at is None, "a clock runs on after the end"

    def teardown(self) -> None:
        following = uuid.UUID(int=self.id.int + 1)
        report = verify(self.clone.owner, low=self.id, high=following)
        assert (report.faults, report.streams) == ([], 1)


def _limit(subject: str) -> SetValue:
    content = {"counting": "natural_day", "amount": 2, "unit": "day"}
    return SetValue(parameter="limit", subject=subject, from_on=SINCE, content=content, basis="tests")


@pytest.fixture
def machine(clone: Clone, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> type[Matters]:
    """The machine on a clone of the city, with a type that uses every word of a declaration."""
    install(monkeypatch)
    settings.FILES = tmp_path / "files"
    for one in all_types():
        if one.classes == "own":
            enter_classes(one)
            staff(clone.city, one)
            limits = tuple(_limit(f"{one.key}//{clock.key}") for clock in one.clocks)
            execute(FOUNDER, SetManyValues(values=limits), f"limits of {one.key}")
    execute(FOUNDER, _limit("ROAD//assist"), "limit of a task")
    execute(FOUNDER, _limit("ROAD//reopen"), "limit of a window")
    person = clone.city.actor("handler-roads").id
    assert person
    execute(FOUNDER, TakeUpPost(person=person, post="checker"), "both")
    people = [clone.city.actor(code) for code in clone.city.accounts]

    class OnClone(Matters):
        pass

    OnClone.clone = clone
    OnClone.actors = [*people, SOURCE, public("matter.report"), system("idle")]
    OnClone.posts = list(Post.objects.order_by("code"))
    OnClone.units = [*(str(unit.pk) for unit in Unit.objects.order_by("code")), str(new_id())]
    return OnClone


_SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def test_what_must_always_hold_holds(machine: type[Matters]) -> None:
    few = hypothesis_settings(max_examples=10, stateful_step_count=25, suppress_health_check=_SLOW, derandomize=True)
    run_state_machine_as_test(machine, settings=few)


@pytest.mark.proof
def test_what_must_always_hold_holds_at_length(machine: type[Matters]) -> None:
    many = hypothesis_settings(max_examples=60, stateful_step_count=50, suppress_health_check=_SLOW, print_blob=True)
    run_state_machine_as_test(machine, settings=many)
