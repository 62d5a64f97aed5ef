"""A small city for tests, made by commands: two districts of two square cells, units, posts, logins, rules."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import shapely
from django.contrib.auth.hashers import make_password

import jingwei.capabilities.grid_events.matter_type  # noqa: F401  # registers the type that the city works with
from jingwei.kernel.agencies.actors import actor_of_account
from jingwei.kernel.agencies.commands import EnterPerson, EnterPost, EnterUnit, Invite
from jingwei.kernel.agencies.invitations import digest_of, path_of, secret_for
from jingwei.kernel.agencies.models import Account, Person, Post, Unit
from jingwei.kernel.commands.actor import Actor, public, system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.commands import Act, Contact, ReportMatter
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.places.commands import AreaRow, EnterAreas, Shape
from jingwei.kernel.places.tree import Row, grow
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR
from jingwei.kernel.values.coordinates import Point, parse_degrees
from jingwei.kernel.values.ids import new_id

PASSWORD = "correct horse of the test city"
FOUNDER = system("founding", "places.edit", "agencies.edit", "roster.edit", "rulebook.edit")
SINCE = datetime.date(2000, 1, 1)
ZONE = "Asia/Shanghai"

AREAS = {  # code: parent, level, names, west south east north in degrees
    "T": ("", "city", ("试城", "Testville"), None),
    "T1": ("T", "district", ("东区", "East District"), (117.2, 36.0, 117.4, 36.2)),
    "T1-01": ("T1", "cell", ("东一格", "East cell 1"), (117.2, 36.0, 117.4, 36.1)),
    "T1-02": ("T1", "cell", ("东二格", "East cell 2"), (117.2, 36.1, 117.4, 36.2)),
    "T2": ("T", "district", ("西区", "West District"), (117.0, 36.0, 117.2, 36.2)),
    "T2-01": ("T2", "cell", ("西一格", "West cell 1"), (117.0, 36.0, 117.2, 36.1)),
    "T2-02": ("T2", "cell", ("西二格", "West cell 2"), (117.0, 36.1, 117.2, 36.2)),
}
IN_CELL = {
    code: parse_degrees(f"{(box[0] + box[2]) / 2:.2f}", f"{(box[1] + box[3]) / 2:.2f}")
    for code, (_, level, _, box) in AREAS.items()
    if level == "cell" and box
}
"""A point in the middle of each cell."""


def day_of_city(moment: datetime.datetime | None = None) -> datetime.date:
    """The day in the city on which a moment lies; today if None."""
    return (moment or datetime.datetime.now(datetime.UTC)).astimezone(ZoneInfo(ZONE)).date()


def invited(login: str) -> str:
    """The path of a one-time link, as the console prints it."""
    secret = secret_for(str(new_id()))
    person = Person.objects.get(account__username=login)
    execute(FOUNDER, Invite(person=person.pk, digest=digest_of(secret)), f"invite:{secret}")
    return path_of(secret)


def pothole() -> ReportMatter:
    """A report by the portal, in the middle of a cell, each time of another matter."""
    return ReportMatter(
        matter_id=new_id(),
        type="grid_event",
        category="ROAD-1",
        fields={"title": "路面有坑"},
        channel="portal",
        point=IN_CELL["T1-01"],
    )


UNITS = (  # code, kind, parent, area, names
    ("CITY", "city", "", "T", ("市政府", "City government")),
    ("HOTLINE", "centre", "CITY", "T", ("热线中心", "Hotline centre")),
    ("ROADS", "department", "CITY", "T", ("道路局", "Roads department")),
    ("PARKS", "department", "CITY", "T", ("园林局", "Parks department")),
    ("CHECK", "team", "CITY", "T", ("核查队", "Inspection team")),
)
GRANTS: Mapping[str, tuple[str, ...]] = {
    "administrator": (
        *("rulebook.read", "rulebook.edit", "agencies.edit", "roster.edit", "places.edit"),
        "measures.read",
    ),
    "operator": ("system.operate", "measures.read"),
    "intake": (
        "matter.urge",
        "matter.report",
        "matter.read",
        "matter.accept",
        "matter.verify",
        "rulebook.read",
        "matter.print",
        "matter.answer",
    ),
    "dispatcher": (
        *("matter.report", "matter.read", "matter.verify", "matter.dispatch", "matter.adopt", "rulebook.read"),
        "matter.urge",
    ),
    "handler": ("matter.read", "matter.handle", "matter.extend", "matter.adopt", "rulebook.read"),
    "checker": ("matter.read", "matter.verify", "matter.check", "matter.close", "file.original"),
    "supervisor": (
        *("matter.report", "matter.read", "matter.dispatch", "matter.close", "matter.extend"),
        *("matter.supervise", "matter.urge", "matter.adopt", "rulebook.read", "measures.read", "matter.print"),
        *("matter.answer", "instruction.issue"),
    ),
    "grid_worker": ("matter.report", "matter.read", "matter.verify", "matter.fix"),
    "centre_head": ("matter.read", "matter.review", "rulebook.read", "measures.read", "instruction.issue"),
    "auditor": ("matter.read", "rulebook.read", "ledger.read", "measures.read"),
}
POSTS = (  # code, which is also the login's name; unit, area, role, titles
    ("administrator", "CITY", "T", "administrator", ("管理员", "Administrator")),
    ("operator", "CITY", "T", "operator", ("系统管理员", "System administrator")),
    ("intake", "HOTLINE", "T", "intake", ("受理员", "Intake clerk")),
    ("dispatcher", "HOTLINE", "T", "dispatcher", ("派遣员", "Dispatcher")),
    ("supervisor", "HOTLINE", "T", "supervisor", ("值班长", "Supervisor")),
    ("auditor", "CITY", "T", "auditor", ("审计员", "Auditor")),
    ("centre-head", "CITY", "T", "centre_head", ("指挥中心主任", "Head of the centre")),
    ("checker", "CHECK", "T", "checker", ("核查员", "Checker")),
    ("handler-roads", "ROADS", "T", "handler", ("道路承办员", "Roads handler")),
    ("handler-parks", "PARKS", "T", "handler", ("园林承办员", "Parks handler")),
    ("grid-east", "HOTLINE", "T1", "grid_worker", ("东区网格员", "Grid worker, East")),
    ("grid-west", "HOTLINE", "T2", "grid_worker", ("西区网格员", "Grid worker, West")),
)
CATEGORIES = (  # code, parent, titles, urgency, whether residents may choose it
    ("ROAD", "", ("道路", "Roads"), "U2", True),
    ("ROAD-1", "ROAD", ("路面坑洞", "Pothole"), "U2", True),
    ("ROAD-2", "ROAD", ("路灯不亮", "Street light out"), "U3", True),
    ("ROAD-3", "ROAD", ("内部巡查", "Internal round"), "U4", False),
    ("PARK", "", ("绿化", "Greenery"), "U3", True),
    ("PARK-1", "PARK", ("树木倒伏", "Fallen tree"), "U1", True),
)
LIMITS = (  # subject, counting, amount, unit, basis
    ("ROAD//handle", "working_day", 5, "day", "试城办〔2026〕1号 第3条"),
    ("PARK-1//handle", "continuous", 24, "hour", "试城办〔2026〕1号 第4条"),
    ("ROAD//sign", "working_hour", 4, "hour", "试城办〔2026〕1号 第5条"),
    ("ROAD//check", "natural_day", 2, "day", "试城办〔2026〕1号 第6条"),
)
_password_hash: list[str] = []  # made once a process


@dataclass(frozen=True)
class City:
    """The city's logins by post, and the shortest way to report and to act in it."""

    accounts: dict[str, Account]
    keys: list[int] = field(default_factory=list)

    def actor(self, post: str, language: str = "zh-hans") -> Actor:
        """The person who holds this post."""
        actor = actor_of_account(self.accounts[post].pk, language, datetime.datetime.now(datetime.UTC))
        assert actor is not None
        return actor

    def key(self) -> str:
        """A request key not used before."""
        self.keys.append(len(self.keys))
        return f"test:{len(self.keys)}"

    def report(
        self,
        actor: Actor | None = None,
        *,
        category: str = "ROAD-1",
        cell: str = "T1-01",
        contact: Contact | None = None,
        **fields: Any,
    ) -> Matter:
        """A grid event of this category in the middle of this cell ("" for nowhere), by the public or by `actor`."""
        command = ReportMatter(
            matter_id=new_id(),
            type="grid_event",
            category=category,
            fields=fields or {"title": "路面有坑", "text": "红绿灯旁的路面有一个大坑", "address": "东一路 1 号"},
            channel="portal",
            point=point_in(cell),
            contact=contact,
        )
        execute(actor or public("matter.report"), command, self.key())
        return Matter.objects.get(pk=command.matter_id)

    def act(self, post: str, matter: Matter, action: str, *, reason: str = "", **fields: Any) -> Matter:
        """One action by the holder of a post; gives the matter as it then is. Raises what `execute` raises."""
        declared = type_of(matter.type, matter.type_version).action(action)
        assert declared is not None
        command = Act(matter_id=matter.pk, action=action, fields=fields, reason=reason, grant=declared.grant)
        execute(self.actor(post), command, self.key())
        return Matter.objects.get(pk=matter.pk)

    def bring_to(self, matter: Matter, state: str) -> Matter:
        """Leads a matter along the usual way until it is in this state."""
        roads = str(Unit.objects.get(code="ROADS").pk)
        for post, action, fields in (
            ("intake", "file", {"finding": "属实"}),
            ("dispatcher", "dispatch", {"unit": roads}),
            ("handler-roads", "sign", {}),
            ("handler-roads", "start", {}),
            ("handler-roads", "feed_back", {"result": "坑已填平"}),
            ("checker", "pass_check", {"finding": "已修好"}),
        ):
            if matter.state == state:
                return matter
            matter = self.act(post, matter, action, **fields)
        assert matter.state == state, f"the usual way does not lead to {state}"
        return matter


def point_in(cell: str) -> Point | None:
    """The middle of a cell; None for no cell."""
    return IN_CELL[cell] if cell else None


def make_city() -> City:
    """Makes the city in the open database, by commands."""
    execute(FOUNDER, _areas(), "city:areas")
    for code, kind, parent, area, name in UNITS:
        unit = EnterUnit(code=code, kind=kind, parent=parent, area=area, name=name)
        execute(FOUNDER, unit, f"city:unit:{code}")
    for code, unit_code, area, role, title in POSTS:
        post = EnterPost(
            code=code, unit=unit_code, area=area, role=role, title=title, grants=(*GRANTS[role], "duty.own")
        )
        execute(FOUNDER, post, f"city:post:{code}")
    execute(FOUNDER, SetManyValues(values=tuple(_values())), "city:rulebook")
    return City({code: person_of(code, title) for code, _, _, _, title in POSTS})


def add_post(
    city: City, code: str, unit: str, area: str, role: str, grants: tuple[str, ...] | None = None
) -> uuid.UUID:
    """One more post of the city, held by somebody new, with the role's grants or those named; gives its id."""
    title = (code, code)
    post = EnterPost(code=code, unit=unit, area=area, role=role, title=title, grants=grants or GRANTS[role])
    execute(FOUNDER, post, f"city:post:{code}")
    city.accounts[code] = person_of(code, title)
    return Post.objects.get(code=code).pk


def person_of(code: str, title: tuple[str, str]) -> Account:
    """A login with this name whose person holds the post of the same code."""
    if not _password_hash:
        _password_hash.append(make_password(PASSWORD))
    account = Account(id=new_id(), username=code, password=_password_hash[0])
    account.save()
    execute(FOUNDER, EnterPerson(account=account.pk, name=f"{title[1]} A", posts=(code,)), f"city:person:{code}")
    return account


def _areas() -> EnterAreas:
    levels = ["city", "district", "cell"]
    nodes, problems = grow([Row(code, parent, level) for code, (parent, level, _, _) in AREAS.items()], levels)
    assert problems == []
    ids: dict[str, uuid.UUID] = {node.code: new_id() for node in nodes}
    rows = []
    for node in nodes:
        _, level, name, box = AREAS[node.code]
        shape = None
        if box:
            polygon = shapely.MultiPolygon([shapely.box(*box)])
            shape = Shape(wkb=shapely.to_wkb(polygon, byte_order=1), vertices=5, datum="WGS84", source="tests")
        rows.append(
            AreaRow(
                id=ids[node.code],
                code=node.code,
                level=level,
                parent=ids.get(node.parent),
                name=name,
                lft=node.lft,
                rgt=node.rgt,
                shape=shape,
            )
        )
    return EnterAreas(areas=tuple(rows), from_on=SINCE)


def _values() -> list[SetValue]:
    calendar = {"zone": ZONE, "weekdays": [1, 2, 3, 4, 5], "hours": [["09:00", "17:00"]], "days": {"2026-10-01": "off"}}
    contents: list[tuple[str, str, Mapping[str, Any], str]] = [
        ("city", "title", {"zh": "试城", "en": "Testville"}, "tests"),
        ("calendar", CITY_CALENDAR, calendar, "tests"),
    ]
    for code, parent, (zh, en), urgency, is_open in CATEGORIES:
        content = {"zh": zh, "en": en, "parent": parent, "urgency": urgency, "open": is_open}
        contents.append(("category", code, content, "tests"))
    for subject, counting, amount, unit, basis in LIMITS:
        contents.append(("limit", subject, {"counting": counting, "amount": amount, "unit": unit}, basis))
    for rule, priority, category, to in (
        ("road", 1, "ROAD", "ROADS"),
        ("park", 2, "PARK", "PARKS"),
        ("rest", 9, "", "HOTLINE"),
    ):
        content = {"unit": to, "priority": priority, "category": category, "area": "", "condition": ""}
        contents.append(("routing", rule, content, "tests"))
    return [
        SetValue(parameter=parameter, subject=subject, from_on=SINCE, content=content, basis=basis)
        for parameter, subject, content, basis in contents
    ]
