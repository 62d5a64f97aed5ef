"""What a workbook would change, compared with what stands: a dry run that names each change and each fault."""

import datetime
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from jingwei.kernel.agencies.models import Account, Holding, Person, Post, Roster, RosterChange, Shift, Unit
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.places.models import Area
from jingwei.kernel.values.grants import TITLES
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.sheets import Fault, Row, Sheet, read_sheets
from jingwei.kit.people.sheets import SHEETS

Verb = Literal["new", "change", "end"]
VERBS: Mapping[str, Text] = {
    "new": Text("新增", "new"),
    "change": Text("变更", "change"),
    "end": Text("结束", "end"),
}
LANGUAGES = ("zh-hans", "en")
_TODAY = Text(
    "结束须在当天办理；请到那天再导入，或留空。", "Ending is an act of the day: import again then, or leave it empty."
)
_YES = frozenset({"是", "yes", "true", "1"})
_NO_SHIFT = Text("没有这个班次，无从取消。", "There is no such shift that could go.")
_IN_FILE_SHIFT = Text("改正这一行，或清空“取消”。", "Correct the row, or leave “goes” empty.")
_IN_FILE = Text("先录入，或改正代码。", "Enter it first, or correct the code.")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would be done; `kind` and `verb` say how, `row` with what."""

    kind: str  # key of the sheet
    verb: Verb
    row: Row
    what: str  # code or login, as the file names it
    id: uuid.UUID | None = None  # of the person, holding or account that exists


@dataclass(slots=True)
class Plan:
    """The whole dry run. Nothing is applied while a fault remains."""

    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    same: int = 0


@dataclass(slots=True)
class _Known:
    """What stands in the city, and what the file adds to it."""

    areas: set[str]
    units: dict[str, Unit]
    posts: dict[str, Post]
    people: dict[str, Person]
    logins: set[str]
    rosters: set[str]
    grants_of: dict[str, list[str]]
    new_units: set[str] = field(default_factory=set)
    new_posts: set[str] = field(default_factory=set)
    new_people: set[str] = field(default_factory=set)


def plan_of(scope: Scope, content: bytes, zone: ZoneInfo, sheets: Sequence[Sheet] = SHEETS) -> Plan:
    """Reads these sheets of the workbook and compares them row by row. What the file does not name is left alone."""
    found, faults = read_sheets(content, zone, sheets)
    rows = {sheet.key: found.get(sheet.key, []) for sheet in SHEETS}
    plan = Plan(faults=faults)
    known = _read_known()
    known.new_units = {row.values["code"] for row in rows["units"]} - set(known.units)
    known.new_posts = {row.values["code"] for row in rows["posts"]} - set(known.posts)
    known.new_people = {row.values["login"] for row in rows["people"]} - set(known.people)
    compare: Sequence[tuple[str, Callable[[Plan, _Known, Row, datetime.datetime], None]]] = (
        ("units", _unit),
        ("posts", _post),
        ("people", _person),
    )
    for key, one in compare:
        for row in rows[key]:
            one(plan, known, row, scope.now)
    _holdings(plan, known, rows["holdings"], scope.now)
    _shifts(plan, known, rows["shifts"])
    order = {"units": 0, "posts": 1, "people": 2, "holdings": 3, "shifts": 4}
    plan.changes.sort(key=lambda one: _order(one, order))
    return plan


def _order(change: Change, order: Mapping[str, int]) -> tuple[bool, int, int]:
    """Beginnings from the units down, then endings from the holdings up."""
    ends, place = change.verb == "end", order[change.kind]
    return ends, -place if ends else place, change.row.number if not ends else -change.row.number


def _read_known() -> _Known:
    posts = {post.code: post for post in Post.objects.select_related("unit", "area")}
    people = Person.objects.filter(account__isnull=False).select_related("account")
    return _Known(
        set(Area.objects.values_list("code", flat=True)),
        {unit.code: unit for unit in Unit.objects.select_related("parent", "area")},
        posts,
        {person.account.username: person for person in people if person.account},
        set(Account.objects.values_list("username", flat=True)),
        set(Roster.objects.filter(closed_at=None).values_list("code", flat=True)),
        {post.role: post.grants for post in posts.values() if post.active},
    )


def _missing(plan: Plan, row: Row, column: str, there: Iterable[str]) -> bool:
    code = row.values.get(column, "")
    if not code or code in there:
        return False
    plan.faults.append(row.fault(column, Text(f"没有“{code}”。", f"There is no “{code}”."), _IN_FILE))
    return True


def _ends(plan: Plan, row: Row, now: datetime.datetime, active: bool, exists: bool) -> bool | None:
    """True: to be ended now; None: a fault, or over already; False: goes on."""
    at = row.moments.get("ends_on")
    if at is None:
        if not active:
            what = Text("已经结束，不能再启用。", "It has ended and is not begun anew.")
            plan.faults.append(row.fault(row.sheet.keys[0], what, Text("换一个代码。", "Use another code.")))
            return None
        return False
    if not active:
        plan.same += 1
        return None
    if at > now or not exists:
        what = Text("结束日期在将来，或尚不存在。", "It ends in the future, or does not exist yet.")
        plan.faults.append(row.fault("ends_on", what, _TODAY))
        return None
    return True


def _unit(plan: Plan, known: _Known, row: Row, now: datetime.datetime) -> None:
    values, there = row.values, known.units.get(row.values["code"])
    ends = _ends(plan, row, now, there is None or there.ended_at is None, there is not None)
    if ends is None:
        return
    if ends:
        plan.changes.append(Change("units", "end", row, values["code"]))
        return
    if _missing(plan, row, "area", known.areas) | _missing(plan, row, "parent", {*known.units, *known.new_units}):
        return
    if there is None:
        plan.changes.append(Change("units", "new", row, values["code"]))
        return
    fixed = {"kind": there.kind, "parent": there.parent.code if there.parent else ""}
    if _differs(plan, row, fixed):
        return
    stands = (there.area.code, there.name_zh, there.name_en)
    _compare(plan, Change("units", "change", row, values["code"]), stands, ("area", "name_zh", "name_en"))


def _post(plan: Plan, known: _Known, row: Row, now: datetime.datetime) -> None:
    values, there = row.values, known.posts.get(row.values["code"])
    ends = _ends(plan, row, now, there is None or there.active, there is not None)
    if ends is None:
        return
    if ends:
        if not _missing(plan, row, "hand_over_to", {*known.posts, *known.new_posts}):
            plan.changes.append(Change("posts", "end", row, values["code"]))
        return
    if _missing(plan, row, "area", known.areas) | _missing(plan, row, "unit", {*known.units, *known.new_units}):
        return
    if not _grants(plan, known, row):
        return
    if there is None:
        plan.changes.append(Change("posts", "new", row, values["code"]))
        return
    if _differs(plan, row, {"unit": there.unit.code}):
        return
    grants = ",".join(sorted(there.grants))
    stands = (there.area.code, there.role, there.title_zh, there.title_en, grants)
    columns = ("area", "role", "title_zh", "title_en", "grants")
    _compare(plan, Change("posts", "change", row, values["code"]), stands, columns)


def _grants(plan: Plan, known: _Known, row: Row) -> bool:
    """Writes the row's grants in one form; without any, a post has those that its role has elsewhere in the city."""
    written = [one.strip() for one in row.values["grants"].replace("，", ",").split(",") if one.strip()]
    named = written or known.grants_of.get(row.values["role"], [])
    unknown = [one for one in named if one not in TITLES]
    if not named or unknown:
        what = Text(f"不认识的权限：{'、'.join(unknown)}", f"Unknown grants: {', '.join(unknown)}")
        if not named:
            what = Text(
                "没有权限，本市也没有这个角色的岗位。", "No grants, and no post of this role to take them from."
            )
        plan.faults.append(row.fault("grants", what, Text("写明权限，逗号分隔。", "List the grants with commas.")))
        return False
    row.values["grants"] = ",".join(sorted(named))
    return True


def _differs(plan: Plan, row: Row, fixed: Mapping[str, str]) -> bool:
    """Names what cannot be changed: it makes another unit or post of it."""
    wrong = [column for column, stands in fixed.items() if row.values[column] != stands]
    for column in wrong:
        what = Text(f"原为“{fixed[column]}”，不能变更。", f"It is “{fixed[column]}” and cannot change.")
        remedy = Text("撤销后另设。", "End it and enter a new one.")
        plan.faults.append(row.fault(column, what, remedy))
    return bool(wrong)


def _compare(plan: Plan, change: Change, stands: Sequence[str], columns: Sequence[str]) -> None:
    if tuple(stands) == tuple(change.row.values[column] for column in columns):
        plan.same += 1
    else:
        plan.changes.append(change)


def _person(plan: Plan, known: _Known, row: Row, now: datetime.datetime) -> None:
    values, there = row.values, known.people.get(row.values["login"])
    ends = _ends(plan, row, now, there is None or there.active, there is not None)
    if ends is None:
        return
    if ends:
        plan.changes.append(Change("people", "end", row, values["login"], there.pk if there else None))
        return
    if values["language"] and values["language"] not in LANGUAGES:
        what = Text(f"不认识的语言“{values['language']}”。", f"Unknown language “{values['language']}”.")
        plan.faults.append(row.fault("language", what, Text("写 zh-hans 或 en。", "Write zh-hans or en.")))
    elif there is None and values["login"] in known.logins:
        what = Text("这个账户名已被占用。", "This login name is taken.")
        plan.faults.append(row.fault("login", what, Text("换一个账户名。", "Choose another.")))
    elif there is None:
        plan.changes.append(Change("people", "new", row, values["login"]))
    else:
        change = Change("people", "change", row, values["login"], there.pk)
        _compare(plan, change, (there.name, there.phone), ("name", "phone"))


def _holdings(plan: Plan, known: _Known, rows: Sequence[Row], now: datetime.datetime) -> None:
    """A holding is the one of this person and post that is not over; its end may lie in the future."""
    standing: dict[tuple[str, str], Holding] = {}
    for one in Holding.objects.select_related("post", "person__account").order_by("from_at"):
        if one.person.account and (one.until_at is None or one.until_at > now):
            standing[one.person.account.username, one.post.code] = one
    posts = {code for code, post in known.posts.items() if post.active} | known.new_posts
    people = {login for login, person in known.people.items() if person.active} | known.new_people
    for row in rows:
        login, post, until = row.values["login"], row.values["post"], row.moments.get("until_at")
        there, over = standing.get((login, post)), until is not None and until <= now
        if there is None and over:
            plan.same += 1  # it is over, and so it is here
        elif _missing(plan, row, "login", people) | _missing(plan, row, "post", posts):
            continue
        elif there is None:
            plan.changes.append(Change("holdings", "new", row, f"{login} · {post}"))
        elif until == there.until_at or (until is None and there.until_at is not None):
            plan.same += 1  # an end that stands is not taken back by leaving the cell empty
        else:
            plan.changes.append(Change("holdings", "end", row, f"{login} · {post}", there.pk))


_Stands = tuple[str, str, str, datetime.datetime, datetime.datetime]
"""A shift as a row names it: roster, post, login, from, until."""


def _shifts(plan: Plan, known: _Known, rows: Sequence[Row]) -> None:
    """What would be written into the drafts of the rosters; what stands, or is in a draft, is as it was."""
    standing = {_named(one): one.pk for one in _coming_shifts() if one.person.account}
    comes, goes = _drafted()
    people, posts = {*known.people, *known.new_people}, {*known.posts, *known.new_posts}
    for row in rows:
        values, moments = row.values, row.moments
        key = (values["roster"], values["post"], values["login"], moments["from_at"], moments["until_at"])
        ends = values["goes"].casefold() in _YES
        if (key in comes or key in standing) if not ends else key in goes:
            plan.same += 1
        elif ends and key not in standing:
            plan.faults.append(row.fault("goes", _NO_SHIFT, _IN_FILE_SHIFT))
        elif not (
            _missing(plan, row, "roster", known.rosters)
            | _missing(plan, row, "login", people)
            | _missing(plan, row, "post", posts)
        ):
            verb: Verb = "end" if ends else "new"
            what = f"{values['roster']} · {values['login']}"
            plan.changes.append(Change("shifts", verb, row, what, standing.get(key)))


def _coming_shifts() -> Iterable[Shift]:
    return Shift.objects.filter(cancelled=False).select_related("roster", "post", "person__account")


def _drafted() -> tuple[set[_Stands], set[_Stands]]:
    """The shifts that come, and that go, by drafts that are being written or wait. One statement."""
    found = RosterChange.objects.filter(draft__state__in=("open", "asked"), left_out_at=None)
    sets: tuple[set[_Stands], set[_Stands]] = (set(), set())
    for row in found.select_related("draft__roster", "post", "person__account"):
        if row.person.account:
            key = (row.draft.roster.code, row.post.code, row.person.account.username, row.from_at, row.until_at)
            sets[row.goes_id is not None].add(key)
    return sets


def _named(shift: Shift) -> _Stands:
    login = shift.person.account.username if shift.person.account else ""
    return shift.roster.code, shift.post.code, login, shift.from_at, shift.until_at
