"""What belongs to two persons, one person never does alone, whatever posts, names and powers they have: a hundred
thousand random sequences of acts over every installed type."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from jingwei.kernel.commands.actor import EVERYWHERE, Actor, Duty
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.guards import Case, why_not
from jingwei.kernel.matters.models import Matter, Step
from jingwei.kernel.matters.types import Action, MatterType
from jingwei.kernel.rulebook.snapshot import Rules, rules_of
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text
from tests.city import FOUNDER, City
from tests.walks import BEGAN, Answers, Way, allowed, every_type, ways

SEQUENCES = 100_000
MOST_OF_THEM = 50

_DONE = ("sign", "start", "fix", "feed_back", "feed_back_shown")
_CHECKED = ("pass_check", "pass_by_picture", "pass_by_reporter", "pass_undrawn")
_RECTIFIED = ("plan", "plan_major", "progress", "secure_on_site", "apply")
_CARRIED_OUT = ("implement", "self_report")
TWO_PERSONS: dict[tuple[str, int], tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {
    ("enterprise_need", 1): ((("serve",), ("close", "close_unrated")),),
    ("grid_event", 1): ((("feed_back", "sign", "start"), ("pass_check",)), (("feed_back",), ("fail_check",))),
    ("grid_event", 2): (
        (_DONE, (*_CHECKED, "fail_check", "fail_again", "recheck")),
        (("report", *_CHECKED), ("recheck",)),
        (("ask_extension",), ("grant_extension", "refuse_extension")),
        (("ask_hang_up",), ("grant_hang_up", "refuse_hang_up")),
        (("dispute",), ("uphold", "overrule")),
        (("appeal",), ("review_appeal", "decide_appeal")),
        (("review_appeal",), ("decide_appeal",)),
    ),
    ("hazard", 1): (
        (("grade",), ("regrade",)),
        (("plan", "plan_major"), ("approve", "send_back_plan", "inspect")),
        (("progress",), ("inspect",)),
        (_RECTIFIED, ("pass_check", "fail_check", "recheck")),
    ),
    ("instruction", 1): (
        (("sign", "refuse", "answer"), ("confirm", "send_back")),
        (("refuse",), ("instruct_again", "withdraw")),
    ),
    ("project", 1): (
        (_CARRIED_OUT, ("pass_verify", "fail_verify", "score")),
        (("pass_verify",), ("score",)),
        (("ask_change",), ("approve_change", "refuse_change")),
        (("score", "object"), ("decide_objection",)),
    ),
}
"""By type: whoever did one of the first does none of the second. What is installed and stands not here has none."""


def _pairs(one: MatterType) -> set[tuple[str, str]]:
    return {
        (first, second)
        for firsts, seconds in TWO_PERSONS.get((one.key, one.version), ())
        for first in firsts
        for second in seconds
    }


@pytest.mark.parametrize("one", every_type(), ids=lambda one: f"{one.key}-{one.version}")
def test_what_is_declared_for_two_persons_is_what_was_agreed(one: MatterType) -> None:
    assert {(first, action.key) for action in one.actions for first in action.not_by} == _pairs(one)


class _Person:
    """Somebody with one identity, who acts under another name, in another post or in another's place each time."""

    def __init__(self, chance: random.Random) -> None:
        self.id, self.chance = new_id(), chance
        self.posts, self.others = [new_id() for _ in range(3)], [None, new_id()]

    def acts(self, grant: str) -> Actor:
        chance, title = self.chance, Text("岗", "Post")
        posts = chance.sample(self.posts, chance.randint(1, 3))
        duties = tuple(
            Duty(post, post, "any", title, frozenset({grant}), EVERYWHERE, True, chance.choice(self.others))
            for post in posts
        )
        return Actor("person", chance.choice(["王小明", "Wang", ""]), id=self.id, duties=duties)


def _bare(action: Action) -> Action:
    """The act without what the model of `tests.walks` has judged already."""
    return replace(
        action, when=(), times=None, within="", past="", then=(), other_unit=False, after=(), unless=(), only_by=()
    )


@dataclass(frozen=True)
class _Goal:
    """An act to be done, the way to it, and what two persons may not share of its type."""

    type: MatterType
    acts: tuple[str, ...]
    answers: Answers
    actions: dict[str, Action]
    pairs: set[tuple[str, str]]


def _goals() -> Iterator[_Goal]:
    for one in every_type():
        actions, pairs = {action.key: _bare(action) for action in one.actions}, _pairs(one)
        for (key, _), way in ways(one).items() if pairs else ():
            yield _Goal(one, (*way.acts, key), way.answers, actions, pairs)


class _Walk:
    """One matter of a type on its way, led by two persons."""

    def __init__(self, goal: "_Goal", rules: Rules) -> None:
        one = self.type = goal.type
        self.acts, self.way, self.steps = goal.actions, Way(goal.answers), list[Step]()
        self.matter = Matter(state=one.initial)
        self.case = Case(matter=self.matter, type=one, rules=rules, at=BEGAN, steps=self.steps, fields={})

    def goes(self, key: str, who: _Person) -> bool:
        """Whether the act may be done by this person; then it is done."""
        action = self.acts[key]
        actor = who.acts(action.grant)
        if why_not(action, self.case, actor.reference, actor.duties) is not None:
            return False
        self.steps.append(Step(action=key, actor=actor.reference))
        self.way = replace(self.way, acts=(*self.way.acts, key))
        self.matter.state = action.ends or self.matter.state
        return True

    def strays(self, chance: random.Random, who: _Person) -> None:
        """Somebody does whatever else is allowed where the matter stands."""
        offered = [
            action.key for action in self.type.actions if allowed(self.type, action, self.matter.state, self.way)
        ]
        if offered:
            self.goes(chance.choice(offered), who)


@pytest.mark.proof
def test_no_sequence_of_acts_lets_one_person_do_the_work_of_two(city: City) -> None:
    """Each goes towards some act, by either of two persons, who now and then does something else on the way."""
    chance = random.Random(20261128)
    goals = list(_goals())
    with reading(FOUNDER, BEGAN) as scope:
        rules = rules_of(scope)
    refused, by_two = 0, set[tuple[str, str]]()
    for _ in range(SEQUENCES):
        goal = chance.choice(goals)
        walk = _Walk(goal, rules)
        persons = (_Person(chance), _Person(chance))
        for key in goal.acts:
            if chance.random() < 0.05:
                walk.strays(chance, chance.choice(persons))
            first, other = chance.sample(persons, 2)
            if not walk.goes(key, first):
                refused += 1
                walk.goes(key, other)
        by_two |= _done_by_two(goal.pairs, [(step.action, step.actor) for step in walk.steps])
    assert refused > SEQUENCES // 20, "the sequences come to where a second person is asked for"
    assert len(by_two) > MOST_OF_THEM, "they come through it in most of the ways there are, by two"


def _done_by_two(pairs: set[tuple[str, str]], done: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """The pairs that were done; each by two persons."""
    found = set()
    for place, (second, actor) in enumerate(done):
        for first, earlier in done[:place]:
            if (first, second) in pairs:
                assert actor != earlier, done
                found.add((first, second))
    return found
