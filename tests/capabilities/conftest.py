"""The test city with classes of every way to verify and to check, and one event led through it in simulated time."""

import datetime
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import Actor, public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.commands import Act, Contact, ReportMatter
from jingwei.kernel.matters.models import Matter, Step
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
from jingwei.kernel.values.coordinates import Point
from jingwei.kernel.values.ids import new_id
from tests.city import FOUNDER, SINCE, ZONE, City, point_in

CLASSES = {  # code: urgency, verify, check, per cent
    "W-U1": ("U1", "none", "site", None),
    "W-PHONE": ("U3", "phone", "site", None),
    "W-PICTURE": ("U3", "none", "picture", None),
    "W-REPORTER": ("U3", "none", "reporter", None),
    "W-ALL": ("U3", "none", "sample", 100),
    "W-HALF": ("U3", "none", "sample", 50),
}
LIMITS = {  # subject: counting, amount, unit
    "W//handle": ("working_day", 4, "day"),
    "//accept": ("working_hour", 2, "hour"),
    "//dispatch": ("working_hour", 2, "hour"),
    "W//sign": ("working_hour", 1, "hour"),
    "//contact": ("continuous", 24, "hour"),
    "//arbitrate": ("working_hour", 2, "hour"),
    "//cosign": ("working_day", 1, "day"),
    "//disagree": ("working_day", 5, "day"),
    "request=consult//handle": ("working_day", 2, "day"),
    "request=complaint//handle": ("working_day", 15, "day"),
}
NUMBERS = {  # subject: amount, unit
    "grid_event.silent": (48, "hour"),
    "grid_event.called_back": (5, "percent"),
    "grid_event.rechecked": (20, "percent"),
}
REPORTED = datetime.datetime(2026, 12, 7, 9, tzinfo=zoneinfo.ZoneInfo(ZONE))  # a Monday
UNITS = {"handler-roads": "ROADS", "handler-parks": "PARKS"}


@dataclass
class Event:
    """One event and the time that passes: each act is done so many working hours after the report."""

    city: City
    id: Any
    hours: float = 0
    done_at: datetime.datetime = REPORTED  # of the last act

    @property
    def matter(self) -> Matter:
        """The event as it stands."""
        return Matter.objects.get(pk=self.id)

    @property
    def now(self) -> datetime.datetime:
        """The moment of the next act."""
        return REPORTED + datetime.timedelta(hours=self.hours)

    def after(self, hours: float) -> "Event":
        """Lets time pass."""
        self.hours += hours
        return self

    def act(self, who: "str | Actor", action: str, *, reason: str = "", **fields: Any) -> "Event":
        """One act by the holder of a post, or by an actor. Raises what `execute` raises."""
        matter = self.matter
        declared = type_of(matter.type, matter.type_version).action(action)
        assert declared is not None
        fields = {key: _unit(value) if key in ("unit", "proposed") else value for key, value in fields.items()}
        command = Act(matter_id=self.id, action=action, fields=fields, reason=reason, grant=declared.grant)
        execute(self.city.actor(who) if isinstance(who, str) else who, command, self.city.key(), now=self.now)
        self.done_at = self.now
        return self.after(0.001)  # no two acts in one moment

    def to(self, state: str) -> "Event":
        """Leads the event along the usual way of its class to this state."""
        way: dict[str, Callable[[], Event]] = {
            "reported": lambda: self.act("intake", "file_unverified"),
            "filed": lambda: self.act("dispatcher", "dispatch", unit="ROADS"),
            "dispatched": lambda: self.act("handler-roads", "sign"),
            "signed": lambda: self.act("handler-roads", "start"),
            "processing": lambda: self.act("handler-roads", "feed_back", result="已处理"),
            "feedback": lambda: self.act("checker", "pass_check", finding="属实"),
        }
        while self.matter.state != state:
            way[self.matter.state]()
        return self

    def clock(self, key: str) -> Clock:
        """One clock of the event."""
        return Clock.objects.get(stream_id=self.id, key=key)

    def steps(self) -> list[str]:
        """The acts done, in their order."""
        return list(Step.objects.filter(matter_id=self.id).order_by("id").values_list("action", flat=True))


def _unit(code: str) -> str:
    return str(Unit.objects.get(code=code).pk)


@dataclass(frozen=True)
class Town:
    """The test city with these classes and limits."""

    city: City

    def event(
        self,
        category: str = "W-ALL",
        *,
        by: "str | Actor | None" = None,
        point: Point | None = None,
        contact: Contact | None = None,
        hours: float = 0,
        **fields: Any,
    ) -> Event:
        """Reports an event: by the public with a telephone number, or by the holder of a post."""
        command = ReportMatter(
            matter_id=new_id(),
            type="grid_event",
            category=category,
            fields={"text": "路边有一堆垃圾", **fields},
            channel="portal",
            point=point or point_in("T1-01"),
            contact=contact if contact or by else Contact(phone="000"),
        )
        event = Event(self.city, command.matter_id, hours)
        actor = self.city.actor(by) if isinstance(by, str) else by or public("matter.report")
        execute(actor, command, self.city.key(), now=event.now)
        return event.after(0.001)


@pytest.fixture
def town(city: City) -> Town:
    """The test city with a class for every way to verify and to check."""
    values: list[tuple[str, str, dict[str, Any]]] = [
        ("category", "W", {"zh": "办法", "en": "Ways", "parent": "", "urgency": "U3", "open": True})
    ]
    for code, (urgency, verify, check, sample) in CLASSES.items():
        content = {"zh": code, "en": code, "parent": "W", "urgency": urgency, "open": True, "verify": verify}
        values.append(("category", code, {**content, "check": check, **({"sample": sample} if sample else {})}))
    for subject, (counting, amount, unit) in LIMITS.items():
        values.append(("limit", subject, {"counting": counting, "amount": amount, "unit": unit}))
    values += [
        ("number", subject, {"zh": subject, "en": subject, "amount": amount, "unit": unit})
        for subject, (amount, unit) in NUMBERS.items()
    ]
    set_values = tuple(
        SetValue(parameter=parameter, subject=subject, from_on=SINCE, content=content, basis=f"试城 {subject}")
        for parameter, subject, content in values
    )
    execute(FOUNDER, SetManyValues(values=set_values), "town:rulebook")
    return Town(city)
