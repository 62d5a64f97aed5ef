"""Ways through a declared type: after which acts an act may be done, and people who do them one by one.

Nothing here knows a type. What a type says of its acts is followed in a small model (states, conditions, counts, what
must have been done, what may follow); the product is then asked to do the same.
"""

import datetime
import itertools
import uuid
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from django.db import transaction

from jingwei.kernel.agencies.models import Post, Unit
from jingwei.kernel.commands.actor import EVERYWHERE, NOBODY, Actor, Duty, public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.files.uploads import receive
from jingwei.kernel.matters import types
from jingwei.kernel.matters.commands import (
    Act,
    MergeMatters,
    Part,
    ReclassifyMatter,
    ReportMatter,
    SeparateMatter,
    SplitMatter,
)
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import READ
from jingwei.kernel.matters.types import Action, Field, FileRule, MatterType, When
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
from jingwei.kernel.values.draws import draw
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text
from tests.city import FOUNDER, IN_CELL, SINCE, City
from tests.kernel.files.samples import jpeg

BEGAN = datetime.datetime(2026, 12, 1, 2, tzinfo=datetime.UTC)
_TWIN = "-TWIN"
"""Another class of which the city says the same."""

LATER = datetime.timedelta(days=60)
"""Far past every limit that `Walker` sets."""

LONGER_THAN_A_TERM = datetime.timedelta(days=21)
PROMISED = datetime.timedelta(days=22)
"""A day that is named lies so far ahead: not gone by when the next act makes it a due moment, but by the one after."""

TERM = {"counting": "natural_day", "amount": 20, "unit": "day"}
_OF_CLASS = "category."
_LATE = "matter.late"
_OPENED = "matter.opened"
_USUAL = {_OPENED: "today", "category.urgency": "U2", "category.verify": "site", "category.check": "site", _LATE: "no"}
_LONGEST_WAY = 14


def every_type() -> list[MatterType]:
    """All installed types in all their versions."""
    return [types._types[key] for key in sorted(types._types)]


Answers = tuple[tuple[str, str], ...]
"""What the conditions of a type find: of what, and which answer."""


@dataclass(frozen=True)
class Way:
    """Acts that lead somewhere, for a matter of which the conditions find these answers."""

    answers: Answers
    acts: tuple[str, ...] = ()

    @property
    def late(self) -> bool:
        """Whether the matter has to be late."""
        return (_LATE, "yes") in self.answers


def _asked(one: MatterType) -> dict[str, dict[str, None]]:
    """What the conditions of a type ask for, with every answer that one of them names; the usual one first."""
    asked: dict[str, dict[str, None]] = {}
    for action in one.actions:
        for when in action.when:
            asked.setdefault(when.of, {_usual(one, when.of): None}).update(dict.fromkeys(when.among))
        if action.past:
            asked.setdefault(_LATE, {"no": None}).update(yes=None)
    return asked


def _usual(one: MatterType, of: str) -> str:
    """The usual answer: of a field that acts set, the first of its choices."""
    left = next((field for field in one.fields if field.key == of and field.asked_of == "act"), None)
    return left.choices[0][0] if left else _USUAL.get(of, "")


@cache
def _answers(key: str, version: int, *, whole: bool) -> tuple[Answers, ...]:
    """The answers that matter: the usual ones and, for each act, those it asks for; or every set there can be."""
    one = types._types[key, version]
    asked = _asked(one)
    if whole:
        return tuple(itertools.product(*([(of, answer) for answer in found] for of, found in asked.items())))
    usual = {of: next(iter(found)) for of, found in asked.items()}
    wanted = [{when.of: when.among[0] for when in action.when} for action in one.actions]
    wanted += [{_LATE: "yes"} for action in one.actions if action.past]
    return tuple(dict.fromkeys(tuple({**usual, **said}.items()) for said in [{}, *wanted]))


def holds(when: When, answers: Answers) -> bool:
    """Whether a condition is met."""
    return dict(answers).get(when.of, "") in when.among


def allowed(one: MatterType, action: Action, state: str, way: Way) -> bool:
    """Whether the declaration allows the act in this state after this way: all that hangs on no person and no file."""
    if state not in action.begins or not all(holds(when, _known(one, way)) for when in action.when):
        return False
    if way.late and (action.within or any(when.of == _OPENED for when in action.when)):
        return False
    if action.past and not way.late and not _is_over(one, action.past, way):
        return False
    if set(action.unless) & set(way.acts):
        return False
    moves = [done for key in way.acts if (done := one.action(key)) is not None and done.ends]
    if moves and moves[-1].then and action.ends and not action.system_only and action.key not in moves[-1].then:
        return False
    if action.times and _count(action, way.acts) >= action.times.most:
        return False
    if action.only_by and not set(action.only_by) & set(way.acts):
        return False
    return not action.after or bool(set(action.after) & set(way.acts))


def _known(one: MatterType, way: Way) -> Answers:
    """The answers as they stand after the way: a field that acts set is empty until one has."""
    done = {key for name in way.acts if (action := one.action(name)) for key in action.sets}
    left = {field.key for field in one.fields if field.asked_of == "act"}
    return tuple((of, "" if of in left - done else answer) for of, answer in way.answers)


def _is_over(one: MatterType, clock: str, way: Way) -> bool:
    """Whether a clock does not run after the way: it was never begun, or stopped since."""
    turned = [act for name in way.acts if (act := one.action(name)) and clock in (*act.starts, *act.stops)]
    return not turned or clock not in turned[-1].starts


def _count(action: Action, acts: Sequence[str]) -> int:
    assert action.times is not None
    done = 0
    for key in acts:
        done = 0 if key in action.times.since else done + (key == action.key)
    return done


@cache
def _ways(key: str, version: int) -> dict[tuple[str, str], Way]:
    one = types._types[key, version]
    wanted = {(action.key, state) for action in one.actions for state in action.begins}
    found: dict[tuple[str, str], Way] = {}
    for answers in itertools.chain(*(_answers(key, version, whole=whole) for whole in (False, True))):
        if found.keys() >= wanted:
            break
        for state, way in _walks(key, version, answers):
            for action in one.actions:
                known = found.get((action.key, state))
                shorter = known is None or len(way.acts) < len(known.acts)
                if shorter and allowed(one, action, state, way):
                    found[action.key, state] = way
    return found


def ways(one: MatterType) -> dict[tuple[str, str], Way]:
    """A way after which each act may be done in each state it is declared for; without those that have none."""
    return _ways(one.key, one.version)


def way_to(one: MatterType, state: str) -> Way | None:
    """The shortest way to a state."""
    every = [
        way
        for answers in _answers(one.key, one.version, whole=False)
        for at, way in _walked(one, answers)
        if at == state
    ]
    return min(every, key=lambda way: len(way.acts), default=None)


def way_against(one: MatterType, action: Action, state: str) -> Way | None:
    """A way to a state in which the act is declared, but a condition on the matter does not hold."""
    for answers in _answers(one.key, one.version, whole=False):
        if not all(holds(when, answers) for when in action.when):
            for at, way in _walked(one, answers):
                if at == state:
                    return way
    return None


def _walked(one: MatterType, answers: Answers) -> tuple[tuple[str, Way], ...]:
    return _walks(one.key, one.version, answers)


@cache
def _walks(key: str, version: int, answers: Answers) -> tuple[tuple[str, Way], ...]:
    """Every state with the ways to it that the guards can tell apart, the shortest first."""
    one = types._types[key, version]
    asked = {name for action in one.actions for name in (*action.after, *action.only_by, *action.unless)}
    asked |= {action.key for action in one.actions if action.times and action.ends}
    awaited = {action.past for action in one.actions if action.past}
    asked |= {action.key for action in one.actions if awaited & {*action.starts, *action.stops}}
    start = Way(answers)
    waiting, seen, walked = deque([(one.initial, start)]), set(), []
    while waiting:
        state, way = waiting.popleft()
        last = next((name for name in reversed(way.acts) if (act := one.action(name)) and act.ends), "")
        mark = (state, _told_apart(one, way, asked), bool(last and _then(one, last)))
        if mark in seen:
            continue
        seen.add(mark)
        walked.append((state, way))
        if len(way.acts) >= _LONGEST_WAY:
            continue
        for action in one.actions:
            leads = bool(action.ends and action.ends != state) or action.key in asked
            if leads and allowed(one, action, state, way):
                waiting.append((action.ends or state, replace(way, acts=(*way.acts, action.key))))
    return tuple(walked)


def _told_apart(one: MatterType, way: Way, asked: set[str]) -> tuple[tuple[str, object], ...]:
    """What the guards can tell of a way: which acts were done, how often where they are counted, what clocks run."""
    done = [action for name in way.acts if (action := one.action(name))]
    counted = {act.key: way.acts.count(act.key) if act.times else 1 for act in done if act.key in asked}
    over = {act.past: _is_over(one, act.past, way) for act in one.actions if act.past}
    return (*sorted(counted.items()), *sorted(over.items()), *_known(one, way))


def _then(one: MatterType, key: str) -> tuple[str, ...]:
    action = one.action(key)
    return action.then if action else ()


@dataclass
class Walker:
    """Leads matters of a type along its ways in the test city, each act by somebody else."""

    city: City
    type: MatterType
    classes: dict[Answers, str] = field(default_factory=dict)
    stood: dict[Way, Matter] = field(default_factory=dict)
    said: dict[uuid.UUID, dict[str, str]] = field(default_factory=dict)  # the answers of each matter
    post: uuid.UUID = NOBODY
    unit: uuid.UUID = NOBODY

    def __post_init__(self) -> None:
        post = Post.objects.get(code="supervisor")
        self.post, self.unit = post.pk, post.unit_id
        clocks = {clock.key for clock in self.type.clocks} | {task.limit for task in self.type.tasks if task.limit}
        root = {"zh": "类", "en": "Class", "parent": "", "urgency": "U2", "open": True, **self.own}
        contents = [("category", "W", root), *(("limit", f"W//{clock}", TERM) for clock in sorted(clocks))]
        values = [
            SetValue(parameter=parameter, subject=subject, from_on=SINCE, content=content, basis="tests")
            for parameter, subject, content in contents
        ]
        execute(FOUNDER, SetManyValues(values=tuple(values)), self.city.key())

    @property
    def own(self) -> dict[str, str]:
        """What a class of the type says of it, where the type has classes of its own."""
        return {"type": self.type.key} if self.type.classes == "own" else {}

    # --- people -------------------------------------------------------------------------------------------------

    def somebody(
        self,
        *grants: str,
        area: tuple[int, int] = EVERYWHERE,
        post: uuid.UUID | None = None,
        unit: uuid.UUID | None = None,
    ) -> Actor:
        """A person nobody has met, in one post, with these grants and sight of matters."""
        title, every = Text("岗", "Post"), frozenset({READ, *grants})
        duty = Duty(post or self.post, unit or self.unit, "walker", title, every, area, whole_area=True)
        return Actor("person", "W", id=new_id(), duties=(duty,))

    def part_of_the_system(self, *grants: str) -> Actor:
        """A named part of the system nobody has met, with these grants."""
        title = Text("系统", "System")
        duty = Duty(NOBODY, NOBODY, "system", title, frozenset(grants), EVERYWHERE, True)
        return Actor("system", f"walker:{new_id()}", duties=(duty,))

    def able(self, action: Action) -> Actor:
        """Somebody new who may do the act."""
        grants = (action.grant, READ)
        return self.part_of_the_system(*grants) if action.system_only else self.somebody(*grants)

    # --- matters ------------------------------------------------------------------------------------------------

    def report(self, answers: Answers) -> Matter:
        """A new matter of which the conditions find these answers; one in a hundred is drawn for a check unasked."""
        matter = self._reported(answers)
        while dict(answers).get("category.check") == "spared" and draw("", matter.number, "check") < 1:
            matter = self._reported(answers)
        return matter

    def _reported(self, answers: Answers) -> Matter:
        said, left = dict(answers), {one.key for one in self.type.fields if one.asked_of == "act"}
        filled = {one.key: self.filled(one, BEGAN) for one in self.type.fields if one.required}
        filled |= {key: value for key, value in said.items() if value and "." not in key and key not in left}
        grant = self.type.report_grant
        reporter = public(grant) if self.type.public else self.part_of_the_system(grant)
        command = ReportMatter(
            matter_id=new_id(),
            type=self.type.key,
            version=self.type.version,
            category=self.class_with(answers),
            fields=filled,
            files=self.files(reporter, self.type.files, BEGAN),
            channel="portal",
            point=IN_CELL["T1-01"],
            unit="ROADS" if self.type.names_unit else "",
        )
        execute(reporter, command, self.city.key(), now=BEGAN)
        self.said[command.matter_id] = said
        return Matter.objects.get(pk=command.matter_id)

    def class_with(self, answers: Answers) -> str:
        """The code of a class with what the conditions ask of it; made when first asked for."""
        asked = tuple((of, said) for of, said in answers if of.startswith(_OF_CLASS))
        if asked not in self.classes:
            said = {**_USUAL, **dict(asked)}
            check = said["category.check"]
            content: dict[str, Any] = {"zh": "类", "en": "Class", "parent": "W", "open": True, **self.own}
            content |= {"urgency": said["category.urgency"], "verify": said["category.verify"], "check": check}
            if check in ("sample", "spared"):
                content |= {"check": "sample", "sample": 100 if check == "sample" else 1}
            code = f"W-{len(self.classes)}"
            for subject in (code, f"{code}{_TWIN}"):
                value = SetValue(parameter="category", subject=subject, from_on=SINCE, content=content, basis="tests")
                execute(FOUNDER, value, self.city.key())
            self.classes[asked] = code
        return self.classes[asked]

    def stand(self, way: Way) -> Matter:
        """A new matter that has come this way."""
        matter = self.report(way.answers)
        for place, key in enumerate(way.acts):
            action = self.type.action(key)
            assert action is not None
            self.do(matter, action, way, place)
        return Matter.objects.get(pk=matter.pk)

    def standing(self, way: Way) -> Matter:
        """A matter that has come this way, the same one each time: for trials that leave nothing behind."""
        if way not in self.stood:
            self.stood[way] = self.stand(way)
        return Matter.objects.get(pk=self.stood[way].pk)

    # --- acts ---------------------------------------------------------------------------------------------------

    def at(self, way: Way, place: int) -> datetime.datetime:
        """When the act at this place of a way is done: an hour after the one before, or later than every term."""
        late = LATER + place * LONGER_THAN_A_TERM if way.late else datetime.timedelta()
        return BEGAN + late + datetime.timedelta(hours=place + 1)

    def do(self, matter: Matter, action: Action, way: Way, place: int | None = None, actor: Actor | None = None) -> Any:
        """One act by somebody new who may do it, or by this actor, filled in as it asks for."""
        actor = actor or self.able(action)
        at = self.at(way, len(way.acts) if place is None else place)
        return execute(actor, self.command(matter, action, actor, at), self.city.key(), now=at)

    def command(self, matter: Matter, action: Action, actor: Actor, at: datetime.datetime, **changed: Any) -> Command:
        """The command that carries the act out, with all it asks for; `changed` is said otherwise."""
        told = self.said.get(matter.pk)
        said: dict[str, Any] = {
            "matter_id": matter.pk,
            "action": action.key,
            "grant": action.grant,
            "fields": {one.key: self.filled(one, at, told) for one in action.fields if one.required},
            "reason": "有理由" if action.reason else "",
        }
        said |= changed if "files" in changed else {**changed, "files": self.files(actor, action.files, at)}
        if action.kind == "merge":
            return MergeMatters(**said, other_id=self.other(matter).pk)
        if action.kind == "split":
            parts = tuple(Part(matter_id=new_id(), category=matter.category, fields={}) for _ in range(2))
            return SplitMatter(**said, parts=parts)
        if action.kind == "reclassify":
            code = matter.category.removesuffix(_TWIN)
            return ReclassifyMatter(**said, category=code if code != matter.category else f"{code}{_TWIN}")
        return SeparateMatter(**said) if action.kind == "separate" else Act(**said)

    def other(self, matter: Matter) -> Matter:
        """An open matter of the same type."""
        own = {code: asked for asked, code in self.classes.items()}
        return self.report(own[matter.category.removesuffix(_TWIN)])

    def filled(self, one: Field, at: datetime.datetime = BEGAN, said: Mapping[str, str] | None = None) -> Any:
        """What somebody writes into a field at a moment; of what the conditions ask for, what they are to find."""
        if said and said.get(one.key):
            return said[one.key]
        right: Mapping[str, Any] = {
            "choice": one.choices[0][0] if one.choices else "",
            "number": max(1, one.least or 0),
            "yes_no": True,
            "day": (at + PROMISED).date().isoformat(),
            "unit": str(Unit.objects.get(code="ROADS").pk) if one.kind == "unit" else "",
            "post": str(self.post),
            "category": "W-0",
        }
        return right.get(one.kind, "属实")

    def files(self, actor: Actor, rules: Sequence[FileRule], at: datetime.datetime) -> tuple[FileGiven, ...]:
        """As many pictures as are demanded."""
        wanted = [rule.key for rule in rules for _ in range(rule.least)]
        return tuple(FileGiven(rule=key, upload=receive(actor, lambda _: new_id(), [jpeg()], at).pk) for key in wanted)


@contextmanager
def leaving_nothing() -> Iterator[None]:
    """What is done inside is undone at the end, so that the next trial begins from the same matter."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # as Django's own tests do: commands may begin inside
    with block:
        yield
        transaction.set_rollback(True)
