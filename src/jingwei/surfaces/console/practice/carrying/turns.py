"""The plan as commands: every report and act by its person at its moment of simulated time."""

import datetime
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from jingwei.kernel.values.ids import uuid7
from jingwei.surfaces.console.answer import Faults
from jingwei.surfaces.console.practice.acts import VERSION, WITH_PICTURES
from jingwei.surfaces.console.practice.agencies import short
from jingwei.surfaces.console.practice.carrying.pictures import forget as forget_pictures
from jingwei.surfaces.console.practice.carrying.pictures import upload_id
from jingwei.surfaces.console.practice.days import utc
from jingwei.surfaces.console.practice.land.places import Cell
from jingwei.surfaces.console.practice.plan import Planned

if TYPE_CHECKING:
    from jingwei.kernel.commands.bulk import Turn
    from jingwei.kernel.commands.registry import Command

NEWS = datetime.timedelta(days=2)
"""What happened longer before the end is told to nobody: the inboxes hold what is still news."""

_NAMES_A_UNIT = ("unit", "proposed")


def matter_id(seed: int, number: int, opened: datetime.datetime) -> uuid.UUID:
    """The id of a planned matter, the same in every run."""
    noise = uuid.uuid5(uuid.NAMESPACE_OID, f"practice/{seed}/{number}").bytes
    return uuid7(int(utc(opened).timestamp() * 1000), noise)


def county_post(kind: str, cell: Cell) -> str:
    """The code of a post of the county in which a cell lies."""
    return f"{kind}-{short(cell.county)}"


@dataclass(frozen=True, slots=True)
class Refused:
    """What the city refused of the plan: a report, a step, or what belongs to no step (a ring, an urging, a link)."""

    key: str
    reason: str

    @property
    def number(self) -> int | None:
        """The number of the matter; None for a ring."""
        word, _, rest = self.key.partition("|")
        return int(rest.partition("|")[0]) if word == "practice" else None

    @property
    def place(self) -> int | None:
        """The place of the step in its matter's plan; None for what is none."""
        last = self.key.rpartition("|")[2]
        return int(last) if self.number is not None and last.isdigit() else None

    def cut(self, family: list[Planned]) -> None:
        """Takes it out of the plan: the matter ends before the refused step; without its report there is none."""
        (one,) = [one for one in family if one.number == self.number]
        if self.place is not None:
            one.end_before(self.place)
        elif self.key.endswith("|report"):
            family.remove(one)


def carry_turns(turns: "Sequence[Turn]", *, whole: bool = False) -> list[Refused]:
    """Carries commands out in one transaction; `whole`: none of them where one is refused. Gives what was refused."""
    from jingwei.kernel.commands.actor import system
    from jingwei.kernel.commands.bulk import execute_turns
    from jingwei.kernel.values.ids import derived_ids

    outcomes = execute_turns(system("practice"), turns, ids=derived_ids, whole=whole)
    return [Refused(one.key, one.refusal.reason.en) for one in outcomes if one.refusal is not None]


def turns_of_family(family: Sequence[Planned], seed: int, until: datetime.datetime) -> "list[Turn]":
    """The commands of matters that meet, in the order of their moments."""
    every = [turn for planned in family for turn in turns_of(planned, seed, until)]
    return sorted(every, key=lambda turn: turn.now.at) if len(family) > 1 else every


def turns_of(planned: Planned, seed: int, until: datetime.datetime) -> "Iterator[Turn]":
    """The report and the acts of one matter as commands."""
    from jingwei.kernel.commands.bulk import Keyed, Turn
    from jingwei.kernel.commands.scope import Simulated
    from jingwei.kernel.matters.commands import Contact, ReportMatter

    told = planned.told
    key, matter = f"practice|{planned.number}", matter_id(seed, planned.number, told.opened)

    def moment(local: datetime.datetime) -> Simulated:
        return Simulated(utc(local), silent=until - local > NEWS)

    wants = {"request": told.request} if told.request else {}
    report = ReportMatter(
        matter_id=matter,
        type="grid_event",
        version=VERSION,
        category=told.category,
        fields={"title": told.title, "text": told.text, "address": told.address, **wants},
        channel=told.channel,
        point=told.point,
        condition=planned.condition,
        contact=Contact(name=told.contact[0], phone=told.contact[1]) if told.contact else None,
    )
    yield Turn(actor_of(planned.by), moment(told.opened), Keyed(f"{key}|report", report))
    for place, step in enumerate(planned.steps):
        yield Turn(actor_of(step.who), moment(step.at), Keyed(f"{key}|{place}", _command(planned, place, seed)))


def _command(planned: Planned, place: int, seed: int) -> "Command":
    """The act at this place of the plan."""
    from jingwei.kernel.files.attaching import FileGiven
    from jingwei.kernel.matters.commands import Act, MergeMatters, Supervise

    step, matter = planned.steps[place], matter_id(seed, planned.number, planned.told.opened)
    if step.action == "supervise":
        return Supervise(matter_id=matter, text=step.reason)
    grant = _grants()[step.action]
    if step.action == "merge" and planned.original is not None:
        other = matter_id(seed, *planned.original)
        return MergeMatters(matter_id=matter, action="merge", fields={}, grant=grant, other_id=other)
    units = units_by_code()
    rules = WITH_PICTURES.get(step.action, ())
    return Act(
        matter_id=matter,
        action=step.action,
        fields={key: units[value] if key in _NAMES_A_UNIT else value for key, value in step.fields.items()},
        files=tuple(FileGiven(rule=rule, upload=upload_id(matter, place, rule)) for rule in rules),
        reason=step.reason,
        grant=grant,
    )


@cache
def actor_of(post: str) -> Any:
    """The person who holds a post; the public for none. Kept for the process: nobody changes posts in the plan."""
    from jingwei.kernel.agencies.actors import actor_of_account
    from jingwei.kernel.agencies.models import Account
    from jingwei.kernel.commands.actor import public

    if not post:
        return public("matter.report")
    account = Account.objects.get(username=post)
    actor = actor_of_account(account.pk, "zh-hans", datetime.datetime.now(datetime.UTC))
    if actor is None:
        raise Faults(f"nobody holds the post {post}")
    return actor


def forget() -> None:
    """Forgets who holds which post: for a process that turns to another city."""
    for held in (actor_of, units_by_code, _grants):
        held.cache_clear()
    forget_pictures()


@cache
def units_by_code() -> Mapping[str, str]:
    """The ids of the city's units as text. Kept for the process."""
    from jingwei.kernel.agencies.models import Unit

    return {code: str(key) for code, key in Unit.objects.values_list("code", "pk")}


@cache
def _grants() -> Mapping[str, str]:
    from jingwei.kernel.matters.types import type_of

    return {action.key: action.grant for action in type_of("grid_event", VERSION).actions}
