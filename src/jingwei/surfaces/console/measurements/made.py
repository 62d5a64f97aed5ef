"""A made city of 10,000 square cells, 100 units and 96 categories, and matters for it: nobody's data."""

import datetime
import random
import uuid
from collections.abc import Iterator

import shapely

from jingwei.kernel.agencies.commands import EnterPost, EnterUnit
from jingwei.kernel.commands.bulk import Keyed
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.commands import Act, External, GiveLimit, ReportMatter
from jingwei.kernel.places.commands import AreaRow, EnterAreas, Shape
from jingwei.kernel.places.models import Area
from jingwei.kernel.places.tree import Row, grow
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
from jingwei.kernel.values.ids import new_id, uuid7
from jingwei.surfaces.console.measurements.chance import CATEGORIES, SIDE, SOUTH, STEP, WEST, category, point, words
from jingwei.surfaces.console.pack.enter import FOUNDER

DISTRICTS, UNITS = 32, 100
_SINCE = datetime.date(2000, 1, 1)
_FIRST = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)


def found_city() -> None:
    """Areas, units, catalogue, limits and routing, once."""
    if Area.objects.exists():
        return
    execute(FOUNDER, _areas(), "bench:areas")
    for number in range(UNITS):
        name = (f"承办单位{number:02}", f"Unit {number:02}")
        unit = EnterUnit(code=f"U{number:02}", kind="department", parent="", area="city", name=name)
        execute(FOUNDER, unit, f"bench:unit:{number}")
    execute(
        FOUNDER, EnterUnit(code="C", kind="centre", parent="", area="city", name=("指挥中心", "Centre")), "bench:centre"
    )
    grants = ("matter.report", "matter.read", "matter.accept", "matter.verify", "matter.dispatch")
    for code, area in (("centre", "city"), ("district", "D00")):
        post = EnterPost(code=code, unit="C", area=area, role="clerk", title=("受理员", "Clerk"), grants=grants)
        execute(FOUNDER, post, f"bench:post:{code}")
    execute(FOUNDER, SetManyValues(values=tuple(_values())), "bench:rulebook")


def _areas() -> EnterAreas:
    cells = [(row, column) for row in range(SIDE) for column in range(SIDE)]
    rows = [Row("city", "", "city"), *(Row(f"D{number:02}", "city", "district") for number in range(DISTRICTS))]
    boxes = {}
    for place, (row, column) in enumerate(cells):
        code = f"G{row:02}{column:02}"
        west, south = WEST + column * STEP, SOUTH + row * STEP
        boxes[code] = shapely.to_wkb(shapely.box(west, south, west + STEP, south + STEP))
        rows.append(Row(code, f"D{place * DISTRICTS // len(cells):02}", "cell"))
    nodes, _ = grow(rows, ["city", "district", "cell"])
    ids = {node.code: new_id() for node in nodes}
    areas = (
        AreaRow(
            id=ids[node.code],
            code=node.code,
            level=node.level,
            parent=ids.get(node.parent),
            name=(node.code, node.code),
            lft=node.lft,
            rgt=node.rgt,
            shape=Shape(wkb=boxes[node.code], vertices=5, datum="WGS84", source="made") if node.code in boxes else None,
        )
        for node in nodes
    )
    return EnterAreas(areas=tuple(areas), from_on=_SINCE)


def _values() -> Iterator[SetValue]:
    def value(parameter: str, subject: str, content: dict[str, object]) -> SetValue:
        return SetValue(parameter=parameter, subject=subject, from_on=_SINCE, content=content, basis="made")

    hours = [["09:00", "12:00"], ["13:30", "17:30"]]
    days = {f"{year}-10-0{day}": "off" for year in range(2020, 2030) for day in range(1, 8)}
    yield value(
        "calendar", "working", {"zone": "Asia/Shanghai", "weekdays": [1, 2, 3, 4, 5], "hours": hours, "days": days}
    )
    for number in range(CATEGORIES):
        code = f"{number // 8 + 1:02}{number % 8 + 1:02}"
        title = {"zh": f"类别{code}", "en": f"Category {code}", "urgency": "U3", "parent": "", "open": True}
        yield value("category", code, title)
        yield value("limit", f"{code}//handle", {"counting": "working_hour", "amount": 8 + number % 40, "unit": "hour"})
        rule = {"priority": number, "category": code, "area": "", "condition": "", "unit": f"U{number % UNITS:02}"}
        yield value("routing", f"r{number:02}", rule)
    yield value("routing", "rest", {"priority": 999, "category": "", "area": "", "condition": "", "unit": "C"})


def commands_for(number: int, chance: random.Random, closed_of_100: int) -> list[Keyed]:
    """A matter of the past: reported, limited, and in so many of 100 cases closed."""
    opened = _FIRST + datetime.timedelta(seconds=31 * number)
    matter = uuid7(int(opened.timestamp() * 1000), uuid.uuid5(uuid.NAMESPACE_OID, f"bench{number}").bytes)
    report = ReportMatter(
        matter_id=matter,
        type="grid_event",
        category=category(chance),
        fields={"text": words(chance)},
        channel="hotline",
        point=point(chance),
        external=External(source="bench", number=f"B{number:09}"),
        unit=f"U{chance.randrange(UNITS):02}",
        happened_at=opened,
        claimed=opened.isoformat(),
    )
    due = opened + datetime.timedelta(hours=chance.choice((24, 48, 120)))
    commands = [
        Keyed(f"bench|{number}|reported", report),
        Keyed(f"bench|{number}|limit", GiveLimit(matter_id=matter, due_at=due, basis="made", claimed="")),
    ]
    if chance.random() < closed_of_100 / 100:
        closed = opened + datetime.timedelta(hours=chance.randint(1, 130))
        act = Act(matter_id=matter, action="close_stated", fields={}, grant="matter.state", happened_at=closed)
        commands.append(Keyed(f"bench|{number}|closed", act))
    return commands
