"""What the test city needs for a type with classes of its own (classes, posts, limits), and a matter led through it."""

import datetime
import zoneinfo
from typing import Any

from jingwei.kernel.agencies.commands import EnterPost
from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import Actor, public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.files.uploads import receive
from jingwei.kernel.matters.commands import Act, Contact, ReportMatter
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import MatterType, type_of
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
from jingwei.kernel.values.ids import new_id
from tests.city import FOUNDER, GRANTS, SINCE, ZONE, City, person_of, point_in
from tests.kernel.files.samples import jpeg


def enter_classes(matter_type: MatterType) -> None:
    """One major class under the type's key and two below it (`hazard`, `hazard-1`, `hazard-2`)."""
    key = matter_type.key
    rows = ((key, "", "类"), (f"{key}-1", key, "一类"), (f"{key}-2", key, "二类"))
    values = [
        SetValue(
            parameter="category",
            subject=code,
            from_on=SINCE,
            content={"zh": zh, "en": code, "parent": parent, "urgency": "U3", "open": True, "type": key},
            basis="tests",
        )
        for code, parent, zh in rows
    ]
    execute(FOUNDER, SetManyValues(values=tuple(values)), f"classes:{key}")


def staff(city: City, matter_type: MatterType) -> list[str]:
    """A post for every grant of the type that no role of the city has, named like the grant; gives their codes."""
    held = {grant for grants in GRANTS.values() for grant in grants}
    codes = []
    for grant in matter_type.grants:
        code = grant.replace(".", "-")
        if grant in held or code in city.accounts:
            continue
        post = EnterPost(
            code=code,
            unit="CITY",
            area="T",
            role=code,
            title=(code, code),
            grants=(grant, "matter.read", "measures.read"),
        )
        execute(FOUNDER, post, f"city:post:{code}")
        city.accounts[code] = person_of(code, (code, code))
        codes.append(code)
    return codes


LIMITS: dict[str, dict[str, tuple[str, int, str]]] = {
    "hazard": {
        "hazard//grade": ("working_day", 1, "day"),
        "seen_as=major//grade": ("continuous", 1, "hour"),
        "hazard//assign": ("working_day", 1, "day"),
        "grade=major//hang": ("working_day", 5, "day"),
        "hazard//plan": ("working_day", 5, "day"),
        "grade=major//plan": ("working_day", 3, "day"),
        "hazard//approve": ("working_day", 3, "day"),
        "hazard//verify": ("natural_day", 10, "day"),
        "hazard//cancel": ("working_day", 3, "day"),
    },
    "project": {
        "project//propose": ("natural_day", 365, "day"),
        "project//decompose": ("working_day", 10, "day"),
        "project//assign": ("working_day", 5, "day"),
        "project//report": ("natural_day", 31, "day"),
        "project//verify": ("working_day", 5, "day"),
        "project//score": ("natural_day", 92, "day"),
        "project//object": ("working_day", 5, "day"),
    },
    "enterprise_need": {
        "enterprise_need//code": ("working_day", 10, "day"),
        "enterprise_need//merge": ("working_day", 10, "day"),
        "enterprise_need//supply": ("natural_day", 30, "day"),
        "enterprise_need//assign": ("working_day", 5, "day"),
        "enterprise_need//rate": ("working_day", 5, "day"),
        "enterprise_need//again": ("natural_day", 92, "day"),
    },
    "instruction": {
        "instruction//sign": ("continuous", 30, "minute"),
        "instruction//handle": ("working_day", 2, "day"),
        "instruction//redo": ("working_day", 1, "day"),
        "instruction//decide": ("working_day", 1, "day"),
    },
}


def use(city: City, key: str) -> MatterType:
    """The type with classes, posts and its limits in the city."""
    matter_type = type_of(key)
    enter_classes(matter_type)
    staff(city, matter_type)
    values = [
        SetValue(
            parameter="limit",
            subject=subject,
            from_on=SINCE,
            content={"counting": counting, "amount": amount, "unit": unit},
            basis="tests",
        )
        for subject, (counting, amount, unit) in LIMITS.get(key, {}).items()
    ]
    if values:
        execute(FOUNDER, SetManyValues(values=tuple(values)), f"limits:{key}")
    return matter_type


def told_of(matter_type: MatterType) -> dict[str, Any]:
    """The least that a report of the type says."""
    right: dict[str, Any] = {"choice": "", "number": 0, "yes_no": True, "day": "2026-12-24"}
    fields = [field for field in matter_type.fields if field.required or field.key == "title"]
    return {
        field.key: field.choices[0][0] if field.choices else field.least or right.get(field.kind, "题")
        for field in fields
    }


def unit_of(matter_type: MatterType) -> str:
    """The unit that a report of the type names, where it names one."""
    return "ROADS" if matter_type.names_unit else ""


class Led:
    """One matter of such a type, led through its way at stated moments of the city's clock."""

    def __init__(self, city: City, key: str, at: str, *, by: str = "", number: int = 1, **fields: Any) -> None:
        """`fields` are those of the report; a type whose report names the unit takes it as `unit`, else it is ROADS."""
        self.city, self.type, self.id = city, type_of(key), new_id()
        command = ReportMatter(
            matter_id=self.id,
            type=key,
            category=f"{key}-{number}",
            unit=fields.pop("unit", unit_of(self.type)),
            fields={**told_of(self.type), **fields},
            channel="phone",
            point=point_in("T1-01"),
            contact=Contact(phone="000") if self.type.parties else None,
        )
        execute(city.actor(by) if by else public("matter.report"), command, city.key(), now=moment(at))

    @property
    def matter(self) -> Matter:
        """As it stands."""
        return Matter.objects.get(pk=self.id)

    def act(self, who: "str | Actor", action: str, at: str, *, reason: str = "", **fields: Any) -> "Led":
        """One act by the holder of a post, with the files it demands. Raises what `execute` raises."""
        declared = self.type.action(action)
        assert declared is not None
        actor = self.city.actor(who) if isinstance(who, str) else who
        units = {field.key for field in declared.fields if field.kind == "unit"}
        said = {key: _unit(value) if key in units else value for key, value in fields.items()}
        files = tuple(
            FileGiven(rule=rule.key, upload=receive(actor, lambda _: new_id(), [PICTURE], moment(at)).pk)
            for rule in declared.files
            for _ in range(rule.least)
        )
        command = Act(matter_id=self.id, action=action, fields=said, files=files, reason=reason, grant=declared.grant)
        execute(actor, command, self.city.key(), now=moment(at))
        return self

    def due(self, clock: str) -> str:
        """The due moment of one clock, as the city writes it."""
        found = Clock.objects.get(stream_id=self.id, key=clock).due_at
        return f"{found.astimezone(_ZONE):%Y-%m-%d %H:%M}" if found else ""

    @property
    def due_at(self) -> str:
        """The due moment of the matter, as the city writes it."""
        due = self.matter.due_at
        return f"{due.astimezone(_ZONE):%Y-%m-%d %H:%M}" if due else ""


_ZONE = zoneinfo.ZoneInfo(ZONE)
PICTURE = jpeg((8, 8))


def moment(written: str) -> datetime.datetime:
    """A moment of the city's clock (`2026-09-25 10:00`)."""
    return datetime.datetime.fromisoformat(written).replace(tzinfo=_ZONE)


def _unit(code: str) -> str:
    return str(Unit.objects.get(code=code).pk)
