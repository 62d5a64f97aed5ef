"""Units, posts, people and routing below the city: county centres and teams, town rooms, grid workers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from jingwei.kernel.values.words import Text
from jingwei.surfaces.console.practice.land.places import Area, Places
from jingwei.surfaces.console.practice.words import Words

COUNTY_TEAMS = {"HW": ("环境卫生所", "Sanitation"), "ZF": ("综合行政执法大队", "Enforcement")} | {
    "SZ": ("市政设施管理所", "Municipal Works"),
    "YL": ("园林绿化所", "Parks"),
}
"""What each county has for itself, by the city unit of the same work."""

TOWN_WORK = ("0102", "0107", "0306", "0501", "0802")
"""The classes that rural towns see to themselves."""

GONE, BROKEN_RULE = "OLD", "broken"
"""Planted: a unit without a post, and the rule that still names it."""

_RELIEVED = ("handler-zf", "handler-gs", "handler-gd", "handler-ps")
_RELIEFS = ("b", "c", "d")

Row: TypeAlias = dict[str, str]


@dataclass(slots=True)
class Agencies:
    """Rows for the pack's tables, and who holds which post."""

    units: list[Row] = field(default_factory=list)
    posts: list[Row] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    routing: list[Row] = field(default_factory=list)


def short(area: str) -> str:
    """How units and posts of an area are told apart: its code without the city and the empty places."""
    return area[4:].rstrip("0") if area[6:9] == "000" else area[4:9] if area[9:] == "000" else area[4:12]


def appoint(places: Places, base: Mapping[str, list[Row]], words: Words) -> Agencies:
    """The city's own rows as the base pack has them, then counties, towns and grid workers."""
    found = Agencies([*base["units.csv"]], [*base["posts.csv"]])
    for county in places.of_level("county"):
        _county(found, county)
    for town in places.of_level("town"):
        _town(found, town)
    for community in places.of_level("community"):
        room = f"T{short(community.code[:9] + '000')}"
        _post(found, "grid", room, community, "grid_worker", Text("网格员", "Grid worker"))
    gone = Text("城市管理局原直属大队（已撤销）", "Former City Management Brigade (dissolved)")
    _unit(found, GONE, "CITY", "department", places.areas[0], gone)
    found.routing = [_broken(places), *_routing(places, base["routing.csv"]), *base["routing.csv"]]
    found.people = [_person(post, words) for post in found.posts]
    for post in filter(is_relieved, found.posts):
        found.people += [_person(post, words, f"{post['code']}-{letter}") for letter in _RELIEFS]
    return found


def is_relieved(post: Row) -> bool:
    """Whether several people hold a post by turns, day and night: dispatchers, and units that must come at any hour."""
    return post["role"] == "dispatcher" or post["code"] in _RELIEVED


def _county(found: Agencies, county: Area) -> None:
    known, name = short(county.code), county.name
    centre = Text(f"{name.zh}社会治理综合指挥中心", f"{name.en} Command Centre")
    _unit(found, f"C{known}", "CMD", "centre", county, centre)
    _post(found, "dispatcher", f"C{known}", county, "dispatcher", Text("指挥中心派遣员", "dispatcher"))
    _post(found, "supervisor", f"C{known}", county, "supervisor", Text("指挥中心值班长", "supervisor"))
    team = Text(f"{name.zh}网格核查队", f"{name.en} Inspection Team")
    _unit(found, f"CHK-{known}", f"C{known}", "team", county, team)
    _post(found, "checker", f"CHK-{known}", county, "checker", Text("网格核查员", "checker"))
    for code, (zh, en) in COUNTY_TEAMS.items():
        _unit(found, f"{code}-{known}", code, "department", county, Text(f"{name.zh}{zh}", f"{name.en} {en}"))
        title = Text(f"{zh}承办员", f"{en} handler")
        _post(found, f"handler-{code.lower()}", f"{code}-{known}", county, "handler", title)


def _town(found: Agencies, town: Area) -> None:
    known, county = short(town.code), short(town.code[:6] + "000000")
    room = Text(f"{town.name.zh}综合指挥室", f"{town.name.en} Command Room")
    _unit(found, f"T{known}", f"C{county}", "centre", town, room)
    _post(found, "town", f"T{known}", town, "town_duty", Text("综合指挥室值班员", "duty officer"))


def _unit(found: Agencies, code: str, parent: str, kind: str, area: Area, name: Text) -> None:
    row = {"code": code, "parent": parent, "kind": kind, "area": area.code, "name_zh": name.zh, "name_en": name.en}
    found.units.append(row)


def _post(found: Agencies, kind: str, unit: str, area: Area, role: str, title: Text) -> None:
    row = {"code": f"{kind}-{short(area.code)}", "unit": unit, "area": area.code, "role": role}
    name = area.name
    title_en = f"{title.en[0].upper()}{title.en[1:]}, {name.en}"
    found.posts.append({**row, "title_zh": f"{name.zh}{title.zh}", "title_en": title_en})


def _person(post: Row, words: Words, login: str = "") -> Row:
    name = words.person()
    return {
        "post": post["code"],
        "username": login or post["code"],
        "name": name.zh,
        "name_en": name.en,
        "phone": words.phone(),
    }


def _routing(places: Places, base: list[Row]) -> Iterator[Row]:
    """Counties' teams before the city's units, and rural towns before both."""
    basis = "演练：属地管理"
    for town in places.of_level("town"):
        for category in () if town.urban else TOWN_WORK:
            rule = {"rule": f"{category}@{short(town.code)}", "priority": "100", "category": category}
            yield {**rule, "area": town.code, "condition": "", "unit": f"T{short(town.code)}", **_since(basis)}
    for county in places.of_level("county"):
        for row in base:
            if row["unit"] not in COUNTY_TEAMS or row["area"]:
                continue
            own = {"rule": f"{row['rule']}@{short(county.code)}", "area": county.code}
            priority = "150" if row["condition"] else "300"
            yield {**row, **own, "priority": priority, "unit": f"{row['unit']}-{short(county.code)}", **_since(basis)}


def _broken(places: Places) -> Row:
    town = places.of_level("town")[0]
    rule = {"rule": BROKEN_RULE, "priority": "90", "category": "0106", "area": town.code, "condition": ""}
    return {**rule, "unit": GONE, **_since("演练：所派单位已撤销")}


def _since(basis: str) -> Row:
    return {"from_on": "2020-01-01", "basis": basis}


class Routes:
    """Which unit a class goes to where, from the rows alone: the kernel's answer can be held against it."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows: dict[str, list[Row]] = {}
        for row in sorted(rows, key=lambda row: (int(row["priority"]), row["rule"])):
            self._rows.setdefault(row["category"], []).append(row)

    def unit(self, category: str, condition: str, lineage: tuple[str, ...]) -> str:
        """The unit of the first row that fits; `lineage` is the cell's code with those above it. Rows name a class or
        none: the pack has none for a major class."""
        for row in (*self._rows.get(category, ()), *self._rows[""]):
            if row["area"] in ("", *lineage) and row["condition"] in ("", condition):
                unit: str = row["unit"]
                return unit
        raise LookupError(f"no rule takes {category}")
