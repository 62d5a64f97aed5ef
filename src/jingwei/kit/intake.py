"""Taking in a report from a form, for residents and for staff who write down what they are told."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.keyed import keyed
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.matters.commands import Contact, ReportMatter
from jingwei.kernel.matters.fields import clean_text
from jingwei.kernel.matters.policies import not_for_the_public
from jingwei.kernel.matters.types import Field, MatterType, all_types
from jingwei.kernel.places.snapshot import Places, places_of
from jingwei.kernel.rulebook.snapshot import Category, rules_of
from jingwei.kernel.values.coordinates import Point, parse_degrees
from jingwei.kernel.values.errors import Denied, Invalid, Refusal
from jingwei.kernel.values.grants import missing
from jingwei.kernel.values.ids import code_of, in_groups, read_code, uuid7
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Group, Input, error_at, inputs_of, read_key, sent

CONTACT = (
    ("name", Text("姓名", "Name"), "line", 60),
    ("phone", Text("电话", "Phone"), "phone", 40),
    ("email", Text("电子邮箱", "Email"), "line", 120),
)


PLACED = ("address", "place_note")
"""The declared fields that belong to the place."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a report may be about and where, grouped for a person to choose from."""

    categories: tuple[Group, ...]
    areas: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """The inputs of the form, by step."""

    category: Input
    what: list[Input]
    where: list[Input]
    point: list[Input]
    contact: list[Input]


def types_used(scope: Scope) -> list[MatterType]:
    """The types that this city uses: those its catalogue has classes for, and those that take any."""
    of = {one.type for one in rules_of(scope).categories(scope.today).values()}
    used = [one for one in all_types() if any(one.takes(key) for key in of)]
    return sorted(used, key=lambda one: ("general", "own", "any").index(one.classes))


def types_for(scope: Scope, actor: Actor) -> list[MatterType]:
    """The types that the actor may report in this city, the general one first: a type is in use there once the
    catalogue has a class for it."""
    classes = {one.type for one in rules_of(scope).categories(scope.today).values() if one.leaf}
    able = [one for one in all_types() if one.classes != "any" and actor.holds(one.report_grant)]
    used = [one for one in able if any(one.takes(of) for of in classes) and (one.public or actor.kind != "public")]
    return sorted(used, key=lambda one: (one.classes != "general", one.key))


def type_to_report(scope: Scope, actor: Actor, key: str) -> MatterType:
    """The type with this key ("": the first that there is). Raises Denied in plain words for one that is not for this
    actor, or not in use here."""
    found = next((one for one in types_for(scope, actor) if key in ("", one.key)), None)
    if found is not None:
        return found
    known = next((one for one in all_types() if one.key == key and one.classes != "any"), None)
    if known is None:
        raise Denied(Text("没有这种事项。", "There is no such kind of matter."), found=not key)
    if actor.kind == "public" and not known.public:
        raise Denied(not_for_the_public(known))
    if not actor.holds(known.report_grant):
        raise Denied(missing(known.report_grant))
    raise Denied(Text(f"本市没有启用“{known.title.zh}”。", f"“{known.title.en}” is not in use in this city."))


def asked_fields(matter_type: MatterType, *, staff: bool) -> tuple[Field, ...]:
    """The fields that a form of report asks for."""
    wanted = ("everybody", "staff") if staff else ("everybody",)
    return tuple(one for one in matter_type.fields if one.asked_of in wanted)


def choices_of(scope: Scope, matter_type: MatterType, *, open_only: bool) -> Choices:
    """The type's categories of today, and the areas above the cells by district."""
    return Choices(categories_for(scope, matter_type, open_only=open_only), grouped_areas(places_of(scope)))


def categories_for(scope: Scope, matter_type: MatterType, *, open_only: bool) -> tuple[Group, ...]:
    """The type's leaf categories of today by parent; for residents only those open to them."""
    categories = rules_of(scope).categories(scope.today)
    taken = [one for one in categories.values() if one.leaf and matter_type.takes(one.type)]
    return _grouped_categories([one for one in taken if one.open or not open_only], categories)


def _grouped_categories(leaves: Sequence[Category], known: Mapping[str, Category]) -> tuple[Group, ...]:
    by_parent: dict[str, list[tuple[str, Text]]] = {}
    for one in leaves:
        by_parent.setdefault(one.parent, []).append((one.code, one.title))
    nothing = Text("其他", "Other")
    return tuple(
        Group(known[parent].title if parent in known else nothing, tuple(found)) for parent, found in by_parent.items()
    )


def grouped_areas(places: Places) -> tuple[Group, ...]:
    """The areas right above the cells: a resident knows the neighbourhood, not the cell's number."""
    by_id = places.by_id
    by_parent: dict[str, tuple[Text, list[tuple[str, Text]]]] = {}
    for area in places.with_cells:
        above = by_id[area.parent].name if area.parent else area.name
        by_parent.setdefault(above.zh, (above, []))[1].append((area.code, area.name))
    return tuple(Group(title, tuple(found)) for title, found in by_parent.values())


def parts_of(
    choices: Choices, fields: Sequence[Field], values: Mapping[str, str], refusal: Refusal | None = None
) -> Parts:
    """The form with kept values; the fields of `PLACED` belong to the place."""
    inputs = inputs_of(fields, groups={}, values=values, refusal=refusal)

    def simple(name: str, title: Text, kind: str, longest: int, groups: tuple[Group, ...] = ()) -> Input:
        return Input(
            name=name,
            title=title,
            kind=kind,
            id=name,
            value=values.get(name, ""),
            longest=longest,
            groups=groups,
            error=error_at(name, refusal),
        )

    category = Input(
        name="category",
        title=Text("哪一类", "Which kind"),
        kind="category",
        id="category",
        value=values.get("category", ""),
        required=True,
        groups=choices.categories,
        error=error_at("category", refusal),
    )
    return Parts(
        category,
        [one for one in inputs if one.name not in PLACED],
        [
            *(one for one in inputs if one.name in PLACED),
            simple("area", Text("所在片区", "Neighbourhood"), "choice", 40, choices.areas),
        ],
        [
            simple("lon", Text("经度", "Longitude"), "line", 20),
            simple("lat", Text("纬度", "Latitude"), "line", 20),
        ],
        [simple(name, title, kind, longest) for name, title, kind, longest in CONTACT],
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """A report as it goes to `execute`, with its key and the code to follow it by ("" where nobody follows)."""

    command: ReportMatter
    key: str
    code: str


def read_report(
    matter_type: MatterType,
    fields: Sequence[Field],
    post: Mapping[str, str],
    channel: str,
    files: Sequence[FileGiven] = (),
) -> Taken:
    """What the form says. The same form sent again gives the same matter, number and code. Raises Invalid."""
    key, milliseconds = read_key(post.get("_key", ""))
    code = follow_code(key)
    command = ReportMatter(
        matter_id=matter_id_of(key, milliseconds),
        type=matter_type.key,
        category=_needed(post.get("category", "")),
        fields={name: value for name, value in sent(fields, post).items() if value.strip()},
        files=tuple(files),
        channel=channel,
        point=read_point(post),
        area=post.get("area", "")[:40],
        contact=read_contact(post, code) if matter_type.parties else None,
    )
    return Taken(command, key, code if matter_type.parties else "")


def matter_id_of(key: str, milliseconds: int, part: int = 0) -> uuid.UUID:
    """The id of the matter that a form with this key opens, or of a part of it: the same when the form is sent again.
    `milliseconds` is when the form was made."""
    return uuid7(milliseconds, _derived(f"matter{part or ''}", key))


def follow_code(key: str) -> str:
    """The code to follow a report by, derived from its form's key with the site's secret: 80 bits in groups of four."""
    return in_groups(code_of(int.from_bytes(_derived("follow", key), "big"), 16))


def follow_digest(code: str) -> bytes:
    """What is kept of a code."""
    return hashlib.sha256(read_code(code).encode()).digest()


def _derived(purpose: str, key: str) -> bytes:
    return keyed(f"jingwei.kit.intake.{purpose}", key.encode())[:10]


def _needed(category: str) -> str:
    if not category:
        raise Invalid(Text("请选择是哪一类事情。", "Please choose what kind of thing it is."), place="category")
    return category[:60]


def read_point(post: Mapping[str, str]) -> Point | None:
    """The point that was sent, if one was. Raises Invalid."""
    lon, lat = post.get("lon", "").strip(), post.get("lat", "").strip()
    return parse_degrees(lon, lat) if lon or lat else None


def read_contact(post: Mapping[str, str], code: str) -> Contact:
    """How to reach whoever reports; nothing of it is kept of whoever is anonymous. Raises Invalid."""
    follow = follow_digest(code)
    if post.get("anonymous"):
        return Contact(follow=follow)
    values = {}
    for name, title, _, longest in CONTACT:
        try:
            values[name] = clean_text(post.get(name, ""), longest)
        except ValueError as error:
            reason = Text(f"“{title.zh}”不能这样填：{error}", f"“{title.en}” cannot be this: {error}")
            raise Invalid(reason, place=name) from error
    return Contact(follow=follow, **values)
