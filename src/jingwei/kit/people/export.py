"""The city's units, posts, people, holdings and shifts as a workbook that may be imported again as it is."""

import datetime
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from jingwei.kernel.agencies.commands.known import ROSTER
from jingwei.kernel.agencies.models import Holding, Person, Post, Roster, Shift, Unit
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.tables.writing import Mark, Page
from jingwei.kernel.tables.writing import workbook as written
from jingwei.kit.people.sheets import SHEETS


def workbook(scope: Scope, zone: ZoneInfo, language: str, mark: Mark | None = None) -> bytes:
    """What lives now and what is to come; moments in the city's zone, headings in one language."""
    rows = {
        "units": [_unit(one) for one in Unit.objects.filter(ended_at=None).select_related("parent", "area")],
        "posts": [_post(one) for one in Post.objects.filter(active=True).select_related("unit", "area")],
        "people": [
            _person(one) for one in Person.objects.filter(active=True, account__isnull=False).select_related("account")
        ],
        "holdings": _holdings(scope.now, zone),
        "shifts": _shifts(scope.now, zone),
    }
    pages = []
    for sheet in SHEETS:
        ordered = sorted(rows[sheet.key], key=lambda one: [one[key] for key in sheet.keys])
        cells = [[row.get(column.key, "") for column in sheet.columns] for row in ordered]
        pages.append(Page(sheet.title.in_(language), [column.title.in_(language) for column in sheet.columns], cells))
    return written(pages, mark)


def shifts_workbook(scope: Scope, zone: ZoneInfo, language: str, mark: Mark | None = None) -> bytes:
    """The shifts to come of the rosters that the reader may edit, to be changed and sent back."""
    rosters = Roster.objects.filter(closed_at=None).select_related("area")
    codes = {one.code for one in rosters if scope.actor.duty_for(ROSTER, one.area.lft, one.unit_id)}
    (sheet,) = (one for one in SHEETS if one.key == "shifts")
    rows = [row for row in _shifts(scope.now, zone) if row["roster"] in codes]
    ordered = sorted(rows, key=lambda one: [one[key] for key in sheet.keys])
    cells = [[row.get(column.key, "") for column in sheet.columns] for row in ordered]
    heads = [column.title.in_(language) for column in sheet.columns]
    return written([Page(sheet.title.in_(language), heads, cells)], mark)


def _written(at: datetime.datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone).replace(tzinfo=None).isoformat(sep=' ')}" if at else ""


def _unit(one: Unit) -> Mapping[str, str]:
    parent = one.parent.code if one.parent else ""
    fixed = {"code": one.code, "kind": one.kind, "parent": parent, "area": one.area.code}
    return {**fixed, "name_zh": one.name_zh, "name_en": one.name_en}


def _post(one: Post) -> Mapping[str, str]:
    fixed = {"code": one.code, "unit": one.unit.code, "area": one.area.code, "role": one.role}
    return {**fixed, "title_zh": one.title_zh, "title_en": one.title_en, "grants": ", ".join(one.grants)}


def _person(one: Person) -> Mapping[str, str]:
    login, language = (one.account.username, one.account.language) if one.account else ("", "")
    return {"login": login, "name": one.name, "phone": one.phone, "language": language}


def _holdings(now: datetime.datetime, zone: ZoneInfo) -> Sequence[Mapping[str, str]]:
    found = (
        Holding.objects.exclude(until_at__lte=now).filter(post__active=True).select_related("post", "person__account")
    )
    return [
        {
            "login": one.person.account.username,
            "post": one.post.code,
            "from_at": _written(one.from_at, zone),
            "until_at": _written(one.until_at, zone),
        }
        for one in found
        if one.person.account
    ]


def _shifts(now: datetime.datetime, zone: ZoneInfo) -> Sequence[Mapping[str, str]]:
    found = Shift.objects.filter(cancelled=False, until_at__gt=now).select_related("roster", "post", "person__account")
    return [
        {
            "roster": one.roster.code,
            "post": one.post.code,
            "login": one.person.account.username,
            "from_at": _written(one.from_at, zone),
            "until_at": _written(one.until_at, zone),
        }
        for one in found
        if one.person.account
    ]
