"""What somebody who follows a report by its code may read, in plain words."""

import datetime
import hmac
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from jingwei.kernel.clocks.explain import explain
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import calendar_of, segments_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters import kin
from jingwei.kernel.matters.commands.urge import pause_problem, rule_of
from jingwei.kernel.matters.models import Matter, Party, Step, Urging
from jingwei.kernel.matters.types import Field, MatterType, type_of
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, rules_of
from jingwei.kernel.subjects.models import Erasure
from jingwei.kernel.values.ids import read_code
from jingwei.kernel.values.words import Text
from jingwei.kit.intake import follow_digest
from jingwei.kit.moments import TimeLeft, time_left
from jingwei.kit.saying import category_title, in_words, public_title
from jingwei.surfaces.portal.pictures import Picture, pictures_of

_WAITS: Mapping[str, Text] = MappingProxyType(
    {
        "matter.accept": Text("等工作人员受理。", "It waits for staff to take it up."),
        "matter.verify": Text("工作人员正在核实。", "Staff are finding out how it stands."),
        "matter.dispatch": Text("正在确定由哪个单位来办。", "It is being decided which department does it."),
        "matter.handle": Text("负责的单位正在办。", "The department in charge is working on it."),
        "matter.extend": Text("负责的单位申请了延期，等审批。", "The department asked for more time: to be decided."),
        "matter.supervise": Text("由上一级来决定怎么办。", "The next level up decides how it goes on."),
        "matter.check": Text("已经办了，正由没有经手的人核查。", "It was done; somebody who had no part in it checks."),
    }
)
"""By whose act a state waits for: what residents are told of it."""

Contact = Literal["none", "left", "erasing"]
"""Whether its reporter left something to be reached by, and whether that is about to be erased."""

_CODE = 16  # letters of a code
_NUMBER = 12  # letters of a number


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage the report has reached, and what was answered there."""

    title: Text
    at: datetime.datetime
    answers: tuple[tuple[Text, Text], ...]
    step: uuid.UUID | None  # the step that reached it; none for the report


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of why the answer is due when it is."""

    what: Text
    basis: str
    due_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Urged:
    """How often the matter was urged and supervised, by whomever, and what was answered to all."""

    urged: int
    supervised: int
    answered: int
    answers: tuple[tuple[datetime.datetime, str], ...]
    wait: Text | None  # why its reporter cannot urge now


@dataclass(frozen=True, slots=True)
class Followed:
    """A report as its reporter may see it."""

    matter: uuid.UUID
    number: str
    category: Text
    state: Text
    opened_at: datetime.datetime
    due_at: datetime.datetime | None
    closed: bool
    left: TimeLeft
    stages: tuple[Stage, ...]
    reasons: tuple[Reason, ...]
    urged: Urged
    pictures: tuple[Picture, ...]
    kin: tuple["Kin", ...]  # the matter it was merged into, or those it was split into
    waits: Text | None  # what happens now, in one sentence
    contact: Contact


@dataclass(frozen=True, slots=True)
class Kin:
    """Another matter in which this report is dealt with: its public stages, and nothing of who else reported it."""

    number: str
    state: Text
    left: TimeLeft
    stages: tuple[Stage, ...]
    closed: bool
    due_at: datetime.datetime | None
    waits: Text | None


def followed(scope: Scope, number: str, code: str) -> Followed | None:
    """The report with this code, and this number where one is given; None for everything else alike.

    5 statements, two more where the report was merged or split, and one where a contact was left.
    """
    party = party_of(number, code)
    return _of(scope, party) if party else None


def party_of(number: str, code: str) -> Party | None:
    """Whoever has this code, with the matter; None for everything else alike. One statement."""
    letters, wanted = read_code(code), read_code(number)
    if len(letters) == _CODE + _NUMBER and not wanted:
        wanted, letters = letters[:_NUMBER], letters[_NUMBER:]  # both typed into one field
    if len(letters) != _CODE:
        return None
    party = Party.objects.filter(follow=follow_digest(letters)).select_related("matter").first()
    if party is None or (wanted and not hmac.compare_digest(read_code(party.matter.number), wanted)):
        return None
    return party


def _of(scope: Scope, party: Party) -> Followed:
    matter = party.matter
    matter_type = type_of(matter.type, matter.type_version)
    steps = Step.objects.filter(matter=matter).order_by("at", "id")
    return Followed(
        matter.pk,
        matter.number,
        category_title(scope, matter.category),
        public_title(matter_type, matter.state),
        matter.opened_at,
        matter.due_at,
        matter.closed_at is not None,
        time_left(matter.due_at, matter.closed_at, scope.now, matter.opened_at),
        tuple(stages_of(scope, matter_type, matter, list(steps))),
        tuple(_reasons(scope, matter, matter_type)),
        _urged(scope, matter),
        tuple(pictures_of(matter, matter_type)),
        tuple(_kin(scope, matter)),
        _WAITS.get(matter_type.state(matter.state).waits_for),
        _contact(party),
    )


def _contact(party: Party) -> Contact:
    if not party.left_contact:
        return "none"
    return "erasing" if Erasure.objects.filter(matter=party.matter_id, decided_at=None).exists() else "left"


def _urged(scope: Scope, matter: Matter) -> Urged:
    found = list(Urging.objects.filter(matter=matter).order_by("number"))
    supervised = sum(one.kind == "supervise" for one in found)
    rule = rule_of(rules_of(scope), "resident", scope.today)
    return Urged(
        len(found) - supervised,
        supervised,
        sum(one.answered_at is not None for one in found),
        tuple((one.answered_at, one.public_answer) for one in found if one.answered_at and one.public_answer),
        pause_problem(found, "resident", rule, scope.now),
    )


def _kin(scope: Scope, matter: Matter) -> Iterator[Kin]:
    others = kin.followed(matter.pk)
    if not others:
        return
    steps: dict[uuid.UUID, list[Step]] = {}
    for step in Step.objects.filter(matter__in=others).order_by("at", "id"):
        steps.setdefault(step.matter_id, []).append(step)
    for other in Matter.objects.filter(pk__in=others).order_by("opened_at", "id"):
        matter_type = type_of(other.type, other.type_version)
        stages = tuple(stages_of(scope, matter_type, other, steps.get(other.pk, [])))
        left = time_left(other.due_at, other.closed_at, scope.now, other.opened_at)
        waits = _WAITS.get(matter_type.state(other.state).waits_for)
        closed = other.closed_at is not None
        yield Kin(other.number, public_title(matter_type, other.state), left, stages, closed, other.due_at, waits)


def stages_of(scope: Scope, matter_type: MatterType, matter: Matter, steps: Sequence[Step]) -> Iterator[Stage]:
    """A step is a stage when it changed the state, or answered something. What was over and goes on, and what stands
    where it stood before, is told so."""
    title = public_title(matter_type, matter_type.initial)
    yield Stage(title, matter.opened_at, (), None)
    before, seen = matter_type.initial, {title}
    for step in steps:
        action = matter_type.action(step.action)
        open_fields = [field for field in action.fields if field.public] if action else []
        answers = tuple(
            (one.title, words_of(scope, one, step.content[one.key])) for one in open_fields if one.key in step.content
        )
        last, title = title, public_title(matter_type, step.state)
        if step.state != before or answers:
            reopened = matter_type.state(before).final and not matter_type.state(step.state).final
            again = title != last and title in seen
            yield Stage(_told(title, reopened, again), step.at, answers, step.pk)
        before = step.state
        seen.add(title)


def _told(title: Text, reopened: bool, again: bool) -> Text:
    if reopened:
        return Text(f"重新办理：{title.zh}", f"Opened again: {title.en}")
    return Text(f"{title.zh}（再次）", f"{title.en} (again)") if again else title


def words_of(scope: Scope, field: Field, value: Any) -> Text:
    """The value of a declared field in both languages; what is plain reads the same in both."""
    words = in_words(scope, field, value)
    return words if isinstance(words, Text) else Text(words, words)


def _reasons(scope: Scope, matter: Matter, matter_type: MatterType) -> Iterator[Reason]:
    due = Clock.objects.filter(stream_id=matter.pk, key__in=matter_type.due_clocks, due_at=matter.due_at)
    clock = due.order_by("-id").first()
    if clock is None:
        return
    calendar = calendar_of(rules_of(scope), CITY_CALENDAR, scope.day_of(matter.opened_at))
    for line in explain(segments_of(clock), calendar):
        yield Reason(line.what, line.basis, line.due_at)
