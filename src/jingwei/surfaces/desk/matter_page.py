"""Everything the page of one matter shows, read in scope in at most fifteen statements for the whole request."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.clocks.explain import Line, explain
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import calendar_of, segments_of
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.commands.sql import kept_plans
from jingwei.kernel.ledger.entries import Told, entries_of
from jingwei.kernel.matters.fields import spelled_type
from jingwei.kernel.matters.guards import Case
from jingwei.kernel.matters.kin import MERGED, PART, hearers
from jingwei.kernel.matters.models import Detail, ExternalNumber, Link, Matter, Party, Step, Task
from jingwei.kernel.matters.policies import READ, in_scope, works_on
from jingwei.kernel.matters.types import MatterType, type_of
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.reads.note import Seen, seen
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, rules_of
from jingwei.kernel.sealing import conceal, held, shown
from jingwei.kernel.values.coordinates import E7, Point
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.ids import NUMBER
from jingwei.kernel.values.words import Text
from jingwei.kit.moments import TimeLeft, time_left
from jingwei.kit.parts.timeline import Happened, Shown
from jingwei.kit.printing.sheets import Paper, papers_of
from jingwei.kit.saying import names_of
from jingwei.surfaces.desk.files import Files, files_of
from jingwei.surfaces.desk.offers import Attempt, Offer, Refused, offers_of
from jingwei.surfaces.desk.outlines import Outline, outline_of
from jingwei.surfaces.desk.parts.replies import Reply, replies_of
from jingwei.surfaces.desk.queries import category_title
from jingwei.surfaces.desk.rules.route import Route, route_of
from jingwei.surfaces.desk.tasks import TaskRow, task_rows
from jingwei.surfaces.desk.timeline import shown_fields, timeline_of

_CONTACT = {"name": Text("姓名", "Name"), "phone": Text("电话", "Phone"), "email": Text("电子邮箱", "Email")}
_LINKS = {
    ("duplicate_of", True): Text("重复于", "Duplicate of"),
    ("duplicate_of", False): Text("另有重复件", "Has the duplicate"),
    (MERGED, True): Text("已并入", "Merged into"),
    (MERGED, False): Text("并入的事项", "Merged in"),
    (PART, True): Text("拆分自", "Split from"),
    (PART, False): Text("拆分出", "Split into"),
}
_RELATED = Text("相关", "Related to")
_CHANNELS = {
    "portal": Text("网页", "Web page"),
    "phone": Text("电话", "Telephone"),
    "api": Text("接口", "Interface"),
    "open311": Text("Open311 接口", "Open311"),
    "command": Text("指挥图", "Command map"),
    "old_system": Text("旧系统", "The old system"),
}


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above everything else."""

    id: uuid.UUID
    number: str
    version: int
    key: str  # of its type
    type: Text
    title: str
    state: Text
    categories: tuple[Text, ...]  # outermost first
    unit: Text | None
    holder: Text | None
    channel: Text
    opened_at: datetime.datetime
    due_at: datetime.datetime | None
    closed_at: datetime.datetime | None
    kept_until: datetime.datetime | None
    destroyed: bool
    held: bool  # under a legal hold
    left: TimeLeft

    @property
    def name(self) -> Text | str:
        """The title it was given, else its class."""
        return self.title or (self.categories[-1] if self.categories else self.type)


@dataclass(frozen=True, slots=True)
class ClockPage:
    """One clock, explained line by line."""

    key: str
    title: Text
    status: Text
    lines: tuple[Line, ...]
    measures_due: bool
    unfolded: bool  # what is over while the matter goes on is there when asked for


@dataclass(frozen=True, slots=True)
class LinkRow:
    """Another matter this one has to do with."""

    kind: Text
    number: str
    category: Text
    state: Text
    above: bool  # what this one was merged into or split from; below are the others


@dataclass(frozen=True, slots=True)
class MatterPage:
    """One matter, whole."""

    head: Head
    fields: tuple[Shown, ...]
    areas: tuple[Text, ...]  # outermost first
    point: str
    outline: Outline | None
    clocks: tuple[ClockPage, ...]
    timeline: tuple[Happened, ...]
    contacts: tuple[Shown, ...] | None  # None: not for this reader
    links: tuple[LinkRow, ...]
    externals: tuple[tuple[str, str], ...]
    tasks: tuple[TaskRow, ...]
    offers: tuple[Offer, ...]
    refused: tuple[Refused, ...]
    files: Files
    papers: tuple[Paper, ...]
    route: Route | None
    replies: tuple[Reply, ...]  # where some act has a text that the reporter will read
    seen: tuple[Seen, ...]  # this matter, and those merged into it whose reporters are shown

    @property
    def why(self) -> Line | None:
        """What the due moment in the head comes from: how the first clock that measures it began."""
        measuring = [clock for clock in self.clocks if clock.measures_due and clock.lines]
        going_on = [clock for clock in measuring if clock.unfolded]
        return next((clock.lines[0] for clock in going_on or measuring), None)

    @property
    def every_offer(self) -> tuple[Offer, ...]:
        """The forms of the page, those of its tasks included."""
        return (*self.offers, *(offer for task in self.tasks for offer in task.offers))


def found_matter(scope: Scope, number: str) -> Matter:
    """The matter with this number, if it is in scope. Raises Denied as not found. One statement."""
    wanted = Matter.objects.filter(in_scope(scope.actor), number=number).select_related("detail")
    matter = wanted.first() if NUMBER.fullmatch(number) else None
    if matter is None:
        raise not_found()
    return matter


@kept_plans()
def matter_page(scope: Scope, number: str, attempt: Attempt | None = None) -> MatterPage:
    """The page of one matter; `attempt` keeps what was filled into an act that was refused. Raises Denied."""
    matter = found_matter(scope, number)
    matter_type = type_of(matter.type, matter.type_version)
    detail: Detail = matter.detail
    steps = list(Step.objects.filter(matter=matter).order_by("seq", "id"))
    entries = entries_of(matter.pk)
    absent = (f"person:{one.post.partition(';for:')[2]}" for one in entries)  # those whom they stood in for
    names = names_of([*(one.actor for one in entries), *absent])
    point = Point(detail.lon_e7, detail.lat_e7) if detail.lon_e7 is not None and detail.lat_e7 is not None else None
    clocks = list(Clock.objects.filter(stream_id=matter.pk))
    case = Case(
        matter=matter,
        type=matter_type,
        rules=rules_of(scope),
        at=scope.now,
        steps=steps,
        clocks=clocks,
        tasks=list(Task.objects.filter(matter=matter).order_by("seq")) if matter_type.tasks else (),
        fields=detail.fields,
    )
    offers, refused = offers_of(scope, case, attempt)
    works = works_on(scope.actor, matter, matter_type)
    (shown if works else conceal)([detail, *steps, *case.tasks])
    links = _links_of(matter)
    calling = _calling(scope.actor, matter, matter_type)
    heard = _heard(matter, links) if calling else ()
    reads = spelled_type(matter_type, case.rules.conditions(matter.category, case.rules.day_of(matter.opened_at)))
    title = _title(matter_type, detail)
    below = [field for field in reads.fields if not (title and field.key == "title")]  # it stands above already
    return MatterPage(
        _head(scope, matter, matter_type, title, standing_holds(entries)),
        shown_fields(scope, below, detail.fields, works),
        _areas(scope, matter.area_id),
        f"{point.lat_e7 / E7:.5f}, {point.lon_e7 / E7:.5f}" if point else "",
        outline_of(scope, matter.area_id, point) if matter.area_id else None,
        _clocks(case),
        timeline_of(scope, reads, entries, steps, names, works),
        _contacts(heard) if calling else None,
        _link_rows(scope, matter, links),
        _externals(matter, entries),
        task_rows(scope, case, works, attempt),
        offers,
        refused,
        files_of(scope, matter, matter_type, any("files" in one.facts for one in entries)),
        papers_of(scope.actor, matter),
        route_of(scope, matter, entries),
        tuple(replies_of(scope, matter)) if any(one.into for one in offers) else (),
        _seen(matter, calling or READ, heard),
    )


def _externals(matter: Matter, entries: Sequence[Told]) -> tuple[tuple[str, str], ...]:
    """Its numbers in other systems; the report tells whether it came from one."""
    if not any("source" in one.facts for one in entries):
        return ()
    return tuple(ExternalNumber.objects.filter(matter=matter).order_by("id").values_list("source", "number"))


def _title(matter_type: MatterType, detail: Detail) -> str:
    return "" if matter_type.is_sealed("title") else str(held(detail.fields).get("title", ""))


def standing_holds(entries: Sequence[Told]) -> bool:
    """Whether a legal hold stands, as its entries tell: no statement for what hardly any matter has."""
    placed, lifted = (
        {one.facts["hold"] for one in entries if one.kind == kind}
        for kind in ("matter.hold_placed", "matter.hold_lifted")
    )
    return bool(placed - lifted)


def _head(scope: Scope, matter: Matter, matter_type: MatterType, title: str, held: bool) -> Head:
    agencies, rules = agencies_of(scope), rules_of(scope)
    unit = agencies.unit_by_id.get(matter.unit_id) if matter.unit_id else None
    holder = agencies.post_titles.get(matter.holder_id) if matter.holder_id else None
    line = rules.lineage(matter.category, scope.today) or [matter.category]
    return Head(
        matter.pk,
        matter.number,
        matter.version,
        matter_type.key,
        matter_type.title,
        title,
        matter_type.state(matter.state).title,
        tuple(category_title(scope, code) for code in reversed(line)),
        unit.name if unit else None,
        holder,
        channel_title(scope, matter.channel),
        matter.opened_at,
        matter.due_at,
        matter.closed_at,
        matter.kept_until,
        matter.destroyed,
        held,
        time_left(matter.due_at, matter.closed_at, scope.now, matter.opened_at),
    )


def channel_title(scope: Scope, channel: str) -> Text:
    """How a report came, in words."""
    word = rules_of(scope).word(f"channel.{channel}", scope.today)
    return word or _CHANNELS.get(channel) or Text(channel, channel)


def _areas(scope: Scope, area: uuid.UUID | None) -> tuple[Text, ...]:
    places = places_of(scope)
    place = places.by_id.get(area) if area else None
    return tuple(places.by_code[code].name for code in reversed(place.lineage)) if place else ()


_STATUS = {
    "running": Text("计时中", "running"),
    "paused": Text("已暂停", "paused"),
    "stopped": Text("已停止", "stopped"),
}


def _clocks(case: Case) -> tuple[ClockPage, ...]:
    known = {clock.key: clock for clock in case.clocks}
    calendar = calendar_of(case.rules, CITY_CALENDAR, case.rules.day_of(case.matter.opened_at))
    return tuple(
        ClockPage(
            rule.key,
            rule.title,
            _STATUS.get(known[rule.key].status, Text("未开始", "not begun")),
            tuple(explain(segments_of(known[rule.key]), calendar)),
            measures_due=rule.measures_due,
            unfolded=known[rule.key].status != "stopped" or bool(rule.measures_due and case.matter.closed_at),
        )
        for rule in case.type.clocks
        if rule.key in known
    )


def _calling(actor: Actor, matter: Matter, matter_type: MatterType) -> str | None:
    """The first thing the actor may do here that calls for the reporter, by its grant; None: contacts are not shown."""
    return next((one for one in matter_type.calls if actor.duty_for(one, matter.area_lft, matter.unit_id)), None)


def _heard(matter: Matter, links: Sequence[Link]) -> Sequence[uuid.UUID]:
    """The matters whose reporters hear of this one: whoever works on it may call those of merged reports as well."""
    return hearers(matter.pk) if any(link.kind in (MERGED, PART) for link in links) else [matter.pk]


def _contacts(heard: Sequence[uuid.UUID]) -> tuple[Shown, ...]:
    return tuple(
        Shown(_CONTACT[key], value)
        for party in shown(Party.objects.filter(matter__in=heard).order_by("id"))
        for key, value in party.contact.items()
        if key in _CONTACT
    )


def _seen(matter: Matter, purpose: str, heard: Sequence[uuid.UUID]) -> tuple[Seen, ...]:
    own = seen(matter, purpose)
    return (own, *(replace(own, matter=other) for other in heard if other != matter.pk))


def _links_of(matter: Matter) -> list[Link]:
    return list(Link.objects.filter(Q(matter=matter) | Q(other=matter), ended_at=None).order_by("id"))


def _link_rows(scope: Scope, matter: Matter, links: Sequence[Link]) -> tuple[LinkRow, ...]:
    """Only matters that the reader may read as well. One statement where there are links; most have none."""
    named = [link.other_id if link.matter_id == matter.pk else link.matter_id for link in links]
    others = {one.pk: one for one in Matter.objects.filter(in_scope(scope.actor), pk__in=named)} if named else {}
    return tuple(
        LinkRow(
            _LINKS.get((link.kind, link.matter_id == matter.pk), _RELATED),
            others[other].number,
            category_title(scope, others[other].category),
            type_of(others[other].type, others[other].type_version).state(others[other].state).title,
            above=link.matter_id == matter.pk and (link.kind, True) in _LINKS,
        )
        for link, other in zip(links, named, strict=True)
        if other in others
    )
