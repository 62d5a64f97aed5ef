"""The work list: what it shows, read in scope in a few statements."""

import datetime
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Left

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import OPEN, Detail, Matter
from jingwei.kernel.matters.policies import READ, in_reach, in_scope
from jingwei.kernel.matters.search import found_by, newest_found_by
from jingwei.kernel.matters.types import MatterType, all_types, type_of
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.reads.note import Seen, seen
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Group
from jingwei.kit.intake import types_used
from jingwei.kit.moments import SOON, TimeLeft, time_left
from jingwei.kit.pages import Cursor, due_page, newest_first, place_page

Tab = Literal["mine", "unit", "area", "all", "finished"]
Sort = Literal["clock", "newest", "place"]
"""Orders that an index serves, so that a page is as quick in a million matters as in a hundred: `matters_open_by_due`
(the clock), the key, which grows with time (the newest), `matters_area_opened` (the place). By class there is none: no
index has the class before the moment, and one more would cost every intake; the class is a filter instead, for which
the clock's index tells the class. Nor is the oldest first: all that is closed would be walked through to the first that
is open; what has waited longest stands first by the clock."""
PAGE = 50
_MOST_COUNTED = 99
_EXCERPT = 140  # characters
_PIECE = 2000  # rows of a file that are held at once
_LINE = (
    *("pk", "number", "version", "type", "type_version", "state", "category", "area_id", "area_lft", "unit_id"),
    *("opened_at", "due_at", "closed_at", "title", "text"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which matters somebody asked for."""

    tab: Tab = "area"
    type: str = ""
    state: str = ""  # of one type (`hazard.found`), or of every type that has it
    category: str = ""
    overdue: bool = False
    words: str = ""
    sort: Sort = "clock"
    view: str = ""  # the name of the kept view it belongs to, for its columns
    after: Cursor | None = None

    @property
    def order(self) -> Sort:
        """As asked for; what is finished has no clock that runs, and stands with the newest first."""
        return "newest" if self.sort == "clock" and self.tab == "finished" else self.sort


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One line of the work list."""

    number: str
    version: int
    type: Text
    category: Text
    excerpt: str
    place: Text
    unit: Text
    state: Text
    opened_at: datetime.datetime
    due_at: datetime.datetime | None
    left: TimeLeft
    seen: Seen


@dataclass(frozen=True, slots=True)
class WorkList:
    """A page of the work list, with what the filters may be set to."""

    rows: tuple[WorkRow, ...]
    following: str  # cursor of the next page; "" on the last
    types: tuple[MatterType, ...]  # that this city uses; the reader may choose one of several
    states: tuple[Group, ...]
    categories: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Pressing:
    """How many open matters of a tab are overdue, and how many more fall due within a day; counted to 99."""

    late: int
    soon: int

    @property
    def words(self) -> tuple[str, str]:
        """Both as they are shown: `99+` stands for more than were counted."""
        late, soon = (f"{_MOST_COUNTED}+" if one > _MOST_COUNTED else str(one) for one in (self.late, self.soon))
        return late, soon


def pressing(scope: Scope, tab: Tab) -> Pressing:
    """What presses in a tab, whatever its filters. One statement that stops at a hundred of each."""
    own = Matter.objects.filter(in_scope(scope.actor), _of_tab(scope, "all" if tab == "finished" else tab), OPEN)
    late = own.filter(due_at__lt=scope.now)
    soon = own.filter(due_at__gte=scope.now, due_at__lt=scope.now + SOON)
    rows = [one.order_by().values_list(Value(kind))[: _MOST_COUNTED + 1] for kind, one in enumerate((late, soon))]
    kinds = [kind for (kind,) in rows[0].union(rows[1], all=True)]
    return Pressing(kinds.count(0), kinds.count(1))


def work_list(scope: Scope, wanted: Wanted) -> WorkList:
    """Matters in scope in the order asked for, those found by words (of one category or of all) the newest first, at
    most `PAGE`. One to three statements."""
    found, more = _found(scope, wanted)
    following = _cursor(found[-1], wanted).text if more else ""
    rows = tuple(_row(scope, one) for one in found)
    used = types_used(scope)
    types = [one for one in used if wanted.type in ("", one.key)]
    return WorkList(rows, following, tuple(used), _states(types), _categories(scope, types))


def _found(scope: Scope, wanted: Wanted) -> tuple[list[Any], bool]:
    """The rows of the page asked for, and whether there are more."""
    if _by_words_alone(wanted):
        return _newest(scope, wanted)
    chosen = _told(chosen_matters(scope, wanted))
    match wanted.order:
        case "newest":
            return newest_first(chosen, wanted.after, PAGE)
        case "place":
            return place_page(chosen, wanted.after, PAGE)
        case "clock":
            return due_page(chosen, wanted.after, PAGE)


def _by_words_alone(wanted: Wanted) -> bool:
    everywhere = replace(wanted, tab="area" if wanted.tab == "all" else wanted.tab, sort="clock", view="")
    return bool(wanted.words) and everywhere == Wanted(words=wanted.words, category=wanted.category, after=wanted.after)


def _cursor(last: Any, wanted: Wanted) -> Cursor:
    by_place = wanted.order == "place"
    return Cursor(last.opened_at if by_place else last.due_at, last.pk, last.area_lft if by_place else None)


def _newest(scope: Scope, wanted: Wanted) -> tuple[list[Any], bool]:
    """The newest matters in scope of a category or of all that are found by words, and whether there are more."""
    categories = rules_of(scope).below(wanted.category, scope.today) if wanted.category else None
    before = wanted.after.id if wanted.after else None
    found = newest_found_by(scope, wanted.words, before, PAGE + 1, categories)
    rows = list(_told(Matter.objects.filter(in_scope(scope.actor), found)).order_by("-pk")[: PAGE + 1])
    return rows[:PAGE], len(rows) > PAGE


def chosen_matters(scope: Scope, wanted: Wanted) -> QuerySet[Matter]:
    """The matters in scope that somebody asked for, in no order."""
    return Matter.objects.filter(in_scope(scope.actor), _wanted_by(scope, wanted))


def every_row(
    scope: Scope, wanted: Wanted, most: int, *, fields: bool
) -> Iterator[tuple[WorkRow, int, dict[str, Any]]]:
    """All that was asked for, however many pages, in the order of the pages: the line with the whole text, the version
    of its type, and its declared fields where they are asked for. One statement, read piece by piece."""
    chosen = _told_whole(chosen_matters(scope, wanted))
    if fields:
        chosen = chosen.values_list(*_LINE, "detail__fields", named=True)
    orders = {"clock": ("due_at", "pk"), "newest": ("-pk",), "place": ("area_lft", "opened_at", "pk")}
    order = "newest" if _by_words_alone(wanted) else wanted.order
    for one in chosen.order_by(*orders[order])[:most].iterator(chunk_size=_PIECE):
        yield _row(scope, one), one.type_version, one.detail__fields if fields else {}


def work_rows(scope: Scope, matters: QuerySet[Matter]) -> tuple[WorkRow, ...]:
    """Matters as lines of a work list, in their order; that they are in scope is for the caller to see to."""
    return tuple(_row(scope, one) for one in _told(matters))


def _told(matters: QuerySet[Matter]) -> QuerySet[Matter, Any]:
    """With title and excerpt, looked up for the rows of the page alone: joined, they would be for all of a district,
    before it is put in order."""
    own = Detail.objects.filter(matter=OuterRef("pk"))
    text = Left(KeyTextTransform("text", "fields"), _EXCERPT)
    return matters.annotate(
        title=Subquery(own.values_list(KeyTextTransform("title", "fields"))), text=Subquery(own.values_list(text))
    ).values_list(*_LINE, named=True)


def _told_whole(matters: QuerySet[Matter]) -> QuerySet[Matter, Any]:
    """With title and whole text, where every row is wanted."""
    return matters.annotate(
        title=KeyTextTransform("title", "detail__fields"), text=KeyTextTransform("text", "detail__fields")
    ).values_list(*_LINE, named=True)


def _wanted_by(scope: Scope, wanted: Wanted) -> Q:
    condition = _of_tab(scope, wanted.tab)
    if wanted.type:
        condition &= Q(type=wanted.type)
    if wanted.words:
        condition &= found_by(scope, wanted.words)
    if wanted.state:
        of, _, state = wanted.state.rpartition(".")
        condition &= Q(state=state, type=of) if of else Q(state=state)
    elif not wanted.words and wanted.tab != "finished":
        condition &= OPEN
    if wanted.category:
        condition &= Q(category__in=rules_of(scope).below(wanted.category, scope.today))
    if wanted.overdue:
        condition &= OPEN & Q(due_at__lt=scope.now)
    return condition


def _of_tab(scope: Scope, tab: Tab) -> Q:
    duties = scope.actor.duties
    if tab == "mine":
        return Q(holder_id__in=[duty.post for duty in duties])
    if tab == "unit":
        return Q(unit_id__in=[duty.unit for duty in duties])
    if tab == "area":  # within the reach of one's posts; in sight is also what others asked one's unit to help with
        return in_reach(scope.actor, READ)
    return ~OPEN if tab == "finished" else Q()


def _row(scope: Scope, one: Any) -> WorkRow:
    matter_type = type_of(one.type, one.type_version)
    body = agencies_of(scope).unit_by_id.get(one.unit_id)
    shown = (("title", one.title), ("text", one.text))
    return WorkRow(
        one.number,
        one.version,
        matter_type.title,
        category_title(scope, one.category),
        " — ".join(part for key, part in shown if part and not matter_type.is_sealed(key)),
        place_name(scope, one.area_id),
        body.name if body else Text("", ""),
        matter_type.state(one.state).title,
        one.opened_at,
        one.due_at,
        time_left(one.due_at, one.closed_at, scope.now, one.opened_at),
        seen(one),
    )


def category_title(scope: Scope, code: str) -> Text:
    """The category's title today; of a matter that stands for its type alone the type's; else its code."""
    known = rules_of(scope).categories(scope.today).get(code)
    own = known or next((one for one in all_types() if one.key == code), None)
    return own.title if own else Text(code, code)


def place_name(scope: Scope, area: uuid.UUID | None) -> Text:
    """The area's name with that of the one above it where the name does not begin with it, or that it is unknown."""
    places = places_of(scope)
    place = places.by_id.get(area) if area else None
    if place is None:
        return Text("地点未知", "Place unknown")
    above = places.by_id.get(place.parent) if place.parent else None
    if above is None or above.parent is None:
        return place.name
    zh = place.name.zh if place.name.zh.startswith(above.name.zh) else f"{above.name.zh} {place.name.zh}"
    en = place.name.en if place.name.en.startswith(above.name.en) else f"{above.name.en}, {place.name.en}"
    return Text(zh, en)


def _states(types: Sequence[MatterType]) -> tuple[Group, ...]:
    """The states below their type: two types may call by one key what is not the same."""
    return tuple(
        Group(one.title, tuple((f"{one.key}.{state.key}", state.title) for state in one.states)) for one in types
    )


def _categories(scope: Scope, types: Sequence[MatterType]) -> tuple[Group, ...]:
    """Every category of these types below its parent; the parent itself stands for all of them."""
    every = rules_of(scope).categories(scope.today)
    known = {code: one for code, one in every.items() if any(of.takes(one.type) for of in types)}
    groups: dict[str, list[tuple[str, Text]]] = {
        code: [(code, Text(f"{one.title.zh}（全部）", f"{one.title.en} (all)"))]
        for code, one in known.items()
        if not one.leaf
    }
    for code, one in known.items():
        if one.leaf:
            groups.setdefault(one.parent, []).append((code, one.title))
    nothing = Text("其他", "Other")
    return tuple(
        Group(known[parent].title if parent in known else nothing, tuple(found)) for parent, found in groups.items()
    )


def acts_on_many(scope: Scope, types: Sequence[MatterType]) -> tuple[Group, ...]:
    """The acts of these types that the actor may do somewhere and that need no files, below their type."""
    groups = (
        Group(
            one.title,
            tuple(
                (action.key, action.title)
                for action in one.actions
                if action.kind == "act" and scope.actor.holds(action.grant) and not any(f.least for f in action.files)
            ),
        )
        for one in types
    )
    return tuple(group for group in groups if group.choices)


def turned_to(wanted: Wanted, **changes: Any) -> str:
    """The address of the work list for these filters with some changed, from its first page on."""
    new = replace(wanted, **{"after": None, **changes})
    pairs = {
        "tab": new.tab,
        "type": new.type,
        "q": new.words,
        "state": new.state,
        "category": new.category,
        "overdue": "1" if new.overdue else "",
        "sort": new.sort if new.sort != "clock" else "",
        "view": new.view,
        "after": new.after.text if new.after else "",
    }
    return "?" + urlencode({name: value for name, value in pairs.items() if value})
