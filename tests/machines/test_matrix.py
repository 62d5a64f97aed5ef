"""Every installed type × state × act × grant: what is declared can be done, and all else is refused with its reason."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters import types
from jingwei.kernel.matters.commands.act import declared
from jingwei.kernel.matters.guards import Case, why_not
from jingwei.kernel.matters.models import Detail, Matter, Step, Task
from jingwei.kernel.matters.types import Action, MatterType, State, type_of
from jingwei.kernel.matters.types.words import CAUSE
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import NOT_FOUND, Denied, Invalid, Refusal
from jingwei.kernel.values.grants import missing
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text
from tests.city import FOUNDER, make_city
from tests.clones import forget_snapshots
from tests.procedure import PROCEDURE, install
from tests.walks import Walker, Way, every_type, leaving_nothing, way_against, way_to, ways

TYPES = [*every_type(), PROCEDURE]


@pytest.fixture(scope="module", params=TYPES, ids=lambda one: f"{one.key}-{one.version}")
def walker(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Walker]:
    """Somebody who walks one type in a test city that all tests of the type share; nothing of it is kept."""
    files = override_settings(FILES=tmp_path_factory.mktemp("files"))
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, files, leaving_nothing():
        forget_snapshots()
        install(patch)
        yield Walker(make_city(), request.param)
    forget_snapshots()


def refused(walker: Walker, matter: Matter, action: Action, actor: Actor, way: Way, **said: Any) -> Refusal:
    """The refusal of one act, with a reason in both languages; files are looked at last, so none is sent unasked."""
    at = walker.at(way, len(way.acts))
    command = walker.command(matter, action, actor, at, **{"files": (), **said})
    with pytest.raises(Refusal) as caught:
        execute(actor, command, walker.city.key(), now=at)
    refusal: Refusal = caught.value
    assert refusal.reason.zh.strip() and refusal.reason.en.strip()
    return refusal


def everybody(one: MatterType) -> list[str]:
    return sorted({action.grant for action in one.actions})


def test_every_state_is_reached_and_every_declared_act_can_be_done_somewhere(walker: Walker) -> None:
    """What a declaration says and nobody could ever do would be a promise that is not kept."""
    one, found = walker.type, ways(walker.type)
    assert [state.key for state in one.states if way_to(one, state.key) is None] == []
    wanted = {(action.key, state) for action in one.actions for state in action.begins}
    assert sorted(wanted - set(found)) == []


def test_what_nobody_could_ever_do_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """That the test before can fail."""
    unit_first = [replace(one, after=("pass",)) if one.key == "give" else one for one in PROCEDURE.actions]
    changed = replace(PROCEDURE, version=99, actions=tuple(unit_first))
    monkeypatch.setitem(types._types, (changed.key, changed.version), changed)
    assert ("give", "new") not in ways(changed)
    assert way_to(changed, "working") is None


def test_what_a_state_does_not_declare_is_refused_with_the_state_and_the_act(walker: Walker) -> None:
    """By the guards that command and page share, for every act; by the command for one act of each state."""
    for state, matter, way in walked(walker):
        with reading(FOUNDER, walker.at(way, len(way.acts))) as scope:
            case = case_of(scope, matter)
        strange = [action for action in walker.type.actions if state.key not in action.begins]
        for action in strange:
            names_both(why_not(action, case, "person:x", ()), state, action)
        for action in strange[:1]:
            refusal = refused(walker, matter, action, walker.able(action), way)
            assert isinstance(refusal, Invalid) and refusal.place == "action", f"{action.key} in {state.key}"
            names_both(refusal.reason, state, action)


@pytest.mark.proof
def test_what_a_state_does_not_declare_is_refused_by_every_command(walker: Walker) -> None:
    for state, matter, way in walked(walker):
        for action in walker.type.actions:
            if state.key not in action.begins:
                refusal = refused(walker, matter, action, walker.able(action), way)
                assert isinstance(refusal, Invalid) and refusal.place == "action", f"{action.key} in {state.key}"
                names_both(refusal.reason, state, action)


def walked(walker: Walker) -> Iterator[tuple[State, Matter, Way]]:
    """A matter in every state of the type."""
    for state in walker.type.states:
        way = way_to(walker.type, state.key)
        assert way is not None
        matter = walker.standing(way)
        assert matter.state == state.key
        yield state, matter, way


def case_of(scope: Scope, matter: Matter) -> Case:
    """The matter as the guards look at it."""
    return Case(
        matter=matter,
        type=type_of(matter.type, matter.type_version),
        rules=rules_of(scope),
        at=scope.now,
        steps=list(Step.objects.filter(matter=matter).order_by("seq")),
        clocks=list(Clock.objects.filter(stream_id=matter.pk)),
        tasks=list(Task.objects.filter(matter=matter)),
        fields=Detail.objects.get(pk=matter.pk).fields,
    )


def names_both(reason: Text | None, state: State, action: Action) -> None:
    assert reason is not None, f"{action.key} in {state.key}"
    for language in ("zh", "en"):
        words = getattr(reason, language)
        assert getattr(state.title, language) in words and getattr(action.title, language) in words


def test_what_a_state_declares_is_done_by_whoever_may(walker: Walker) -> None:
    one = walker.type
    for (key, state), way in ways(one).items():
        action, matter = declared(one, key), walker.standing(way)
        assert matter.state == state, f"{way.acts} leads to {matter.state}, not to {state}"
        with leaving_nothing():
            walker.do(matter, action, way)
            after = Matter.objects.get(pk=matter.pk)
            assert (after.state, after.version) == (action.ends or state, matter.version + 1), f"{key} in {state}"
            assert (after.closed_at is not None) is one.state(after.state).final


def test_nobody_does_an_act_without_its_grant_or_out_of_reach(walker: Walker) -> None:
    """The grant is asked for the same in every state; so each act is tried in one."""
    one, grants = walker.type, everybody(walker.type)
    for action in one.actions:
        way = a_way(one, action)
        matter = walker.standing(way)
        others = walker.somebody(*(grant for grant in grants if grant != action.grant))
        for lacking in (others, walker.somebody()):
            refusal = refused(walker, matter, action, lacking, way)
            assert isinstance(refusal, Denied) and refusal.reason == missing(action.grant), action.key
        far_away = walker.somebody(action.grant, area=(2_000_000_000, 2_000_000_001))
        refusal = refused(walker, matter, action, far_away, way)
        assert isinstance(refusal, Denied) and not refusal.found and refusal.reason == NOT_FOUND
        if action.system_only:
            refusal = refused(walker, matter, action, walker.somebody(action.grant), way)
            assert isinstance(refusal, Invalid) and "系统" in refusal.reason.zh


def a_way(one: MatterType, action: Action) -> Way:
    """A way after which the act may be done."""
    return next(way for (key, _), way in ways(one).items() if key == action.key)


def test_what_an_act_asks_for_is_asked_for(walker: Walker) -> None:
    """Needed fields, the reason, the causes of a return, the least number of files; nothing that is not declared."""
    one = walker.type
    for action in one.actions:
        way = a_way(one, action)
        matter, actor = walker.standing(way), walker.able(action)
        full = {field.key: walker.filled(field) for field in action.fields if field.required}
        for field in action.fields:
            if field.required:
                without = {key: value for key, value in full.items() if key != field.key}
                assert refused(walker, matter, action, actor, way, fields=without).place == field.key
        assert refused(walker, matter, action, actor, way, fields={**full, "undeclared": "x"}).place == "undeclared"
        if action.reason:
            assert refused(walker, matter, action, actor, way, reason=" ").place == "reason"
        for rule in action.files:
            if rule.least:
                others = tuple(rule_ for rule_ in action.files if rule_ is not rule)
                given = walker.files(actor, others, walker.at(way, len(way.acts)))
                assert refused(walker, matter, action, actor, way, files=given).place == f"files.{rule.key}"


def test_the_return_matrix_takes_its_causes_and_no_others(walker: Walker) -> None:
    one = walker.type
    for action in one.returns:
        for (_, state), way in ((found, way) for found, way in ways(one).items() if found[0] == action.key):
            matter, actor = walker.standing(way), walker.able(action)
            full = {field.key: walker.filled(field) for field in action.fields if field.required}
            refusal = refused(walker, matter, action, actor, way, fields={**full, CAUSE: "because"})
            assert isinstance(refusal, Invalid) and refusal.place == CAUSE
            for cause, _ in action.causes:
                with leaving_nothing():
                    at = walker.at(way, len(way.acts))
                    said = walker.command(matter, action, actor, at, fields={**full, CAUSE: cause})
                    execute(actor, said, walker.city.key(), now=at)
                    assert Matter.objects.get(pk=matter.pk).state == action.ends, f"{action.key} in {state}: {cause}"
                    _only_what_may_follow(walker, matter, action, way)


def _only_what_may_follow(walker: Walker, matter: Matter, action: Action, way: Way) -> None:
    """After a return that says what the receiver may do, every other act that moves the matter is refused."""
    one, returned = walker.type, Matter.objects.get(pk=matter.pk)
    for other in one.actions:
        moves = action.ends in other.begins and other.ends and not other.system_only
        if action.then and moves and other.key not in action.then:
            refusal = refused(walker, returned, other, walker.able(other), way)
            assert isinstance(refusal, Invalid) and refusal.place == "action", f"{other.key} after {action.key}"


def test_a_condition_that_does_not_hold_bars_the_act(walker: Walker) -> None:
    one = walker.type
    for action in one.actions:
        for state in action.begins if action.when else ():
            way = way_against(one, action, state)
            if way is None:
                continue  # every way to this state meets it
            refusal = refused(walker, walker.standing(way), action, walker.able(action), way)
            assert isinstance(refusal, Invalid) and refusal.place == "action"
            assert action.title.zh in refusal.reason.zh and action.title.en in refusal.reason.en


def test_the_second_person_is_another_and_a_recall_is_for_whoever_did_the_step(walker: Walker) -> None:
    one = walker.type
    for (key, state), way in ways(one).items():
        action = declared(one, key)
        done = next((place for place, name in enumerate(way.acts) if name in action.not_by), None)
        if done is not None:
            first = declared(one, way.acts[done])
            same = walker.somebody(first.grant, action.grant)
            matter = _by_one(walker, way, done, same)
            refusal = refused(walker, matter, action, same, way)
            assert isinstance(refusal, Invalid) and refusal.place == "action", f"{key} in {state}"
        if action.only_by:
            elsewhere = walker.somebody(action.grant, post=new_id())
            refusal = refused(walker, walker.standing(way), action, elsewhere, way)
            assert isinstance(refusal, Invalid) and refusal.place == "action", f"{key} in {state}"


def _by_one(walker: Walker, way: Way, done: int, actor: Actor) -> Matter:
    """A matter that has come this way, with the act at one place of it done by a given person."""
    matter = walker.report(way.answers)
    for place, name in enumerate(way.acts):
        walker.do(matter, declared(walker.type, name), way, place, actor if place == done else None)
    return Matter.objects.get(pk=matter.pk)


def test_what_may_be_done_so_many_times_is_refused_the_next_time(walker: Walker) -> None:
    one = walker.type
    for (key, state), way in ways(one).items():
        action = declared(one, key)
        if action.times is None or action.ends not in ("", state):
            continue  # an act that leads away is counted when its state is reached again: see the machine
        matter = walker.standing(way)
        with leaving_nothing():
            for _ in range(action.times.most):
                walker.do(matter, action, way)
            after = Matter.objects.get(pk=matter.pk)
            refusal = refused(walker, after, action, walker.able(action), way)
            assert isinstance(refusal, Invalid) and refusal.place == "action"
            assert action.title.zh in refusal.reason.zh
