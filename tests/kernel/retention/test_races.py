"""A hold against a destruction or an erasure, at the same moment: whichever comes first stands, and never do both."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from threading import Barrier

import pytest
from pytest_django import Settings

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.keeping.holds import PlaceLegalHold
from jingwei.kernel.matters.models import Detail, LegalHold, Matter
from jingwei.kernel.matters.policies import DESTROYED as WHY_NOT
from jingwei.kernel.retention.carrying_out import carry_out_approved
from jingwei.kernel.retention.commands import ProposeDestruction
from jingwei.kernel.retention.models import Listed
from jingwei.kernel.subjects.erasing import DecideErasure
from jingwei.kernel.values.errors import Conflict, Denied, Invalid
from jingwei.kernel.values.ids import new_id
from tests.clones import Clone, in_threads
from tests.kernel.retention.archive import YEAR, approved, archivists, closed
from tests.kernel.subjects.conftest import OTHER, PERSON, appoint_protectors, propose
from tests.procedure import Procedure, install

MATTERS = 12
"""One goes through them from the first, the other from the last: somewhere they meet."""


class Ends(Barrier):
    """Where two wait for each other once each has done its own end: so both came first somewhere, however fast one of
    them is, and what lies between is raced for."""

    def __init__(self) -> None:
        super().__init__(2, timeout=60)


@pytest.fixture
def racing(clone: Clone, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: object) -> Procedure:
    """The procedure in a city whose transactions commit."""
    settings.FILES = tmp_path
    install(monkeypatch)
    archivists(appoint_protectors(clone.city))
    return Procedure(clone.city)


def until_answered(act: Callable[[], object]) -> str:
    """What became of it: "" or why not. Who is told that somebody else works on it tries again, as people do."""
    while True:
        try:
            act()
        except Conflict:
            continue
        except (Denied, Invalid) as refusal:
            return refusal.reason.en
        return ""


def each(acts: Mapping[uuid.UUID, Callable[[], object]], ends: Ends) -> dict[uuid.UUID, str]:
    """What became of each, in order; after the first the other is waited for."""
    answers: dict[uuid.UUID, str] = {}
    for key, act in acts.items():
        answers[key] = until_answered(act)
        if len(answers) == 1:
            ends.wait()
    return answers


def placed(procedure: Procedure, matters: Sequence[uuid.UUID], ends: Ends) -> dict[uuid.UUID, str]:
    """A hold on each, and what became of it."""
    legal = procedure.city.actor("legal")
    orders = {one: PlaceLegalHold(matter_id=one, reason="（2027）1号") for one in matters}
    return each({one: partial(execute, legal, order, f"hold:{one}", now=YEAR) for one, order in orders.items()}, ends)


def destroyed(ends: Ends) -> None:
    """All that the approved list names, one matter at a time, as the worker does it."""
    carry_out_approved(YEAR, most=1)
    ends.wait()
    while Listed.objects.filter(outcome="").exists():
        carry_out_approved(YEAR, most=1)


def at_once(*tasks: Callable[[], object]) -> list[object]:
    return list(in_threads(tasks))


def kinds(matter: uuid.UUID) -> list[str]:
    return [str(json.loads(bytes(one.body))["kind"]) for one in Entry.objects.filter(stream=matter).order_by("seq")]


def test_never_is_a_matter_both_held_and_destroyed(racing: Procedure, clone: Clone) -> None:
    matters = [closed(racing).pk for _ in range(MATTERS)]
    one = approved(racing)
    in_order = list(Listed.objects.filter(list=one).order_by("id").values_list("matter_id", flat=True))
    assert set(in_order) == set(matters)
    ends = Ends()
    held, nothing = at_once(partial(placed, racing, in_order[::-1], ends), partial(destroyed, ends))
    assert nothing is None and isinstance(held, dict)
    outcomes = dict(Listed.objects.filter(list=one).values_list("matter_id", "outcome"))
    assert {why for why in held.values() if why} == {WHY_NOT.en} and "" in held.values()
    for key, why in held.items():
        matter = Matter.objects.get(pk=key)
        standing = LegalHold.objects.filter(matter=key, lifted_at=None).exists()
        words = "title" in Detail.objects.get(matter=key).fields
        assert (outcomes[key], matter.destroyed, standing, words) in (
            [("destroyed", True, False, False)] if why else [("barred", False, True, True)]
        )
    assert verify(clone.owner).faults == []


def test_of_two_who_propose_at_once_one_is_told_of_the_others_list(racing: Procedure, clone: Clone) -> None:
    matters = {closed(racing).pk for _ in range(3)}
    orders = [ProposeDestruction(list_id=new_id()) for _ in range(4)]
    author = racing.city.actor("archivist")
    answers = at_once(*(partial(execute, author, one, f"list:{one.list_id}", now=YEAR) for one in orders))
    refused = [one for one in answers if isinstance(one, Invalid)]
    assert len(refused) == 3 and all("archivist A" in one.reason.zh for one in refused)
    assert set(Listed.objects.values_list("matter_id", flat=True)) == matters and Listed.objects.count() == 3


def test_nothing_is_erased_once_a_hold_stands(racing: Procedure, clone: Clone) -> None:
    city = racing.city
    erasures = {}
    for place in range(MATTERS):
        matter = city.report(contact=PERSON)
        erasures[matter.pk] = propose(city, matter, None if place % 2 else matter.party_set.get().pk)
    decider, ends = city.actor(OTHER), Ends()
    orders = {key: DecideErasure(matter_id=key, erasure=one, approve=True) for key, one in erasures.items()}
    decisions = {key: partial(execute, decider, order, f"decide:{key}") for key, order in orders.items()}
    held, ordered = at_once(partial(placed, racing, list(erasures)[::-1], ends), partial(each, decisions, ends))
    assert isinstance(held, dict) and isinstance(ordered, dict)
    assert set(held.values()) == {""}, "a hold is placed on what is left, too"
    assert {bool(why) for why in ordered.values()} == {True, False}
    for key, why in ordered.items():
        told = kinds(key)
        assert ("matter.erasure_ordered" in told) != bool(why)
        assert why or told.index("matter.erasure_ordered") < told.index("matter.hold_placed")
    assert verify(clone.owner).faults == []
