"""Two clients at one gate: of each act that counts or completes exactly one happens, and the other is told why not."""

import datetime
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from jingwei.kernel.agencies.commands import EnterPost, TakeUpPost
from jingwei.kernel.agencies.models import Post
from jingwei.kernel.commands.actor import Actor, public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command, Result
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands import (
    AcceptHandOver,
    AnswerTask,
    AnswerUrging,
    AskTask,
    External,
    HandOverShift,
    ReportMatter,
    Urge,
)
from jingwei.kernel.matters.commands.posts.end_post import EndPost
from jingwei.kernel.matters.commands.tasks import Answer, answer_fields
from jingwei.kernel.matters.models import ExternalNumber, HandOver, Link, Matter, Step, Task, Urging
from jingwei.kernel.matters.policies import READ
from jingwei.kernel.matters.types import Action, MatterType, TaskRule
from jingwei.kernel.values.errors import Conflict, Invalid, Refusal
from jingwei.kernel.values.ids import new_id
from tests.city import FOUNDER, IN_CELL, add_post
from tests.clones import Clone, in_threads
from tests.duty import person_of
from tests.procedure import PROCEDURE, install
from tests.walks import BEGAN, Walker, Way, allowed, every_type, way_to, ways

TYPES = [*every_type(), PROCEDURE]
WITH_TASKS = [one for one in TYPES if one.tasks]

Attempt = tuple[Actor, Command]


def named(one: object) -> str:
    return f"{one.key}-{one.version}" if isinstance(one, MatterType) else str(one)


@pytest.fixture(autouse=True)
def _installed(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.FILES = tmp_path / "files"
    install(monkeypatch)
    yield


def at_once(clone: Clone, attempts: Sequence[Attempt], at: datetime.datetime | None = None) -> list[Result | Exception]:
    """Every attempt on a connection of its own, all let go in the same moment, each under a key of its own."""
    gate = threading.Barrier(len(attempts))

    def attempt(actor: Actor, command: Command, key: str) -> Result:
        gate.wait()
        return execute(actor, command, key, now=at)

    return in_threads([partial(attempt, actor, command, clone.city.key()) for actor, command in attempts])


def the_refused(answers: Sequence[Result | Exception]) -> Refusal:
    """The one refusal beside the one that was carried out, with its reason in both languages."""
    refusals = [one for one in answers if isinstance(one, Exception)]
    assert len(answers) - len(refusals) == 1, answers
    (refusal,) = refusals
    assert isinstance(refusal, Conflict | Invalid), refusal
    assert refusal.reason.zh.strip() and refusal.reason.en.strip()
    return refusal


def counts_or_completes(one: MatterType, action: Action) -> bool:
    """Whether the act is bounded in number, ends the matter, or makes several of it."""
    return bool(action.times or action.kind != "act" or (action.ends and one.state(action.ends).final))


@pytest.mark.parametrize("one", TYPES, ids=named)
def test_of_two_who_do_what_counts_or_completes_one_does_it(clone: Clone, one: MatterType) -> None:
    walker = Walker(clone.city, one)
    for action in one.actions:
        if counts_or_completes(one, action):
            _raced(clone, walker, action, stated=not _settled_by_itself(one, action))
    assert verify(clone.owner).faults == []


@pytest.mark.proof
@pytest.mark.parametrize("one", TYPES, ids=named)
def test_of_two_who_do_the_same_act_one_does_it(clone: Clone, one: MatterType) -> None:
    """Every act that settles itself, without the version that was read; every act with it."""
    walker = Walker(clone.city, one)
    for action in one.actions:
        if _settled_by_itself(one, action):
            _raced(clone, walker, action, stated=False)
        _raced(clone, walker, action, stated=True)
    assert verify(clone.owner).faults == []


def _settled_by_itself(one: MatterType, action: Action) -> bool:
    """Whether the act, once done, cannot be done again where it leads."""
    state, way = _first(one, action)
    after = Way(way.answers, (*way.acts, action.key))
    return bool(action.ends or action.times) and not allowed(one, action, action.ends or state, after)


def _first(one: MatterType, action: Action) -> tuple[str, Way]:
    return next((state, way) for (key, state), way in ways(one).items() if key == action.key)


def _raced(clone: Clone, walker: Walker, action: Action, *, stated: bool) -> None:
    refusal = _race(clone, walker, action, _first(walker.type, action)[1], stated=stated)
    if stated:
        assert isinstance(refusal, Conflict), action.key
    else:
        assert refusal.place in ("action", "other_id"), f"{action.key}: {refusal}"


def _race(clone: Clone, walker: Walker, action: Action, way: Way, *, stated: bool) -> Refusal:
    matter = walker.stand(way)
    at = walker.at(way, len(way.acts))
    version = {"expected_version": matter.version} if stated else {}
    people = [walker.able(action) for _ in range(2)]
    attempts = [(actor, walker.command(matter, action, actor, at, **version)) for actor in people]
    refusal = the_refused(at_once(clone, attempts, at))
    after = Matter.objects.get(pk=matter.pk)
    assert after.state == (action.ends or matter.state)
    assert Entry.objects.filter(stream=matter.pk).count() == after.version == matter.version + 1
    done = Step.objects.filter(matter=matter, action=action.key).count()
    assert done == way.acts.count(action.key) + 1
    if action.kind == "merge":
        assert Link.objects.filter(matter=matter, ended_at=None).count() == 1
    if action.kind == "split":
        assert Link.objects.filter(other=matter, ended_at=None).count() == 2
    return refusal


# --- Tasks ------------------------------------------------------------------------------------------------------------


def asked(walker: Walker, rule: TaskRule, post: Post) -> tuple[Matter, Command]:
    """A matter in which the task may be asked for, and the command that asks this post or its unit."""
    way = way_to(walker.type, rule.begins[0])
    assert way is not None
    matter = walker.stand(way)
    command = AskTask(
        matter_id=matter.pk,
        role=rule.role,
        unit=post.unit_id,
        post=post.pk if rule.role == "hand_over" else None,
        fields={field.key: walker.filled(field) for field in rule.fields},
        grant=rule.grant,
    )
    return matter, command


def receiver(clone: Clone, rule: TaskRule, name: str) -> Post:
    """A post of another unit that may answer; in a unit that no matter is led by, so that it reaches all."""
    grants = (rule.answers, READ)
    post = EnterPost(code=name, unit="CHECK", area="T", role="walker", title=(name, name), grants=grants)
    execute(FOUNDER, post, clone.city.key())
    return Post.objects.get(code=name)


@pytest.mark.parametrize("one", WITH_TASKS, ids=named)
def test_of_two_who_ask_answer_or_take_one_task_one_does(clone: Clone, one: MatterType) -> None:
    walker = Walker(clone.city, one)
    for rule in one.tasks:
        post = receiver(clone, rule, f"r-{rule.role.replace('_', '-')}")
        matter, ask = asked(walker, rule, post)
        at = BEGAN + datetime.timedelta(days=2)
        asking = [(walker.somebody(rule.grant), ask) for _ in range(2)]
        assert the_refused(at_once(clone, asking, at)).place == "unit"
        task = Task.objects.get(matter=matter)
        members = [walker.somebody(rule.answers, post=post.pk, unit=post.unit_id) for _ in range(2)]
        given: tuple[Answer, ...] = ("accepted",) if rule.role == "hand_over" else ("accepted", "done")
        for answer in given:
            said: dict[str, Any] = {field.key: walker.filled(field) for field in answer_fields(rule, answer)}
            command = AnswerTask(matter_id=matter.pk, task_id=task.pk, answer=answer, fields=said, grant=rule.answers)
            assert the_refused(at_once(clone, [(who, command) for who in members], at)).place == "answer"
        assert Task.objects.get(pk=task.pk).ended_at is not None
        again, ask = asked(walker, rule, post)
        execute(walker.somebody(rule.grant), ask, clone.city.key(), now=at)
        task = Task.objects.get(matter=again)
        take = AnswerTask(matter_id=again.pk, task_id=task.pk, answer="accepted", fields={}, grant=rule.answers)
        back = AnswerTask(matter_id=again.pk, task_id=task.pk, answer="withdrawn", fields={}, grant=rule.grant)
        answers = at_once(clone, [(members[0], take), (walker.somebody(rule.grant), back)], at)
        if rule.role == "hand_over":
            assert the_refused(answers).place == "answer", "taken over and taken back"
        assert Task.objects.get(pk=task.pk).state in ("done", "withdrawn")
    assert verify(clone.owner).faults == []


# --- Hand-over, posts, urging, numbers of other systems ---------------------------------------------------------------


def test_a_shift_is_accepted_once(clone: Clone) -> None:
    city, now = clone.city, datetime.datetime.now(datetime.UTC)
    execute(FOUNDER, TakeUpPost(person=person_of(city, "supervisor"), post="dispatcher"), city.key())
    sheet = HandOverShift(
        post="intake",
        to="dispatcher",
        whose="unit",
        since=now - datetime.timedelta(hours=8),
        until=now + datetime.timedelta(hours=8),
    )
    execute(city.actor("intake"), sheet, city.key())
    accept = AcceptHandOver(hand_over=HandOver.objects.get().pk)
    attempts = [(city.actor("supervisor"), accept), (city.actor("dispatcher"), accept)]
    assert "accepted already" in the_refused(at_once(clone, attempts)).reason.en
    assert verify(clone.owner).faults == []


def test_a_post_ends_once_and_hands_over_once(clone: Clone) -> None:
    city = clone.city
    add_post(city, "roads-2", "ROADS", "T", "handler")
    matter = city.bring_to(city.report(), "signed")
    end = EndPost(post="handler-roads", to="roads-2")
    refusal = the_refused(at_once(clone, [(city.actor("administrator"), end)] * 2))
    assert isinstance(refusal, Conflict) or refusal.place == "post"
    assert HandOver.objects.count() == 1
    held = Matter.objects.get(pk=matter.pk)
    assert held.holder == Post.objects.get(code="roads-2")
    assert [entry.kind for entry in Entry.objects.filter(stream=matter.pk)].count("matter.handed_over") == 1
    assert verify(clone.owner).faults == []


def test_one_urging_a_period_and_one_answer(clone: Clone) -> None:
    city = clone.city
    matter = city.bring_to(city.report(), "processing")
    urges = [(city.actor(post), Urge(matter_id=matter.pk)) for post in ("supervisor", "intake")]
    assert isinstance(the_refused(at_once(clone, urges)), Invalid)
    answer = AnswerUrging(matter_id=matter.pk, number=1, text="明天修", grant="matter.handle")
    refusal = the_refused(at_once(clone, [(city.actor("handler-roads"), answer)] * 2))
    assert refusal.place == "number"
    assert Urging.objects.filter(matter=matter, number=1, answered_at__isnull=False).count() == 1
    assert verify(clone.owner).faults == []


def test_a_number_of_another_system_becomes_one_matter(clone: Clone) -> None:
    """A row of a feed that comes in twice, under two keys and two ids."""
    source = public("matter.report")
    reports = [
        ReportMatter(
            matter_id=new_id(),
            type="grid_event",
            category="ROAD-1",
            fields={"title": "路面有坑"},
            channel="portal",
            point=IN_CELL["T1-01"],
            external=External(source="hotline", number="20261130-0001"),
        )
        for _ in range(2)
    ]
    refusal = the_refused(at_once(clone, [(source, one) for one in reports]))
    assert isinstance(refusal, Conflict) and refusal.place
    assert ExternalNumber.objects.count() == Matter.objects.filter(type="grid_event").count() == 1
    assert verify(clone.owner).faults == []
